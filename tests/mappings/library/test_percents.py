"""X12 writes some percents as fractions of one: a tax of 7.5 percent that is read as 0.075 is no tax at all."""

import pytest

from tests.mappings.library.x12_sets import mapped

INVOICE = ["BIG*20260302*INV-1", "IT1*1*10*EA*10.00", "TDS*10750"]


@pytest.mark.parametrize(
    ("sent", "percent"),
    [(".075", "7.5"), ("0.0825", "8.25"), (".06", "6"), ("0.20", "20"), ("7.5", "7.5"), ("19", "19"), ("0", "0")],
)
def test_a_tax_is_percents_however_its_sender_writes_it(sent: str, percent: str) -> None:
    """The dictionary has 954 from 0.0 to 1.0 for 0 to 100 percent; many senders write percents all the same."""
    body = mapped("810", *INVOICE, f"TXI*ST*7.50*{sent}")
    assert body["taxes"][0]["percent"] == percent


def test_other_percents_of_that_element_are_read_alike() -> None:
    body = mapped("810", INVOICE[0], "ITD*01*3*2.5**10**30********.015", *INVOICE[1:])
    (terms,) = body["payment_terms"]
    assert (terms["discount_percent"], terms["late_percent"]) == ("2.5", "1.5")
