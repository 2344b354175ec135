"""A document is mapped as what it is: a premium of health insurance must not end as a payment of an invoice."""

import pytest

from mappings.services.standard_mapping import standard_mapping


@pytest.mark.parametrize(
    ("version", "name"),
    [("005010", "x12-820-remittance"), ("004010VICS", "x12-820-remittance"), ("003040", "x12-820-remittance")],
)
def test_payments_of_trade_are_mapped(version: str, name: str) -> None:
    mapping = standard_mapping("820", version)
    assert mapping is not None
    assert mapping.name == name


@pytest.mark.parametrize("version", ["005010X218", "005010X306", "004010X061A1"])
def test_payments_of_health_insurance_are_another_document(version: str) -> None:
    assert standard_mapping("820", version) is None
