"""Policies: what each layer sets, what is in force, and who set it."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from partners.api.configuration import (
    ETAG,
    FOR_CHANGE,
    FOR_ONE,
    IF_MATCH,
    Configuration,
    ConfigurationSerializer,
    Single,
)
from partners.models import Agreement, HousePolicies, Partner
from partners.policies import WORDS, validate_policies
from partners.policies.sealed import MASK, masked_layer, unmasked
from partners.services.effective_policies import Origin, PolicyInForce, policies_in_force


class PoliciesField(serializers.DictField):
    """What one layer sets, by name; what it leaves out is inherited. A change replaces them all."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            validators=[validate_policies],
            help_text="What is set here, by name; the rest is inherited. Replaced as a whole. Secrets are shown as "
            f"{MASK}, which sent back leaves them as they are.",
            **options,
        )

    def to_representation(self, value: dict[str, Any]) -> dict[str, Any]:
        return masked_layer(super().to_representation(value))

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        record = getattr(self.parent, "instance", None)
        return unmasked(super().to_internal_value(data), record.policies if record is not None else {})


class PolicySerializer(serializers.Serializer[PolicyInForce]):
    """A policy in force."""

    name = serializers.CharField()
    label_ = serializers.SerializerMethodField()
    element = serializers.SerializerMethodField(help_text="Of X12, where it is about one.")
    value = serializers.JSONField(help_text="A text, a number, or yes and no.")
    origin = serializers.ChoiceField(choices=[origin.value for origin in Origin], help_text="Who set it.")

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """`label` is a property of serializers and so cannot be declared."""
        fields = super().get_fields()
        fields["label"] = fields.pop("label_")
        return fields

    def get_label(self, policy: PolicyInForce) -> str:
        return WORDS[policy.name].label

    def get_element(self, policy: PolicyInForce) -> str:
        return WORDS[policy.name].element


class PoliciesInForceSerializer(serializers.Serializer[Any]):
    policies = PolicySerializer(many=True)


def _shown(policies: list[PolicyInForce]) -> Response:
    return Response(PoliciesInForceSerializer({"policies": policies}).data)


class PartnerPolicies(Configuration):
    model, own = Partner, "pk"
    serializer_class = PoliciesInForceSerializer

    @extend_schema(operation_id="get_policies_of_partner", responses={200: PoliciesInForceSerializer, **FOR_ONE})
    def get(self, request: Request, pk: int) -> Response:
        """The policies in force for a partner, each with who set it."""
        return _shown(policies_in_force(self.found()))


class AgreementPolicies(Configuration):
    model, own, related = Agreement, "partner", ("partner",)
    serializer_class = PoliciesInForceSerializer

    @extend_schema(operation_id="get_policies_of_agreement", responses={200: PoliciesInForceSerializer, **FOR_ONE})
    def get(self, request: Request, pk: int) -> Response:
        """The policies in force for an agreement, each with who set it."""
        agreement = self.found()
        return _shown(policies_in_force(agreement.partner, agreement))


class HouseSerializer(ConfigurationSerializer):
    """What holds for all partners unless they differ."""

    policies = PoliciesField()

    class Meta(ConfigurationSerializer.Meta):
        model = HousePolicies
        fields = ("revision", "change_reason", "policies")


class House(Single):
    model, serializer_class = HousePolicies, HouseSerializer

    def found(self) -> HousePolicies:
        """The one row; it is made when it is first looked at."""
        HousePolicies.objects.get_or_create(pk=HousePolicies.ONLY)
        found: HousePolicies = self.get_queryset().get(pk=HousePolicies.ONLY)
        return found

    @extend_schema(operation_id="get_house_policies", parameters=[ETAG], responses={200: HouseSerializer, **FOR_ONE})
    def get(self, request: Request) -> Response:
        """What the house sets for all partners."""
        return self.read(request)

    @extend_schema(
        operation_id="change_house_policies",
        parameters=[IF_MATCH, ETAG],
        responses={200: HouseSerializer, **FOR_CHANGE},
    )
    def patch(self, request: Request) -> Response:
        """Change what the house sets for all partners."""
        return self.changed(request)
