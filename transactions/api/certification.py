"""Certification for programs: a partner's own sends test documents and reads the reports; our staff decide."""

from collections.abc import Callable, Iterator
from itertools import chain
from typing import Any

from django.db.models import QuerySet
from django.http.response import HttpResponseBase
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from config.core.blobs import BlobTooLarge, open_blob
from config.core.downloads import file_name, send_bytes
from config.core.problems import Conflict, NotHere, PayloadTooLarge
from partners.api.authentication import ApiClient, client_of
from partners.api.configuration import FOR_ACT, FOR_LIST, FOR_ONE, Configuration, Filters, person_of
from partners.api.uploads import FORM
from partners.models import Agreement, AgreementStatus, Direction, Environment, Partner
from transactions.api.certification_shown import (
    DEFAULT,
    CertificationSerializer,
    CertifiedSerializer,
    DecisionSerializer,
    JudgedSerializer,
    OurTestSerializer,
    ReasonSerializer,
    ReportSerializer,
    RunSerializer,
    ScenarioSerializer,
    SentForSerializer,
)
from transactions.api.described import BYTES, DOWNLOAD, UPLOAD, problems
from transactions.api.files import CHANNEL, TooManyFiles
from transactions.api.upload import FIELD, uploaded
from transactions.api.visibility import files_of, reachable_documents
from transactions.models import (
    CertificationRun,
    CertificationUpload,
    Document,
    InboundFile,
    OurTestDocument,
    ScenarioDecision,
)
from transactions.services.certification_state import ScenarioState, round_of, states
from transactions.services.certify import judge_again
from transactions.services.pace import RateExceeded, refuse_beyond_rate
from transactions.services.plan_certification import PlanRefused, begin_again, decide_scenario
from transactions.services.receive import Receipt, receive
from transactions.services.record_our_test import MOST_BYTES, NotRecorded, record_our_test
from transactions.services.scenario_sample import sample_of
from transactions.services.send_for_scenario import send_for_scenario

VIEW, PLAN = "partners.view_agreement", "transactions.plan_certification"
RUNS = 20
HIDDEN = "not-asked"  # of scenarios that nobody decided about, a partner is not told


class CertificationFilters(Filters):
    partner = serializers.IntegerField(required=False)
    set_id = serializers.CharField(required=False, help_text="Such as 850 or UBL Order.")


class OfCertification(Configuration):
    """own: a partner's program sees its own agreements, whichever environment its connection is for."""

    model, own, related, permission = Agreement, "partner", ("partner",), VIEW
    serializer_class: Any = CertifiedSerializer

    def get_queryset(self) -> QuerySet[Agreement]:
        rows = Agreement.objects.filter(environment=Environment.PRODUCTION).exclude(status=AgreementStatus.RETIRED)
        if isinstance(self.request.user, ApiClient):
            rows = rows.filter(partner=self.request.user.partner.pk)
        return rows.select_related("partner")

    def states(self, agreement: Agreement) -> list[ScenarioState]:
        """Of each scenario that whoever asks may know of."""
        known = states(agreement)
        return [one for one in known if one.word != HIDDEN] if isinstance(self.request.user, ApiClient) else known

    def state(self, agreement: Agreement) -> ScenarioState:
        """Of the scenario of this address. Raises NotHere."""
        found = next((one for one in self.states(agreement) if one.scenario.code == self.kwargs["scenario"]), None)
        if found is None:
            raise NotHere
        return found

    def certification(self, agreement: Agreement) -> Response:
        context = {"states": self.states(agreement), "round": round_of(agreement)}
        return Response(CertificationSerializer(agreement, context=context).data)


