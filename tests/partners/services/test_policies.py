"""If these fail, a partner is served by settings that nobody chose, or one that the house forbids."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from partners.models import Agreement, AgreementStatus, Direction, HousePolicies, Partner
from partners.policies import SECTIONS, Policies, conflicts, resolve, widens
from partners.services.check_policies import check_policies
from partners.services.effective_policies import Origin, effective_policies, policies_in_force
from partners.services.recognise import find_agreement
from tests.factories import PartnerSetup, make_partner


@pytest.fixture
def setup(db: None) -> PartnerSetup:
    return make_partner("acme")


def house(**policies: object) -> None:
    HousePolicies.objects.update_or_create(pk=1, defaults={"policies": policies})


def origins(setup: PartnerSetup) -> dict[str, tuple[object, Origin]]:
    return {p.name: (p.value, p.origin) for p in policies_in_force(setup.partner, setup.agreement)}


def test_each_policy_stands_in_one_section() -> None:
    shown = [name for section in SECTIONS for name in section.words]
    assert sorted(shown) == sorted(Policies.__struct_fields__)


def test_four_layers_and_who_set_each(setup: PartnerSetup) -> None:
    house(ta1="always", balances="reject", segment_order="off")
    setup.partner.policies = {"balances": "off", "segment_order": "warn"}
    setup.agreement.policies = {"segment_order": "reject"}
    found = origins(setup)
    assert found["syntax_errors"] == ("reject", Origin.DEFAULT)
    assert found["ta1"] == ("always", Origin.HOUSE)
    assert found["balances"] == ("off", Origin.PARTNER)
    assert found["segment_order"] == ("reject", Origin.AGREEMENT)
    assert effective_policies(setup.partner, setup.agreement).ta1 == "always"


def test_limits_may_only_narrow(setup: PartnerSetup) -> None:
    house(max_file_bytes=1000)
    assert "can only be lowered" in check_policies({"max_file_bytes": 2000})[0]
    assert check_policies({"max_file_bytes": 500}) == []
    setup.partner.policies = {"max_file_bytes": 500}
    assert check_policies({"unknown_codes": "off"}, setup.partner) == []


def test_a_house_that_tightens_later_wins_over_what_partners_have(setup: PartnerSetup) -> None:
    setup.partner.policies = {"max_file_bytes": 5000}
    house(max_file_bytes=1000)
    assert effective_policies(setup.partner).max_file_bytes == 1000
    assert origins(setup)["max_file_bytes"] == (1000, Origin.HOUSE)


@pytest.mark.parametrize(
    ("name", "inherited", "wanted", "looser"),
    [
        ("unknown_segments", "reject", "warn", True),
        ("unknown_segments", "warn", "off", True),
        ("unknown_segments", "off", "reject", False),
        ("duplicate_document", "hold", "process", True),
        ("duplicate_document", "hold", "reject", False),
        ("ta1", "never", "always", False),
        ("max_file_bytes", 5, 6, True),
        ("max_file_bytes", 5, 5, False),
    ],
)
def test_what_is_looser_is_known(name: str, inherited: object, wanted: object, looser: bool) -> None:
    assert widens(name, inherited, wanted) is looser


@pytest.mark.parametrize(
    ("policies", "said"),
    [
        ({"element_separator": "*", "segment_terminator": "0x2A"}, "cannot be the same"),
        ({"isa_control_start": 10, "control_maximum": 9}, "after the last"),
        ({"isa_authorization": "X"}, "other than 00"),
        ({"own_isa_id": "US"}, "go together"),
        ({"acknowledgment_for": "set", "acknowledgment_detail": "group"}, "cannot be by group only"),
        ({"acknowledgment_for": "set", "acknowledge_accepted": False}, "lists accepted documents too"),
    ],
)
def test_values_that_cannot_hold_together_are_said(policies: dict[str, object], said: str) -> None:
    assert said in conflicts(resolve(policies))[0]


def test_no_conflict_in_the_defaults() -> None:
    assert conflicts(Policies()) == []


def agreed(setup: PartnerSetup, begins: date | None, ends: date | None) -> Agreement:
    return Agreement(
        partner=setup.partner,
        status=AgreementStatus.LIVE,
        effective_from=begins,
        effective_until=ends,
        release="005010",
    )


def test_an_agreement_holds_on_its_days_only(setup: PartnerSetup) -> None:
    old, new = agreed(setup, None, date(2026, 3, 31)), agreed(setup, date(2026, 4, 1), None)
    for agreement in (old, new):
        agreement.full_clean()
        agreement.save()

    def on(day: date) -> Agreement | None:
        return find_agreement(setup.partner, Direction.INBOUND, "production", "850", "005010", on=day)

    assert on(date(2026, 3, 31)) == old
    assert on(date(2026, 4, 1)) == new
    new.effective_from = date(2026, 5, 1)
    new.save()
    assert on(date(2026, 4, 1)) is None


def test_the_day_is_that_of_the_partner(setup: PartnerSetup, monkeypatch: pytest.MonkeyPatch) -> None:
    from datetime import UTC, datetime

    from django.utils import timezone

    agreed(setup, date(2026, 4, 1), None).save()
    monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 3, 31, 20, tzinfo=UTC))
    setup.partner.time_zone = "Asia/Tokyo"
    assert find_agreement(setup.partner, Direction.INBOUND, "production", "850", "005010") is not None
    setup.partner.time_zone = "America/Chicago"
    assert find_agreement(setup.partner, Direction.INBOUND, "production", "850", "005010") is None


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ((None, None), (None, None)),
        ((None, date(2026, 3, 31)), (date(2026, 3, 31), None)),
        ((date(2026, 1, 1), None), (date(2026, 5, 1), date(2026, 6, 1))),
    ],
)
def test_overlapping_agreements_are_refused(setup: PartnerSetup, first: tuple, second: tuple) -> None:
    agreed(setup, *first).save()
    with pytest.raises(ValidationError, match="overlaps|has an agreement"):
        agreed(setup, *second).full_clean()


def test_it_ends_after_it_begins(setup: PartnerSetup) -> None:
    with pytest.raises(ValidationError, match="must end after"):
        agreed(setup, date(2026, 2, 1), date(2026, 1, 1)).full_clean()


def test_a_partner_does_not_belong_to_itself(setup: PartnerSetup) -> None:
    child = Partner.objects.create(code="child", name="Child", parent=setup.partner)
    setup.partner.parent = child
    with pytest.raises(ValidationError, match="cannot belong"):
        setup.partner.full_clean()
