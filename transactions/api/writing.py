"""A canonical document written by a mapping version, with what is to say about it. Nothing is stored or sent."""

import base64
from typing import Any, ClassVar

import msgspec
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from config.core.api.described import problems as problem_answers
from config.core.problems import Unprocessable
from mappings.engine.errors import DeclarationError
from mappings.engine.text.settings import TextSettings
from mappings.models import MappingVersion
from mappings.services.outbound_form import outbound_form
from mappings.services.write_document import NotWritten, OutboundForm
from partners.api.configuration import Configuration
from partners.models import Agreement
from transactions.api.findings import FindingSerializer
from transactions.api.lineage import LineageSerializer
from transactions.services.present_findings import present_finding
from transactions.services.write_out import NoSuchForm, body_of, write_out

LONGEST = 120


class EnvelopeSerializer(serializers.Serializer[Any]):
    """Of cXML. A shared secret is not taken: it is kept with the connection that sends."""

    sender_qualifier = serializers.CharField(required=False, max_length=LONGEST, help_text="Such as NetworkID.")
    sender = serializers.CharField(required=False, max_length=LONGEST)
    receiver_qualifier = serializers.CharField(required=False, max_length=LONGEST)
    receiver = serializers.CharField(required=False, max_length=LONGEST)
    control_number = serializers.CharField(required=False, max_length=LONGEST, help_text="payloadID")
    usage = serializers.ChoiceField(choices=["test", "production"], required=False)


class WritingSerializer(serializers.Serializer[Any]):
    """Which document, and how it goes out. Either `document` or `canonical`; the rest may be left out."""

    document = serializers.UUIDField(required=False, help_text="Its current canonical form is written.")
    canonical = serializers.DictField(required=False, help_text="A canonical document; numbers as strings.")
    agreement = serializers.PrimaryKeyRelatedField(
        queryset=Agreement.objects.select_related("partner"),
        required=False,
        help_text="Whose envelope and form of text files it gets. Its control numbers are not used.",
    )
    release = serializers.CharField(required=False, max_length=6, help_text="Of X12; by default the mapping's first.")
    envelope = EnvelopeSerializer(required=False)
    text = serializers.DictField(
        required=False, help_text="The form of a file of rows: encoding, delimiter, quote, header_row, numbers, dates."
    )

    def validate_text(self, value: dict[str, Any]) -> TextSettings:
        try:
            return msgspec.convert(value, TextSettings)
        except msgspec.ValidationError as error:
            raise serializers.ValidationError(str(error)) from error

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        unknown = {name: ["There is no such field to write."] for name in set(self.initial_data) - set(self.fields)}
        if unknown:
            raise serializers.ValidationError(unknown)
        if ("document" in attrs) == ("canonical" in attrs):
            raise serializers.ValidationError({"document": ["Send either a document or a canonical document."]})
        return attrs


class NotKeptSerializer(serializers.Serializer[Any]):
    """A value of the document that reading what was written does not give, or gives otherwise."""

    pointer = serializers.CharField(help_text="JSON pointer (RFC 6901) into the canonical document.")
    before = serializers.CharField(help_text="What it is.")
    after = serializers.CharField(allow_null=True, help_text="What is read again; null where there is none.")


class ReadBesidesSerializer(serializers.Serializer[Any]):
    """A value that the document does not have and that reading what was written gives, such as a code of the format."""

    pointer = serializers.CharField(help_text="JSON pointer (RFC 6901) into what is read.")
    after = serializers.CharField(help_text="What is read.")


class WrittenSerializer(serializers.Serializer[Any]):
    """A document as it would go out."""

    title = serializers.CharField(help_text="What it is, in words: UBL Order.")
    name = serializers.CharField(help_text="Of the file.")
    media_type = serializers.CharField()
    content = serializers.CharField(help_text="Its exact bytes, in base64.")
    findings = FindingSerializer(many=True, help_text="With an error among them it is not to be sent.")
    lost = NotKeptSerializer(many=True)
    added = ReadBesidesSerializer(many=True)
    lineage = LineageSerializer(many=True, help_text="Where each value stands in what was written.")


class WriteWithVersion(Configuration):
    """For people with a token. It stores nothing, so that a read-only token may."""

    model, related = MappingVersion, ("mapping",)
    serializer_class = WritingSerializer
    stores_nothing: ClassVar[bool] = True

    def needed(self, method: str) -> tuple[str, ...]:
        return ("mappings.view_mappingversion", "transactions.download_canonical")

    @extend_schema(
        operation_id="write_with_mapping_version",
        request=WritingSerializer,
        responses={200: WrittenSerializer, **problem_answers(400, 401, 403, 404, 422, 429)},
    )
    def post(self, request: Request, pk: int) -> Response:
        """Write a canonical document: its bytes, the findings of our validators, what is lost, and where values went.

        422 when it cannot be written at all, with the reason.
        """
        version = self.found()
        asked = WritingSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        said = asked.validated_data
        try:
            body = said["canonical"] if "canonical" in said else body_of(said["document"])
            out = write_out(version, body, _form(version, said))
        except NoSuchForm as error:
            raise serializers.ValidationError({"document": ["No document of this id has a canonical form."]}) from error
        except (NotWritten, DeclarationError) as error:
            raise Unprocessable(str(error)) from error
        written = out.written
        return Response(
            {
                "title": written.title,
                "name": out.name,
                "media_type": written.media_type,
                "content": base64.b64encode(written.content).decode("ascii"),
                "findings": [present_finding(found) for found in written.findings],
                "lost": NotKeptSerializer(written.lost, many=True).data,
                "added": ReadBesidesSerializer(written.added, many=True).data,
                "lineage": LineageSerializer([row for row in written.lineage if row.placed], many=True).data,
            }
        )


def _form(version: MappingVersion, said: dict[str, Any]) -> OutboundForm:
    """What the agreement says, and instead of it what the request does. Raises ValidationError."""
    agreement: Agreement | None = said.get("agreement")
    if agreement is not None and agreement.set_id != version.mapping.set_id:
        raise serializers.ValidationError(
            {"agreement": [f"It is about {agreement.set_id}, not {version.mapping.set_id}."]}
        )
    form = outbound_form(agreement) if agreement is not None else OutboundForm()
    values = {f"interchange.{name}": value for name, value in said.get("envelope", {}).items()}
    return form._replace(
        release=said.get("release", ""),
        values={**form.values, **values},
        text=said.get("text", TextSettings()).or_else(form.text),
    )
