"""What became of each document; its canonical form and its source."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http.response import HttpResponseBase
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from config.core.downloads import send_bytes
from config.core.problems import NotHere
from partners.api.authentication import client_of
from transactions.api.described import CORRELATION, DOWNLOAD, FOR_LISTS, HERE_OR_NOT, JSON, TEXT, X12, XML
from transactions.api.detail import detail_of_document
from transactions.api.filters import DocumentFilters
from transactions.api.pagination import NewestFirst
from transactions.api.serializers import DocumentDetailSerializer, DocumentSummarySerializer
from transactions.api.visibility import documents_of, documents_of_file, reachable_documents
from transactions.models import Document
from transactions.services.document_source import document_source

SCHEMA_HEADER = "Canonical-Schema"


class Documents(generics.ListAPIView[Document]):
    """The partner's documents, newest first. With `file`, those of one file."""

    serializer_class = DocumentSummarySerializer
    pagination_class = NewestFirst

    @extend_schema(
        operation_id="list_documents",
        parameters=[DocumentFilters],
        responses={200: DocumentSummarySerializer(many=True), **FOR_LISTS},
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List documents."""
        return super().get(request, *args, **kwargs)

    def get_queryset(self) -> QuerySet[Document]:
        client, wanted = client_of(self.request), DocumentFilters.read(self.request.query_params)
        file_id = wanted.pop("file_id", None)
        rows = documents_of_file(client, file_id) if file_id else documents_of(client)
        return rows.filter(**wanted)


class OneDocument(APIView):
    @extend_schema(
        operation_id="get_document", parameters=[CORRELATION], responses={200: DocumentDetailSerializer, **HERE_OR_NOT}
    )
    def get(self, request: Request, pk: UUID) -> Response:
        """A document with its findings."""
        document = _find(reachable_documents(client_of(request)), pk)
        detail = detail_of_document(document)
        body = DocumentDetailSerializer(document, context=detail._asdict()).data
        return Response(body, headers={"Correlation-Id": str(document.file_id)})


class DocumentCanonical(APIView):
    @extend_schema(
        operation_id="get_document_canonical",
        parameters=[
            OpenApiParameter(
                SCHEMA_HEADER, str, OpenApiParameter.HEADER, response=[200], description="The schema: order/1."
            )
        ],
        responses={(200, JSON): DOWNLOAD, **HERE_OR_NOT},
    )
    def get(self, request: Request, pk: UUID) -> HttpResponseBase:
        """The canonical form: exact JSON, decimals as strings."""
        document = _find(reachable_documents(client_of(request)), pk)
        canonical = document.canonicals.filter(is_current=True).first()
        if canonical is None:
            raise NotHere("This document has no canonical form; its findings say why.")
        response = send_bytes(canonical.body.encode(), f"{document.pk}.json", JSON)
        response[SCHEMA_HEADER] = canonical.schema
        return response


class DocumentSource(APIView):
    @extend_schema(
        operation_id="get_document_source",
        responses={(200, X12): DOWNLOAD, (200, XML): DOWNLOAD, (200, TEXT): DOWNLOAD, **HERE_OR_NOT},
    )
    def get(self, request: Request, pk: UUID) -> HttpResponseBase:
        """The bytes of the document as they came: ST to SE, the XML record, the rows. Secrets in XML are masked."""
        document = _find(reachable_documents(client_of(request)).select_related("file"), pk)
        source = document_source(document)
        return send_bytes(source.content, f"{document.pk}.{source.extension}", source.content_type)


def _find(rows: QuerySet[Document], pk: UUID) -> Document:
    document = rows.filter(pk=pk).first()
    if document is None:
        raise NotHere
    return document
