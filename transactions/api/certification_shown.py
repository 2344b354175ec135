"""How a certification is shown: scenarios with their verdicts, reports of what came, and what we sent."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from partners.models import Agreement
from transactions.models import CertificationRun, OurTestDocument, ScenarioDecision
from transactions.services.certification_state import ScenarioState
from transactions.services.plan_certification import LONGEST

STATES = ("passed", "open", "failed", "fell", "waived", "left-out", "not-asked")
DEFAULT = "default"


class CertifiedSerializer(serializers.ModelSerializer[Agreement]):
    """An agreement that is certified; its scenarios are at its own address."""

    class Meta:
        model = Agreement
        fields: ClassVar = ["id", "partner", "direction", "kind", "standard", "set_id", "release", "status"]
        read_only_fields: ClassVar = fields


class ScenarioSerializer(serializers.Serializer[ScenarioState]):
    """What has to be shown once, and how far it is."""

    code = serializers.CharField(source="scenario.code")
    title = serializers.CharField()
    why = serializers.CharField(source="scenario.why")
    state = serializers.ChoiceField(source="word", choices=STATES, help_text="fell: it passed, and something changed.")
    is_asked = serializers.BooleanField(source="planned.is_asked")
    fell = serializers.CharField(help_text="Why what passed does not stand any more; empty otherwise.")
    passed_by = serializers.SerializerMethodField(help_text="The document that shows it; null while nothing does.")

    @extend_schema_field(serializers.CharField(allow_null=True))
    def get_passed_by(self, state: ScenarioState) -> str | None:
        return state.standing.name if state.standing is not None else None


class CertificationSerializer(CertifiedSerializer):
    """round: 1, and one more each time that it is begun again. passed, asked: numbers of scenarios."""

    round = serializers.SerializerMethodField()
    passed = serializers.SerializerMethodField()
    asked = serializers.SerializerMethodField()
    scenarios = serializers.SerializerMethodField()

    class Meta(CertifiedSerializer.Meta):
        fields: ClassVar = [*CertifiedSerializer.Meta.fields, "round", "passed", "asked", "scenarios"]
        read_only_fields: ClassVar = fields

    def get_round(self, _: Agreement) -> int:
        return int(self.context["round"])

    def get_passed(self, _: Agreement) -> int:
        return sum(one.standing is not None for one in self._asked())

    def get_asked(self, _: Agreement) -> int:
        return len(self._asked())

    @extend_schema_field(ScenarioSerializer(many=True))
    def get_scenarios(self, _: Agreement) -> Any:
        return ScenarioSerializer(self.context["states"], many=True).data

    def _asked(self) -> list[ScenarioState]:
        return [one for one in self.context["states"] if one.planned.is_asked]


class CheckSerializer(serializers.Serializer[Any]):
    """What one check says. mend: what to do about it; empty when nothing is wrong."""

    check = serializers.CharField()
    title = serializers.CharField()
    ok = serializers.BooleanField()
    words = serializers.CharField()
    mend = serializers.CharField(allow_blank=True)


class RunSerializer(serializers.ModelSerializer[CertificationRun]):
    """A scenario judged on one document, or on what was said of one of ours. document, file: where you can read it."""

    document = serializers.SerializerMethodField()
    file = serializers.SerializerMethodField()
    checks = CheckSerializer(source="results", many=True)

    class Meta:
        model = CertificationRun
        fields: ClassVar = ["id", "name", "passed", "at", "document", "file", "checks"]
        read_only_fields: ClassVar = fields

    @extend_schema_field(serializers.UUIDField(allow_null=True))
    def get_document(self, run: CertificationRun) -> str | None:
        return str(run.document_id) if run.document_id in self.context["documents"] else None

    @extend_schema_field(serializers.UUIDField(allow_null=True))
    def get_file(self, run: CertificationRun) -> str | None:
        return str(run.file_id) if run.file_id in self.context["files"] else None


class ReportSerializer(ScenarioSerializer):
    """steps: what to do. is_waiting: a file came for it that is not judged yet. runs: of this round, latest first."""

    steps = serializers.ListField(child=serializers.CharField())
    is_waiting = serializers.BooleanField()
    runs = RunSerializer(many=True)


class SentForSerializer(serializers.Serializer[Any]):
    """The file as it was received; the report says what came of it."""

    is_new = serializers.BooleanField(help_text="False for bytes that came before.")
    file = serializers.UUIDField(help_text="Its id, and the correlation id.")
    report = serializers.CharField(help_text="Address of the report.")


class ReasonSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=LONGEST, help_text="It is kept in the chain of decisions.")


class DecisionSerializer(ReasonSerializer):
    decision = serializers.ChoiceField(
        choices=[*ScenarioDecision.choices, (DEFAULT, "As its kind has it")],
        help_text="asked; left-out: it does not concern the partner; waived: it goes live without; default.",
    )


class OurTestSerializer(serializers.ModelSerializer[OurTestDocument]):
    """A test document of ours that the partner answers, or that its documents are compared with."""

    class Meta:
        model = OurTestDocument
        fields: ClassVar = ["id", "partner", "kind", "set_id", "number", "at"]
        read_only_fields: ClassVar = fields


class JudgedSerializer(serializers.Serializer[Any]):
    judged = serializers.IntegerField(help_text="How many documents were judged again.")
