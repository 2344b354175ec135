"""The corpus report is how progress is judged: it names every file, counts rightly, and never ends early."""

import json
import os
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from tests.transactions.x12 import ACKNOWLEDGMENT, Group, Isa, Order, isa_of, orders, x12
from transactions.management import corpus


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    files = {
        "good.edi": x12(isa_of(*orders(3))),
        "mixed/half.edi": x12(isa_of(Order(control="0001"), Order(control="0002", se_count=9))),
        "bad.edi": x12(isa_of(Order(se_count=9))),
        "cut.edi": x12(isa_of(iea_count=7)),
        "invoice.edi": x12(isa_of(Order(set_id="810", segments=("BIG*20261121*1", "TDS*100")))),
        "empty.edi": b"",
        "page.pdf": b"%PDF-1.7 ...",
        "order.xml": b"<?xml version='1.0'?><Invoice/>",
        "list.txt": b"a,b,c\n1,2,3\n",
        "message.edifact": b"UNB+UNOA:1+A+B+261121:0830+1'UNZ+0+1'",
        ".hidden": b"not reported",
    }
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
    return tmp_path


def run(folder: Path, capsys: pytest.CaptureFixture[str], *options: str) -> list[str]:
    call_command("corpus_report", str(folder), *options)
    return capsys.readouterr().out.splitlines()


def test_every_file_is_named_with_its_format_and_outcome(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    *lines, totals = run(folder, capsys, "--json")
    reports = {report["path"]: report for report in map(json.loads, lines)}

    found = {path: (report["format"], report["outcome"], report["documents"]) for path, report in reports.items()}
    assert found["good.edi"] == ("X12", "accepted", 3)
    assert found["mixed/half.edi"] == ("X12", "partly", 2)
    assert found["bad.edi"] == ("X12", "rejected", 1)
    assert found["cut.edi"] == ("X12", "partly", 1)
    assert found["empty.edi"] == ("empty", "unreadable", 0)
    assert found["page.pdf"] == ("other", "unreadable", 0)
    assert [found[name][0] for name in ("order.xml", "list.txt", "message.edifact")] == ["XML", "text", "EDIFACT"]
    assert ".hidden" not in found
    assert reports["good.edi"]["senders"] == ["ZZ:BUYER"]
    assert reports["good.edi"]["canonical"] == {"order/1": 3}
    assert reports["bad.edi"]["findings"] == {"set-count-mismatch": 1}
    assert json.loads(totals)["totals"]["files"] == 10


def test_senders_are_told_of_every_format_that_names_them(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    control = "<IDOCTYP>ORDERS05</IDOCTYP><MESTYP>ORDERS</MESTYP><SNDPRT>KU</SNDPRT><SNDPRN>ACME</SNDPRN>"
    idoc = f"<ORDERS05><IDOC BEGIN='1'><EDI_DC40 SEGMENT='1'>{control}</EDI_DC40></IDOC></ORDERS05>"
    (folder / "idoc.xml").write_text(idoc)
    (folder / "ack.edi").write_bytes(x12(Isa(groups=(Group(orders=(ACKNOWLEDGMENT,), functional_id="FA"),))))
    reports = {one["path"]: one["senders"] for one in map(json.loads, run(folder, capsys, "--json")[:-1])}

    assert reports["idoc.xml"] == ["KU:ACME"]
    assert reports["ack.edi"] == ["ZZ:BUYER"]
    assert reports["order.xml"] == []


def test_a_set_without_a_mapping_is_told_from_a_faulty_one(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = Order(set_id="996", segments=("BGF**ZZ*1", "K3*closed on Friday"))
    (folder / "clean.edi").write_bytes(x12(Isa(groups=(Group(orders=(text,), functional_id="FT"),), control=9)))
    (folder / "ack.edi").write_bytes(x12(Isa(groups=(Group(orders=(ACKNOWLEDGMENT,), functional_id="FA"),))))
    lines = run(folder, capsys, "--json")
    reports = {report["path"]: report for report in map(json.loads, lines[:-1])}

    assert reports["clean.edi"]["outcome"] == "unmapped"
    assert (reports["ack.edi"]["outcome"], reports["ack.edi"]["answers"]) == ("answers", 1)


@pytest.mark.parametrize("option", ["--json", "--no-color"])
def test_names_that_are_no_text_take_one_line_each(
    folder: Path, capsys: pytest.CaptureFixture[str], option: str
) -> None:
    for name in (b"latin-\xe9.csv", b"two\nlines.csv"):
        Path(os.fsdecode(os.fsencode(folder) + b"/" + name)).write_bytes(b"a,b\n1,2\n")
    lines = run(folder, capsys, option)
    assert len(lines) == 10 + 2 + 1
    assert sum("latin-" in line and "udce9" in line for line in lines) == 1


def test_the_last_line_adds_up_for_people(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    last = run(folder, capsys)[-1]

    assert last.startswith("10 files (")
    assert "accepted 1" in last
    assert "canonical: order/1 5" in last


def test_a_crash_of_ours_is_one_line_and_not_the_end(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    translate = corpus.preview

    def fail_on_small(stream: object, mapping_for: object) -> object:
        if len(stream.read()) == 0:  # type: ignore[attr-defined]
            raise ZeroDivisionError("our fault")
        stream.seek(0)  # type: ignore[attr-defined]
        return translate(stream, mapping_for)  # type: ignore[arg-type]

    monkeypatch.setattr(corpus, "preview", fail_on_small)
    lines = run(folder, capsys, "--json")
    reports = {report["path"]: report for report in map(json.loads, lines[:-1])}

    assert (reports["empty.edi"]["outcome"], reports["empty.edi"]["crash"]) == ("crash", "ZeroDivisionError: our fault")
    assert reports["good.edi"]["outcome"] == "accepted"


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="is not a folder"):
        call_command("corpus_report", str(tmp_path / "nowhere"))
