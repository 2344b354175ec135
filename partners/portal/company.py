"""The company's own page: details, contacts and people, identities, and what waits for us."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from partners.models import Contact, Purpose
from partners.portal.access import Visit, for_members, show
from partners.portal.company_forms import ContactForm, DetailsForm, IdentityForm, NameForm, NoteForm
from partners.services.change import Refused, change
from partners.services.propose import ProposalRefused, propose_end, propose_identity, propose_name, take_back
from partners.services.revisions import Outdated, revision_of

REASON = "By the partner in the portal"
SHOWN = 20
MOST_CONTACTS = 100


@require_safe
@for_members
def company(request: HttpRequest, visit: Visit) -> HttpResponseBase:
    """All that we keep about the company."""
    partner = visit.partner
    contacts = partner.contacts.filter(is_active=True)
    return show(
        request,
        visit,
        "portal/company.html",
        title="Your company",
        contacts=[(one, [str(Purpose(purpose).label) for purpose in one.purposes]) for one in contacts],
        identities=partner.identities.order_by("kind", "qualifier", "value"),
        people=partner.members.filter(is_active=True, user__is_active=True).select_related("user"),
        proposals=partner.proposals.select_related("proposed_by")[:SHOWN],
    )


@for_members
def edit_company(request: HttpRequest, visit: Visit) -> HttpResponseBase:
    """What the partner changes by itself."""
    partner = visit.partner
    initial = {"time_zone": partner.time_zone, "language": partner.language, "revision": revision_of(partner)}
    form = DetailsForm(request.POST or None, initial=initial)
    if _saved(form, partner, visit):
        messages.success(request, "Your details are kept.")
        return redirect("portal:company")
    return _ask(request, visit, "Edit your details", form, "Save")


@for_members
def other_name(request: HttpRequest, visit: Visit) -> HttpResponseBase:
    """Documents and papers carry the name, so that we look at it first."""
    form = NameForm(request.POST or None, initial={"name": visit.partner.name})
    if form.is_valid():
        said = form.cleaned_data
        try:
            propose_name(visit.partner, said["name"], note=said["note"], by=visit.user)
        except ProposalRefused as refused:
            _show_errors(form, refused.errors)
        else:
            return _proposed(request)
    return _ask(request, visit, "Propose another name", form, "Propose", "We look at it before it changes anything.")


@for_members
def add_contact(request: HttpRequest, visit: Visit) -> HttpResponseBase:
    """Somebody to write to. They need no account."""
    contact = Contact(partner=visit.partner)
    form = ContactForm.of(contact, request.POST or None)
    if visit.partner.contacts.count() >= MOST_CONTACTS and form.is_bound:
        form.add_error(None, f"At most {MOST_CONTACTS} contacts are kept. Ask your contact with us to clear up.")
    elif form.is_valid() and _is_there(visit, form.cleaned_data):
        form.add_error("name", "This contact is there already. Edit it to change what it is written to about.")
    if _saved(form, contact, visit):
        messages.success(request, f"{form.cleaned_data['name']} is a contact now.")
        return redirect("portal:company")
    return _ask(request, visit, "Add a contact", form, "Add")


def _is_there(visit: Visit, said: dict[str, Any]) -> bool:
    """Whether somebody sent the form twice, or did not see the contact in the list."""
    same = visit.partner.contacts.filter(is_active=True, name=said["name"])
    return same.filter(email=said["email"], phone=said["phone"]).exists()


@for_members
def edit_contact(request: HttpRequest, visit: Visit, pk: int) -> HttpResponseBase:
    """How to reach them, and about what."""
    contact = get_object_or_404(Contact, pk=pk, partner=visit.partner, is_active=True)
    form = ContactForm.of(contact, request.POST or None)
    if _saved(form, contact, visit):
        messages.success(request, f"{form.cleaned_data['name']} is kept.")
        return redirect("portal:company")
    return _ask(request, visit, f"Edit {contact}", form, "Save")


@for_members
def remove_contact(request: HttpRequest, visit: Visit, pk: int) -> HttpResponseBase:
    """Nobody writes to them any more; the history keeps who they were."""
    contact = get_object_or_404(Contact, pk=pk, partner=visit.partner, is_active=True)
    if request.method == "POST":
        change(contact, {"is_active": False}, by=visit.user, reason=REASON)
        messages.success(request, f"{contact} is removed.")
        return redirect("portal:company")
    words = "We do not write to them any more. An account of theirs is another thing and stays."
    return _ask(request, visit, f"Remove {contact}", None, "Remove", words)


@for_members
def propose(request: HttpRequest, visit: Visit, pk: int | None = None) -> HttpResponseBase:
    """A new identity, or another in place of one. Documents are recognised by them, so that we look at it first."""
    identity = get_object_or_404(visit.partner.identities, pk=pk) if pk is not None else None
    form = IdentityForm.of(identity, request.POST or None)
    if form.is_valid():
        values = {name: form.cleaned_data[name] for name in ("environment", "kind", "qualifier", "value")}
        note = form.cleaned_data["note"]
        try:
            propose_identity(visit.partner, values, instead_of=identity, note=note, by=visit.user)
        except ProposalRefused as refused:
            _show_errors(form, refused.errors)
        else:
            return _proposed(request)
    title = f"Propose another identity for {identity}" if identity else "Propose a new identity"
    words = "Documents are recognised by identities: we look at it before it changes anything."
    return _ask(request, visit, title, form, "Propose", words)


@for_members
def end_identity(request: HttpRequest, visit: Visit, pk: int) -> HttpResponseBase:
    """Propose that one is used no longer."""
    identity = get_object_or_404(visit.partner.identities, pk=pk)
    form = NoteForm(request.POST or None)
    if form.is_valid():
        try:
            propose_end(identity, note=form.cleaned_data["note"], by=visit.user)
        except ProposalRefused as refused:
            _show_errors(form, refused.errors)
        else:
            return _proposed(request)
    words = "Documents with it are not recognised any more when we have taken it away. Until then nothing changes."
    return _ask(request, visit, f"Propose that {identity} ends", form, "Propose", words)


@require_POST
@for_members
def withdraw(request: HttpRequest, visit: Visit, pk: int) -> HttpResponseBase:
    """Take back what was proposed."""
    proposal = get_object_or_404(visit.partner.proposals, pk=pk)
    if take_back(proposal, by=visit.user):
        messages.success(request, "It is taken back.")
    else:
        messages.info(request, "It was decided or taken back before.")
    return redirect("portal:company")


def _saved(form: Any, record: Any, visit: Visit) -> bool:
    if not form.is_valid():
        return False
    try:
        change(record, form.values(), by=visit.user, reason=REASON, revision=form.cleaned_data["revision"] or None)
    except Refused as refused:
        _show_errors(form, {name: " ".join(said) for name, said in refused.errors.items()})
    except Outdated:
        form.add_error(None, "Somebody else saved this after you opened it. Open the page again, and change it there.")
    else:
        return True
    return False


def _show_errors(form: forms.Form, errors: dict[str, str]) -> None:
    for name, said in errors.items():
        form.add_error(name if name in form.fields else None, said)


def _proposed(request: HttpRequest) -> HttpResponseBase:
    messages.success(request, "It is proposed. You see below when we have decided.")
    return redirect("portal:company")


def _ask(
    request: HttpRequest, visit: Visit, title: str, form: forms.Form | None, submit: str, words: str = ""
) -> HttpResponseBase:
    back = reverse("portal:company")
    return show(request, visit, "portal/ask.html", title=title, form=form, submit=submit, words=words, back=back)
