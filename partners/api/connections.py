"""Connections: settings of their protocol, secrets that only go in, tests whose results are kept, keys shown once."""

from datetime import timedelta
from typing import Any, ClassVar

from django.db.models import Model
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from config.core import problems
from config.core.api.filters import OF_EVERY_LIST, refuse_unknown
from partners.api.authentication import ApiClient
from partners.api.configuration import (
    FOR_ACT,
    FOR_LIST,
    FOR_ONE,
    Collection,
    Configuration,
    ConfigurationSerializer,
    Filters,
    Single,
    person_of,
)
from partners.api.described import collection, single
from partners.api.shared import RECORD
from partners.models import ApiKey, Connection, ConnectionTest, Environment, Protocol, Scope
from partners.services.issue_key import IssuedKey, issue_key
from partners.services.revoke_key import revoke_key
from partners.services.rotate_key import LONGEST_OVERLAP, rotate_key
from partners.services.try_connection import try_connection


class ConnectionSerializer(ConfigurationSerializer):
    """settings: of the protocol, by name (see the reference of settings); what is left out is as it comes."""

    settings = serializers.DictField(required=False, help_text="Of the protocol. Replaced as a whole.")
    secrets = serializers.DictField(
        child=serializers.CharField(allow_blank=True, trim_whitespace=False, max_length=20_000),
        write_only=True,
        required=False,
        help_text="By name; sealed, and never shown. An empty text removes one; what is not named stays.",
    )
    secrets_set = serializers.SerializerMethodField(help_text="Names of the secrets that are kept.")

    class Meta(ConfigurationSerializer.Meta):
        model = Connection
        fixed = ("protocol",)
        internal = ("carries",)
        fields: ClassVar = [
            *RECORD,
            *("partner", "name", "protocol", "environment", "is_enabled", "carries", "settings"),
            *("secrets", "secrets_set"),
        ]

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_secrets_set(self, connection: Connection) -> list[str]:
        return sorted(secret.name for secret in connection.secrets.all())


class ConnectionFilters(Filters):
    partner = serializers.IntegerField(required=False)
    protocol = serializers.ChoiceField(choices=Protocol.choices, required=False)
    environment = serializers.ChoiceField(choices=Environment.choices, required=False)


@collection("connection", "connections")
class Connections(Collection):
    model, own = Connection, "partner"
    serializer_class, filters, searched = ConnectionSerializer, ConnectionFilters, ("name",)
    prefetched = ("carries", "secrets")


@single("connection")
class OneConnection(Single):
    model, own, serializer_class = Connection, "partner", ConnectionSerializer
    prefetched = ("carries", "secrets")


class StepSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    is_ok = serializers.BooleanField()
    said = serializers.CharField(help_text="What was seen, without secrets.")


class TestSerializer(serializers.ModelSerializer[ConnectionTest]):
    steps = StepSerializer(many=True)

    class Meta:
        model = ConnectionTest
        fields: ClassVar = ["id", "at", "by", "is_ok", "steps", "milliseconds"]
        read_only_fields: ClassVar = fields


class Part(Configuration):
    """Rows of a connection. A partner's key sees none of them: they say how we work."""

    parent: type[Model] = Connection

    def parent_row(self) -> Connection:
        """The connection of the address. Raises NotHere."""
        row = Connection.objects.select_related("partner").filter(pk=self.kwargs["pk"]).first()
        if row is None or isinstance(self.request.user, ApiClient):
            raise problems.NotHere
        return row

    def listed(self, rows: Any) -> Response:
        refuse_unknown(self.request.query_params, OF_EVERY_LIST)
        page = self.paginate_queryset(rows)
        return self.get_paginated_response(self.get_serializer(page, many=True).data)


