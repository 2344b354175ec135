"""What a partner's program may see: what is its own, and what came through its own connections."""

from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Q, QuerySet

from partners.api.authentication import ApiClient
from partners.models import Environment
from transactions.models import Acknowledgment, Document, InboundFile

Rows = TypeVar("Rows", bound=QuerySet[Any])


def files_of(client: ApiClient) -> QuerySet[InboundFile]:
    return _in_environment(client, InboundFile.objects.of_partner(client.partner))


def documents_of(client: ApiClient) -> QuerySet[Document]:
    return _in_environment(client, Document.objects.of_partner(client.partner))


def acknowledgments_of(client: ApiClient) -> QuerySet[Acknowledgment]:
    return _in_environment(client, Acknowledgment.objects.filter(partner=client.partner))


def documents_of_file(client: ApiClient, file_id: UUID) -> QuerySet[Document]:
    return reachable_documents(client).filter(file_id=file_id)


def acknowledgments_of_file(client: ApiClient, file_id: UUID) -> QuerySet[Acknowledgment]:
    return reachable_acknowledgments(client).filter(file_id=file_id)


def reachable_documents(client: ApiClient) -> QuerySet[Document]:
    """Its own documents, and those of others in files that it brought (a VAN, a 3PL). To look up by id or file only."""
    return _in_environment(client, Document.objects.filter(_own_or_brought(client)))


def reachable_acknowledgments(client: ApiClient) -> QuerySet[Acknowledgment]:
    """As `reachable_documents`: who carries a partner's documents takes its acknowledgments back."""
    return _in_environment(client, Acknowledgment.objects.filter(_own_or_brought(client)))


def _own_or_brought(client: ApiClient) -> Q:
    return Q(partner=client.partner) | Q(file__partner=client.partner)


def _in_environment(client: ApiClient, rows: Rows) -> Rows:
    """A connection for tests sees test traffic only."""
    return rows.filter(environment=Environment.TEST) if client.connection.environment == Environment.TEST else rows
