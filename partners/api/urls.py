"""Addresses of the configuration, below /api/v1/."""

from typing import Any

from django.urls import URLPattern, path

from partners.api import (
    agreement_files,
    agreements,
    approvals,
    case_work,
    certificates,
    connections,
    expected,
    guides,
    notices,
    onboarding,
    onboarding_setup,
    partner_files,
    partners,
    people,
    proposals,
    shared,
)
from partners.api.configuration import Collection, Single
from partners.api.history import comparing, restoring, versions_of
from partners.api.many import ManyAgreements, ManyPartners
from partners.api.policies import AgreementPolicies, House, PartnerPolicies
from partners.models import HousePolicies


def _kind(many: str, one: str, all_: type[Collection], single: type[Single]) -> list[URLPattern]:
    """List and one, its versions, and the way back to one of them."""
    name = one.replace("-", " ")
    return [
        path(many, all_.as_view(), name=many),
        path(f"{many}/<int:pk>", single.as_view(), name=one),
        path(f"{many}/<int:pk>/versions", versions_of(single.model, name), name=f"{one}-versions"),
        path(f"{many}/<int:pk>/versions/compare", comparing(single.model, name), name=f"{one}-compare-versions"),
        path(f"{many}/<int:pk>/restore", restoring(single, name), name=f"{one}-restore"),
    ]


def _house() -> list[URLPattern]:
    """Of the one row of the house: its address has no number."""
    only = {"pk": HousePolicies.ONLY}
    return [
        path("house-policies/versions", versions_of(HousePolicies, "house policies"), only, "house-policies-versions"),
        path(
            "house-policies/versions/compare", comparing(HousePolicies, "house policies"), only,
            "house-policies-compare-versions",
        ),
        path("house-policies/restore", restoring(House, "house policies"), only, "house-policies-restore"),
    ]  # fmt: skip


def _act(where: str, view: Any, name: str) -> URLPattern:
    many, verb = where.split("/")
    return path(f"{many}/<int:pk>/{verb}", view.as_view(), name=name)


