"""Send a file; follow it."""

import math
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http.response import HttpResponseBase
from django.urls import reverse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from config.core.blobs import BlobTooLarge
from config.core.downloads import stream_blob
from config.core.problems import NotHere, PayloadTooLarge, Problem, Unprocessable
from partners.api.authentication import client_of
from transactions.api.described import BYTES, CORRELATION, DOWNLOAD, FOR_LISTS, HERE_OR_NOT, UPLOAD, problems
from transactions.api.detail import detail_of_file
from transactions.api.filters import FileFilters
from transactions.api.pagination import NewestFirst
from transactions.api.serializers import (
    FileDetailSerializer,
    FileSummarySerializer,
    ReceiptSerializer,
    ResultSerializer,
)
from transactions.api.upload import uploaded
from transactions.api.visibility import files_of
from transactions.api.waiting import SETTLED, Waited, wait_until_settled
from transactions.models import InboundFile
from transactions.services.pace import RateExceeded, refuse_beyond_rate
from transactions.services.receive import IdempotencyKeyReused, Receipt, receive
from transactions.states import FileStage

CHANNEL = "api"
KEY_LIMIT = 255


class KeyReused(Unprocessable):
    default_code = "idempotency-key-reused"
    title = "The Idempotency-Key belongs to another file"


class TooManyFiles(Problem):
    """429 with Retry-After, which the framework takes from `wait`."""

    status_code = 429
    default_code = "rate-exceeded"
    title = "More than the agreed rate"

    def __init__(self, exceeded: RateExceeded) -> None:
        self.wait = exceeded.seconds
        again = exceeded.until.strftime("%Y-%m-%d %H:%M:%S UTC")
        super().__init__(
            f"{exceeded} Nothing of this file was kept; send it again in {exceeded.seconds} seconds, after {again}.",
            limit=exceeded.limit,
            unit=f"{exceeded.unit} an hour",
            retry_after=exceeded.seconds,
        )


class Files(generics.ListAPIView[InboundFile]):
    """Files that came through the partner's connections, newest first; and the way in for new ones."""

    serializer_class = FileSummarySerializer
    pagination_class = NewestFirst

    @extend_schema(
        operation_id="list_files",
        parameters=[FileFilters],
        responses={200: FileSummarySerializer(many=True), **FOR_LISTS},
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List files."""
        return super().get(request, *args, **kwargs)

    def get_queryset(self) -> QuerySet[InboundFile]:
        return files_of(client_of(self.request)).filter(**FileFilters.read(self.request.query_params))

    @extend_schema(
        operation_id="send_file",
        request=UPLOAD,
        parameters=[
            OpenApiParameter(
                "Idempotency-Key",
                str,
                OpenApiParameter.HEADER,
                description="Your name for this request, "
                "at most 255 characters. Sending it again with the same file changes nothing.",
            ),
            OpenApiParameter("wait", float, description="Seconds to wait for the result."),
            OpenApiParameter("name", str, description="Name of a file that is sent as the body itself."),
            OpenApiParameter("X-Filename", str, OpenApiParameter.HEADER, description="As name."),
            CORRELATION,
        ],
        responses={200: ResultSerializer, 202: ReceiptSerializer, **problems(400, 401, 411, 413, 415, 422, 429, 503)},
    )
    def post(self, request: Request) -> Response:
        """Send a file. It is stored before anything looks at it; the result comes now (`wait`) or later.

        200: the file is finished, this is its result. 202: it is stored, follow `Location`; when `stage` is held,
        `file` is complete and its findings say what it waits for.
        The same bytes sent again give the first file again (`is_new` is false) and no second document.
        """
        wanted = _seconds(request.query_params.get("wait", "0"))
        receipt = self._receive(request, _key(request))
        waited = Waited.NO
        if receipt.file.stage != FileStage.FINISHED:
            waited = wait_until_settled(receipt.file.pk, wanted)
        if waited is not Waited.NO:
            receipt.file.refresh_from_db()
        return _answer(receipt, waited)

    def _receive(self, request: Request, key: str) -> Receipt:
        client = client_of(request)
        try:
            refuse_beyond_rate(client.partner)
        except RateExceeded as exceeded:
            raise TooManyFiles(exceeded) from exceeded
        try:
            with uploaded(request._request) as upload:
                return receive(
                    upload.chunks,
                    connection=client.connection,
                    partner=client.partner,
                    environment=client.connection.environment,
                    channel=CHANNEL,
                    received_by=str(client.api_key),
                    name=upload.name,
                    idempotency_key=key,
                )
        except BlobTooLarge as error:
            raise PayloadTooLarge(error.limit) from error
        except IdempotencyKeyReused as error:
            raise KeyReused("This Idempotency-Key came with other content. Use a new key for a new file.") from error


class OneFile(APIView):
    @extend_schema(
        operation_id="get_file", parameters=[CORRELATION], responses={200: FileDetailSerializer, **HERE_OR_NOT}
    )
    def get(self, request: Request, pk: UUID) -> Response:
        """What became of a file: its findings, documents and acknowledgments."""
        file = _find(request, pk)
        return Response(_detail(file), headers=_headers(file))


class FileContent(APIView):
    @extend_schema(operation_id="get_file_content", responses={(200, BYTES): DOWNLOAD, **HERE_OR_NOT})
    def get(self, request: Request, pk: UUID) -> HttpResponseBase:
        """The bytes as they came."""
        file = _find(request, pk)
        return stream_blob(file.sha256, file.name or f"{file.pk}.edi", length=file.size)


def _find(request: Request, pk: UUID) -> InboundFile:
    file = files_of(client_of(request)).filter(pk=pk).first()
    if file is None:
        raise NotHere
    return file


def _answer(receipt: Receipt, waited: Waited) -> Response:
    file = receipt.file
    body = {
        "is_new": receipt.is_new,
        "waited": waited.value,
        "file": _detail(file) if file.stage in SETTLED else FileSummarySerializer(file).data,
    }
    headers = _headers(file) | {"Location": reverse("api:file", args=[file.pk])}
    return Response(body, status=200 if file.stage == FileStage.FINISHED else 202, headers=headers)


def _detail(file: InboundFile) -> Any:
    return FileDetailSerializer(file, context={"detail": detail_of_file(file)}).data


def _headers(file: InboundFile) -> dict[str, str]:
    return {"Correlation-Id": file.correlation_id}


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not 0 <= seconds < math.inf:
        raise ValidationError({"wait": ["Give seconds, such as 5."]})
    return seconds


def _key(request: Request) -> str:
    key = request.headers.get("Idempotency-Key", "").strip()
    if len(key) > KEY_LIMIT or not key.isprintable():
        raise ValidationError({"Idempotency-Key": [f"Use at most {KEY_LIMIT} printable characters."]})
    return key
