"""A partner gets examples in its own format, which pass as they are; if not, it begins with a file that fails."""

import functools
import re
from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest
from lxml import etree

from mappings.engine.xml.schema import faults
from mappings.library import index
from mappings.models import Assignment, MappingVersion
from partners.models import Agreement, AgreementStatus, Connection, Environment
from tests.factories import DECLARATION, make_partner
from tests.transactions.conftest import drain
from tests.transactions.formats import CXML, IDOC, LINES, SHOP, UBL, agree, identify
from transactions.certification.catalogue import fitting
from transactions.certification.examples import MADE, example_of
from transactions.certification.seen import Reference
from transactions.services import scenario_sample
from transactions.services.awaited_references import orders_named, reference_of
from transactions.services.certification_state import states
from transactions.services.certify_due import certify_due
from transactions.services.receive import Receipt, receive
from transactions.services.scenario_sample import sample_of
from transactions.services.send_for_scenario import send_for_scenario

DAY = date(2026, 11, 21)
WITHOUT = {
    # A UBL Order says neither that it changes nor that it cancels: OrderChange and OrderCancellation do.
    "ubl-order": {"change", "cancel"},
    "ubl-order-cancellation": {"change"},
    "ubl-order-response-simple": {"several-lines", "matches-order"},  # it has no lines
    "idoc-orders05": {"cancel"},  # ORDCHG is a change
    # These layouts have no column for it.
    "csv-orders-lines": {"change", "cancel", "allowance", "wrong-total"},
    "csv-orders-marketplace": {"change", "cancel", "allowance", "wrong-total"},
    "csv-orders-amazon": {"change", "wrong-total"},
    "csv-orders-ebay": {"change", "cancel", "wrong-total"},
    "csv-orders-etsy": {"change", "cancel", "wrong-total"},
    "csv-orders-odoo": {"change", "allowance"},
    "csv-orders-shop": {"change", "cancel"},
    "csv-orders-sps": {"change", "cancel", "allowance"},
    "csv-orders-squarespace": {"change", "cancel"},
    "csv-orders-store": {"change", "allowance", "wrong-total"},
    "csv-orders-tiktok": {"change", "wrong-total"},
    "csv-orders-woocommerce": {"change"},
    "csv-invoices-quickbooks": {"allowance", "matches-both", "wrong-total"},  # none for the order and the total
    "csv-invoices-xero": {"allowance"},
}
"""Scenarios that a format cannot show. All others of these have an example of every scenario."""
UNWRITTEN = {"idoc-delvry03", "idoc-delvry07", "idoc-invoic02"}
# Their segments need values that the others' documents do not have.
SELDOM = {"x12-812-adjustment", "x12-865-change-response", "x12-875-order", "x12-880-invoice"}
OF_KINDS = sorted(
    name for name, entry in index.entries().items() if entry.target.partition("/")[0] in MADE and name not in SELDOM
)


def reference(kind: str, body: dict[str, object], *, is_ours: bool = False) -> Reference:
    number = reference_of(str(body["number"]))
    return Reference(kind, number, str(body["purpose"]), body, orders_named(kind, body), is_ours)


@pytest.fixture
def _tests_so_far(monkeypatch: pytest.MonkeyPatch) -> None:
    """An order of the partner, one of ours, and the ship notice for ours."""
    theirs = example_of("order", "valid", [], document="850", stamp="1", day=DAY)
    ours = example_of("order", "valid", [], document="850", stamp="2", day=DAY)
    assert theirs is not None
    assert ours is not None
    known = [reference("order", theirs), reference("order", ours, is_ours=True)]
    notice = example_of("despatch-advice", "valid", known, document="856", stamp="3", day=DAY)
    assert notice is not None
    known.append(reference("despatch-advice", notice))
    monkeypatch.setattr(scenario_sample, "earlier", lambda *_: known)


@pytest.mark.usefixtures("_tests_so_far")
@pytest.mark.parametrize("name", OF_KINDS)
def test_every_scenario_has_an_example_in_every_format_that_can_say_it(name: str, connection: Connection) -> None:
    Agreement.objects.filter(partner=connection.partner).update(status=AgreementStatus.RETIRED)
    agreement = agree(connection, name, environment=Environment.TEST)
    agreement.kind = index.entries()[name].target.partition("/")[0]
    without = set()
    for scenario in fitting(agreement.kind, agreement.direction):
        found = sample_of(agreement, scenario)
        if found is None:
            without.add(scenario.code)
        elif found.extension == "xml" and name != IDOC:  # no schema of ours says what an IDoc is
            kind = index.compiled(name).source.document
            assert [one.message for one in faults(found.content, kind)] == [], scenario.code
            assert etree.fromstring(found.content) is not None
    every = {one.code for one in fitting(agreement.kind, agreement.direction)}
    assert without == (every if name in UNWRITTEN else WITHOUT.get(name, set()))


