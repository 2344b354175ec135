"""What onboarding is made from: templates with their tasks, cohorts, and the days on which nothing goes live."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from partners.api.configuration import (
    FOR_ACT,
    Collection,
    ConfigurationSerializer,
    Filters,
    Single,
    person_of,
)
from partners.api.described import collection, removable, single
from partners.api.onboarding import CohortSerializer
from partners.api.partners import OwnerField
from partners.api.shared import RECORD
from partners.models import Cohort, FreezePeriod, OnboardingTemplate, Partner, PartnerGroup, TemplateTask
from partners.models.onboarding import WORKED
from partners.services.begin_case import begin_cohort


class TemplateSerializer(ConfigurationSerializer):
    """agreements: drafted anew for each partner. Its tasks have addresses of their own (template-tasks)."""

    class Meta(ConfigurationSerializer.Meta):
        model = OnboardingTemplate
        fields: ClassVar = [*RECORD, "name", "role", "days", "agreements"]


@collection("onboarding template", "onboarding templates")
class Templates(Collection):
    model, serializer_class = OnboardingTemplate, TemplateSerializer
    searched, prefetched = ("name",), ("agreements",)


@single("onboarding template")
class OneTemplate(Single):
    model, serializer_class, prefetched = OnboardingTemplate, TemplateSerializer, ("agreements",)


class TemplateTaskSerializer(ConfigurationSerializer):
    """A task that every case of the template begins with. days: from the first day of the case."""

    stage = serializers.ChoiceField(choices=WORKED, required=False)

    class Meta(ConfigurationSerializer.Meta):
        model = TemplateTask
        fixed = ("template",)
        fields: ClassVar = [*RECORD, "template", "title", "side", "stage", "days"]


class TemplateTaskFilters(Filters):
    template = serializers.IntegerField(required=False)


@collection("template task", "template tasks")
class TemplateTasks(Collection):
    model, serializer_class, filters = TemplateTask, TemplateTaskSerializer, TemplateTaskFilters


@removable("template task")
@single("template task")
class OneTemplateTask(Single):
    model, serializer_class = TemplateTask, TemplateTaskSerializer


class FreezeSerializer(ConfigurationSerializer):
    """Days on which nothing goes live without an override."""

    class Meta(ConfigurationSerializer.Meta):
        model = FreezePeriod
        fields: ClassVar = [*RECORD, "name", "begins", "ends"]


class FreezeFilters(Filters):
    on = serializers.DateField(required=False, help_text="A day that is frozen.")

    @classmethod
    def arguments(cls, said: dict[str, Any]) -> dict[str, Any]:
        on = said.pop("on", None)
        return said | ({"begins__lte": on, "ends__gte": on} if on is not None else {})


@collection("freeze period", "freeze periods")
class FreezePeriods(Collection):
    model, serializer_class, filters, searched = FreezePeriod, FreezeSerializer, FreezeFilters, ("name",)


@removable("freeze period")
@single("freeze period")
class OneFreezePeriod(Single):
    model, serializer_class = FreezePeriod, FreezeSerializer


class NewCohortSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=100)
    template = serializers.PrimaryKeyRelatedField(queryset=OnboardingTemplate.objects.all())
    group = serializers.SlugRelatedField(
        slug_field="name", queryset=PartnerGroup.objects.all(), required=False, help_text="All partners of a group."
    )
    partners = serializers.PrimaryKeyRelatedField(
        queryset=Partner.objects.filter(is_own=False), many=True, required=False, default=list
    )
    owner = OwnerField(help_text="Who of us leads the cases: a user name.")
    target_date = serializers.DateField(required=False, allow_null=True, default=None)


class BegunCohortSerializer(CohortSerializer):
    cases = serializers.ListField(child=serializers.IntegerField(), read_only=True, help_text="Those that were begun.")
    left_out = serializers.ListField(child=serializers.CharField(), read_only=True, help_text="Partners, with why.")

    class Meta(CohortSerializer.Meta):
        fields: ClassVar = [*CohortSerializer.Meta.fields, "cases", "left_out"]


@collection("cohort", "cohorts", makes=False)
class Cohorts(Collection):
    model, serializer_class, searched = Cohort, CohortSerializer, ("name",)

    def needed(self, method: str) -> str | tuple[str, ...]:
        if method == "POST":
            return ("partners.add_onboardingcase", "partners.add_agreement")
        return super().needed(method)

    @extend_schema(
        operation_id="begin_cohort", request=NewCohortSerializer, responses={201: BegunCohortSerializer, **FOR_ACT}
    )
    def post(self, request: Request) -> Response:
        """Begin a case for each of many partners, from one template."""
        body = NewCohortSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        said = dict(body.validated_data)
        group, marked = said.pop("group", None), said.pop("partners")
        of_group = group.partners.filter(is_own=False) if group is not None else Partner.objects.none()
        chosen = sorted({*of_group, *marked}, key=lambda partner: (partner.name, partner.pk))
        made, begun, left_out = self.act(begin_cohort, said.pop("name"), chosen, by=person_of(request), **said)
        response = self.shown(made, 201)
        response.data |= {"cases": [one.case.pk for one in begun], "left_out": left_out}
        return response


@single("cohort")
class OneCohort(Single):
    model, serializer_class = Cohort, CohortSerializer
