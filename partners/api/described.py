"""The usual operations of a kind of configuration, with their descriptions."""

from collections.abc import Callable
from typing import Any, TypeVar

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from partners.api.configuration import (
    ETAG,
    FOR_CHANGE,
    FOR_LIST,
    FOR_NEW,
    FOR_ONE,
    IF_MATCH,
    SEARCH,
    Collection,
    Single,
    revision_wanted,
)
from partners.services.delete import delete

View = TypeVar("View", bound=type[Any])


def collection(one: str, many: str, *, makes: bool = True) -> Callable[[View], View]:
    """Give a Collection its `get` and `post`. one, many: what its rows are called, such as "service level"."""

    def give(view: View) -> View:
        view.address = one.replace(" ", "-")
        filters = [view.filters] if view.filters().fields else []

        @extend_schema(
            operation_id=f"list_{_name(many)}",
            summary=f"List {many}, newest first",
            parameters=[*filters, *([SEARCH] if view.searched else [])],
            responses={200: view.serializer_class(many=True), **FOR_LIST},
        )
        def get(self: Collection, request: Request) -> Response:
            return self.listed(request)

        @extend_schema(
            operation_id=f"create_{_name(one)}",
            summary=f"Make {_article(one)}",
            parameters=[ETAG],
            responses={201: view.serializer_class, **FOR_NEW},
        )
        def post(self: Collection, request: Request) -> Response:
            return self.made(request)

        view.get = get
        if makes:
            view.post = post
        return view

    return give


def single(one: str, *, changes: bool = True) -> Callable[[View], View]:
    """Give a Single its `get` and `patch`."""

    def give(view: View) -> View:
        @extend_schema(
            operation_id=f"get_{_name(one)}",
            summary=f"Read {_article(one)}",
            parameters=[ETAG],
            responses={200: view.serializer_class, **FOR_ONE},
        )
        def get(self: Single, request: Request, pk: int) -> Response:
            return self.read(request)

        @extend_schema(
            operation_id=f"change_{_name(one)}",
            summary=f"Change {_article(one)}",
            parameters=[IF_MATCH, ETAG],
            responses={200: view.serializer_class, **FOR_CHANGE},
        )
        def patch(self: Single, request: Request, pk: int) -> Response:
            return self.changed(request)

        view.get = get
        if changes:
            view.patch = patch
        return view

    return give


def removable(one: str, words: str = "") -> Callable[[View], View]:
    """Give a Single its `delete`: some records are parts of others and can be removed. words: what that means."""

    def give(view: View) -> View:
        @extend_schema(
            operation_id=f"delete_{_name(one)}",
            summary=f"Remove {_article(one)}",
            description=words,
            parameters=[IF_MATCH],
            responses={204: None, **FOR_CHANGE},
        )
        def remove(self: Single, request: Request, pk: int) -> Response:
            record, revision = self.found(), revision_wanted(request)
            self.act(delete, record, revision=revision)
            return Response(status=204)

        view.delete = remove
        return view

    return give


def _name(words: str) -> str:
    return words.replace(" ", "_").replace("-", "_")


def _article(one: str) -> str:
    return f"{'an' if one[0] in 'aeiou' else 'a'} {one}"
