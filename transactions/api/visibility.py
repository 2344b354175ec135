"""What a partner's program may see: as its people do, and with a connection for tests, tests only."""

from typing import Any, TypeVar
from uuid import UUID

from django.db.models import QuerySet

from partners.api.authentication import ApiClient
from partners.models import Environment
from transactions.models import Acknowledgment, Document, InboundFile
from transactions.services import visibility

Rows = TypeVar("Rows", bound=QuerySet[Any])


def files_of(client: ApiClient) -> QuerySet[InboundFile]:
    return _in_environment(client, visibility.files_of(client.partner))


def documents_of(client: ApiClient) -> QuerySet[Document]:
    return _in_environment(client, visibility.documents_of(client.partner))


def acknowledgments_of(client: ApiClient) -> QuerySet[Acknowledgment]:
    return _in_environment(client, visibility.acknowledgments_of(client.partner))


def documents_of_file(client: ApiClient, file_id: UUID) -> QuerySet[Document]:
    return reachable_documents(client).filter(file_id=file_id)


def acknowledgments_of_file(client: ApiClient, file_id: UUID) -> QuerySet[Acknowledgment]:
    return reachable_acknowledgments(client).filter(file_id=file_id)


def reachable_documents(client: ApiClient) -> QuerySet[Document]:
    return _in_environment(client, visibility.reachable_documents(client.partner))


def reachable_acknowledgments(client: ApiClient) -> QuerySet[Acknowledgment]:
    return _in_environment(client, visibility.reachable_acknowledgments(client.partner))


def _in_environment(client: ApiClient, rows: Rows) -> Rows:
    return rows.filter(environment=Environment.TEST) if client.connection.environment == Environment.TEST else rows
