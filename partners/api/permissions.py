"""What a key may do, and what a person with a token may do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rest_framework.permissions import SAFE_METHODS, BasePermission

from config.core.models import User
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


class MayConfigure(BasePermission):
    """403 for people without the permission that the view names, and for tokens and keys that only read.

    A partner's key reads what is set up for its own partner, and changes nothing. A view whose `stores_nothing` is set
    works something out of what is posted: that is reading.
    """

    message = "You may not do this. Your roles say what you may do; a read-only token changes nothing."

    def has_permission(self, request: Request, view: APIView) -> bool:
        is_reading = request.method in SAFE_METHODS or getattr(view, "stores_nothing", False)
        if isinstance(request.user, ApiClient):
            return is_reading and bool(getattr(view, "own", ""))
        if not isinstance(request.user, User):
            return True  # who nobody is, the other permissions say
        if getattr(request.auth, "is_read_only", True) and not is_reading:
            return False
        needed: str | tuple[str, ...] = view.needed(request.method)  # type: ignore[attr-defined]  # of Configuration
        return request.user.has_perms([needed] if isinstance(needed, str) else needed)
