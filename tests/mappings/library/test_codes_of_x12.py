"""What the codes of the standard mean: a code that is read as another one orders, ships or pays the wrong thing."""

import pytest

from mappings.library import index


@pytest.mark.parametrize("code", ["RD", "RF", "RJ", "RN", "RV"])
def test_an_order_that_was_rejected_is_not_taken_for_accepted(code: str) -> None:
    """All of them are rejections by their names in the standard; RO alone is one with a counter offer."""
    assert index.codelists()["x12-587-response-status"][code] == "rejected"


LINES_REJECTED = ["IR", "R1", "R2", "R3", "R4", "R5", "R6", "R7", "R8"]


def test_every_status_of_a_line_is_known() -> None:
    statuses = index.codelists()["x12-668-line-status"]
    assert {code for code, status in statuses.items() if status == "rejected"} == set(LINES_REJECTED)
    assert statuses["ID"] == "deleted"


UNITS = {
    "AS": "AS", "BD": "BE", "BU": "BUA", "CC": "CMQ", "CP": "CR", "CW": "CWA", "CX": "CL", "DK": "KMT", "GG": "GGR",
    "JU": "JG", "LM": "LM", "LG": "LTN", "MJ": "MIN", "NS": "STN", "PA": "PL", "PL": "PX", "RM": "RM", "SI": "INK",
    "SJ": "SA", "SO": "SO", "SQ": "SQ", "TB": "TU", "TO": "APZ", "TU": "D14", "TY": "PU",
}  # fmt: skip


@pytest.mark.parametrize("code", sorted(UNITS))
def test_units_have_the_name_of_their_own_list_and_not_the_same_letters(code: str) -> None:
    """X12 TU is a thousand linear yards, in Recommendation 21 a tube (X12 TB): PL a pallet here, a pail there."""
    assert index.codelists()["x12-355-unit"][code] == UNITS[code]


REFERENCES = {
    "08": "tracking", "AO": "appointment", "CK": "check", "LO": "load", "MB": "bill_of_lading", "P4": "project",
    "RV": "receipt", "RZ": "return", "SN": "seal", "VC": "contract",
}  # fmt: skip


@pytest.mark.parametrize("code", sorted(REFERENCES))
def test_references_that_our_model_has_a_word_for_are_called_by_it(code: str) -> None:
    assert index.codelists()["x12-128-reference-type"][code] == REFERENCES[code]


def test_of_several_codes_that_mean_the_same_the_one_that_partners_know_is_sent() -> None:
    preferred = index.preferred()
    assert preferred["x12-98-party-role"]["ship_to"] == "ST"
    assert preferred["x12-98-party-role"]["payer"] == "PR"
    assert preferred["x12-128-reference-type"]["bill_of_lading"] == "BM"
    assert preferred["x12-355-unit"]["PX"] == "PL"
    assert preferred["x12-374-date-type"]["issue"] == "004"


OTHERS = {
    "x12-146-freight-payment": {"PS": "prepaid", "BP": "collect", "PB": "pickup"},
    "x12-236-price-type": {"RES": "retail", "RTL": "retail"},
    "x12-365-channel": {"WF": "fax", "PC": "mobile", "AP": "phone"},
    "x12-522-amount-type": {"5": "total", "T": "tax"},
    "x12-673-stock-type": {"27": "committed", "74": "damaged", "BQ": "back_ordered"},
    "x12-963-tax-type": {"CG": "gst", "SU": "sales", "VA": "vat"},
}


@pytest.mark.parametrize("name", sorted(OTHERS))
def test_what_retailers_send_has_its_word(name: str) -> None:
    assert index.codelists()[name].items() >= OTHERS[name].items()
