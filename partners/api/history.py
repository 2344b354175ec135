"""Versions of a record: who changed what, when and why, and the way back."""

from typing import Any

from django.db.models import Model
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from config.core import problems
from partners.api.agreements import DifferenceSerializer
from partners.api.configuration import (
    FOR_ACT,
    FOR_LIST,
    IF_MATCH,
    Configuration,
    Single,
    person_of,
    revision_wanted,
)
from partners.services.compare import compare
from partners.services.restore import restore
from partners.services.revisions import revision_of

SHOWN = 50


class VersionSerializer(serializers.Serializer[Any]):
    """One save. changes: against the one before it; `left` was before, `right` is after."""

    revision = serializers.CharField()
    at = serializers.DateTimeField()
    by = serializers.CharField(help_text="Empty: Onramp itself.")
    reason = serializers.CharField()
    verb = serializers.ChoiceField(choices=["made", "changed", "deleted"])
    changes = DifferenceSerializer(many=True)


class VersionsSerializer(serializers.Serializer[Any]):
    versions = VersionSerializer(many=True)


class RestoreSerializer(serializers.Serializer[Any]):
    revision = serializers.IntegerField(min_value=1, help_text="Of the version that is to come back.")


class Versions(Configuration):
    """The newest versions of a record, for our own people."""

    serializer_class = VersionsSerializer

    def kept(self) -> Response:
        rows = list(self.found().history.select_related("history_user").order_by("-history_id")[: SHOWN + 1])
        pairs = zip(rows, [*rows[1:], None], strict=True)
        said = [_version(row, before) for row, before in pairs][:SHOWN]
        return Response(VersionsSerializer({"versions": said}).data)


def versions_of(model: type[Model], name: str) -> Any:
    """The view of one kind's versions. name: such as "service level"."""

    @extend_schema(
        operation_id=f"list_versions_of_{name.replace(' ', '_')}",
        summary=f"The last {SHOWN} versions of {name}, with who, when and why",
        responses={200: VersionsSerializer, **FOR_LIST},
    )
    def get(self: Versions, request: Request, pk: int) -> Response:
        return self.kept()

    return type("Versions", (Versions,), {"model": model, "get": get}).as_view()  # type: ignore[attr-defined]


class ComparedSerializer(serializers.Serializer[Any]):
    differences = DifferenceSerializer(many=True)
    same = serializers.IntegerField(help_text="How many settings do not differ.")


def comparing(model: type[Model], name: str) -> Any:
    """The view that compares two versions of one kind. name: such as "service level"."""

    @extend_schema(
        operation_id=f"compare_versions_of_{name.replace(' ', '_')}",
        summary=f"What differs between two versions of {name}",
        parameters=[
            OpenApiParameter("left", int, required=True, description="A revision."),
            OpenApiParameter("right", int, required=True, description="Another revision."),
        ],
        responses={200: ComparedSerializer, **FOR_LIST},
    )
    def get(self: Versions, request: Request, pk: int) -> Response:
        record = self.found()
        left, right = (_kept(record, side, request.query_params.get(side, "")) for side in ("left", "right"))
        rows = compare(left, right)
        changed = [row for row in rows if row.is_changed]
        return Response(ComparedSerializer({"differences": changed, "same": len(rows) - len(changed)}).data)

    options = {"model": model, "get": get, "serializer_class": ComparedSerializer}
    return type("Comparing", (Versions,), options).as_view()  # type: ignore[attr-defined]


def _kept(record: Any, side: str, wanted: str) -> Any:
    """The version of a record that a query parameter names. Raises ValidationError and NotHere."""
    if not (wanted.isascii() and wanted.isdigit() and len(wanted) < 19):
        raise ValidationError({side: ["Give the revision of a version."]})
    kept = record.history.filter(pk=wanted).first()
    if kept is None:
        raise problems.NotHere("There is no such version.")
    return kept


def restoring(single: type[Single], name: str) -> Any:
    """The view that brings a version of one kind back."""

    @extend_schema(
        operation_id=f"restore_{name.replace(' ', '_')}",
        summary=f"Bring back a version of {name}, which makes a new one",
        request=RestoreSerializer,
        parameters=[IF_MATCH],
        responses={200: single.serializer_class, **FOR_ACT},
    )
    def post(self: Single, request: Request, pk: int) -> Response:
        body = RestoreSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        record, revision = self.found(), revision_wanted(request)
        kept = record.history.filter(pk=body.validated_data["revision"]).first()
        if kept is None:
            raise problems.NotHere("There is no such version.")
        if revision is not None and (newest := revision_of(record)) != revision:
            raise problems.Outdated("Somebody saved it meanwhile. Read it again.", revision=newest)
        self.act(restore, kept, person_of(request).get_username())
        return self.shown(record)

    # What changes a record may restore it; the view of one kind has its rights and looks.
    options: dict[str, Any] = {
        "post": post,
        "http_method_names": ["post", "options"],
        "permission": f"partners.change_{single.model._meta.model_name}",
    }
    return type("Restoring", (single,), options).as_view()  # type: ignore[attr-defined]


def _version(row: Any, before: Any) -> dict[str, Any]:
    changes = [one for one in compare(before, row) if one.is_changed] if before is not None else []
    return {
        "revision": str(row.pk),
        "at": row.history_date,
        "by": row.history_user.get_username() if row.history_user else "",
        "reason": row.history_change_reason or "",
        "verb": {"+": "made", "~": "changed", "-": "deleted"}[row.history_type],
        "changes": changes,
    }
