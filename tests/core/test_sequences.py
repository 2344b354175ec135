"""If these fail, two acknowledgments carry one control number, or a number is lost."""

import threading

import pytest
from django.db import connection, connections, transaction

from config.core.models import NumberSequence
from config.core.sequences import take


@pytest.mark.django_db
def test_numbers_begin_at_one_and_ascend_for_each_key() -> None:
    with transaction.atomic():
        assert [take("acme"), take("acme"), take("zeta"), take("acme")] == [1, 2, 1, 3]


@pytest.mark.django_db
def test_a_rollback_gives_the_number_back() -> None:
    with transaction.atomic():
        take("acme")
        transaction.set_rollback(True)
    with transaction.atomic():
        assert take("acme") == 1


@pytest.mark.django_db(transaction=True)
def test_no_number_outside_a_transaction() -> None:
    with pytest.raises(RuntimeError, match="transaction"):
        take("acme")
    assert not NumberSequence.objects.exists()


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_many_at_once_each_get_their_own() -> None:
    assert connection.vendor == "postgresql"
    taken: list[int] = []

    def take_ten() -> None:
        for _ in range(10):
            with transaction.atomic():
                taken.append(take("acme"))
        connections.close_all()

    threads = [threading.Thread(target=take_ten) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == list(range(1, 81))
