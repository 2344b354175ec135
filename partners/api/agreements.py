"""Agreements: drafted, changed, compared, cloned, put live, suspended and retired."""

from collections.abc import Callable
from typing import Any, ClassVar

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from config.core import problems
from partners.api.configuration import (
    ETAG,
    FOR_ACT,
    FOR_LIST,
    Collection,
    Configuration,
    ConfigurationSerializer,
    Filters,
    Single,
    person_of,
)
from partners.api.described import collection, single
from partners.api.partners import OWNERS, OwnerField
from partners.api.policies import PoliciesField
from partners.api.shared import RECORD
from partners.models import Agreement, AgreementStatus, Direction, Environment, Partner
from partners.services.change import ACTIVATE
from partners.services.clone_agreement import clone_agreement
from partners.services.compare_agreements import compare_agreements
from partners.services.put_live import put_live
from partners.services.retire import retire
from partners.services.submit_agreement import submit_agreement
from partners.services.suspend import suspend


class AgreementSerializer(ConfigurationSerializer):
    """Partner, direction, document, release and environment, with what differs from the partner's policies."""

    business_owner = OwnerField(help_text="Empty: the partner's.")
    technical_owner = OwnerField(help_text="Empty: the partner's.")
    policies = PoliciesField(required=False)

    class Meta(ConfigurationSerializer.Meta):
        model = Agreement
        internal = (*OWNERS, "notes")
        fields: ClassVar = [
            *RECORD,
            *("partner", "direction", "kind", "standard", "set_id", "release", "environment", "status"),
            *("effective_from", "effective_until", *OWNERS, "notes", "policies", "created_at"),
        ]
        read_only_fields: ClassVar = ["status"]


class AgreementFilters(Filters):
    partner = serializers.IntegerField(required=False)
    status = serializers.ChoiceField(choices=AgreementStatus.choices, required=False)
    direction = serializers.ChoiceField(choices=Direction.choices, required=False)
    environment = serializers.ChoiceField(choices=Environment.choices, required=False)
    set_id = serializers.CharField(required=False, help_text="ST01, such as 850.")
    kind = serializers.CharField(required=False)


@collection("agreement", "agreements")
class Agreements(Collection):
    model, own, related = Agreement, "partner", ("partner", *OWNERS)
    serializer_class, filters = AgreementSerializer, AgreementFilters
    searched = ("partner__name", "partner__code", "set_id")


@single("agreement")
class OneAgreement(Single):
    model, own, related = Agreement, "partner", ("partner", *OWNERS)
    serializer_class = AgreementSerializer


class StatusChange(Configuration):
    """One verb that changes the status, with the decision in the audit chain."""

    model, serializer_class, related = Agreement, AgreementSerializer, ("partner", *OWNERS)
    service: Callable[..., Agreement]

    def done(self, request: Request) -> Response:
        return self.shown(self.act(type(self).service, self.found(), by=person_of(request)))


STATUS: dict[str, Any] = {"request": None, "parameters": [ETAG], "responses": {200: AgreementSerializer, **FOR_ACT}}


class Activation(StatusChange):
    permission, service = ACTIVATE, put_live

    @extend_schema(operation_id="activate_agreement", **STATUS)
    def post(self, request: Request, pk: int) -> Response:
        """Put an agreement live. Approvers do."""
        return self.done(request)


class Stopping(StatusChange):
    """Stopping is safe: who may draft may stop, and so may an approver."""

    def needed(self, method: str) -> str:
        user: Any = self.request.user
        return ACTIVATE if user.has_perm(ACTIVATE) else "partners.change_agreement"


class Suspension(Stopping):
    service = suspend

    @extend_schema(operation_id="suspend_agreement", **STATUS)
    def post(self, request: Request, pk: int) -> Response:
        """Suspend a live agreement: what comes for it is held."""
        return self.done(request)


