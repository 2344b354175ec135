"""If these fail, rows lose their order in time, or a rerun doubles documents instead of colliding."""

from datetime import UTC, datetime
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from config.core.ids import derived_uuid7, earliest_uuid7, uuid7

PARENTS = st.builds(uuid7)


def milliseconds(value: UUID) -> int:
    return value.int >> 80


def test_ids_follow_the_clock_and_differ() -> None:
    before = int(datetime.now(UTC).timestamp() * 1000)
    made = [uuid7() for _ in range(1000)]
    after = int(datetime.now(UTC).timestamp() * 1000)
    assert len(set(made)) == 1000
    assert made == sorted(made)  # also those of one millisecond
    assert all(before <= milliseconds(value) <= after for value in made)
    assert {value.version for value in made} == {7}
    assert {value.variant for value in made} == {"specified in RFC 4122"}


@given(PARENTS, st.integers(1, 100_000))
def test_a_derived_id_is_the_same_every_time(parent: UUID, ordinal: int) -> None:
    derived = derived_uuid7(parent, "document", ordinal)
    assert derived == derived_uuid7(parent, "document", ordinal)
    assert derived.version == 7
    assert milliseconds(derived) == milliseconds(parent)
    assert derived not in {
        derived_uuid7(parent, "document", ordinal + 1),
        derived_uuid7(parent, "document", ordinal + 4096),
        derived_uuid7(parent, "unit", ordinal),
        derived_uuid7(uuid7(), "document", ordinal),
    }


def test_derived_ids_of_one_file_are_in_order_and_unique() -> None:
    parent = uuid7()
    derived = [derived_uuid7(parent, "document", ordinal) for ordinal in range(1, 4096)]
    assert derived == sorted(set(derived))


def test_since_an_instant_means_from_that_instant_on() -> None:
    at = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)
    earliest = earliest_uuid7(at)
    assert milliseconds(earliest) == int(at.timestamp() * 1000)
    assert earliest < uuid7()
    assert earliest <= derived_uuid7(earliest, "document", 1)
