"""How OpenAPI describes a finding; transactions.services.present_findings makes it."""

from typing import Any

from rest_framework import serializers

from mappings.engine.findings import Code, Layer, Severity


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
