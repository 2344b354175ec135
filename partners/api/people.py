"""Partners' people: members of the portal, and invitations to it. A partner's key sees none of them."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from partners.api.configuration import (
    FOR_ACT,
    Collection,
    Configuration,
    ConfigurationSerializer,
    Filters,
    Single,
    person_of,
)
from partners.api.described import collection, single
from partners.api.partners import UserField
from partners.api.shared import RECORD
from partners.models import Invitation, InvitationState, Member, Partner
from partners.services.invite import invite, send_again, withdraw
from partners.services.reset_second_factor import reset_second_factor

ADD = "partners.add_member"


class MemberSerializer(ConfigurationSerializer):
    """A person who uses the portal for the partner. Members are invited; here they are switched off and on."""

    person = serializers.CharField(source="user.username", read_only=True, help_text="The name they log in with.")
    name = serializers.CharField(source="user.get_full_name", read_only=True)
    last_login = serializers.DateTimeField(source="user.last_login", read_only=True)
    second_factor_since = serializers.DateTimeField(source="user.second_factor_since", read_only=True)

    class Meta(ConfigurationSerializer.Meta):
        model = Member
        fields: ClassVar = [
            *RECORD,
            *("partner", "person", "name", "is_active", "created_at", "last_login", "second_factor_since"),
        ]
        read_only_fields: ClassVar = ["partner"]


class MemberFilters(Filters):
    partner = serializers.IntegerField(required=False)
    person = serializers.CharField(source="user__username", required=False)


@collection("member", "members", makes=False)
class Members(Collection):
    model, related = Member, ("user",)
    serializer_class, filters, searched = MemberSerializer, MemberFilters, ("user__username", "partner__name")


@single("member")
class OneMember(Single):
    model, related, serializer_class = Member, ("user",), MemberSerializer


class ResetSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=200, help_text="How you made sure who asks, and why.")


class WasResetSerializer(serializers.Serializer[Any]):
    was_reset = serializers.BooleanField(help_text="false: there was no second factor.")


class SecondFactorReset(Configuration):
    model, permission, related = Member, ADD, ("user", "partner")
    serializer_class = WasResetSerializer

    @extend_schema(
        operation_id="reset_second_factor_of_member",
        request=ResetSerializer,
        responses={200: WasResetSerializer, **FOR_ACT},
    )
    def post(self, request: Request, pk: int) -> Response:
        """Take away app and recovery codes of somebody who lost both: the password alone opens the account then."""
        member = self.found()
        body = ResetSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        reason = body.validated_data["reason"]
        was_reset = self.act(reset_second_factor, member, by=person_of(request), reason=reason)
        return Response({"was_reset": was_reset})


class InvitationSerializer(ConfigurationSerializer):
    """The link of an invitation is in the mail only. failure: why the mail did not go out."""

    state = serializers.ChoiceField(choices=InvitationState.choices, read_only=True)
    invited_by = UserField()
    used_by = UserField()

    class Meta(ConfigurationSerializer.Meta):
        model = Invitation
        fields: ClassVar = [
            *("id", "partner", "email", "name", "state", "invited_by", "created_at", "sent_at", "failure"),
            *("expires_at", "used_at", "used_by", "withdrawn_at"),
        ]
        read_only_fields: ClassVar = fields

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """Without a revision: nobody edits one."""
        fields = super().get_fields()
        return {name: field for name, field in fields.items() if name not in ("revision", "change_reason")}


class NewInvitationSerializer(serializers.Serializer[Any]):
    partner = serializers.PrimaryKeyRelatedField(queryset=Partner.objects.all())
    email = serializers.EmailField(help_text="The person logs in with this address.")
    name = serializers.CharField(required=False, allow_blank=True, default="", max_length=150)


class InvitationFilters(Filters):
    partner = serializers.IntegerField(required=False)
    email = serializers.CharField(required=False)


@collection("invitation", "invitations", makes=False)
class Invitations(Collection):
    model, related = Invitation, ("invited_by", "used_by")
    serializer_class, filters, searched = InvitationSerializer, InvitationFilters, ("email", "partner__name")

    def needed(self, method: str) -> str:
        return ADD if method == "POST" else "partners.view_invitation"

    @extend_schema(
        operation_id="invite", request=NewInvitationSerializer, responses={201: InvitationSerializer, **FOR_ACT}
    )
    def post(self, request: Request) -> Response:
        """Send a person the link that makes them a member of the partner, once."""
        body = NewInvitationSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        said = dict(body.validated_data)
        site = request.build_absolute_uri("/")
        return self.shown(self.act(invite, said.pop("partner"), by=person_of(request), site=site, **said), 201)


@single("invitation", changes=False)
class OneInvitation(Single):
    model, related, serializer_class = Invitation, ("invited_by", "used_by"), InvitationSerializer


class InvitationAct(Configuration):
    model, permission, related = Invitation, ADD, ("partner", "invited_by", "used_by")
    serializer_class = InvitationSerializer


class SendingAgain(InvitationAct):
    @extend_schema(operation_id="send_invitation_again", request=None, responses={200: InvitationSerializer, **FOR_ACT})
    def post(self, request: Request, pk: int) -> Response:
        """Send a new link; the one of the earlier mail stops working."""
        invitation, site = self.found(), request.build_absolute_uri("/")
        return self.shown(self.act(send_again, invitation, by=person_of(request), site=site))


class InvitationWithdrawal(InvitationAct):
    @extend_schema(operation_id="withdraw_invitation", request=None, responses={200: InvitationSerializer, **FOR_ACT})
    def post(self, request: Request, pk: int) -> Response:
        """The link stops working. Said twice, it changes nothing."""
        invitation = self.found()
        withdraw(invitation, by=person_of(request))
        return self.shown(invitation)