@pytest.mark.parametrize("name", [UBL, CXML, IDOC, LINES, SHOP])
def test_a_partner_passes_all_of_its_scenarios_with_the_examples_of_its_own_format(
    name: str, connection: Connection
) -> None:
    identify(connection, "cxml", "ACME-TEST", "NetworkId", environment=Environment.TEST)
    identify(connection, "idoc", "ACMECLNT100", "KU", environment=Environment.TEST)
    agree(connection, name, environment=Environment.TEST)
    asked = agree(connection, name)
    asked.status, asked.policies = AgreementStatus.DRAFT, {"certification": "always"}
    asked.save()
    codes = [one.scenario.code for one in states(asked) if one.planned.is_asked]
    assert codes == ["valid", "several-lines", "duplicate"]
    for state in states(asked):
        if not state.planned.is_asked:
            continue
        found = sample_of(asked, state.scenario)
        assert found is not None, state.scenario.code
        receipt = _came(connection, found.content)
        send_for_scenario(asked, state.scenario.code, functools.partial(_the, receipt), by="ada")
        drain()
        certify_due()
    said = {one.scenario.code: [run.results for run in one.runs] for one in states(asked) if one.word != "passed"}
    assert {code: said[code] for code in codes if code in said} == {}


def test_nothing_is_offered_for_what_we_send_or_without_a_mapping(connection: Connection) -> None:
    agreement = agree(connection, UBL, environment=Environment.TEST)
    agreement.direction = "outbound"
    (scenario, *_) = fitting("order", "inbound")
    assert sample_of(agreement, scenario) is None
    agreement.direction, agreement.set_id = "inbound", "999"
    Assignment.objects.filter(agreement=agreement).delete()
    assert sample_of(agreement, scenario) is None


def test_the_example_of_a_second_later_and_of_another_scenario_is_another(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else who sends a second one reads that it came before."""
    agreement = Agreement.objects.select_related("partner").get(environment=Environment.PRODUCTION)
    valid, several, *_ = fitting("order", "inbound")
    made = []
    for second, scenario in ((1, valid), (2, valid), (2, several)):
        now = datetime(2026, 11, 21, 23, 59, second, tzinfo=UTC)
        monkeypatch.setattr(scenario_sample, "timezone", SimpleNamespace(now=lambda now=now: now))
        found = sample_of(agreement, scenario)
        assert found is not None
        made.append(found.content)
    for number in (rb"ISA.*?\*(\d{9})\*0\*T", rb"BEG\*00\*SA\*(TEST-\d+)"):
        assert len({re.search(number, one).group(1) for one in made}) == 3  # type: ignore[union-attr]


def test_a_mapping_that_reads_little_has_whole_examples(db: None) -> None:
    """It would write little, too: less than the standard demands."""
    setup = make_partner()
    quantity = {"rules": {"value": "PO102", "unit_code": "PO103"}}
    line = {"name": "lines", "each": "PO1", "rules": {"key": {"number": "position"}, "quantity": quantity}}
    rules = {**DECLARATION["rules"], "lines": [line]}  # type: ignore[dict-item]
    MappingVersion.objects.filter(pk=setup.version.pk).update(
        declaration={**DECLARATION, "rules": rules}, checksum="cd" * 32
    )
    found = sample_of(setup.agreement, fitting("order", "inbound")[0])
    assert found is not None
    assert b"PO1*1*10*EA" in found.content


def test_rows_name_their_items(connection: Connection) -> None:
    """An order of nothing in particular would be accepted, too."""
    agreement = agree(connection, LINES, environment=Environment.TEST)
    found = sample_of(agreement, fitting("order", "inbound")[0])
    assert found is not None
    assert re.findall(rb"ITEM-\d", found.content) == [b"ITEM-1", b"ITEM-2", b"ITEM-3"]


def test_what_answers_an_order_answers_ours(connection: Connection) -> None:
    order = example_of("order", "valid", [], document="850", stamp="7", day=DAY)
    assert order is not None
    ours = order | {"number": "OURS-1", "lines": order["lines"][:1]}
    known = [reference("order", ours, is_ours=True), reference("order", order)]
    notice = example_of("despatch-advice", "matches-order", known, document="856", stamp="8", day=DAY)
    assert notice is not None
    assert orders_named("despatch-advice", notice) == ["OURS-1"]
    assert len(notice["lines"]) == 1
    assert example_of("price-catalogue", "valid", known, document="832", stamp="8", day=DAY) is None


def _came(connection: Connection, content: bytes) -> Receipt:
    return receive(
        [content], connection=connection, partner=connection.partner, environment=Environment.TEST, channel="portal",
        received_by="test",
    )  # fmt: skip


def _the(receipt: Receipt) -> Receipt:
    return receipt
