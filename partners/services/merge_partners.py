"""Make one of two records of the same partner: everything of the double goes to the one that stays."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.db import IntegrityError, models, transaction

from config.core.audit import record_decision
from partners.models import (
    Agreement,
    AgreementStatus,
    Certificate,
    Connection,
    Guide,
    Invitation,
    Member,
    OnboardingCase,
    Partner,
    Proposal,
    ProposalKind,
    ProposalState,
    Protocol,
)
from partners.services.revisions import refuse_outdated


class NotMerged(Exception):
    """What stands in the way, in sentences."""


class Moving(NamedTuple):
    """Rows of one kind that would move. name: of many; of_one: of a single one."""

    name: str
    rows: int
    of_one: str

    def __str__(self) -> str:
        return f"{self.rows:,} {self.of_one if self.rows == 1 else self.name}"


class MergePreview(NamedTuple):
    """moving: what the double has. conflicts: what must be settled first, in sentences."""

    moving: list[Moving]
    conflicts: list[str]


def preview_merge(stays: Partner, double: Partner) -> MergePreview:
    """What a merge would move, and what stands in its way. Writes nothing."""
    moving = []
    for relation in _relations():
        count = relation.related_model._default_manager.filter(**{relation.field.name: double}).count()
        if count:
            named = relation.related_model._meta
            moving.append(Moving(str(named.verbose_name_plural), count, str(named.verbose_name)))
    return MergePreview(moving, list(_conflicts(stays, double)))


def merge_partners(stays: Partner, double: Partner, user: Any, *, revision: str | None = None) -> MergePreview:
    """Move everything of the double, remove its record and write the decision down, all or nothing. Returns what moved.

    What the record that stays says of itself (name, policies, owners) is kept; groups and tags come together. Traffic
    keeps its documents and acknowledgments; numbers that the double used count as unused.
    revision: of the double as it was looked at; None = whichever. Raises NotMerged and Outdated.
    """
    with transaction.atomic():
        locked = {
            p.pk: p for p in Partner.objects.select_for_update().filter(pk__in=[stays.pk, double.pk]).order_by("pk")
        }
        if len(locked) != 2:
            raise NotMerged("Choose two partners that exist.")
        stays, double = locked[stays.pk], locked[double.pk]
        refuse_outdated(double, revision)
        preview = preview_merge(stays, double)
        if preview.conflicts:
            raise NotMerged(" ".join(preview.conflicts))
        reason = f"Merged from {double.code}"[:100]
        _drop_what_both_have(stays, double)
        _renumber_guides(stays, double)
        for relation in _relations():
            _move(relation, stays, double, reason)
        for connection in double.carried_by.all():
            connection.carries.add(stays)
        stays.groups.add(*double.groups.all())
        stays.tags.add(*double.tags.all())
        stays._change_reason = reason  # type: ignore[attr-defined]  # read by simple-history
        stays.save()
        moved = {moving.name: moving.rows for moving in preview.moving}
        record_decision("partner.merged", f"partner {stays.code}", str(user), double=double.code, moved=moved)
        double.delete()
    return preview


def _relations() -> Iterator[models.ManyToOneRel]:
    """Foreign keys to a partner, of this app and of those above it, which need not be named here.

    Histories stay as they were written; the tables of many-to-many fields are moved by their own fields.
    """
    for relation in Partner._meta.get_fields(include_hidden=True):
        if not isinstance(relation, models.ManyToOneRel):
            continue
        model = relation.related_model
        if not model._meta.auto_created and not hasattr(model, "instance_type"):
            yield relation


def _conflicts(stays: Partner, double: Partner) -> Iterator[str]:
    if stays.pk == double.pk:
        yield "A partner cannot be merged with itself."
    if stays.is_own != double.is_own:
        yield "Our own profile and a partner are never the same."
    above, seen = stays.parent, {stays.pk}
    while above is not None and above.pk not in seen:
        if above.pk == double.pk:
            yield f"{stays} belongs to {double}: take that away first."
        seen.add(above.pk)
        above = above.parent
    for agreement in Agreement.objects.filter(partner=double).exclude(status=AgreementStatus.RETIRED):
        agreement.partner = stays
        if other := agreement.overlapping().exclude(partner=double).first():
            yield f"Both have an agreement for the same: {other}. Retire one of them."
    folders = Connection.objects.filter(
        partner__in=[stays.pk, double.pk], protocol=Protocol.DROP_FOLDER, is_enabled=True
    )
    if folders.values("partner").distinct().count() == 2:
        yield "Both have a drop folder in use. Disable one of them."
    if OnboardingCase.objects.filter(partner__in=[stays.pk, double.pk], closed_at=None).count() == 2:
        yield "Both have an open onboarding case. Close one of them."


def _drop_what_both_have(stays: Partner, double: Partner) -> None:
    users = Member.objects.filter(partner=stays).values("user")
    for member in Member.objects.filter(partner=double, user__in=users):
        member.delete()
    kept = set(Certificate.objects.filter(partner=stays).values_list("environment", "fingerprint"))
    for certificate in Certificate.objects.filter(partner=double):
        if (certificate.environment, certificate.fingerprint) in kept:
            certificate.delete()
    waiting = Invitation.objects.filter(used_at=None, withdrawn_at=None)
    for invitation in waiting.filter(partner=double, email__in=waiting.filter(partner=stays).values("email")):
        invitation.delete()
    names = Proposal.objects.filter(kind=ProposalKind.NAME, state=ProposalState.OPEN)
    if names.filter(partner=stays).exists():
        for proposal in names.filter(partner=double):
            proposal.delete()


def _renumber_guides(stays: Partner, double: Partner) -> None:
    newest: dict[str, int] = {}
    for title, version in Guide.objects.filter(partner=stays).values_list("title", "version"):
        newest[title] = max(version, newest.get(title, 0))
    for guide in Guide.objects.filter(partner=double).order_by("-version"):
        if guide.title in newest:
            guide.version += newest[guide.title]
            guide.save()


def _move(relation: models.ManyToOneRel, stays: Partner, double: Partner, reason: str) -> None:
    """Raises NotMerged where both have what a partner has once."""
    try:
        _give(relation, stays, double, reason)
    except IntegrityError as error:
        named = relation.related_model._meta.verbose_name_plural
        raise NotMerged(f"Both have the same among their {named}. Remove that of one of them.") from error


def _give(relation: models.ManyToOneRel, stays: Partner, double: Partner, reason: str) -> None:
    rows = relation.related_model._default_manager.filter(**{relation.field.name: double})
    if not hasattr(relation.related_model, "history"):
        rows.update(**{relation.field.name: stays})  # traffic: one statement a table, however many rows
        return
    for row in rows:
        setattr(row, relation.field.name, stays)
        row._change_reason = reason  # type: ignore[attr-defined]  # read by simple-history
        row.save()