class Certifications(OfCertification):
    @extend_schema(
        operation_id="list_certifications", parameters=[CertificationFilters],
        responses={200: CertifiedSerializer(many=True), **FOR_LIST},
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """List agreements whose partners show something before they go live, newest first."""
        rows = self.get_queryset().filter(**CertificationFilters.read(request.query_params))
        page = self.paginate_queryset(rows)
        return self.get_paginated_response(CertifiedSerializer(page, many=True).data)


class OneCertification(OfCertification):
    serializer_class = CertificationSerializer

    @extend_schema(operation_id="get_certification", responses={200: CertificationSerializer, **FOR_ONE})
    def get(self, request: Request, pk: int) -> Response:
        """The scenarios of an agreement, each with its verdict."""
        return self.certification(self.found())


class Report(OfCertification):
    serializer_class = ReportSerializer

    @extend_schema(operation_id="get_report_of_scenario", responses={200: ReportSerializer, **FOR_ONE})
    def get(self, request: Request, pk: int, scenario: str) -> Response:
        """What to send for a scenario, what came, what is said of it, and how to mend it."""
        agreement = self.found()
        state = self.state(agreement)
        runs = state.runs[:RUNS]
        context = self._readable(runs)
        waiting = CertificationUpload.objects.filter(
            agreement=agreement, scenario=scenario, round=round_of(agreement), judged_at=None
        )
        told = {
            "steps": state.scenario.steps(agreement.kind),
            "is_waiting": waiting.exists(),
            "runs": RunSerializer(runs, many=True, context=context).data,
        }
        return Response(ScenarioSerializer(state).data | told)

    def _readable(self, runs: list[CertificationRun]) -> dict[str, set[Any]]:
        """Those of the documents and files that whoever asks may read."""
        client = self.request.user
        documents, files = Document.objects.all(), InboundFile.objects.all()
        if isinstance(client, ApiClient):
            documents, files = reachable_documents(client), files_of(client)
        ids = [run.document_id for run in runs if run.document_id], [run.file_id for run in runs if run.file_id]
        return {
            "documents": set(documents.filter(pk__in=ids[0]).values_list("pk", flat=True)),
            "files": set(files.filter(pk__in=ids[1]).values_list("pk", flat=True)),
        }


class Example(OfCertification):
    @extend_schema(operation_id="get_example_of_scenario", responses={(200, BYTES): DOWNLOAD, **FOR_ONE})
    def get(self, request: Request, pk: int, scenario: str) -> HttpResponseBase:
        """A file in the partner's own format that passes as it is. 404 where its format cannot say what is asked."""
        agreement = self.found()
        found = sample_of(agreement, self.state(agreement).scenario)
        if found is None:
            raise NotHere
        return send_bytes(found.content, file_name("example", scenario, agreement.set_id, extension=found.extension))


class ScenarioFiles(APIView):
    """The way in for a partner's program; our staff send nothing in its name."""

    @extend_schema(
        operation_id="send_file_for_scenario",
        request=UPLOAD,
        parameters=[OpenApiParameter("name", OpenApiTypes.STR, description="Name of a file that is the body itself.")],
        responses={202: SentForSerializer, **problems(400, 401, 403, 404, 409, 411, 413, 415, 429, 503)},
    )
    def post(self, request: Request, pk: int, scenario: str) -> Response:
        """Send a test document for a scenario. It is received as any file is, as a test; the report follows.

        An ordinary file that is marked as a test counts, too: the scenario that it shows is found.
        """
        client = client_of(request)
        rows = Agreement.objects.filter(environment=Environment.PRODUCTION).exclude(status=AgreementStatus.RETIRED)
        agreement = rows.select_related("partner").filter(partner=client.partner, pk=pk).first()
        known = [one for one in states(agreement) if one.word != HIDDEN] if agreement is not None else []
        if agreement is None or scenario not in {one.scenario.code for one in known}:
            raise NotHere
        if agreement.direction != Direction.INBOUND:
            raise Conflict("Nothing is sent for this: your software answers what we send.")
        receipt = send_for_scenario(agreement, scenario, lambda: _receive(request, client), by=str(client.api_key))
        report = reverse("api:certification-scenario", args=[pk, scenario])
        said = {"is_new": receipt.is_new, "file": receipt.file.pk, "report": report}
        headers = {"Location": report, "Correlation-Id": receipt.file.correlation_id}
        return Response(SentForSerializer(said).data, status=202, headers=headers)


class Act(OfCertification):
    """What our staff decide about a certification."""

    permission = PLAN
    serializer_class = ReasonSerializer

    def done(self, act: Callable[[Agreement, dict[str, Any]], object]) -> Response:
        """Act on the agreement of this address with the checked body; the certification as it is then."""
        agreement = self.found()
        body = self.get_serializer(data=self.request.data)
        body.is_valid(raise_exception=True)
        try:
            act(agreement, dict(body.validated_data))
        except PlanRefused as refused:
            raise Conflict(str(refused)) from refused
        return self.certification(agreement)


class Decision(Act):
    serializer_class = DecisionSerializer

    @extend_schema(
        operation_id="decide_scenario", request=DecisionSerializer,
        responses={200: CertificationSerializer, **FOR_ACT},
    )  # fmt: skip
    def post(self, request: Request, pk: int, scenario: str) -> Response:
        """Ask for a scenario, leave it out, waive it, or take such a decision back."""

        def decide(agreement: Agreement, said: dict[str, Any]) -> None:
            decision = None if said["decision"] == DEFAULT else ScenarioDecision(said["decision"])
            decide_scenario(agreement, scenario, decision, by=person_of(request), reason=said["reason"])

        return self.done(decide)


class BeginAgain(Act):
    @extend_schema(
        operation_id="begin_certification_again", request=ReasonSerializer,
        responses={200: CertificationSerializer, **FOR_ACT},
    )  # fmt: skip
    def post(self, request: Request, pk: int) -> Response:
        """Begin another round: what was shown until now counts no more, and is kept."""
        return self.done(lambda agreement, said: begin_again(agreement, by=person_of(request), reason=said["reason"]))


class JudgeAgain(OfCertification):
    permission, serializer_class = PLAN, JudgedSerializer

    @extend_schema(operation_id="judge_certification_again", request=None, responses={200: JudgedSerializer, **FOR_ACT})
    def post(self, request: Request, pk: int) -> Response:
        """Read what passed once more, by the mapping, rules and policies of now. The partner need not send it again."""
        person_of(request)
        return Response(JudgedSerializer({"judged": judge_again(self.found())}).data)


class OurTestFilters(Filters):
    partner = serializers.IntegerField(required=False)
    number = serializers.CharField(required=False)


class NewOurTestSerializer(serializers.Serializer[Any]):
    partner = serializers.PrimaryKeyRelatedField(queryset=Partner.objects.filter(is_own=False))
    file = serializers.FileField(help_text="X12, as it was sent to the partner, marked as a test; at most 1 MB.")


class OurTests(Configuration):
    model, own, serializer_class = OurTestDocument, "partner", OurTestSerializer
    parser_classes = FORM

    def needed(self, method: str) -> str:
        return PLAN if method == "POST" else VIEW

    @extend_schema(
        operation_id="list_our_test_documents", parameters=[OurTestFilters],
        responses={200: OurTestSerializer(many=True), **FOR_LIST},
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """List test documents of ours, which partners answer, newest first."""
        page = self.paginate_queryset(self.get_queryset().filter(**OurTestFilters.read(request.query_params)))
        return self.get_paginated_response(OurTestSerializer(page, many=True).data)

    @extend_schema(
        operation_id="record_our_test_documents",
        request={"multipart/form-data": NewOurTestSerializer},
        responses={201: OurTestSerializer(many=True), **problems(400, 401, 403, 429)},
    )
    def post(self, request: Request) -> Response:
        """Record test documents that another system of ours sent: their answers are awaited from then on."""
        body = NewOurTestSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        content = body.validated_data["file"].read(MOST_BYTES + 1)
        try:
            made = record_our_test(body.validated_data["partner"], content, by=person_of(request))
        except NotRecorded as refused:
            raise ValidationError({"file": [str(refused)]}) from refused
        return Response(OurTestSerializer(made, many=True).data, status=201)


class OurTestContent(Configuration):
    model, own, serializer_class, permission = OurTestDocument, "partner", OurTestSerializer, VIEW

    @extend_schema(operation_id="get_content_of_our_test_document", responses={(200, BYTES): DOWNLOAD, **FOR_ONE})
    def get(self, request: Request, pk: int) -> HttpResponseBase:
        """The file in which it was sent."""
        document = self.found()
        with open_blob(document.sha256) as blob:
            return send_bytes(blob.read(), file_name(document.set_id, document.number))


def _receive(request: Request, client: ApiClient) -> Receipt:
    try:
        refuse_beyond_rate(client.partner)
        with uploaded(request._request) as upload:
            return receive(
                _not_empty(upload.chunks),
                connection=client.connection,
                partner=client.partner,
                environment=Environment.TEST,
                channel=CHANNEL,
                received_by=str(client.api_key),
                name=upload.name,
            )
    except RateExceeded as exceeded:
        raise TooManyFiles(exceeded) from exceeded
    except BlobTooLarge as error:
        raise PayloadTooLarge(error.limit) from error


def _not_empty(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """As the portal has it: nothing can be shown by nothing, and a test of ours is no traffic to be kept."""
    first = next((chunk for chunk in chunks if chunk), None)
    if first is None:
        raise ValidationError({FIELD: ["The file is empty: nothing was in it. Send the document itself."]})
    return chain((first,), chunks)
