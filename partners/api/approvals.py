"""Approval of agreements: how ready they are, what was submitted on which evidence, and the decisions on it."""

from datetime import timedelta
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from partners.api.configuration import FOR_ACT, FOR_ONE, Collection, Configuration, Filters, Single, person_of
from partners.api.described import collection, single
from partners.api.partners import UserField
from partners.models import Agreement, Coverage, Stage, Submission, SubmissionState
from partners.models.coverage import UNDECIDED
from partners.services.approve_submission import APPROVE, SECOND, approve_submission, why_not
from partners.services.evidence import MaterialChange, changes_between, read_evidence, uncovered
from partners.services.override_approval import LONGEST, override_approval
from partners.services.put_live import CAN_GO_LIVE, why_not_live
from partners.services.recheck import recheck
from partners.services.reject_submission import reject_submission, withdraw_submission

PEOPLE = ("submitted_by", "approved_by", "seconded_by")


class ReadinessCheckSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    title = serializers.CharField()
    stage = serializers.ChoiceField(choices=Stage.choices)
    ok = serializers.BooleanField()
    reason = serializers.CharField()


class LostSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    title = serializers.CharField()
    reason = serializers.CharField()


class ReadinessSerializer(serializers.Serializer[Coverage]):
    """stage: how far the agreement has come. lost: what its approval does not cover any more."""

    stage = serializers.ChoiceField(choices=Stage.choices)
    checks = ReadinessCheckSerializer(source="verdicts", many=True)
    lost = LostSerializer(many=True)
    lost_at = serializers.DateTimeField(allow_null=True)
    hold_from = serializers.DateTimeField(allow_null=True, help_text="Since when documents are held; null: they pass.")
    approval = serializers.IntegerField(source="approval_id", allow_null=True, help_text="The submission in force.")
    override_until = serializers.DateTimeField(allow_null=True)
    override_by = serializers.CharField()
    override_reason = serializers.CharField()
    checked_at = serializers.DateTimeField()
    waiting = serializers.SerializerMethodField(help_text="The submission that waits for a decision.")
    why_not_live = serializers.SerializerMethodField(help_text="What keeps it from being put live; empty: nothing.")

    @extend_schema_field(serializers.IntegerField(allow_null=True))
    def get_waiting(self, coverage: Coverage) -> int | None:
        rows = Submission.objects.filter(agreement=coverage.agreement_id, state__in=UNDECIDED)
        return rows.values_list("pk", flat=True).first()

    def get_why_not_live(self, coverage: Coverage) -> str:
        agreement = coverage.agreement
        return why_not_live(agreement) if agreement.status in CAN_GO_LIVE else ""


class Readiness(Configuration):
    model, serializer_class, related = Agreement, ReadinessSerializer, ("partner", "coverage")

    def needed(self, method: str) -> str:
        return "partners.submit_agreement" if method == "POST" else "partners.view_agreement"

    @extend_schema(operation_id="get_readiness_of_agreement", responses={200: ReadinessSerializer, **FOR_ONE})
    def get(self, request: Request, pk: int) -> Response:
        """Each readiness check as it was last computed, and what the approval does not cover."""
        agreement = self.found()
        return Response(ReadinessSerializer(getattr(agreement, "coverage", None) or recheck(agreement)).data)

    @extend_schema(
        operation_id="check_readiness_of_agreement", request=None, responses={200: ReadinessSerializer, **FOR_ACT}
    )
    def post(self, request: Request, pk: int) -> Response:
        """Make all checks now."""
        return Response(ReadinessSerializer(recheck(self.found())).data)


class OverrideSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=300, help_text="Why it cannot wait. It is in the chain of decisions.")
    hours = serializers.IntegerField(min_value=1, max_value=LONGEST.days * 24)


class Override(Configuration):
    model, permission, related = Agreement, "partners.override_approval", ("partner",)
    serializer_class = ReadinessSerializer

    @extend_schema(
        operation_id="override_approval_of_agreement",
        request=OverrideSerializer,
        responses={200: ReadinessSerializer, **FOR_ACT},
    )
    def post(self, request: Request, pk: int) -> Response:
        """An emergency: documents pass for some hours without an approval that covers them. All concerned are told."""
        agreement = self.found()
        body = OverrideSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        until = timezone.now() + timedelta(hours=body.validated_data["hours"])
        reason = body.validated_data["reason"]
        coverage = self.act(override_approval, agreement, by=person_of(request), reason=reason, until=until)
        return Response(ReadinessSerializer(coverage).data)


class SubmissionSerializer(serializers.ModelSerializer[Submission]):
    """digest: SHA-256 of the evidence; whoever decides sends it back."""

    submitted_by = UserField()
    approved_by = UserField()
    seconded_by = UserField()

    class Meta:
        model = Submission
        fields: ClassVar = [
            *("id", "agreement", "state", "digest", "needs_second", "note", "submitted_by", "submitted_at"),
            *("approved_by", "approved_at", "seconded_by", "seconded_at", "closed_by", "closed_at", "reason"),
        ]
        read_only_fields: ClassVar = fields


class ChangedRowSerializer(serializers.Serializer[Any]):
    place = serializers.CharField()
    before = serializers.CharField()
    after = serializers.CharField()