urlpatterns = [
    *_kind("partners", "partner", partners.Partners, partners.OnePartner),
    *_kind("identities", "identity", partners.Identities, partners.OneIdentity),
    *_kind("contacts", "contact", partners.Contacts, partners.OneContact),
    *_kind("connections", "connection", connections.Connections, connections.OneConnection),
    *_kind("certificates", "certificate", certificates.Certificates, certificates.OneCertificate),
    *_kind("agreements", "agreement", agreements.Agreements, agreements.OneAgreement),
    *_kind("expected-documents", "expected-document", expected.ExpectedDocuments, expected.OneExpectedDocument),
    *_kind("groups", "group", shared.Groups, shared.OneGroup),
    *_kind("tags", "tag", shared.Tags, shared.OneTag),
    *_kind("calendars", "calendar", shared.Calendars, shared.OneCalendar),
    *_kind("service-levels", "service-level", shared.ServiceLevels, shared.OneServiceLevel),
    *_kind("members", "member", people.Members, people.OneMember),
    *_kind("onboarding-templates", "onboarding-template", onboarding_setup.Templates, onboarding_setup.OneTemplate),
    *_kind("template-tasks", "template-task", onboarding_setup.TemplateTasks, onboarding_setup.OneTemplateTask),
    *_kind("cohorts", "cohort", onboarding_setup.Cohorts, onboarding_setup.OneCohort),
    *_kind("freeze-periods", "freeze-period", onboarding_setup.FreezePeriods, onboarding_setup.OneFreezePeriod),
    path("house-policies", House.as_view(), name="house-policies"),
    *_house(),
    path("partners/import", partner_files.PartnerImport.as_view(), name="partners-import"),
    path("partners/export", partner_files.PartnerExport.as_view(), name="partners-export"),
    path("agreements/import", agreement_files.AgreementImport.as_view(), name="agreements-import"),
    path("notices", notices.Notices.as_view(), name="notices"),
    path("notices/<int:pk>", notices.OneNotice.as_view(), name="notice"),
    path("guides", guides.Guides.as_view(), name="guides"),
    path("guides/<int:pk>", guides.OneGuide.as_view(), name="guide"),
    path("guides/<int:pk>/content", guides.GuideContent.as_view(), name="guide-content"),
    path("invitations", people.Invitations.as_view(), name="invitations"),
    path("invitations/<int:pk>", people.OneInvitation.as_view(), name="invitation"),
    path("proposals", proposals.Proposals.as_view(), name="proposals"),
    path("proposals/<int:pk>", proposals.OneProposal.as_view(), name="proposal"),
    path("submissions", approvals.Submissions.as_view(), name="submissions"),
    path("submissions/<int:pk>", approvals.OneSubmission.as_view(), name="submission"),
    path("onboarding-cases", onboarding.Cases.as_view(), name="onboarding-cases"),
    path("onboarding-cases/durations", onboarding.Durations.as_view(), name="onboarding-durations"),
    path("onboarding-cases/<int:pk>", onboarding.OneCase.as_view(), name="onboarding-case"),
    path("partners/change", ManyPartners.as_view(), name="partners-change"),
    path("agreements/change", ManyAgreements.as_view(), name="agreements-change"),
    _act("partners/policies", PartnerPolicies, "partner-policies"),
    _act("agreements/policies", AgreementPolicies, "agreement-policies"),
    _act("agreements/compare", agreements.Comparison, "agreement-compare"),
    _act("agreements/clone", agreements.Clone, "agreement-clone"),
    _act("agreements/submit", agreements.Submitting, "agreement-submit"),
    _act("agreements/activate", agreements.Activation, "agreement-activate"),
    _act("agreements/suspend", agreements.Suspension, "agreement-suspend"),
    _act("agreements/retire", agreements.Retirement, "agreement-retire"),
    _act("agreements/readiness", approvals.Readiness, "agreement-readiness"),
    _act("agreements/override", approvals.Override, "agreement-override"),
    _act("agreements/export", agreement_files.AgreementExport, "agreement-export"),
    _act("partners/merge", partner_files.Merge, "partner-merge"),
    _act("members/reset-second-factor", people.SecondFactorReset, "member-reset-second-factor"),
    _act("invitations/send-again", people.SendingAgain, "invitation-send-again"),
    _act("invitations/withdraw", people.InvitationWithdrawal, "invitation-withdraw"),
    _act("proposals/accept", proposals.Acceptance, "proposal-accept"),
    _act("proposals/refuse", proposals.Refusal, "proposal-refuse"),
    _act("submissions/approve", approvals.Approval, "submission-approve"),
    _act("submissions/reject", approvals.Rejection, "submission-reject"),
    _act("submissions/withdraw", approvals.SubmissionWithdrawal, "submission-withdraw"),
    _act("onboarding-cases/close", onboarding.Closing, "onboarding-case-close"),
    _act("onboarding-cases/timeline", onboarding.Timeline, "onboarding-case-timeline"),
    _act("onboarding-cases/tasks", case_work.Tasks, "onboarding-case-tasks"),
    _act("onboarding-cases/comments", case_work.Comments, "onboarding-case-comments"),
    _act("onboarding-tasks/finish", case_work.TaskDone, "onboarding-task-finish"),
    _act("onboarding-tasks/reopen", case_work.TaskReopened, "onboarding-task-reopen"),
    _act("onboarding-comments/content", case_work.CommentContent, "onboarding-comment-content"),
    _act("connections/tests", connections.Tests, "connection-tests"),
    _act("connections/keys", connections.Keys, "connection-keys"),
    _act("keys/rotate", connections.Rotation, "key-rotate"),
    _act("keys/revoke", connections.Revocation, "key-revoke"),
]
