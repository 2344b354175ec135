"""manage.py write_document: canonical JSON in, interchanges out, and a status that scripts can read."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from mappings.library import index

ORDER = index.LIBRARY / "x12-850-order" / "cases" / "generated-004010" / "canonical.json"


def run(file: Path, *arguments: str) -> tuple[str, str, int]:
    """What it printed, what it said about it, and its status."""
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command("write_document", str(file), *arguments, stdout=out, stderr=err)
    except SystemExit as ended:
        return out.getvalue(), err.getvalue(), int(str(ended.code))
    return out.getvalue(), err.getvalue(), 0


def test_a_document_is_printed_with_its_envelope() -> None:
    out, err, status = run(ORDER, "--mapping", "x12-850-order", "--release", "005010")
    assert out.startswith("ISA*00*")
    assert "~ST*850*0001~BEG*" in out
    assert (err, status) == ("", 0)


def test_what_is_lost_or_wrong_is_said_and_changes_the_status(tmp_path: Path) -> None:
    [body] = json.loads(ORDER.read_text(encoding="utf-8"))
    body["lines"][0]["amount"] = "1.00"
    del body["parties"][0]["role_code"], body["purpose_code"]
    body["parties"][0]["address"] = {"region": "Nuevo Leon"}
    file = tmp_path / "order.json"
    file.write_text(json.dumps(body), encoding="utf-8")
    _, err, status = run(file, "--mapping", "x12-850-order")
    assert "read otherwise: /lines/0/amount: 1.00 → " in err
    assert "read besides: /parties/0/role_code: " in err
    *_, summary, _ = err.split("\n")
    kept, other, besides = (err.count(f"\n{words}: /") for words in ("not kept", "read otherwise", "read besides"))
    assert summary == f"values: {kept} not kept, {other} read otherwise, {besides} besides"
    assert "element-too-long at N402" in err
    assert status == 1


@pytest.mark.parametrize(
    ("content", "arguments", "why"),
    [
        ("{", ("--mapping", "x12-850-order"), "no JSON"),
        ('{"model": "order/1"}', ("--mapping", "x12-850-order"), "no order/1"),
        ("{}", ("--mapping", "x12-850-ordre"), "did you mean"),
    ],
)
def test_what_cannot_be_written_says_why(tmp_path: Path, content: str, arguments: Any, why: str) -> None:
    file = tmp_path / "order.json"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(CommandError, match=why) as refused:
        run(file, *arguments)
    assert refused.value.returncode == 2


def test_documents_of_other_formats_are_kept_in_files_of_their_own(tmp_path: Path) -> None:
    case = index.LIBRARY / "cxml-order" / "cases" / "built-order" / "canonical.json"
    [body] = json.loads(case.read_text(encoding="utf-8"))
    file = tmp_path / "orders.json"
    file.write_text(json.dumps([body, body]), encoding="utf-8")
    out, err, status = run(file, "--mapping", "cxml-order", "--from", "NetworkID:AN01", "--folder", str(tmp_path))
    assert out.split() == [str(tmp_path / f"cxml-order-{number}.xml") for number in (1, 2)]
    assert (err, status) == ("", 0)
    assert b"<Identity>AN01</Identity>" in (tmp_path / "cxml-order-2.xml").read_bytes()


def test_rows_are_printed_in_the_form_that_was_asked_for() -> None:
    case = index.LIBRARY / "csv-invoices" / "cases" / "two-invoices" / "canonical.json"
    out, err, status = run(case, "--mapping", "csv-invoices", "--text", '{"delimiter": ";"}')
    assert out.startswith("invoice_number;")
    assert out.count("invoice_number") == 1
    assert (err, status) == ("", 0)


@pytest.mark.parametrize(
    ("arguments", "why"), [(("--from", "AN01"), "NetworkID:AN01"), (("--text", '{"delimter": ";"}'), "delimter")]
)
def test_what_it_was_told_wrongly_is_named(arguments: Any, why: str) -> None:
    with pytest.raises(CommandError, match=why):
        run(ORDER, "--mapping", "cxml-order", *arguments)
