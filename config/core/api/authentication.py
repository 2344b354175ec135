"""People's access tokens in the Authorization header (RFC 6750): `Authorization: Bearer onp_…`."""

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from config.core.access_tokens import holder_of
from config.core.keys import PERSON
from config.core.models import AccessToken, User


class TokenAuthentication(BaseAuthentication):
    """The person whose token it is; leaves other kinds of keys to those who know them."""

    def authenticate(self, request: Request) -> tuple[User, AccessToken] | None:
        scheme, _, secret = request.headers.get("Authorization", "").strip().partition(" ")
        if scheme.lower() != "bearer" or not secret.strip().startswith(f"{PERSON}_"):
            return None
        token = holder_of(secret.strip())
        if token is None:
            raise AuthenticationFailed("This access token is not known, has expired or was revoked.")
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="Onramp"'


class TokenScheme(OpenApiAuthenticationExtension):
    """How the OpenAPI document describes the tokens; registered by subclassing."""

    target_class = TokenAuthentication
    name = "accessToken"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "description": "A person's access token: onp_…"}
