"""Findings as programs and people read them."""

from typing import Any, NamedTuple

from msgspec import to_builtins
from rest_framework import serializers

from mappings.engine.findings import Code, Finding, Layer, Severity
from transactions.pipeline.storable import read_findings


class X12Code(NamedTuple):
    """The element of an acknowledgment that carries a code, and the field of `Rule` that holds it."""

    element: str
    field: str


X12_CODES = (
    X12Code("TA105", "ta1"),
    X12Code("AK905", "group"),
    X12Code("AK502", "set"),
    X12Code("AK304", "segment"),
    X12Code("AK403", "element"),
)


class PlaceSerializer(serializers.Serializer[Any]):
    """Where in the source. Ordinals count from 1; what does not apply is left out."""

    offset = serializers.IntegerField(required=False, help_text="Byte offset in the file, from 0.")
    interchange = serializers.IntegerField(required=False)
    group = serializers.IntegerField(required=False)
    set = serializers.IntegerField(required=False, help_text="Transaction set within its group.")
    segment = serializers.IntegerField(required=False, help_text="Segment within the set; ST is 1.")
    segment_id = serializers.CharField(required=False)
    loop = serializers.CharField(required=False)
    element = serializers.IntegerField(required=False)
    element_id = serializers.CharField(required=False, help_text="X12 data element number.")
    component = serializers.IntegerField(required=False)
    repetition = serializers.IntegerField(required=False)
    xpath = serializers.CharField(required=False)
    line = serializers.IntegerField(required=False)
    row = serializers.IntegerField(required=False)
    column = serializers.CharField(required=False)


class X12CodesSerializer(serializers.Serializer[Any]):
    """What X12 calls it, by the element of the acknowledgment that carries the code."""

    TA105 = serializers.CharField(required=False)
    AK905 = serializers.CharField(required=False)
    AK502 = serializers.CharField(required=False)
    AK304 = serializers.CharField(required=False)
    AK403 = serializers.CharField(required=False)


class FindingSerializer(serializers.Serializer[Any]):
    """One thing that was found: what, how bad, where, and how to mend it."""

    layer = serializers.ChoiceField(choices=[layer.value for layer in Layer])
    code = serializers.ChoiceField(choices=[code.value for code in Code])
    severity = serializers.ChoiceField(choices=[severity.value for severity in Severity])
    message = serializers.CharField()
    mend = serializers.CharField(help_text="How to mend it.")
    where = serializers.CharField(help_text='The place in words: "PO102, segment 14".')
    place = PlaceSerializer()
    value = serializers.CharField(help_text="The offending text, at most 80 characters.")
    x12 = X12CodesSerializer()


def present_findings(stored: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Stored findings in the shape of `FindingSerializer`."""
    return [_present(found) for found in read_findings(stored)]


def _present(found: Finding) -> dict[str, Any]:
    rule = found.rule
    return {
        "layer": found.layer,
        "code": found.code,
        "severity": found.severity,
        "message": found.message,
        "mend": rule.mend,
        "where": found.place.label(),
        "place": to_builtins(found.place),
        "value": found.value,
        "x12": {element: code for element, field in X12_CODES if (code := getattr(rule, field))},
    }
