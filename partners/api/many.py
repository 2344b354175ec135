"""The same settings for many partners or agreements: a preview, then a result for each."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from config.core.problems import NotHere
from partners.api.agreements import AgreementSerializer, DifferenceSerializer
from partners.api.configuration import FOR_ACT, Configuration, ConfigurationSerializer, person_of
from partners.api.partners import OWNERS, PartnerSerializer
from partners.models import Agreement, Partner
from partners.policies import WORDS
from partners.policies.sealed import SECRETS
from partners.services.change_many import MOST, SETTABLE, Outcome, Row, change_many, preview_many


class ManySerializer(serializers.Serializer[Any]):
    """preview: true writes nothing; send the same with false, and the revisions that the preview named."""

    ids = serializers.ListField(child=serializers.IntegerField(min_value=1), min_length=1, max_length=MOST)
    set = serializers.DictField(required=False, default=dict, help_text="Fields that all of them are to have.")
    policies = serializers.DictField(
        required=False, default=dict, help_text="By name; null takes one away. Other policies of a record stay."
    )
    preview = serializers.BooleanField(default=True)
    revisions = serializers.DictField(
        child=serializers.CharField(), required=False, default=dict, help_text="id → revision that was looked at."
    )
    reason = serializers.CharField(required=False, default="", max_length=100)


class ManyRowSerializer(serializers.Serializer[Row]):
    id = serializers.IntegerField(source="record.pk")
    name = serializers.CharField(source="record")
    outcome = serializers.ChoiceField(choices=[outcome.value for outcome in Outcome])
    differences = DifferenceSerializer(many=True)
    said = serializers.ListField(child=serializers.CharField(), help_text="Why it is refused.")
    revision = serializers.CharField(help_text="Which one was looked at.")


class ManyRowsSerializer(serializers.Serializer[Any]):
    preview = serializers.BooleanField()
    rows = ManyRowSerializer(many=True)


class Many(Configuration):
    serializer_class = ManyRowsSerializer
    row_serializer: type[ConfigurationSerializer]

    def needed(self, method: str) -> str:
        return f"partners.change_{self.model._meta.model_name}"

    def done(self, request: Request) -> Response:
        body = ManySerializer(data=request.data)
        body.is_valid(raise_exception=True)
        said = body.validated_data
        values = self._values(said["set"])
        if unknown := sorted(set(said["policies"]) - set(WORDS)):
            raise ValidationError({"policies": [f"There is no {', '.join(unknown)}."]})
        if secret := sorted(SECRETS & set(said["policies"])):
            raise ValidationError({"policies": [f"{', '.join(secret)}: a secret is set on each by itself."]})
        if not values and not said["policies"]:
            raise ValidationError({"set": ["Choose at least one setting."]})
        records = list(self.get_queryset().filter(pk__in=said["ids"]).order_by("pk"))
        if len(records) != len(set(said["ids"])):
            raise NotHere("One of them is not here, or not yours to see.")
        by = person_of(request)
        if said["preview"]:
            rows = preview_many(records, values, said["policies"], by)
        else:
            revisions = {int(pk): revision for pk, revision in said["revisions"].items() if pk.isdecimal()}
            rows = change_many(records, values, said["policies"], by=by, reason=said["reason"], revisions=revisions)
        return Response(ManyRowsSerializer({"preview": said["preview"], "rows": rows}).data)

    def _values(self, wanted: dict[str, Any]) -> dict[str, Any]:
        allowed = SETTABLE[self.model]  # type: ignore[index]  # one of the two
        if wrong := sorted(set(wanted) - set(allowed)):
            raise ValidationError({"set": [f"{', '.join(wrong)} cannot be set for many; {', '.join(allowed)} can."]})
        fields = self.row_serializer(data=wanted, partial=True, context=self.get_serializer_context())
        fields.is_valid(raise_exception=True)
        return dict(fields.validated_data)


@extend_schema(request=ManySerializer, responses={200: ManyRowsSerializer, **FOR_ACT})
class ManyPartners(Many):
    model, row_serializer = Partner, PartnerSerializer
    related = (*OWNERS, "calendar", "service_level", "parent")

    @extend_schema(operation_id="change_partners")
    def post(self, request: Request) -> Response:
        """Give many partners the same settings: with `preview` nothing is written; then each by itself."""
        return self.done(request)


@extend_schema(request=ManySerializer, responses={200: ManyRowsSerializer, **FOR_ACT})
class ManyAgreements(Many):
    model, row_serializer = Agreement, AgreementSerializer
    related = ("partner", *OWNERS)

    @extend_schema(operation_id="change_agreements")
    def post(self, request: Request) -> Response:
        """Give many agreements the same settings: with `preview` nothing is written; then each by itself."""
        return self.done(request)
