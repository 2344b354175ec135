"""From a file that no layout fits to accepted documents: every step with a link, and what is done ticked."""

from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.urls import reverse

from mappings.models import MappingVersion, VersionStatus
from mappings.services.draft_agreement import agreement_for
from mappings.services.fitting_version import fitting_version
from mappings.services.publish_version import is_own_work
from partners.models import Agreement, AgreementStatus, Submission, SubmissionState
from partners.models.coverage import UNDECIDED
from transactions.admin.draft_page import DRAFT
from transactions.models import ExceptionCase
from transactions.services.case_rights import may_release
from transactions.services.unknown_layout import UnknownLayout, is_unknown_layout, unknown_layout

AGREE = ("partners.add_agreement", "mappings.add_assignment", "mappings.change_assignment")


class LayoutStep(NamedTuple):
    """url: "" where the reader may not do it, or it cannot be done yet. note: what to know. more: other links."""

    label: str
    url: str
    is_done: bool
    note: str = ""
    more: tuple[tuple[str, str], ...] = ()


def layout_context(case: ExceptionCase, user: Any) -> dict[str, Any]:
    """Columns and steps for the page of an open case about an unknown layout; empty for any other case."""
    if not is_unknown_layout(case.code) or case.document_id is not None or case.file is None:
        return {}
    try:
        found = unknown_layout(case.file)
    except FileNotFoundError:
        return {"file_is_away": True}
    if found is None:
        return {}
    return {"layout": found, "layout_steps": layout_steps(case, user, found)}


def layout_steps(case: ExceptionCase, user: Any, found: UnknownLayout) -> list[LayoutStep]:
    """The steps in their order, from the draft to the release."""
    here = reverse("admin:transactions_exceptioncase_change", args=[case.pk])
    version = fitting_version(found.sample.names, found.raw)
    agreement = agreement_for(version, case.partner, case.environment) if version is not None and case.partner else None
    release = reverse("admin:transactions_exceptioncase_release", args=[case.pk])
    is_live = _uses(agreement, version) and agreement is not None and agreement.status == AgreementStatus.LIVE
    return [
        _draft(case, user, version, here),
        _submit(user, version, here),
        _publish(user, version, here),
        _agree(case, user, version, agreement, here),
        _submit_agreement(user, agreement, _uses(agreement, version), here),
        _approve(user, agreement, _uses(agreement, version), here),
        LayoutStep(
            "Release the file",
            release if is_live and may_release(user, case) else "",
            False,
            "Onramp reads it again and accepts its documents.",
        ),
    ]


def _draft(case: ExceptionCase, user: Any, version: MappingVersion | None, here: str) -> LayoutStep:
    draft = f"{reverse('admin:transactions_inboundfile_draft_mapping', args=[case.file_id])}?{_next(here)}"
    may_draft = user.has_perms(DRAFT)
    if version is None:
        return LayoutStep("Draft a mapping from this file", draft if may_draft else "", False, _who(may_draft))
    more = []
    if user.has_perm("mappings.view_mappingversion"):
        more += [
            (str(version), reverse("admin:mappings_mappingversion_change", args=[version.pk])),
            ("Try it on this file", f"{reverse('mapping-try', args=[version.pk])}?received={case.file_id}"),
        ]
    if may_draft:
        more.append(("Draft another one", draft))
    return LayoutStep("Draft a mapping from this file", "", True, "", tuple(more))


def _submit(user: Any, version: MappingVersion | None, here: str) -> LayoutStep:
    is_done = version is not None and version.status != VersionStatus.DRAFT
    may_submit = user.has_perm("mappings.submit_mappingversion")
    url = _of_version("submit", version, here) if version is not None and may_submit and not is_done else ""
    note = f"by {version.submitted_by}" if is_done and version is not None and version.submitted_by else ""
    return LayoutStep("Submit it", url, is_done, note or ("It never changes after that." if not is_done else ""))


