"""Certificates: taken in with the checks that the admin makes; private keys go in and never come out."""

import base64
import binascii
from datetime import datetime
from typing import Any, ClassVar

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from config.core.vault import VaultLocked
from partners.api.configuration import ETAG, FOR_NEW, Collection, ConfigurationSerializer, Filters, Single
from partners.api.described import collection, single
from partners.api.shared import RECORD
from partners.models import Certificate, CertificatePurpose, Environment, Partner
from partners.services.add_certificate import LIMIT, CertificateRefused, add_certificate


class CertificateSerializer(ConfigurationSerializer):
    purposes = serializers.ListField(child=serializers.ChoiceField(choices=CertificatePurpose.choices), read_only=True)
    has_private_key = serializers.SerializerMethodField(help_text="Sealed, and never shown.")
    is_valid_now = serializers.SerializerMethodField()

    class Meta(ConfigurationSerializer.Meta):
        model = Certificate
        fields: ClassVar = [
            *RECORD,
            *("partner", "environment", "purposes", "subject", "issuer", "serial", "fingerprint"),
            *("not_before", "not_after", "is_valid_now", "use_from", "is_active", "has_private_key", "pem"),
        ]
        read_only_fields: ClassVar = ["partner", "environment"]

    def get_has_private_key(self, certificate: Certificate) -> bool:
        return bool(certificate.sealed_key)

    def get_is_valid_now(self, certificate: Certificate) -> bool:
        return certificate.not_before <= timezone.now() < certificate.not_after


class NewCertificateSerializer(serializers.Serializer[Any]):
    """certificate: PEM text; DER or PKCS #12 in base64."""

    partner = serializers.PrimaryKeyRelatedField(queryset=Partner.objects.all())
    environment = serializers.ChoiceField(choices=Environment.choices, default=Environment.PRODUCTION)
    purposes = serializers.ListField(child=serializers.ChoiceField(choices=CertificatePurpose.choices))
    certificate = serializers.CharField(
        max_length=2 * LIMIT, trim_whitespace=False, help_text="PEM; or DER or PKCS #12 in base64."
    )
    private_key = serializers.CharField(
        max_length=LIMIT, required=False, write_only=True, help_text="PEM; only for certificates of our own."
    )
    passphrase = serializers.CharField(required=False, write_only=True, trim_whitespace=False)
    use_from = serializers.DateTimeField(required=False)


class CertificateFilters(Filters):
    partner = serializers.IntegerField(required=False)
    environment = serializers.ChoiceField(choices=Environment.choices, required=False)
    fingerprint = serializers.CharField(required=False)
    ends_before = serializers.DateTimeField(source="not_after__lt", required=False, help_text="To see what ends soon.")


@collection("certificate", "certificates", makes=False)
class Certificates(Collection):
    model, own = Certificate, "partner"
    serializer_class, filters, searched = CertificateSerializer, CertificateFilters, ("subject", "fingerprint")

    @extend_schema(
        operation_id="add_certificate",
        request=NewCertificateSerializer,
        parameters=[ETAG],
        responses={201: CertificateSerializer, **FOR_NEW},
    )
    def post(self, request: Request) -> Response:
        """Keep a certificate of a partner, or with its private key one of our own."""
        body = NewCertificateSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        return self.shown(_kept(body.validated_data), 201)


@single("certificate")
class OneCertificate(Single):
    model, own, serializer_class = Certificate, "partner", CertificateSerializer


def _kept(said: dict[str, Any]) -> Certificate:
    use_from: datetime | None = said.get("use_from")
    try:
        return add_certificate(
            said["partner"],
            said["environment"],
            said["purposes"],
            _bytes(said["certificate"]),
            private_key=said.get("private_key", "").encode(),
            passphrase=said.get("passphrase", ""),
            use_from=use_from,
        )
    except (CertificateRefused, VaultLocked) as refused:
        raise ValidationError({"certificate": [str(refused)]}) from refused


def _bytes(text: str) -> bytes:
    if "-----BEGIN" in text:
        return text.encode()
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise ValidationError({"certificate": ["It is neither PEM nor base64."]}) from error