class MaterialChangeSerializer(serializers.Serializer[MaterialChange]):
    name = serializers.CharField()
    title = serializers.CharField()
    rows = serializers.SerializerMethodField()

    @extend_schema_field(ChangedRowSerializer(many=True))
    def get_rows(self, change: MaterialChange) -> list[dict[str, str]]:
        return [dict(zip(("place", "before", "after"), row, strict=True)) for row in change.rows]


class SubmissionDetailSerializer(SubmissionSerializer):
    """All that a decision stands on."""

    evidence = serializers.SerializerMethodField(help_text="As it was frozen: material, checksums, checks.")
    is_intact = serializers.BooleanField(help_text="Whether the evidence has its checksum.")
    since_approval = serializers.SerializerMethodField(help_text="What differs from the last approval.")
    since_submission = serializers.SerializerMethodField(help_text="What was changed after it was submitted.")
    why_not = serializers.SerializerMethodField(help_text="Why you cannot decide on it; empty: you can.")

    class Meta(SubmissionSerializer.Meta):
        fields: ClassVar = [
            *SubmissionSerializer.Meta.fields,
            *("evidence", "is_intact", "since_approval", "since_submission", "why_not"),
        ]
        read_only_fields: ClassVar = fields

    def get_evidence(self, submission: Submission) -> dict[str, Any]:
        return read_evidence(submission)

    @extend_schema_field(MaterialChangeSerializer(many=True))
    def get_since_approval(self, submission: Submission) -> Any:
        approved = Submission.objects.filter(agreement=submission.agreement_id, state=SubmissionState.APPROVED)
        before = approved.filter(pk__lt=submission.pk).first()
        changes = changes_between(before, submission) if before is not None else []
        return [MaterialChangeSerializer(change).data for change in changes]

    @extend_schema_field(MaterialChangeSerializer(many=True))
    def get_since_submission(self, submission: Submission) -> Any:
        changes = uncovered(submission.agreement, submission) if submission.state in UNDECIDED else []
        return [MaterialChangeSerializer(change).data for change in changes]

    def get_why_not(self, submission: Submission) -> str:
        return why_not(submission, person_of(self.context["request"]))


class SubmissionFilters(Filters):
    agreement = serializers.IntegerField(required=False)
    partner = serializers.IntegerField(source="agreement__partner", required=False)
    state = serializers.ChoiceField(choices=SubmissionState.choices, required=False)


@collection("submission", "submissions", makes=False)
class Submissions(Collection):
    model, related = Submission, PEOPLE
    serializer_class, filters = SubmissionSerializer, SubmissionFilters
    searched = ("agreement__partner__name", "agreement__partner__code")

    def get_queryset(self) -> QuerySet[Submission]:
        """The evidence may be long, and a list does not show it."""
        return super().get_queryset().defer("evidence")


@single("submission", changes=False)
class OneSubmission(Single):
    model, related, serializer_class = Submission, ("agreement__partner", *PEOPLE), SubmissionDetailSerializer


class ApproveSerializer(serializers.Serializer[Any]):
    digest = serializers.CharField(max_length=64, help_text="Checksum of the evidence that you looked at.")
    reason = serializers.CharField(required=False, allow_blank=True, default="", max_length=300, help_text="A remark.")


class RejectSerializer(serializers.Serializer[Any]):
    digest = serializers.CharField(max_length=64, help_text="Checksum of the evidence that you looked at.")
    reason = serializers.CharField(max_length=2000, help_text="For who submitted it: what must change.")


class WithdrawSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField(required=False, allow_blank=True, default="", max_length=2000)


class SubmissionAct(Configuration):
    model, related, serializer_class = Submission, ("agreement__partner", *PEOPLE), SubmissionSerializer

    def needed(self, method: str) -> str:
        """Who gives first approvals, or second ones; which of the two it waits for, the service says."""
        user: Any = self.request.user
        return SECOND if user.has_perm(SECOND) else APPROVE


class Approval(SubmissionAct):
    @extend_schema(
        operation_id="approve_submission", request=ApproveSerializer, responses={200: SubmissionSerializer, **FOR_ACT}
    )
    def post(self, request: Request, pk: int) -> Response:
        """Approve what was submitted, or give the second approval. Never one's own work, and only on what one saw.

        409 says why not: the checksum is another, it changed meanwhile, a check fails now, or you may not decide on it.
        """
        submission = self.found()
        body = ApproveSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        return self.shown(self.act(approve_submission, submission, by=person_of(request), **body.validated_data))


class Rejection(SubmissionAct):
    @extend_schema(
        operation_id="reject_submission", request=RejectSerializer, responses={200: SubmissionSerializer, **FOR_ACT}
    )
    def post(self, request: Request, pk: int) -> Response:
        """Send it back, with what must change."""
        submission = self.found()
        body = RejectSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        return self.shown(self.act(reject_submission, submission, by=person_of(request), **body.validated_data))


class SubmissionWithdrawal(SubmissionAct):
    def needed(self, method: str) -> str:
        return "partners.submit_agreement"

    @extend_schema(
        operation_id="withdraw_submission", request=WithdrawSerializer, responses={200: SubmissionSerializer, **FOR_ACT}
    )
    def post(self, request: Request, pk: int) -> Response:
        """Take it back: nobody decides on it any more."""
        submission = self.found()
        body = WithdrawSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        return self.shown(self.act(withdraw_submission, submission, by=person_of(request), **body.validated_data))