def _publish(user: Any, version: MappingVersion | None, here: str) -> LayoutStep:
    label = "Publish it"
    if version is None or version.status == VersionStatus.DRAFT:
        return LayoutStep(label, "", False, "Somebody else does, who looks at it first.")
    if version.status == VersionStatus.PUBLISHED:
        return LayoutStep(label, "", True)
    if not user.has_perm("mappings.publish_mappingversion"):
        return LayoutStep(label, "", False, "Waits for an approver.")
    if is_own_work(version, user):
        return LayoutStep(label, "", False, "You drafted or submitted it; somebody else publishes it.")
    return LayoutStep(label, _of_version("publish", version, here), False)


def _agree(
    case: ExceptionCase, user: Any, version: MappingVersion | None, agreement: Agreement | None, here: str
) -> LayoutStep:
    label = f"Agree on it with {case.partner}" if case.partner else "Agree on it with the partner"
    if case.partner is None:
        receive = reverse("admin:transactions_inboundfile_receive_file")
        may_receive = user.has_perm("transactions.add_inboundfile")
        note = "Nobody said whose file this is. Receive it again through a connection of its partner."
        return LayoutStep(label, "", False, note, (("Receive it again", receive),) if may_receive else ())
    if agreement is not None and _uses(agreement, version):
        return LayoutStep(label, "", True, "", _page_of(agreement, user))
    if version is None or version.status != VersionStatus.PUBLISHED:
        return LayoutStep(label, "", False, "When it is published.")
    may_agree = user.has_perms(AGREE)
    known = {"partner": case.partner_id, "environment": case.environment}
    return LayoutStep(label, _of_version("agree", version, here, **known) if may_agree else "", False, _who(may_agree))


def _submit_agreement(user: Any, agreement: Agreement | None, is_agreed: bool, here: str) -> LayoutStep:
    label = "Submit the agreement for approval"
    if agreement is None or not is_agreed:
        return LayoutStep(label, "", False, "When the mapping is chosen.")
    if agreement.status == AgreementStatus.LIVE or _submission(agreement) is not None:
        return LayoutStep(label, "", True)
    may_submit = user.has_perm("partners.submit_agreement")
    page = reverse("admin:partners_agreement_submit_for_approval", args=[agreement.pk])
    return LayoutStep(label, f"{page}?{_next(here)}" if may_submit else "", False, _who(may_submit))


def _approve(user: Any, agreement: Agreement | None, is_agreed: bool, here: str) -> LayoutStep:
    label = "Approve it and put it live"
    submission = _submission(agreement) if agreement is not None and is_agreed else None
    if agreement is None or not is_agreed:
        return LayoutStep(label, "", False, "An approver does.")
    if agreement.status == AgreementStatus.LIVE:
        return LayoutStep(label, "", True)
    if submission is None:
        return LayoutStep(label, "", False, "An approver does, on what was submitted.")
    if submission.state == SubmissionState.APPROVED:
        may_put_live = user.has_perm("partners.activate_agreement")
        url = f"{reverse('admin:partners_agreement_put_live', args=[agreement.pk])}?{_next(here)}"
        return LayoutStep(label, url if may_put_live else "", False, "It is approved." if may_put_live else "")
    if not user.has_perm("partners.approve_submission"):
        return LayoutStep(label, "", False, "Waits for an approver.")
    return LayoutStep(label, reverse("admin:partners_submission_change", args=[submission.pk]), False)


def _submission(agreement: Agreement) -> Submission | None:
    """What was submitted and is not decided against."""
    fitting = (*UNDECIDED, SubmissionState.APPROVED)
    return agreement.submissions.filter(state__in=fitting).defer("evidence").first()


def _uses(agreement: Agreement | None, version: MappingVersion | None) -> bool:
    assignment = getattr(agreement, "assignment", None)
    return assignment is not None and version is not None and assignment.version.mapping_id == version.mapping_id


def _page_of(agreement: Agreement, user: Any) -> tuple[tuple[str, str], ...]:
    if not user.has_perm("partners.view_agreement"):
        return ()
    return ((str(agreement), reverse("admin:partners_agreement_change", args=[agreement.pk])),)


def _of_version(act: str, version: MappingVersion, here: str, **known: object) -> str:
    return f"{reverse(f'admin:mappings_mappingversion_{act}', args=[version.pk])}?{urlencode({**known, 'next': here})}"


def _who(may: bool) -> str:
    return "" if may else "An onboarding analyst does."


def _next(here: str) -> str:
    return urlencode({"next": here})