class Retirement(StatusChange):
    permission, service = "partners.change_agreement", retire

    @extend_schema(operation_id="retire_agreement", **STATUS)
    def post(self, request: Request, pk: int) -> Response:
        """Retire an agreement: it is kept for the record and covers nothing any more."""
        return self.done(request)


class SubmittedSerializer(serializers.Serializer[Any]):
    """What waits for an approver."""

    submission = serializers.IntegerField(source="pk", help_text="Its number.")
    digest = serializers.CharField(help_text="SHA-256 of the evidence that was frozen.")
    needs_second = serializers.BooleanField()
    submitted_at = serializers.DateTimeField()


class SubmitSerializer(serializers.Serializer[Any]):
    note = serializers.CharField(required=False, default="", max_length=2000, help_text="For the approver.")


class Submitting(Configuration):
    model, permission, related = Agreement, "partners.submit_agreement", ("partner", *OWNERS)
    serializer_class = SubmittedSerializer

    @extend_schema(
        operation_id="submit_agreement", request=SubmitSerializer, responses={201: SubmittedSerializer, **FOR_ACT}
    )
    def post(self, request: Request, pk: int) -> Response:
        """Submit for approval: where all checks pass, what they saw is frozen; else 409 says what fails."""
        body = SubmitSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        submission = self.act(submit_agreement, self.found(), by=person_of(request), note=body.validated_data["note"])
        return Response(SubmittedSerializer(submission).data, 201)


class CloneSerializer(serializers.Serializer[Any]):
    partner = serializers.PrimaryKeyRelatedField(queryset=Partner.objects.all(), help_text="Whom the draft is for.")
    environment = serializers.ChoiceField(choices=Environment.choices)
    release = serializers.CharField(required=False, allow_blank=True, max_length=20, help_text="Left out: the same.")


class Clone(Configuration):
    model, permission, related = Agreement, "partners.add_agreement", ("partner", *OWNERS)
    serializer_class = AgreementSerializer

    @extend_schema(
        operation_id="clone_agreement", request=CloneSerializer, responses={201: AgreementSerializer, **FOR_ACT}
    )
    def post(self, request: Request, pk: int) -> Response:
        """Make a draft like this agreement, for the same partner or another. Policies and notes are copied."""
        agreement = self.found()
        body = CloneSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        said = body.validated_data
        release = said.get("release", agreement.release)
        return self.shown(self.act(clone_agreement, agreement, said["partner"], said["environment"], release), 201)


class DifferenceSerializer(serializers.Serializer[Any]):
    """One setting on both sides, in words."""

    name = serializers.CharField()
    label_ = serializers.CharField()
    left = serializers.CharField()
    right = serializers.CharField()

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """`label` is a property of serializers and so cannot be declared."""
        fields = super().get_fields()
        return {"name": fields["name"], "label": fields["label_"], "left": fields["left"], "right": fields["right"]}


class ComparisonSerializer(serializers.Serializer[Any]):
    differences = DifferenceSerializer(many=True)
    same = serializers.IntegerField(help_text="How many settings do not differ.")


class Comparison(Configuration):
    model, own, related = Agreement, "partner", ("partner", *OWNERS)
    serializer_class = ComparisonSerializer

    @extend_schema(
        operation_id="compare_agreement",
        parameters=[OpenApiParameter("with", int, required=True, description="The other agreement.")],
        responses={200: ComparisonSerializer, **FOR_LIST},
    )
    def get(self, request: Request, pk: int) -> Response:
        """What differs from this agreement (left) to another (right): settings, policies in force, mapping and more."""
        left, wanted = self.found(), request.query_params.get("with", "")
        if not (wanted.isascii() and wanted.isdigit() and len(wanted) < 19):
            raise ValidationError({"with": ["Give the id of another agreement."]})
        right = self.get_queryset().filter(pk=wanted).first()
        if right is None:
            raise problems.NotHere
        rows = compare_agreements(left, right)
        changed = [row for row in rows if row.is_changed]
        return Response(ComparisonSerializer({"differences": changed, "same": len(rows) - len(changed)}).data)
