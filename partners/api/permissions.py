"""What a key may do: its scopes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rest_framework.permissions import SAFE_METHODS, BasePermission

from partners.api.authentication import ApiClient
from partners.models import Scope

if TYPE_CHECKING:  # rest_framework.views loads this module while it is itself being loaded
    from rest_framework.request import Request
    from rest_framework.views import APIView


class HasScope(BasePermission):
    """403 for a key that may not do this: reading needs the scope "read", everything else "send"."""

    message = "This API key may not do that. Its scopes are shown on its page; another key can have others."

    def has_permission(self, request: Request, view: APIView) -> bool:
        if not isinstance(request.user, ApiClient):
            return True  # who nobody is, the other permissions say
        wanted = Scope.READ if request.method in SAFE_METHODS else Scope.SEND
        return wanted in request.user.api_key.scopes