class Tests(Part):
    model, serializer_class = ConnectionTest, TestSerializer

    def needed(self, method: str) -> str:
        return "partners.change_connection" if method == "POST" else "partners.view_connection"

    @extend_schema(operation_id="list_connection_tests", responses={200: TestSerializer(many=True), **FOR_LIST})
    def get(self, request: Request, pk: int) -> Response:
        """What the tests of a connection saw, newest first."""
        return self.listed(ConnectionTest.objects.filter(connection=self.parent_row()))

    @extend_schema(operation_id="test_connection", request=None, responses={201: TestSerializer, **FOR_ACT})
    def post(self, request: Request, pk: int) -> Response:
        """Test a connection as it is set now, where there is one against the partner's server; the result is kept."""
        test = try_connection(self.parent_row(), person_of(request).get_username())
        return Response(TestSerializer(test).data, 201)


class KeySerializer(serializers.ModelSerializer[ApiKey]):
    scopes = serializers.ListField(child=serializers.ChoiceField(choices=Scope.choices), required=False)

    class Meta:
        model = ApiKey
        fields: ClassVar = [
            *("id", "connection", "label", "prefix", "scopes"),
            *("created_at", "expires_at", "revoked_at", "last_used_at"),
        ]
        read_only_fields: ClassVar = ["connection", "prefix", "created_at", "revoked_at", "last_used_at"]


class IssuedKeySerializer(KeySerializer):
    """A key that was just made. `secret` is shown here and never again."""

    secret = serializers.CharField(read_only=True)

    class Meta(KeySerializer.Meta):
        fields: ClassVar = [*KeySerializer.Meta.fields, "secret"]


class Keys(Part):
    model, serializer_class = ApiKey, KeySerializer

    def needed(self, method: str) -> str:
        return "partners.issue_apikey" if method == "POST" else "partners.view_apikey"

    @extend_schema(operation_id="list_keys", responses={200: KeySerializer(many=True), **FOR_LIST})
    def get(self, request: Request, pk: int) -> Response:
        """Keys of a connection, newest first."""
        return self.listed(ApiKey.objects.filter(connection=self.parent_row()))

    @extend_schema(operation_id="issue_key", responses={201: IssuedKeySerializer, **FOR_ACT})
    def post(self, request: Request, pk: int) -> Response:
        """Issue a key for a connection of the API. It is shown in this answer only."""
        body = KeySerializer(data=request.data)
        body.is_valid(raise_exception=True)
        said = body.validated_data
        connection = self.parent_row()
        return _issued(self.act(issue_key, connection, said["label"], said.get("expires_at"), said.get("scopes")))


class RotationSerializer(serializers.Serializer[Any]):
    overlap_hours = serializers.IntegerField(
        min_value=0, max_value=LONGEST_OVERLAP.days * 24, help_text="How long the old key still works."
    )
    expires_at = serializers.DateTimeField(required=False, help_text="Of the new key; left out: never.")


class Rotation(Configuration):
    model, permission = ApiKey, "partners.issue_apikey"
    serializer_class, related = RotationSerializer, ("connection__partner",)

    @extend_schema(operation_id="rotate_key", responses={201: IssuedKeySerializer, **FOR_ACT})
    def post(self, request: Request, pk: int) -> Response:
        """Issue a key in place of this one, which ends after the overlap. It is shown in this answer only."""
        body = RotationSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        overlap = timedelta(hours=body.validated_data["overlap_hours"])
        return _issued(self.act(rotate_key, self.found(), overlap, body.validated_data.get("expires_at")))


class Revocation(Configuration):
    model, permission, serializer_class = ApiKey, "partners.revoke_apikey", KeySerializer

    @extend_schema(operation_id="revoke_key", request=None, responses={200: KeySerializer, **FOR_ONE})
    def post(self, request: Request, pk: int) -> Response:
        """Refuse a key from now on. It cannot be undone."""
        key = self.found()
        revoke_key(key)
        key.refresh_from_db()
        return Response(KeySerializer(key).data)


def _issued(issued: IssuedKey) -> Response:
    body = KeySerializer(issued.api_key).data | {"secret": issued.secret}
    return Response(body, 201, headers={"Cache-Control": "no-store"})
