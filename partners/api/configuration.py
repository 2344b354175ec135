"""What every address of the configuration shares: who may see what, revisions, and saving through the services."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.db.models import Model, Q, QuerySet
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.generics import GenericAPIView
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.settings import api_settings

from config.core import problems
from config.core.api import filters
from config.core.api.authentication import TokenAuthentication
from config.core.api.described import problems as problem_answers
from config.core.api.pagination import LARGEST_KEY, NewestFirst
from config.core.models import User
from partners.api.authentication import ApiClient, ApiKeyAuthentication
from partners.api.permissions import HasScope, MayConfigure
from partners.models import Environment
from partners.services.begin_case import CaseRefused
from partners.services.change import Refused, change
from partners.services.clone_agreement import NotCloned
from partners.services.decide_proposal import AlreadyDecided
from partners.services.invite import InviteRefused
from partners.services.issue_key import KeyRefused
from partners.services.merge_partners import NotMerged
from partners.services.refused import StatusRefused
from partners.services.restore import NotRestored
from partners.services.revisions import Outdated, revision_of, with_revision

VERBS = {"GET": "view", "HEAD": "view", "OPTIONS": "view", "POST": "add", "PATCH": "change", "DELETE": "delete"}
FOR_LIST = problem_answers(400, 401, 403, 404, 429)
FOR_ONE = problem_answers(401, 403, 404, 429)
FOR_NEW = problem_answers(400, 401, 403, 429)
FOR_CHANGE = problem_answers(400, 401, 403, 404, 412, 428, 429)
FOR_ACT = problem_answers(400, 401, 403, 404, 409, 429)
ETAG = OpenApiParameter("ETag", str, OpenApiParameter.HEADER, response=[200, 201], description="The revision.")
IF_MATCH = OpenApiParameter(
    "If-Match", str, OpenApiParameter.HEADER, required=True, description="The ETag of what you read; * for whichever."
)
REFUSALS = (
    *(StatusRefused, NotCloned, KeyRefused, NotRestored, NotMerged, CaseRefused, InviteRefused, AlreadyDecided),
)
SEARCH = OpenApiParameter("q", OpenApiTypes.STR, description="Part of a name or another word of it.")


class Filters(filters.Filters):
    """What a list of the configuration can be narrowed by."""

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """A key beyond those that the database can have is refused here: the query itself would fail."""
        beyond = [name for name, value in attrs.items() if isinstance(value, int) and abs(value) > LARGEST_KEY]
        if beyond:
            raise ValidationError({name: ["There is no record of this number."] for name in beyond})
        return attrs


class ConfigurationSerializer(serializers.ModelSerializer[Any]):
    """A record with its revision. Meta.fixed: fields that stay as they were made; Meta.internal: not for partners."""

    revision = serializers.SerializerMethodField(help_text="Grows with every save; also the ETag.")
    change_reason = serializers.CharField(
        write_only=True, required=False, max_length=100, help_text="Why; kept with the history."
    )

    class Meta:
        fixed: tuple[str, ...] = ()
        internal: tuple[str, ...] = ()
        validators: ClassVar[list[Any]] = []

    def get_revision(self, row: Any) -> str:
        return str(row.revision if hasattr(row, "revision") else revision_of(row))

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        fields = super().get_fields()
        request = self.context.get("request")
        if request is not None and isinstance(request.user, ApiClient):
            for name in getattr(self.Meta, "internal", ()):
                fields.pop(name, None)
        return fields

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Unknown fields are refused, so that a typing error changes nothing by silence."""
        known = {name for name, field in self.fields.items() if not field.read_only}
        unknown = {name: ["There is no such field to write."] for name in set(self.initial_data) - known}
        if self.instance is not None:
            unknown |= {
                name: ["It stays as it was made."] for name in set(attrs) & set(getattr(self.Meta, "fixed", ()))
            }
        if unknown:
            raise ValidationError(unknown)
        return attrs


