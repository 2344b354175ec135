"""What the API says of files, documents and acknowledgments. Addresses are paths on this server."""

from typing import Any, ClassVar

from django.urls import reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from transactions.api.findings import FindingSerializer
from transactions.api.waiting import Waited
from transactions.models import Acknowledgment, Document, InboundFile
from transactions.services.present_findings import present_stored


@extend_schema_field({"type": "string", "format": "uri-reference"})
class PathField(serializers.Field[Any, Any, Any, Any]):
    """The path of another resource, named by a key of the row."""

    def __init__(self, view: str, key: str = "pk", **kwargs: Any) -> None:
        self.view, self.key = view, key
        super().__init__(source="*", read_only=True, **kwargs)

    def to_representation(self, row: Any) -> str:
        return reverse(self.view, args=[getattr(row, self.key)])


class FileSummarySerializer(serializers.ModelSerializer[InboundFile]):
    """A file that was received."""

    id = serializers.UUIDField(help_text="Also the correlation id of everything that comes of the file.")
    url = PathField("api:file")
    content_url = PathField("api:file-content")

    class Meta:
        model = InboundFile
        fields: ClassVar = [
            "id",
            "url",
            "content_url",
            "name",
            "size",
            "sha256",
            "environment",
            "channel",
            "stage",
            "outcome",
            "documents_total",
            "documents_accepted",
            "received_at",
            "waits_until",
            "waits_for",
            "finished_at",
        ]
        read_only_fields: ClassVar = fields


class DocumentSummarySerializer(serializers.ModelSerializer[Document]):
    """A business document and what became of it."""

    file = serializers.UUIDField(source="file_id", help_text="The file it came in: its correlation id.")
    url = PathField("api:document")

    class Meta:
        model = Document
        fields: ClassVar = [
            "id",
            "url",
            "file",
            "ordinal",
            "kind",
            "format",
            "set_id",
            "version",
            "control_number",
            "business_key",
            "environment",
            "stage",
            "outcome",
            "verdict",
            "errors",
            "warnings",
            "received_at",
            "final_at",
        ]
        read_only_fields: ClassVar = fields
        extra_kwargs: ClassVar = {
            "verdict": {"help_text": "What the acknowledgment says: AK501. Other formats than X12 are judged alike."},
            "errors": {"help_text": "How many findings are errors."},
            "warnings": {"help_text": "How many findings are warnings."},
        }


class AcknowledgmentSerializer(serializers.ModelSerializer[Acknowledgment]):
    """A TA1 or 997 that answers an interchange or a group."""

    file = serializers.UUIDField(source="file_id", help_text="The file that it answers.")
    url = PathField("api:acknowledgment")
    content_url = PathField("api:acknowledgment-content")

    class Meta:
        model = Acknowledgment
        fields: ClassVar = [
            "id",
            "url",
            "content_url",
            "file",
            "kind",
            "verdict",
            "control_number",
            "environment",
            "created_at",
        ]
        read_only_fields: ClassVar = fields


class DocumentInFileSerializer(DocumentSummarySerializer):
    """A document with the first of its findings."""

    findings = serializers.SerializerMethodField(help_text="The first of them; the document has all.")

    class Meta(DocumentSummarySerializer.Meta):
        fields: ClassVar = [*DocumentSummarySerializer.Meta.fields, "findings"]
        read_only_fields: ClassVar = fields

    @extend_schema_field(FindingSerializer(many=True))
    def get_findings(self, document: Document) -> list[dict[str, Any]]:
        return present_stored(self.context["findings"].get(document.pk, []))


class FileDetailSerializer(FileSummarySerializer):
    """A file with its findings and the first of its documents."""

    findings = serializers.SerializerMethodField(help_text="Of the file and its envelopes.")
    documents = serializers.SerializerMethodField(help_text="The first of them; documents_url lists all.")
    documents_url = serializers.SerializerMethodField()
    acknowledgments = serializers.SerializerMethodField()
    open_cases = serializers.SerializerMethodField(help_text="How many exceptions wait for a person.")

    class Meta(FileSummarySerializer.Meta):
        fields: ClassVar = [
            *FileSummarySerializer.Meta.fields,
            "findings",
            "documents",
            "documents_url",
            "acknowledgments",
            "open_cases",
        ]
        read_only_fields: ClassVar = fields

    @extend_schema_field(FindingSerializer(many=True))
    def get_findings(self, file: InboundFile) -> list[dict[str, Any]]:
        return present_stored(self.context["detail"].findings)

    @extend_schema_field(DocumentInFileSerializer(many=True))
    def get_documents(self, file: InboundFile) -> Any:
        detail = self.context["detail"]
        return DocumentInFileSerializer(
            detail.documents, many=True, context={"findings": detail.findings_of_documents}
        ).data

    @extend_schema_field({"type": "string", "format": "uri-reference"})
    def get_documents_url(self, file: InboundFile) -> str:
        return f"{reverse('api:documents')}?file={file.pk}"

    @extend_schema_field(AcknowledgmentSerializer(many=True))
    def get_acknowledgments(self, file: InboundFile) -> Any:
        return AcknowledgmentSerializer(self.context["detail"].acknowledgments, many=True).data

    def get_open_cases(self, file: InboundFile) -> int:
        return int(self.context["detail"].open_cases)


class _AnswerSerializer(serializers.Serializer[Any]):
    is_new = serializers.BooleanField(help_text="False when the same bytes or Idempotency-Key had come before.")
    waited = serializers.ChoiceField(
        choices=[waited.value for waited in Waited],
        help_text="no: not asked to wait. settled: finished, or held for a person. "
        "timeout: not settled in time. busy: too many are waiting; follow the status address. "
        "postponed: by policy it is worked later.",
    )


class ReceiptSerializer(_AnswerSerializer):
    """The file is stored; its result comes later."""

    file = FileSummarySerializer()


class ResultSerializer(_AnswerSerializer):
    """The file is finished."""

    file = FileDetailSerializer()


class DocumentDetailSerializer(DocumentSummarySerializer):
    """A document with its findings."""

    findings = serializers.SerializerMethodField(help_text="Of the current attempt, at most 200; errors first then.")
    attempt = serializers.IntegerField(help_text="How often the document was processed.")
    canonical_url = serializers.SerializerMethodField(help_text="null when there is no canonical form.")
    source_url = PathField("api:document-source")

    class Meta(DocumentSummarySerializer.Meta):
        fields: ClassVar = [
            *DocumentSummarySerializer.Meta.fields,
            "attempt",
            "findings",
            "canonical_url",
            "source_url",
        ]
        read_only_fields: ClassVar = fields

    @extend_schema_field(FindingSerializer(many=True))
    def get_findings(self, document: Document) -> list[dict[str, Any]]:
        return present_stored(self.context["findings"])

    @extend_schema_field({"type": "string", "format": "uri-reference", "nullable": True})
    def get_canonical_url(self, document: Document) -> str | None:
        return reverse("api:document-canonical", args=[document.pk]) if self.context["has_canonical"] else None
