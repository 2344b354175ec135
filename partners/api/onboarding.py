"""Onboarding cases: begun, led and closed."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from partners.api.configuration import (
    ETAG,
    FOR_ACT,
    FOR_CHANGE,
    FOR_LIST,
    IF_MATCH,
    Collection,
    Configuration,
    ConfigurationSerializer,
    Filters,
    Single,
    person_of,
    revision_wanted,
)
from partners.api.described import collection, single
from partners.api.partners import OwnerField
from partners.models import Cohort, OnboardingCase, OnboardingTemplate, Partner, Stage
from partners.services.begin_case import begin_case
from partners.services.board import durations
from partners.services.case_timeline import timeline
from partners.services.change_case import change_case, close_case

RELATED = ("partner", "owner")


class BlockSerializer(serializers.Serializer[Any]):
    title = serializers.CharField()
    reason = serializers.CharField()
    agreement = serializers.CharField(help_text="Its name; empty for none.")


class CaseSerializer(ConfigurationSerializer):
    """One partner on its way to live. stage, blocks: computed from its agreements."""

    owner = OwnerField(help_text="Who of us leads it: a user name.")
    blocks = BlockSerializer(many=True, read_only=True)

    class Meta(ConfigurationSerializer.Meta):
        model = OnboardingCase
        fields: ClassVar = [
            *("id", "revision", "partner", "owner", "target_date", "stage", "stage_since", "blocks", "agreements"),
            *("template", "cohort", "begun_at", "closed_at", "closed_for"),
        ]
        read_only_fields: ClassVar = [name for name in fields if name not in ("owner", "target_date")]

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """No reason is kept with a case; its timeline says what was done."""
        return {name: field for name, field in super().get_fields().items() if name != "change_reason"}


class NewCaseSerializer(serializers.Serializer[Any]):
    partner = serializers.PrimaryKeyRelatedField(queryset=Partner.objects.all())
    owner = OwnerField(help_text="Who of us leads it: a user name.")
    target_date = serializers.DateField(
        required=False, allow_null=True, help_text="Left out: as many days from now as the template says."
    )
    template = serializers.PrimaryKeyRelatedField(
        queryset=OnboardingTemplate.objects.all(), required=False, allow_null=True
    )
    like = serializers.PrimaryKeyRelatedField(
        queryset=OnboardingCase.objects.all(),
        required=False,
        allow_null=True,
        help_text="A case whose tasks and agreements are drafted anew.",
    )


class BegunSerializer(CaseSerializer):
    not_drafted = serializers.ListField(
        child=serializers.CharField(), read_only=True, help_text="Agreements that the partner cannot have, with why."
    )

    class Meta(CaseSerializer.Meta):
        fields: ClassVar = [*CaseSerializer.Meta.fields, "not_drafted"]
        read_only_fields: ClassVar = [*CaseSerializer.Meta.read_only_fields, "not_drafted"]


class CaseFilters(Filters):
    partner = serializers.IntegerField(required=False)
    owner = serializers.CharField(source="owner__username", required=False, help_text="A user name.")
    cohort = serializers.IntegerField(required=False)
    stage = serializers.ChoiceField(choices=Stage.choices, required=False)
    is_closed = serializers.BooleanField(source="closed_at__isnull", required=False, allow_null=True, default=None)

    @classmethod
    def arguments(cls, said: dict[str, Any]) -> dict[str, Any]:
        is_closed = said.pop("closed_at__isnull")
        return said | ({} if is_closed is None else {"closed_at__isnull": not is_closed})


@collection("onboarding case", "onboarding cases", makes=False)
class Cases(Collection):
    model, related, prefetched = OnboardingCase, RELATED, ("agreements",)
    serializer_class, filters = CaseSerializer, CaseFilters
    searched = ("partner__name", "partner__code", "cohort__name")

    def needed(self, method: str) -> str | tuple[str, ...]:
        if method == "POST":
            return ("partners.add_onboardingcase", "partners.add_agreement")
        return super().needed(method)

    @extend_schema(
        operation_id="begin_onboarding_case", request=NewCaseSerializer, responses={201: BegunSerializer, **FOR_ACT}
    )
    def post(self, request: Request) -> Response:
        """Begin a case: the partner's drafts belong to it, and those of the template are drafted."""
        body = NewCaseSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        said = dict(body.validated_data)
        begun = self.act(begin_case, said.pop("partner"), by=person_of(request), **said)
        response = self.shown(begun.case, 201)
        response.data |= {"not_drafted": begun.not_drafted}
        return response


