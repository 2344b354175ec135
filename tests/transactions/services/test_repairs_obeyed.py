"""Each repair is a finding that a partner's policies forbid or put up with, in the pipeline as in the preview."""

import io
from typing import Any

import pytest

from mappings.engine.findings import Code
from partners.models import Agreement, Connection
from partners.policies import Policies
from partners.policies.repairs import WORDS
from tests.obeyed import obeys
from tests.transactions.conftest import Send
from tests.transactions.services.test_acknowledgment_rules import answer
from tests.transactions.x12 import Group, Isa, Order, isa_of, x12
from transactions.models import ExceptionCase, InboundFile
from transactions.pipeline.preview import preview
from transactions.pipeline.strictness import REPAIR_KINDS
from transactions.pipeline.translate import Terms

CLEAN = x12()
# A file that needs the one repair, by the policy about it.
NEEDS = {
    "isa_padding": CLEAN.replace(b"*BUYER          *", b"*BUYER*", 1),
    "isa_line_end": CLEAN.replace(b"*BUYER          *", b"*BUYER         \n*", 1),
    "segment_blanks": CLEAN.replace(b"~\nCUR", b"~\n   CUR"),
    "foreign_encoding": CLEAN.replace(b"Buyer Inc", b"B\xfcyer Inc"),
    "data_outside_interchange": b"-- orders of today --\n" + CLEAN,
    "missing_iea": x12(Isa(with_trailer=False)),
    "missing_ge": x12(Isa(groups=(Group(with_trailer=False),))),
    "missing_se": x12(isa_of(Order(with_trailer=False))),
}
OF_A_SET = ("segment_blanks", "foreign_encoding", "missing_se")
TA1 = {"isa_padding": "022", "isa_line_end": "022", "missing_iea": "023"}


def test_every_repair_is_here() -> None:
    assert set(NEEDS) == set(REPAIR_KINDS) == set(WORDS)


def agree(connection: Connection, policy: str, value: str) -> None:
    """An agreement decides what concerns its documents, the partner what concerns the whole transmission."""
    if policy in OF_A_SET:
        Agreement.objects.filter(partner=connection.partner).update(policies={policy: value})
    else:
        connection.partner.policies = {policy: value}
        connection.partner.save()


def severities(file: InboundFile, policy: str) -> list[str]:
    (code,) = REPAIR_KINDS[policy]
    rows: list[dict[str, Any]] = [*file.findings]
    for interchange in file.interchanges.all():
        rows += interchange.findings
    for group in file.groups.all():
        rows += group.findings
    for document in file.documents.all():
        rows += document.attempts.get().findings
    return [row["severity"] for row in rows if row["code"] == code.value]


@obeys(*NEEDS)
@pytest.mark.parametrize("policy", NEEDS)
def test_what_is_forbidden_is_refused_and_the_partner_is_told(send: Send, connection: Connection, policy: str) -> None:
    agree(connection, policy, "reject")
    file = send(NEEDS[policy])

    assert severities(file, policy) == ["error"]
    if policy == "data_outside_interchange":  # of nobody's document: a person looks at it
        assert (file.outcome, ExceptionCase.objects.get().category) == ("partly", "unreadable")
        return
    assert file.outcome == "rejected"
    assert ExceptionCase.objects.exists()
    if policy in TA1:
        assert f"*R*{TA1[policy]}~" in answer(file, "TA1")[1]
    else:
        assert answer(file)[0] == "R"


@pytest.mark.parametrize("policy", NEEDS)
def test_what_is_put_up_with_is_accepted_with_a_warning(send: Send, connection: Connection, policy: str) -> None:
    agree(connection, policy, "warn")
    file = send(NEEDS[policy])

    assert severities(file, policy) == ["warning"]
    assert (file.outcome, answer(file)[0]) == ("accepted", "A")
    assert not ExceptionCase.objects.exists()


@pytest.mark.parametrize("policy", [name for name, words in WORDS.items() if "off" in words.values])
def test_what_is_of_no_interest_is_not_mentioned(send: Send, connection: Connection, policy: str) -> None:
    agree(connection, policy, "off")
    file = send(NEEDS[policy])

    assert severities(file, policy) == (["info"] if policy == "segment_blanks" else [])
    assert file.outcome == "accepted"


def previewed(content: bytes, policies: Policies) -> dict[str, str]:
    items = preview(io.BytesIO(content), lambda *_: Terms(None, policies), policies)
    found = [one for item in items for one in [*item.findings, *(item.translated.findings if item.translated else [])]]
    return {one.code: one.severity for one in found if one.code is not Code.MAPPING_MISSING}


@pytest.mark.parametrize("policy", NEEDS)
@pytest.mark.parametrize(("value", "severity"), [("reject", "error"), ("warn", "warning")])
def test_the_preview_says_the_same(policy: str, value: str, severity: str) -> None:
    (code,) = REPAIR_KINDS[policy]
    assert previewed(NEEDS[policy], Policies(**{policy: value})) == {code: severity}  # type: ignore[arg-type]
