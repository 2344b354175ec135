"""If these fail, documents go to the wrong partner, or an analyst types an identity that no document can carry."""

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from partners.identities import check_digit, faults, is_gln, normalise, warnings
from partners.models import Identity, IdentityKind, Partner


@pytest.mark.parametrize(
    ("kind", "qualifier", "value"),
    [
        ("isa", "ZZ", "ACME"),
        ("isa", "01", "123456789"),
        ("isa", "12", "5551230000"),
        ("gs", "", "ACMEGS"),
        ("gln", "", "4012345000009"),
        ("duns", "", "123456789"),
        ("duns", "", "1234567890001"),
        ("endpoint", "0088", "4012345000009"),
        ("cxml", "NETWORKID", "AN01000002792"),
        ("idoc", "KU", "CUST01"),
        ("as2", "", "ACME AS2"),
    ],
)
def test_what_each_kind_may_look_like(kind: str, qualifier: str, value: str) -> None:
    assert faults(kind, qualifier, value) == {}
    assert warnings(kind, qualifier, value) == []


@pytest.mark.parametrize(
    ("kind", "qualifier", "value", "where", "said"),
    [
        ("isa", "", "ACME", "qualifier", "ISA05 has no code"),
        ("isa", "99", "ACME", "qualifier", "ISA05 has no code 99"),
        ("isa", "ZZ", "A" * 16, "value", "15 characters"),
        ("isa", "ZZ", "ÄCME", "value", "plain characters"),
        ("isa", "ZZ", "", "value", "plain characters"),
        ("gs", "ZZ", "ACME", "qualifier", "Leave it empty"),
        ("gs", "", "A", "value", "2 to 15"),
        ("gln", "", "4012345000001", "value", "ends in 9"),
        ("gln", "", "401234500000", "value", "13 digits"),
        ("duns", "", "12345678", "value", "9 digits"),
        ("cxml", "", "AN01", "qualifier", "domain"),
        ("idoc", "KUNDE", "C", "qualifier", "two letters"),
        ("idoc", "KU", "12345678901", "value", "10 characters"),
        ("as2", "", 'A"B', "value", "quotes"),
    ],
)
def test_what_cannot_be_is_refused_in_words(kind: str, qualifier: str, value: str, where: str, said: str) -> None:
    assert said in faults(kind, qualifier, value)[where]


def test_what_is_odd_but_seen_in_the_field_is_only_said() -> None:
    assert faults("isa", "01", "ACME001") == {}
    assert "is not a D-U-N-S" in warnings("isa", "01", "ACME001")[0]
    assert "is not a GLN" in warnings("endpoint", "0088", "7300010000002")[0]


@given(st.text("0123456789", min_size=12, max_size=12), st.integers(0, 11), st.integers(1, 9))
def test_a_check_digit_finds_every_single_wrong_digit(digits: str, place: int, more: int) -> None:
    right = digits + check_digit(digits)
    assert is_gln(right)
    wrong = right[:place] + str((int(right[place]) + more) % 10) + right[place + 1 :]
    assert not is_gln(wrong)


def test_blanks_and_hyphens_that_people_write_are_left_out() -> None:
    assert normalise("duns", "", " 12-345-6789 ") == ("", "123456789")
    assert normalise("gln", "", "4012345 00000 9") == ("", "4012345000009")
    assert normalise("isa", "zz", " ac-me ") == ("ZZ", "AC-ME")


@pytest.mark.django_db
def test_two_partners_with_one_identity_the_holder_is_named() -> None:
    acme = Partner.objects.create(code="acme", name="Acme Stores")
    zenith = Partner.objects.create(code="zenith", name="Zenith")
    Identity.objects.create(partner=acme, kind=IdentityKind.ISA, qualifier="ZZ", value="ACME")
    again = Identity(partner=zenith, kind=IdentityKind.ISA, qualifier="zz", value="acme ")
    with pytest.raises(ValidationError, match=r"Acme Stores \(acme\) has this identity"):
        again.full_clean()
