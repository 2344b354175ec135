"""Every address of the API has one representation, so `Accept` decides nothing (RFC 9110, section 12.1 allows it)."""

from collections.abc import Iterable

from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request


class OneRepresentation(BaseContentNegotiation):
    """The first renderer, whatever is asked for: an error is never hidden behind a 406."""

    def select_parser(self, request: Request, parsers: Iterable[BaseParser]) -> BaseParser | None:
        """The one for the body's content type; the first where none is, or where nothing is said."""
        known, sent = list(parsers), (request.content_type or "").partition(";")[0].strip().lower()
        return next((parser for parser in known if parser.media_type == sent), next(iter(known), None))

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        renderer = next(iter(renderers))
        return renderer, renderer.media_type
