"""API keys in the Authorization header (RFC 6750): `Authorization: Bearer onr_…`."""

from typing import NamedTuple

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed, NotAuthenticated
from rest_framework.request import Request

from config.core.client_address import client_address
from partners.models import ApiKey, Connection, Partner
from partners.services.authenticate import authenticate


class ApiClient(NamedTuple):
    """A partner's program: what `request.user` is in the API."""

    api_key: ApiKey

    @property
    def connection(self) -> Connection:
        return self.api_key.connection

    @property
    def partner(self) -> Partner:
        return self.api_key.connection.partner

    @property
    def is_authenticated(self) -> bool:
        return True


def client_of(request: Request) -> ApiClient:
    """Who calls. Raises NotAuthenticated where nobody proved who they are."""
    if not isinstance(request.user, ApiClient):
        raise NotAuthenticated
    return request.user


class ApiKeyAuthentication(BaseAuthentication):
    """401 with WWW-Authenticate when a key is missing or does not hold."""

    def authenticate(self, request: Request) -> tuple[ApiClient, ApiKey] | None:
        scheme, _, secret = request.headers.get("Authorization", "").strip().partition(" ")
        if not scheme:
            return None
        if scheme.lower() != "bearer":
            raise AuthenticationFailed("Send the API key as: Authorization: Bearer onr_…")
        api_key = authenticate(secret.strip(), client_address(request._request))
        if api_key is None:
            raise AuthenticationFailed("This API key is not known, has expired or was revoked.")
        return ApiClient(api_key), api_key

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="Onramp"'


class ApiKeyScheme(OpenApiAuthenticationExtension):
    """How the OpenAPI document describes the keys; registered by subclassing."""

    target_class = ApiKeyAuthentication
    name = "apiKey"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "description": "An API key of a connection: onr_…"}
