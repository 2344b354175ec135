"""Where each value of a canonical document came from."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from config.core.problems import NotHere
from partners.api.authentication import client_of
from transactions.api.described import HERE_OR_NOT
from transactions.api.visibility import reachable_documents
from transactions.services.explain import NoCanonicalForm, explain


class LineageSerializer(serializers.Serializer[Any]):
    """One source of one value."""

    pointer = serializers.CharField(help_text="JSON pointer (RFC 6901) into the canonical form.")
    rule = serializers.CharField(help_text="The rule of the mapping that made the value.")
    segment = serializers.IntegerField(help_text="Index in the set, ST = 1; 0 for constants, counts and envelopes.")
    segment_id = serializers.CharField(allow_blank=True)
    element = serializers.IntegerField(help_text="From 1; 0 where no element is the source.")
    component = serializers.IntegerField(help_text="From 1; 0 where no component is the source.")
    xpath = serializers.CharField(allow_blank=True, help_text="Of the element or attribute in an XML record.")
    line = serializers.IntegerField(help_text="Of it in the file; 0 where it does not apply.")
    row = serializers.IntegerField(help_text="Of the cell in a text file, from 1; 0 where it does not apply.")
    column = serializers.CharField(allow_blank=True, help_text="Of the cell, as the file calls it.")
    envelope = serializers.CharField(
        source="context", allow_blank=True, help_text="The value of the envelopes, such as interchange.sender."
    )


class DocumentLineageSerializer(serializers.Serializer[Any]):
    """The sources of all values of a document's current canonical form."""

    mapping = serializers.CharField(help_text="The mapping version that made it.")
    checksum = serializers.CharField(help_text="SHA-256 of its declaration.")
    values = LineageSerializer(many=True, source="rows")


class DocumentLineage(APIView):
    @extend_schema(operation_id="get_document_lineage", responses={200: DocumentLineageSerializer, **HERE_OR_NOT})
    def get(self, request: Request, pk: UUID) -> Response:
        """Where each value of the canonical form came from, and by which rule. Worked out when asked for.

        The place is a segment and element, an XPath and line, or a row and column.
        """
        visible = reachable_documents(client_of(request)).select_related("file", "unit", "group__interchange")
        document = visible.filter(pk=pk).first()
        if document is None:
            raise NotHere
        try:
            explained = explain(document)
        except NoCanonicalForm as error:
            raise NotHere("This document has no canonical form; its findings say why.") from error
        return Response(DocumentLineageSerializer(explained).data)
