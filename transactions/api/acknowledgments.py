"""The TA1s and 997s that answer what the partner sent."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http.response import HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from config.core.downloads import send_bytes
from config.core.problems import NotHere
from partners.api.authentication import client_of
from transactions.api.described import DOWNLOAD, FOR_LISTS, HERE_OR_NOT, X12
from transactions.api.filters import AcknowledgmentFilters
from transactions.api.pagination import NewestFirst
from transactions.api.serializers import AcknowledgmentSerializer
from transactions.api.visibility import acknowledgments_of, acknowledgments_of_file, reachable_acknowledgments
from transactions.models import Acknowledgment


class Acknowledgments(generics.ListAPIView[Acknowledgment]):
    """Acknowledgments, newest first. With `file`, those that answer one file."""

    serializer_class = AcknowledgmentSerializer
    pagination_class = NewestFirst

    @extend_schema(
        operation_id="list_acknowledgments",
        parameters=[AcknowledgmentFilters],
        responses={200: AcknowledgmentSerializer(many=True), **FOR_LISTS},
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List acknowledgments."""
        return super().get(request, *args, **kwargs)

    def get_queryset(self) -> QuerySet[Acknowledgment]:
        client, wanted = client_of(self.request), AcknowledgmentFilters.read(self.request.query_params)
        file_id = wanted.pop("file_id", None)
        rows = acknowledgments_of_file(client, file_id) if file_id else acknowledgments_of(client)
        return rows.defer("content").filter(**wanted)


class OneAcknowledgment(APIView):
    @extend_schema(operation_id="get_acknowledgment", responses={200: AcknowledgmentSerializer, **HERE_OR_NOT})
    def get(self, request: Request, pk: UUID) -> Response:
        """What an acknowledgment says, in short."""
        rows = reachable_acknowledgments(client_of(request)).defer("content")
        return Response(AcknowledgmentSerializer(_find(rows, pk)).data)


class AcknowledgmentContent(APIView):
    @extend_schema(operation_id="get_acknowledgment_content", responses={(200, X12): DOWNLOAD, **HERE_OR_NOT})
    def get(self, request: Request, pk: UUID) -> HttpResponseBase:
        """The acknowledgment itself: a whole X12 interchange."""
        acknowledgment = _find(reachable_acknowledgments(client_of(request)), pk)
        name = f"{acknowledgment.kind}-{acknowledgment.control_number}.edi"
        return send_bytes(bytes(acknowledgment.content), name, X12)


def _find(rows: QuerySet[Acknowledgment], pk: UUID) -> Acknowledgment:
    acknowledgment = rows.filter(pk=pk).first()
    if acknowledgment is None:
        raise NotHere
    return acknowledgment
