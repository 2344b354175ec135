"""Whoever is stuck in the portal reads what to do next, and can take back what was a slip."""

import pytest
from django.core.exceptions import SuspiciousOperation
from django.test import Client
from django.urls import reverse

from config.core.models import User
from partners.models import OnboardingCase, OnboardingTask, Partner, Side
from tests.factories import make_user
from tests.partners.portal.people import make_person

HOME = reverse("portal:home")


def own_up(partner: Partner) -> None:
    """Somebody of us is named for the partner."""
    anna = make_user("anna")
    anna.first_name, anna.last_name, anna.email = "Anna", "Lyst", "anna@us.example"
    anna.save()
    partner.business_owner = anna
    partner.save()


def text_of(client: Client, url: str) -> str:
    return str(client.get(url).content.decode())


def test_a_page_from_before_the_log_in_says_so_and_leads_on(db: None) -> None:
    client = Client(enforce_csrf_checks=True)
    response = client.post(reverse("portal:login"), {"username": "ada", "password": "x"})
    said = response.content.decode()
    assert (response.status_code, "load the page again" in said) == (403, True)
    assert 'href="/portal/"' in said
    assert "CSRF" not in said


def test_what_is_refused_is_not_said_in_words_of_our_own_staff(member: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object) -> None:
        raise SuspiciousOperation("Its cause")

    monkeypatch.setattr("partners.portal.access.partners_of", refuse)
    response = member.get(HOME)
    said = response.content.decode()
    assert (response.status_code, "This request cannot be read" in said, "Its cause" in said) == (400, True, False)
    assert 'href="/portal/"' in said


def test_every_page_says_who_of_us_to_ask(member: Client, partner: Partner) -> None:
    assert "Your contact with us is" not in text_of(member, HOME)
    own_up(partner)
    said = text_of(member, reverse("portal:company"))
    assert "Anna Lyst" in said
    assert "mailto:anna@us.example" in said
    User.objects.filter(username="anna").update(is_active=False)
    assert "anna@us.example" not in text_of(member, HOME)


def test_nobody_is_named_to_those_who_are_not_members(partner: Partner) -> None:
    own_up(partner)
    client = Client()
    assert "anna" not in text_of(client, reverse("portal:login"))
    client.force_login(make_user("guest"))
    assert "anna" not in text_of(client, HOME)


@pytest.fixture
def task(partner: Partner) -> OnboardingTask:
    case = OnboardingCase.objects.create(partner=partner)
    return OnboardingTask.objects.create(case=case, title="Send a sample", side=Side.THEIRS)


def test_a_task_that_was_ticked_by_a_slip_is_opened_again(member: Client, task: OnboardingTask) -> None:
    url = reverse("portal:task-done", args=[task.pk])
    member.post(url)
    assert "Not done after all" in text_of(member, HOME)
    assert "is open again" in member.post(url, {"undo": "1"}, follow=True).content.decode()
    task.refresh_from_db()
    assert (task.done_at, task.done_by) == (None, "")
    assert "Not done after all" not in text_of(member, HOME)


def test_what_somebody_else_did_is_not_taken_back(member: Client, task: OnboardingTask) -> None:
    colleague = Client()
    colleague.force_login(make_person(task.case.partner, "bob"))
    url = reverse("portal:task-done", args=[task.pk])
    colleague.post(url)
    assert "Not done after all" not in text_of(member, HOME)
    assert "was done by bob" in member.post(url, {"undo": "1"}, follow=True).content.decode()
    task.refresh_from_db()
    assert task.done_by == "bob"


def test_who_is_in_already_is_not_sent_to_log_in_by_an_old_link(member: Client) -> None:
    said = text_of(member, reverse("portal:invitation", args=["none"]))
    assert f'href="{HOME}"' in said
    assert ">Log in<" not in said


def test_a_link_that_is_used_up_says_so_in_its_title(db: None) -> None:
    said = text_of(Client(), reverse("portal:set-password", args=["MQ", "none"]))
    assert "<title>This link does not work any more" in said


def test_passwords_are_asked_for_in_the_same_words(member: Client) -> None:
    said = text_of(member, reverse("portal:change-password"))
    assert "The new password again" in said
    assert "confirmation" not in said
    assert "for verification" not in said


def test_the_same_contact_is_not_made_twice(member: Client, partner: Partner) -> None:
    form = {"name": "EDI desk", "email": "edi@acme.example", "purposes": "technical"}
    url = reverse("portal:contact-add")
    assert member.post(url, form).status_code == 302
    assert "is there already" in member.post(url, form).content.decode()
    assert partner.contacts.count() == 1
    assert member.post(url, form | {"name": "Night desk"}).status_code == 302


def test_two_passwords_that_differ_are_said_to_differ(member: Client) -> None:
    said = {"old_password": "x", "new_password1": "a long new one 17", "new_password2": "another new one 17"}
    assert "The two passwords differ." in member.post(reverse("portal:change-password"), said).content.decode()