class Configuration(GenericAPIView[Any]):
    """own: look-up of the partner that a row belongs to; "" when rows are nobody's own, and for our staff only."""

    authentication_classes = [TokenAuthentication, ApiKeyAuthentication]
    permission_classes = [IsAuthenticated, HasScope, MayConfigure]
    pagination_class = NewestFirst
    model: type[Model]
    own: str = ""
    permission: str = ""  # where it is none of the four of the model
    filters: type[Filters] = Filters
    searched: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    prefetched: tuple[Any, ...] = ()

    def needed(self, method: str) -> str | tuple[str, ...]:
        """The permission of a person for this method, or several that are needed together."""
        return self.permission or f"{self.model._meta.app_label}.{VERBS[method]}_{self.model._meta.model_name}"

    def get_queryset(self) -> QuerySet[Any]:
        """The rows that whoever asks may see."""
        rows = self.model._default_manager.select_related(*self.related).prefetch_related(*self.prefetched)
        if hasattr(self.model, "history"):
            rows = with_revision(rows)
        user: Any = self.request.user
        if isinstance(user, ApiClient):
            rows = rows.filter(**{self.own: user.partner.pk})
            fields = {field.name for field in self.model._meta.fields}
            if user.connection.environment == Environment.TEST and "environment" in fields:
                rows = rows.filter(environment=Environment.TEST)
        return rows

    def found(self) -> Any:
        """The row of this address. Raises NotHere."""
        row = self.get_queryset().filter(pk=self.kwargs["pk"]).first()
        if row is None:
            raise problems.NotHere
        return row

    def sent(self, record: Any = None) -> dict[str, Any]:
        """The checked body. Raises ValidationError."""
        serializer = self.get_serializer(record, data=self.request.data, partial=record is not None)
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)

    def keep(self, record: Any, values: dict[str, Any], revision: str | None = None) -> Any:
        """Save through the service; what it refuses becomes a problem."""
        reason = values.pop("change_reason", "") or "By the API"
        return self.act(change, record, values, by=person_of(self.request), reason=reason, revision=revision)

    def act(self, service: Callable[..., Any], *args: Any, **named: Any) -> Any:
        """Call a service; what it refuses becomes a problem."""
        try:
            return service(*args, **named)
        except Refused as refused:
            raise as_invalid(refused) from refused
        except Outdated as outdated:
            raise problems.Outdated(str(outdated), revision=outdated.newest) from outdated
        except REFUSALS as refused:
            raise problems.Conflict(str(refused)) from refused

    def shown(self, record: Any, status: int = 200) -> Response:
        """The record as it is now, with its ETag."""
        row = self.get_queryset().get(pk=record.pk)
        data = self.get_serializer(row).data
        return Response(data, status=status, headers={"ETag": f'"{data["revision"]}"'} if "revision" in data else {})


class Collection(Configuration):
    """List, and make new ones."""

    address = ""  # name of the URL of one

    def wanted(self, request: Request) -> QuerySet[Any]:
        """The rows that the query parameters ask for. Raises ValidationError."""
        also = (*filters.OF_EVERY_LIST, "q") if self.searched else filters.OF_EVERY_LIST
        rows = self.get_queryset().filter(**self.filters.read(request.query_params, also))
        if term := request.query_params.get("q", "").strip():
            found = Q()
            for name in self.searched:
                found |= Q(**{f"{name}__icontains": term})
            rows = rows.filter(found)
        return rows

    def listed(self, request: Request) -> Response:
        page = self.paginate_queryset(self.wanted(request))
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    def made(self, request: Request) -> Response:
        record = self.keep(self.model(), self.sent())
        response = self.shown(record, 201)
        response["Location"] = reverse(f"api:{self.address}", args=[record.pk])
        return response


class Single(Configuration):
    """Read one, change it."""

    def read(self, request: Request) -> Response:
        return self.shown(self.found())

    def changed(self, request: Request) -> Response:
        record, revision = self.found(), revision_wanted(request)
        self.keep(record, self.sent(record), revision)
        return self.shown(record)


def revision_wanted(request: Request) -> str | None:
    """What If-Match names; None for "*". Raises RevisionNeeded."""
    said = request.headers.get("If-Match", "").strip()
    if not said:
        raise problems.RevisionNeeded
    return None if said == "*" else said.removeprefix("W/").strip('"')


def person_of(request: Request) -> User:
    """Who acts. Raises PermissionDenied for a partner's program."""
    if not isinstance(request.user, User):
        raise problems.exceptions.PermissionDenied
    return request.user


def as_invalid(refused: Refused) -> ValidationError:
    """The problem "invalid" with each field's sentences."""
    return ValidationError({name or api_settings.NON_FIELD_ERRORS_KEY: said for name, said in refused.errors.items()})