@single("onboarding case", changes=False)
class OneCase(Single):
    model, related, prefetched = OnboardingCase, RELATED, ("agreements",)
    serializer_class = CaseSerializer

    @extend_schema(
        operation_id="change_onboarding_case",
        parameters=[IF_MATCH, ETAG],
        responses={200: CaseSerializer, **FOR_CHANGE},
    )
    def patch(self, request: Request, pk: int) -> Response:
        """Another owner or day. The agreements are judged again: certificates must last beyond that day."""
        case, revision = self.found(), revision_wanted(request)
        said = {"owner": case.owner, "target_date": case.target_date} | self.sent(case)
        return self.shown(self.act(change_case, case, revision=revision, **said))


class CloseSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=300, help_text="Such as “live since Monday” or “they withdrew”.")
    leaves_tasks = serializers.BooleanField(
        default=False, help_text="Close it although tasks are open; they are kept as left undone."
    )


class Closing(Configuration):
    model, permission = OnboardingCase, "partners.change_onboardingcase"
    serializer_class, related, prefetched = CaseSerializer, RELATED, ("agreements",)

    @extend_schema(
        operation_id="close_onboarding_case", request=CloseSerializer, responses={200: CaseSerializer, **FOR_ACT}
    )
    def post(self, request: Request, pk: int) -> Response:
        """Close a case, whether it went live or not; its agreements stay as they are. Open tasks refuse it."""
        case = self.found()
        body = CloseSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        return self.shown(self.act(close_case, case, by=person_of(request), **body.validated_data))


class ToldSerializer(serializers.Serializer[Any]):
    at = serializers.DateTimeField()
    by = serializers.CharField(help_text="Empty: Onramp itself.")
    what = serializers.CharField()
    about = serializers.CharField()
    comment = serializers.SerializerMethodField(help_text="The comment, where one was made.")

    @extend_schema_field(serializers.IntegerField(allow_null=True))
    def get_comment(self, told: Any) -> int | None:
        return told.said.pk if told.said is not None else None


class TimelineSerializer(serializers.Serializer[Any]):
    timeline = ToldSerializer(many=True)


class Timeline(Configuration):
    model, related, serializer_class = OnboardingCase, RELATED, TimelineSerializer

    @extend_schema(operation_id="get_timeline_of_onboarding_case", responses={200: TimelineSerializer, **FOR_LIST})
    def get(self, request: Request, pk: int) -> Response:
        """What happened to the case and its agreements, and who said something; latest first."""
        case = self.found()
        told = timeline(case, list(case.agreements.select_related("partner")))
        return Response(TimelineSerializer({"timeline": told}).data)


class DurationSerializer(serializers.Serializer[Any]):
    stage = serializers.ChoiceField(choices=Stage.choices)
    days = serializers.FloatField(help_text="The median over the cases that left the stage within a year.")
    cases = serializers.IntegerField()


class DurationsSerializer(serializers.Serializer[Any]):
    durations = DurationSerializer(many=True)


class Durations(Configuration):
    model, serializer_class = OnboardingCase, DurationsSerializer

    @extend_schema(operation_id="get_durations_of_onboarding", responses={200: DurationsSerializer, **FOR_LIST})
    def get(self, request: Request) -> Response:
        """How long cases stay in each stage."""
        return Response(DurationsSerializer({"durations": durations()}).data)


class CohortSerializer(ConfigurationSerializer):
    """Partners that are brought in together."""

    class Meta(ConfigurationSerializer.Meta):
        model = Cohort
        fields: ClassVar = ["id", "revision", "change_reason", "name", "created_at"]
