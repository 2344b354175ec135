"""What partners want changed about themselves in the portal, for those who decide."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from partners.api.configuration import FOR_ACT, Collection, Configuration, Filters, Single, person_of
from partners.api.described import collection, single
from partners.api.partners import UserField
from partners.models import Proposal, ProposalKind, ProposalState
from partners.services.decide_proposal import accept, refuse

PEOPLE = ("proposed_by", "decided_by")


class ProposalSerializer(serializers.ModelSerializer[Proposal]):
    """values: what is to become of it, by field."""

    values = serializers.DictField(read_only=True)
    proposed_by = UserField()
    decided_by = UserField()

    class Meta:
        model = Proposal
        fields: ClassVar = [
            *("id", "partner", "kind", "state", "values", "note", "identity", "certificate"),
            *("proposed_by", "proposed_at", "decided_by", "decided_at", "reason"),
        ]
        read_only_fields: ClassVar = fields


class ProposalFilters(Filters):
    partner = serializers.IntegerField(required=False)
    state = serializers.ChoiceField(choices=ProposalState.choices, required=False)
    kind = serializers.ChoiceField(choices=ProposalKind.choices, required=False)


@collection("proposal", "proposals", makes=False)
class Proposals(Collection):
    model, related = Proposal, PEOPLE
    serializer_class, filters, searched = ProposalSerializer, ProposalFilters, ("partner__name", "partner__code")


@single("proposal", changes=False)
class OneProposal(Single):
    model, related, serializer_class = Proposal, PEOPLE, ProposalSerializer


class RefusalSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=300, help_text="The partner reads it.")


class Decision(Configuration):
    model, permission, related = Proposal, "partners.decide_proposal", ("partner", *PEOPLE)
    serializer_class = ProposalSerializer


class Acceptance(Decision):
    @extend_schema(operation_id="accept_proposal", request=None, responses={200: ProposalSerializer, **FOR_ACT})
    def post(self, request: Request, pk: int) -> Response:
        """Change what was proposed, with the same checks as by hand. It holds at once."""
        return self.shown(self.act(accept, self.found(), by=person_of(request)))


class Refusal(Decision):
    @extend_schema(
        operation_id="refuse_proposal", request=RefusalSerializer, responses={200: ProposalSerializer, **FOR_ACT}
    )
    def post(self, request: Request, pk: int) -> Response:
        """Change nothing, and say why."""
        proposal = self.found()
        body = RefusalSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        return self.shown(self.act(refuse, proposal, body.validated_data["reason"], by=person_of(request)))
