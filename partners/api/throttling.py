"""How many requests a partner may make."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from rest_framework.throttling import SimpleRateThrottle

from config.core.models import User
from partners.api.authentication import ApiClient

if TYPE_CHECKING:  # rest_framework.views loads this module while it is itself being loaded
    from rest_framework.request import Request
    from rest_framework.views import APIView


class PartnerRateThrottle(SimpleRateThrottle):
    """API_RATE requests for each partner, whichever of its keys it uses, and for each of our people, whichever token.

    Beyond it 429 with Retry-After.

    Counted in Django's default cache. With the cache in local memory each web process counts for itself, so that a
    partner gets up to API_RATE times the number of web processes; with a shared cache (CACHE_URL) it is exact.
    """

    def get_rate(self) -> str:
        return str(settings.API_RATE)

    def get_cache_key(self, request: Request, view: APIView) -> str | None:
        if isinstance(request.user, ApiClient):
            return f"api-rate-{request.user.partner.pk}"
        return f"api-rate-person-{request.user.pk}" if isinstance(request.user, User) else None
