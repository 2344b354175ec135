"""A partner sees its own tasks of the open case on the first page, late ones marked; ours stay ours."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from partners.models import OnboardingCase, OnboardingTask, Partner, Side
from partners.portal.tasks import tasks_of

HOME = reverse("portal:home")


def add_task(case: OnboardingCase, title: str, side: str = Side.THEIRS, *, days: int | None = None) -> OnboardingTask:
    due = None if days is None else timezone.now().date() + timedelta(days=days)
    return OnboardingTask.objects.create(case=case, title=title, side=side, due=due)


@pytest.fixture
def case(partner: Partner) -> OnboardingCase:
    return OnboardingCase.objects.create(partner=partner, target_date=timezone.now().date() + timedelta(days=20))


def test_own_tasks_are_shown_the_most_urgent_first(member: Client, case: OnboardingCase) -> None:
    add_task(case, "Some day")
    add_task(case, "Soon", days=3)
    add_task(case, "Late", days=-2)
    add_task(case, "Secret plan of ours", Side.OURS, days=-5)
    page = member.get(HOME).content.decode()
    assert page.index("Late") < page.index("Soon") < page.index("Some day")
    assert "was due" in page
    assert "Secret plan" not in page


def test_what_is_done_is_counted(member: Client, case: OnboardingCase) -> None:
    task = add_task(case, "Send a sample")
    task.done_at = timezone.now()
    task.save()
    page = member.get(HOME).content.decode()
    assert "Yours is done" in page
    assert "1 done" in page
    assert reverse("portal:task-done", args=[task.pk]) not in page, "nobody of them said so"


def test_tasks_of_others_and_of_closed_cases_are_not_shown(
    member: Client, partner: Partner, case: OnboardingCase
) -> None:
    zenith = Partner.objects.create(code="zenith", name="Zenith")
    add_task(OnboardingCase.objects.create(partner=zenith), "Zenith's own")
    assert tasks_of(partner) is None
    assert "way to live" not in member.get(HOME).content.decode()
    add_task(case, "Send a sample")
    OnboardingCase.objects.filter(pk=case.pk).update(closed_at=timezone.now())
    assert tasks_of(partner) is None


def test_a_task_is_done_by_the_partner_and_ours_by_us(member: Client, case: OnboardingCase) -> None:
    theirs, ours = add_task(case, "Send a sample"), add_task(case, "Map it", Side.OURS)
    assert member.post(reverse("portal:task-done", args=[theirs.pk]))["Location"] == HOME
    theirs.refresh_from_db()
    assert (theirs.done_at is not None, theirs.done_by) == (True, "ada")
    assert case.events.get().actor == "ada"
    assert member.post(reverse("portal:task-done", args=[ours.pk])).status_code == 404
    OnboardingCase.objects.update(closed_at=timezone.now())
    assert member.post(reverse("portal:task-done", args=[theirs.pk])).status_code == 404
