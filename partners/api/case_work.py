"""What is done and said in onboarding cases: tasks, comments and their files."""

from typing import Any, ClassVar

from django.http.response import HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from config.core import problems
from config.core.api.described import problems as problem_answers
from config.core.downloads import stream_blob
from partners.api.configuration import FOR_ACT, FOR_LIST, FOR_ONE, Collection, Configuration, Filters, person_of
from partners.api.guides import DOWNLOAD
from partners.api.uploads import FORM_OR_JSON, within_limit
from partners.models import OnboardingCase, OnboardingComment, OnboardingTask, Side
from partners.models.onboarding import WORKED
from partners.services.work_on_case import LIMIT, add_task, comment, set_done

CHANGE, COMMENT = "partners.change_onboardingcase", "partners.comment_onboardingcase"
VIEW = "partners.view_onboardingcase"


class TaskSerializer(serializers.ModelSerializer[OnboardingTask]):
    class Meta:
        model = OnboardingTask
        fields: ClassVar = ["id", "case", "title", "side", "stage", "due", "done_at", "done_by", "reminded_at"]
        read_only_fields: ClassVar = fields


class NewTaskSerializer(serializers.Serializer[Any]):
    title = serializers.CharField(max_length=200)
    side = serializers.ChoiceField(choices=Side.choices, default=Side.OURS, help_text="Who has to do it.")
    stage = serializers.ChoiceField(choices=WORKED)
    due = serializers.DateField(required=False, allow_null=True, default=None)


class Work(Collection):
    """Rows of the case of the address."""

    def case(self) -> OnboardingCase:
        """Raises NotHere."""
        case = OnboardingCase.objects.filter(pk=self.kwargs["pk"]).first()
        if case is None:
            raise problems.NotHere
        return case

    def wanted(self, request: Request) -> Any:
        return super().wanted(request).filter(case=self.case())


class Tasks(Work):
    model, serializer_class, filters = OnboardingTask, TaskSerializer, Filters

    def needed(self, method: str) -> str:
        return CHANGE if method == "POST" else VIEW

    @extend_schema(operation_id="list_tasks_of_onboarding_case", responses={200: TaskSerializer(many=True), **FOR_LIST})
    def get(self, request: Request, pk: int) -> Response:
        """What has to be done, by us and by the partner; newest first."""
        return self.listed(request)

    @extend_schema(
        operation_id="add_task_to_onboarding_case",
        request=NewTaskSerializer,
        responses={201: TaskSerializer, **FOR_ACT},
    )
    def post(self, request: Request, pk: int) -> Response:
        """One more thing to do."""
        case = self.case()
        body = NewTaskSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        return self.shown(self.act(add_task, case, **body.validated_data), 201)


class TaskAct(Configuration):
    model, permission, serializer_class = OnboardingTask, CHANGE, TaskSerializer

    def ticked(self, request: Request, *, is_done: bool) -> Response:
        return self.shown(self.act(set_done, self.found(), is_done=is_done, by=person_of(request)))


class TaskDone(TaskAct):
    @extend_schema(operation_id="finish_onboarding_task", request=None, responses={200: TaskSerializer, **FOR_ACT})
    def post(self, request: Request, pk: int) -> Response:
        """It is done. Said twice, it changes nothing."""
        return self.ticked(request, is_done=True)


class TaskReopened(TaskAct):
    @extend_schema(operation_id="reopen_onboarding_task", request=None, responses={200: TaskSerializer, **FOR_ACT})
    def post(self, request: Request, pk: int) -> Response:
        """It is not done after all."""
        return self.ticked(request, is_done=False)


class CommentSerializer(serializers.ModelSerializer[OnboardingComment]):
    """file_name: empty for a comment without a file."""

    class Meta:
        model = OnboardingComment
        fields: ClassVar = ["id", "case", "at", "by", "text", "file_name", "size", "sha256"]
        read_only_fields: ClassVar = fields


class NewCommentSerializer(serializers.Serializer[Any]):
    text = serializers.CharField(required=False, allow_blank=True, default="", max_length=10_000)
    file = serializers.FileField(required=False, help_text=f"In a form; at most {LIMIT // 1_000_000} MB.")


class Comments(Work):
    model, serializer_class, filters, parser_classes = OnboardingComment, CommentSerializer, Filters, FORM_OR_JSON

    def needed(self, method: str) -> str:
        return COMMENT if method == "POST" else VIEW

    @extend_schema(
        operation_id="list_comments_of_onboarding_case", responses={200: CommentSerializer(many=True), **FOR_LIST}
    )
    def get(self, request: Request, pk: int) -> Response:
        """What was said, latest first."""
        return self.listed(request)

    @extend_schema(
        operation_id="comment_on_onboarding_case",
        request={"multipart/form-data": NewCommentSerializer, "application/json": NewCommentSerializer},
        responses={201: CommentSerializer, **FOR_ACT, **problem_answers(413, 503)},
    )
    def post(self, request: Request, pk: int) -> Response:
        """Say something, perhaps with a file."""
        case = self.case()
        body = NewCommentSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        sent = body.validated_data.get("file")
        attached = {"file_name": sent.name, "content": sent.chunks()} if sent is not None else {}
        said = within_limit(self.act, comment, case, body.validated_data["text"], by=person_of(request), **attached)
        return self.shown(said, 201)


class CommentContent(Configuration):
    model, permission, serializer_class = OnboardingComment, VIEW, CommentSerializer

    @extend_schema(
        operation_id="get_content_of_onboarding_comment",
        responses={(200, "application/octet-stream"): DOWNLOAD, **FOR_ONE},
    )
    def get(self, request: Request, pk: int) -> HttpResponseBase:
        """The file of a comment."""
        said = self.found()
        if not said.sha256:
            raise problems.NotHere("This comment has no file.")
        return stream_blob(said.sha256, said.file_name, length=said.size)
