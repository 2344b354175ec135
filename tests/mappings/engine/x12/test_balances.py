"""A total that is wrong and not named costs a partner money; a right one that is called wrong costs their trust."""

import pytest

from mappings.engine.findings import Finding, Severity
from mappings.engine.x12.balances import TOTALS, hash_agrees
from mappings.engine.x12.structure import release
from mappings.engine.x12.validator import validator_for
from tests.mappings.engine.x12.documents import ORDER, STAR, codes, raw, read, replaced, transaction


def findings(set_id: str, body: list[str], version: str = "004010") -> list[Finding]:
    return validator_for(set_id, version).read(raw(transaction(body, set_id=set_id)), STAR).findings


INVOICE = ["BIG*20261121*INV-1", "IT1*1*10*EA*9.25*PE*BP*B10", "IT1*2*3*EA*1.5", "TDS*9700", "CTT*2*13"]
NOTICE = [
    "BSN*00*A-1*20261121*0830*0001",
    "HL*1**S*1",
    "HL*2*1*O*1",
    "PRF*PO-1",
    "HL*3*2*I*0",
    "LIN**BP*B10",
    "SN1**10*EA",
    "HL*4*2*I*0",
    "LIN**BP*B20",
    "SN1**2.5*EA",
]


@pytest.mark.parametrize("stated", ["15", "15.0", "015"])
def test_a_right_hash_total_is_silent(stated: str) -> None:
    assert read(replaced("CTT*2", f"CTT*2*{stated}")).findings == []


def test_a_wrong_hash_total_is_a_warning_at_its_place() -> None:
    (found,) = read(replaced("CTT*2", "CTT*2*16")).findings
    assert (found.code, found.severity, found.place.element) == ("hash-total-mismatch", Severity.WARNING, 2)
    assert found.message == "CTT02 says 16, the sum of PO102 is 15"
    assert found.place.segment_id == "CTT"


def test_the_example_of_the_standard() -> None:
    """Data element 347: points and signs are left aside, what is too long is cut off on the left."""
    values = [".0018", ".18", "1.8", "18.01"]
    assert hash_agrees("1855", values)
    assert hash_agrees("19.9918", values)
    assert not hash_agrees("1856", values)
    assert hash_agrees("3", ["9999999999", "4"])
    assert hash_agrees("15", ["-10", "5"])
    assert hash_agrees("-5", ["-10", "5"])


@pytest.mark.parametrize("quantity", ["ten", "", "1E500", "1e99999999999", "Infinity", "NaN", "9" * 60])
def test_a_quantity_that_is_none_is_no_second_fault(quantity: str) -> None:
    line = f"PO1*2*{quantity}*CA*100*PE*BP*B20*VN*V-2"
    found = read(replaced("PO1*2*5*CA*100*PE*BP*B20*VN*V-2", line, replaced("CTT*2", "CTT*2*10"))).findings
    assert "hash-total-mismatch" not in codes(found)


def test_levels_are_counted_in_a_ship_notice() -> None:
    assert findings("856", [*NOTICE, "CTT*4*12.5"]) == []
    assert codes(findings("856", [*NOTICE, "CTT*2*12.5"])) == ["line-count-mismatch"]
    assert codes(findings("856", [*NOTICE, "CTT*4*12"])) == ["hash-total-mismatch"]


def test_every_set_with_totals_has_the_segments_that_they_sum() -> None:
    for set_id, totals in TOTALS.items():
        validator = validator_for(set_id, "004010")
        assert {totals.counted, "CTT"} <= validator.vocabulary, set_id
        if totals.summed:
            definition = release("004010").segment(totals.summed)
            assert definition is not None
            assert definition.elements[totals.element - 1].type == "R", set_id


def test_an_invoice_that_adds_up_is_silent() -> None:
    assert findings("810", INVOICE) == []


def test_an_invoice_that_does_not_add_up_is_a_warning() -> None:
    (found,) = findings("810", [line.replace("TDS*9700", "TDS*9800") for line in INVOICE])
    assert (found.code, found.severity) == ("invoice-total-mismatch", Severity.WARNING)
    assert found.message == "TDS01 says 98.00, lines, allowances, charges and taxes come to 97.00"
    assert (found.place.segment_id, found.place.element, found.place.element_id) == ("TDS", 1, "610")


@pytest.mark.parametrize(
    ("extra", "total"),
    [
        (["SAC*C*D240***500"], "10200"),
        (["SAC*A*C310***700"], "9000"),
        (["SAC*C*D240***500"], "9700"),
        (["SAC*C*D240***500", "SAC*A*C310***700"], "9500"),
        (["SAC*C*D240***500", "SAC*A*C310***700"], "10200"),
    ],
)
def test_charges_and_allowances_may_be_in_the_total_or_not(extra: list[str], total: str) -> None:
    at_the_end = [*INVOICE[:3], f"TDS*{total}", *extra, "CTT*2*13"]
    assert findings("810", at_the_end) == []
    in_a_line = [*INVOICE[:3], *extra, f"TDS*{total}", "CTT*2*13"]
    assert findings("810", in_a_line) == []


def test_taxes_are_added() -> None:
    assert findings("810", [*INVOICE[:3], "TDS*10476", "TXI*ST*7.76", "CTT*2*13"]) == []


def test_a_price_may_be_for_a_hundred() -> None:
    body = ["BIG*20261121*INV-1", "IT1*1*1000*EA*9.25*HP", "TDS*9250"]
    assert findings("810", body) == []


@pytest.mark.parametrize("line", ["IT1*1*10*EA*9.25*PP", "IT1*1*10*EA", "IT1*1*x*EA*9.25"])
def test_what_cannot_be_computed_is_not_judged(line: str) -> None:
    found = findings("810", ["BIG*20261121*INV-1", line, "TDS*1"])
    assert "invoice-total-mismatch" not in codes(found)


def test_a_grocery_invoice() -> None:
    body = ["G01*20261121*INV-1*20261120*PO-1", "N1*ST*A*9*123", "G17*10*CA*9.25*012345678905", "G31*10*CA", "G33*9250"]
    assert "invoice-total-mismatch" not in codes(findings("880", body))
    body[-1] = "G33*9251"
    assert "invoice-total-mismatch" not in codes(findings("880", body))
    body[-1] = "G33*9999"
    assert "invoice-total-mismatch" in codes(findings("880", body))


def test_totals_say_nothing_in_an_acknowledgment() -> None:
    wrong = [*findings("810", [*INVOICE[:3], "TDS*1", "CTT*9*9"]), *read(replaced(ORDER[14], "CTT*9*9")).findings]
    assert len(wrong) == 5
    assert not any(found.rule.segment or found.rule.element or found.rule.set for found in wrong)
