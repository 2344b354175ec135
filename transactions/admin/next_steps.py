"""What to do about an open case: ways to the pages where its cause is mended."""

from typing import NamedTuple
from urllib.parse import urlencode

from django.urls import reverse

from mappings.engine.findings import Code
from partners.identities import faults, normalise
from partners.models import Agreement, AgreementStatus, Direction, Environment, IdentityKind
from transactions.models import ExceptionCase, WorkUnit
from transactions.pipeline.batches import XmlBatch, batch_of
from transactions.states import CaseCategory, UnitState

STANDARDS = {"xml": "XML", "text": "TEXT"}  # what agreements call the formats of groups; all else is X12


class Step(NamedTuple):
    """A page that helps; label: what is done there."""

    label: str
    url: str


def next_steps(case: ExceptionCase) -> list[Step]:
    """Where the cause of a case can be mended; empty when only the sender can. Reads at most one row."""
    if case.document_id is not None:
        return _about_document(case)
    if case.category == CaseCategory.DUPLICATE and case.interchange is not None:
        number = case.interchange.control_number
        return [Step(f"See the interchanges with number {number}", _list("interchange", q=number))]
    steps = {
        Code.SENDER_UNKNOWN.value: _unknown_sender,
        Code.SENDER_NOT_ALLOWED.value: _connection,
        Code.ENVIRONMENT_CONFLICT.value: _connection,
        Code.ENVIRONMENT_MISMATCH.value: _other_environment,
        Code.PARTNER_INACTIVE.value: _inactive_partner,
        Code.AGREEMENT_MISSING.value: _missing_agreement,
        Code.AGREEMENT_STOPPED.value: _stopped_agreement,
        Code.MAPPING_MISSING.value: _missing_mapping,
    }.get(case.code)
    return steps(case) if steps else []


def _about_document(case: ExceptionCase) -> list[Step]:
    document = case.document
    if document is None:
        return []
    if case.category == CaseCategory.DUPLICATE and document.business_key:
        key = document.business_key
        return [Step(f"See the documents with number {key}", _list("document", q=key))]
    if case.category == CaseCategory.MAPPING and document.agreement_id is not None:
        return [Step("Look at the agreement and its mapping", _page("partners_agreement", document.agreement_id))]
    return []


def _unknown_sender(case: ExceptionCase) -> list[Step]:
    """The identities with all that the envelope says of them; whose they are, a person must know."""
    found = _identities(case)
    steps = [Step("Or set up a new partner", reverse("admin:partners_partner_add"))]
    for kind, qualifier, value in reversed(found):
        known = {"environment": case.environment, "kind": kind.value, "qualifier": qualifier, "value": value}
        name = f"the identity {qualifier or kind.label} {value}" if len(found) > 1 else "this identity"
        url = f"{reverse('admin:partners_identity_add')}?{urlencode(known)}"
        steps.insert(0, Step(f"Give {name} to a partner", url))
    return steps


def _identities(case: ExceptionCase) -> list[tuple[IdentityKind, str, str]]:
    """Kind, qualifier and value of the unknown sender: one of an interchange, each that an XML document names."""
    if case.group is None or case.group.format == "x12":
        qualifier, _, value = case.finding.get("value", "").partition(":")
        return [(IdentityKind.ISA, qualifier, value)]
    batch = batch_of(case.group.format, case.group.header)
    by_value: dict[str, tuple[IdentityKind, str, str]] = {}
    for kind, qualifier, value in batch.identities if isinstance(batch, XmlBatch) else []:
        if not faults(kind, *normalise(kind, qualifier, value)):
            by_value.setdefault(value, (kind, qualifier, value))
    return list(by_value.values())


def _connection(case: ExceptionCase) -> list[Step]:
    if case.file is None or case.file.connection_id is None:
        return []
    return [Step("Look at the connection that brought the file", _page("partners_connection", case.file.connection_id))]


def _other_environment(case: ExceptionCase) -> list[Step]:
    """The agreement of the other environment, and what makes one for this one. Who sends it may only be mistaken."""
    set_id = case.finding.get("value", "").partition(" ")[0]
    others = Agreement.objects.filter(partner=case.partner_id, set_id=set_id, direction=Direction.INBOUND)
    other = others.exclude(environment=case.environment).exclude(status=AgreementStatus.RETIRED).order_by("pk").first()
    if other is None:
        return _missing_agreement(case)
    kinds = ("tests", "live documents")
    which, wanted = kinds if other.environment == Environment.TEST else reversed(kinds)
    copy = reverse("admin:partners_agreement_clone", args=[other.pk])
    return [
        Step(f"Look at the agreement for {which}", _page("partners_agreement", other.pk)),
        Step(f"Copy it for {wanted}, when these are wanted too", copy),
    ]


def _missing_agreement(case: ExceptionCase) -> list[Step]:
    if case.partner_id is None:
        return []
    set_id, _, release = case.finding.get("value", "").partition(" ")
    partner = Step("Look at the partner and its agreements", _page("partners_partner", case.partner_id, "#agreements"))
    if not set_id:
        return [partner]
    wanted = {
        "partner": case.partner_id,
        "set_id": set_id,
        "release": release,
        "environment": case.environment,
        "standard": STANDARDS.get(case.group.format if case.group is not None else "", "X12"),
    }
    return [Step("Add an agreement", f"{reverse('admin:partners_agreement_add')}?{urlencode(wanted)}"), partner]


def _inactive_partner(case: ExceptionCase) -> list[Step]:
    if case.partner_id is None:
        return []
    return [Step("Look at the partner, and make it active again", _page("partners_partner", case.partner_id))]


def _stopped_agreement(case: ExceptionCase) -> list[Step]:
    return _agreement_held(case, "Look at the agreement, and at what it waits for")


def _missing_mapping(case: ExceptionCase) -> list[Step]:
    return _agreement_held(case, "Choose a mapping for the agreement", "#assignment-group")


def _agreement_held(case: ExceptionCase, label: str, anchor: str = "") -> list[Step]:
    """The agreement whose documents of the group are held."""
    held = WorkUnit.objects.filter(group_id=case.group_id, state=UnitState.HELD, agreement__isnull=False)
    agreement_id = held.values_list("agreement_id", flat=True).first()
    if agreement_id is None:
        return []
    return [Step(label, _page("partners_agreement", agreement_id, anchor))]


def _page(name: str, pk: object, anchor: str = "") -> str:
    return reverse(f"admin:{name}_change", args=[pk]) + anchor


def _list(name: str, **query: str) -> str:
    return f"{reverse(f'admin:transactions_{name}_changelist')}?{urlencode(query)}"
