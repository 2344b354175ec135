"""If these fail, a developer or a script gets a wrong verdict on a file, or needs a server to get one."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from partners.models import AgreementStatus, Connection
from tests.transactions.x12 import ACKNOWLEDGMENT, Group, Isa, Order, isa_of, orders, x12
from transactions.models import InboundFile


class Outcome:
    """What the command printed, and its exit status."""

    def __init__(self, status: int, text: str) -> None:
        self.status, self.text = status, text

    @property
    def items(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.text.splitlines()]

    @property
    def documents(self) -> list[dict[str, Any]]:
        return [item for item in self.items if item["type"] == "document"]


def translate(path: Path, *arguments: str) -> Outcome:
    printed = io.StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("translate", str(path), *arguments, stdout=printed)
    return Outcome(int(ended.value.code or 0), printed.getvalue())


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "orders.edi"


def test_a_clean_file_is_one_line_for_each_document(file: Path) -> None:
    file.write_bytes(x12(isa_of(*orders(3))))
    outcome = translate(file)
    assert outcome.status == 0
    assert [item["canonical"]["number"] for item in outcome.items] == ["PO-1", "PO-2", "PO-3"]
    assert {item["schema"] for item in outcome.items} == {"order/1"}
    assert [item["set"] for item in outcome.items] == [1, 2, 3]


def test_an_error_is_named_with_its_place_and_the_others_are_translated(file: Path) -> None:
    file.write_bytes(x12(isa_of(Order(number="PO-1", se_count=99), Order(number="PO-2", control="0002"))))
    outcome = translate(file)
    assert outcome.status == 1
    bad, good = outcome.documents
    assert (bad["outcome"], bad["verdict"], bad["canonical"]) == ("rejected", "R", None)
    (found,) = bad["findings"]
    assert (found["code"], found["x12"]["AK502"]) == ("set-count-mismatch", "4")
    assert found["where"].startswith("SE01")
    assert (good["outcome"], good["canonical"]["number"]) == ("accepted", "PO-2")


def test_an_envelope_that_is_wrong_is_an_error(file: Path) -> None:
    file.write_bytes(x12(Isa(iea_count=7)))
    outcome = translate(file)
    assert outcome.status == 1
    envelopes = [item for item in outcome.items if item["type"] == "envelope"]
    assert [found["code"] for found in envelopes[0]["findings"]] == ["interchange-count-mismatch"]


@pytest.mark.parametrize(
    ("content", "code"), [(b"", "file-empty"), (b"%PDF-1.7 nothing of X12", "format-unsupported"), (b"\x00" * 500, "")]
)
def test_what_cannot_be_read_is_told_apart(file: Path, content: bytes, code: str) -> None:
    file.write_bytes(content)
    outcome = translate(file)
    assert outcome.status == 2
    assert code in outcome.text


def test_a_file_that_is_not_there_is_unreadable(file: Path) -> None:
    with pytest.raises(CommandError, match="No such file") as refused:
        call_command("translate", str(file))
    assert refused.value.returncode == 2


def test_text_is_for_people(file: Path) -> None:
    file.write_bytes(x12(isa_of(Order(se_count=99))))
    outcome = translate(file, "--format", "text")
    assert outcome.status == 1
    assert "rejected" in outcome.text
    assert "SE01" in outcome.text
    assert "Count all segments" in outcome.text, "it must say how to mend it"


def test_text_says_that_documents_go_down_with_a_wrong_envelope(file: Path) -> None:
    file.write_bytes(x12(isa_of(*orders(1))))
    assert "An envelope is wrong" not in translate(file, "--format", "text").text
    file.write_bytes(x12(isa_of(*orders(1))).replace(b"IEA*1*", b"IEA*7*"))
    wrong = translate(file, "--format", "text")
    assert wrong.status == 1
    assert "An envelope is wrong" in wrong.text.splitlines()[-1]


def test_a_set_without_a_mapping_is_validated_and_says_so(file: Path) -> None:
    text = Order(set_id="996", segments=("BGF**ZZ*1", "K3*closed on Friday"))
    file.write_bytes(x12(Isa(groups=(Group(orders=(text,), functional_id="FT"),))))
    outcome = translate(file)
    assert outcome.status == 1
    assert [found["code"] for found in outcome.documents[0]["findings"]] == ["mapping-missing"]


def test_what_answers_us_is_told_and_is_no_document(file: Path) -> None:
    group = Group(orders=(ACKNOWLEDGMENT,), functional_id="FA")
    ta1 = "TA1*000000009*261121*0830*R*020~\nGS*"
    file.write_bytes(x12(Isa(groups=(group,))).replace(b"GS*", ta1.encode(), 1))
    outcome = translate(file)
    assert (outcome.status, outcome.documents) == (0, [])
    assert [(item["kind"], item["says"]) for item in outcome.items if item["type"] == "answer"][1] == (
        "997", ["The partner says of group PO 1: accepted, 1 of 1 documents."],
    )  # fmt: skip
    assert "TA1: The partner says of interchange 000000009: rejected" in translate(file, "--format", "text").text


def test_an_824_needs_no_mapping(file: Path) -> None:
    advice = Order(set_id="824", segments=("BGN*11*ADV-1*20261121", "OTI*TA*IV*INV-9"))
    file.write_bytes(x12(Isa(groups=(Group(orders=(advice,), functional_id="AG"),))))
    outcome = translate(file)
    assert (outcome.status, outcome.documents[0]["outcome"]) == (0, "accepted")


def test_with_a_partner_its_agreements_decide(connection: Connection, file: Path) -> None:
    file.write_bytes(x12())
    code = connection.partner.code
    assert translate(file, "--partner", code).status == 0
    connection.partner.agreements.update(status=AgreementStatus.SUSPENDED)
    outcome = translate(file, "--partner", code)
    assert outcome.status == 1
    assert outcome.documents[0]["canonical"] is None
    assert not InboundFile.objects.exists(), "nothing is stored"


def test_a_partner_that_is_not_there_is_named(db: None, file: Path) -> None:
    file.write_bytes(x12())
    with pytest.raises(CommandError, match="nobody"):
        call_command("translate", str(file), "--partner", "nobody")


def run(arguments: list[str], stdin: bytes, tmp_path: Path) -> "subprocess.CompletedProcess[bytes]":
    """The command as a shell runs it, on a machine with neither a database nor a .env."""
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "ONRAMP_ENV_FILE": os.devnull,
        "ONRAMP_DATA": str(tmp_path / "none"),
        "DATABASE_URL": "postgres://nobody@127.0.0.1:1/none",
        "DEBUG": "true",
    }
    command = [sys.executable, "manage.py", "translate", *arguments]
    return subprocess.run(
        command, input=stdin, capture_output=True, cwd=settings.BASE_DIR, env=environment, check=False
    )


@pytest.mark.server
def test_it_works_without_a_database_from_standard_input(tmp_path: Path) -> None:
    ended = run(["-"], x12(), tmp_path)
    assert (ended.returncode, ended.stderr) == (0, b"")
    assert json.loads(ended.stdout)["canonical"]["number"] == "PO-1"
    assert not (tmp_path / "none").exists(), "nothing is stored"


@pytest.mark.server
@pytest.mark.parametrize(("content", "status"), [(x12(isa_of(Order(se_count=99))), 1), (b"", 2)])
def test_the_shell_sees_the_exit_status(content: bytes, status: int, tmp_path: Path) -> None:
    assert run(["-"], content, tmp_path).returncode == status


@pytest.mark.server
def test_a_reader_that_has_seen_enough_is_no_fault(tmp_path: Path) -> None:
    file = tmp_path / "orders.edi"
    file.write_bytes(x12(isa_of(*orders(300))))
    command = f"{sys.executable} manage.py translate {file} | head -c 10"
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings", "ONRAMP_ENV_FILE": os.devnull}
    ended = subprocess.run(
        ["/bin/sh", "-c", command],
        capture_output=True,
        cwd=settings.BASE_DIR,
        env=environment | {"DEBUG": "true", "ONRAMP_DATA": str(tmp_path)},
        check=False,
    )
    assert ended.stdout == b'{"type":"d'
    assert ended.stderr == b""
