"""Partners, the names that documents call them by, and whom to write to."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from config.core.models import User
from partners.api.configuration import (
    Collection,
    ConfigurationSerializer,
    Filters,
    Single,
)
from partners.api.described import collection, removable, single
from partners.api.policies import PoliciesField
from partners.api.shared import RECORD
from partners.identities import warnings
from partners.models import Contact, Environment, Identity, IdentityKind, Partner, PartnerGroup, Purpose, Role, Tag

OWNERS = ("business_owner", "technical_owner")


class OwnerField(serializers.SlugRelatedField[User]):
    """One of our staff, by user name."""

    def __init__(self, **options: Any) -> None:
        staff = User.objects.filter(is_staff=True, is_active=True)
        super().__init__(slug_field="username", queryset=staff, required=False, allow_null=True, **options)


class UserField(serializers.SlugRelatedField[User]):
    """Who did something, by user name; read only."""

    def __init__(self) -> None:
        super().__init__(slug_field="username", read_only=True)


class PartnerSerializer(ConfigurationSerializer):
    """A trading partner, or one of our own profiles."""

    roles = serializers.ListField(child=serializers.ChoiceField(choices=Role.choices), required=False)
    groups = serializers.SlugRelatedField(
        slug_field="name", queryset=PartnerGroup.objects.all(), many=True, required=False, help_text="By name."
    )
    tags = serializers.SlugRelatedField(
        slug_field="name", queryset=Tag.objects.all(), many=True, required=False, help_text="By name."
    )
    business_owner = OwnerField(help_text="Who of us speaks with the partner: a user name.")
    technical_owner = OwnerField(help_text="Who of us sets it up and mends it: a user name.")
    policies = PoliciesField(required=False)

    class Meta(ConfigurationSerializer.Meta):
        model = Partner
        fixed = ("code",)
        internal = (*OWNERS, "notes", "groups", "tags", "parent")
        fields: ClassVar = [
            *RECORD,
            *("code", "name", "is_own", "is_active", "roles", "parent", "groups", "tags", "time_zone", "language"),
            *("calendar", "service_level", *OWNERS, "notes", "policies", "created_at"),
        ]


class PartnerFilters(Filters):
    code = serializers.CharField(required=False)
    is_active = serializers.BooleanField(required=False, allow_null=True, default=None)
    is_own = serializers.BooleanField(required=False, allow_null=True, default=None)
    belongs_to = serializers.IntegerField(source="parent", required=False, help_text="The partner above it.")
    group = serializers.CharField(source="groups__name", required=False, help_text="Name of a group.")
    tag = serializers.CharField(source="tags__name", required=False, help_text="Name of a tag.")

    @classmethod
    def arguments(cls, said: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in said.items() if value is not None}


@collection("partner", "partners")
class Partners(Collection):
    model, own = Partner, "pk"
    serializer_class, filters, searched = PartnerSerializer, PartnerFilters, ("name", "code")
    related, prefetched = OWNERS, ("groups", "tags")


@single("partner")
class OnePartner(Single):
    model, own = Partner, "pk"
    serializer_class = PartnerSerializer
    related, prefetched = OWNERS, ("groups", "tags")


class IdentitySerializer(ConfigurationSerializer):
    """Qualifier and value under which a partner appears in documents. Both are normalised when they are saved."""

    warnings = serializers.SerializerMethodField(help_text="What is unusual, and kept all the same.")

    class Meta(ConfigurationSerializer.Meta):
        model = Identity
        fields: ClassVar = [*RECORD, "partner", "environment", "kind", "qualifier", "value", "warnings"]

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_warnings(self, identity: Identity) -> list[str]:
        return warnings(identity.kind, identity.qualifier, identity.value)


class IdentityFilters(Filters):
    partner = serializers.IntegerField(required=False)
    environment = serializers.ChoiceField(choices=Environment.choices, required=False)
    kind = serializers.ChoiceField(choices=IdentityKind.choices, required=False)
    qualifier = serializers.CharField(required=False)
    value = serializers.CharField(required=False, help_text="As it is kept: in capital letters.")


@collection("identity", "identities")
class Identities(Collection):
    model, own = Identity, "partner"
    serializer_class, filters, searched = IdentitySerializer, IdentityFilters, ("value",)


@removable("identity")
@single("identity")
class OneIdentity(Single):
    model, own, serializer_class = Identity, "partner", IdentitySerializer


class ContactSerializer(ConfigurationSerializer):
    purposes = serializers.ListField(child=serializers.ChoiceField(choices=Purpose.choices))

    class Meta(ConfigurationSerializer.Meta):
        model = Contact
        fields: ClassVar = [*RECORD, "partner", "name", "email", "phone", "purposes", "is_active"]


class ContactFilters(Filters):
    partner = serializers.IntegerField(required=False)
    email = serializers.CharField(required=False)


@collection("contact", "contacts")
class Contacts(Collection):
    model, own = Contact, "partner"
    serializer_class, filters, searched = ContactSerializer, ContactFilters, ("name", "email")


@removable("contact")
@single("contact")
class OneContact(Single):
    model, own, serializer_class = Contact, "partner", ContactSerializer
