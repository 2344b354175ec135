"""Outgoing webhook: we post events to the partner's address, signed with a shared secret."""

import hashlib
import hmac
import json
import time
from typing import Annotated, Literal

import msgspec
from django.conf import settings as django_settings

from partners.protocols.addresses import AddressRefused, post, url_faults
from partners.protocols.base import Peer, Protocol, SettingWords, Step

SIGNATURE = "Onramp-Signature"


class WebhookSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """retries: further tries after the first one."""

    url: str = ""
    events: Literal["all", "acknowledgments", "rejections"] = "all"
    timeout_seconds: Annotated[int, msgspec.Meta(ge=1, le=60)] = 10
    retries: Annotated[int, msgspec.Meta(ge=0, le=20)] = 8


def signature(secret: str, body: bytes, at: int) -> str:
    """The value of the header: "t=<seconds since 1970>,v1=<HMAC-SHA-256 of "t.body" in hexadecimal>"."""
    digest = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"


def test(peer: Peer) -> list[Step]:
    """Post a signed ping; 2xx is success."""
    body = json.dumps({"event": "ping"}).encode()
    headers = {
        "Content-Type": "application/json",
        SIGNATURE: signature(peer.secrets.get("signing_secret", ""), body, int(time.time())),
    }
    wanted = peer.settings
    try:
        answer = post(
            wanted.url,
            body,
            headers,
            allowed=django_settings.OUTBOUND_ALLOWED_NETWORKS,
            timeout=wanted.timeout_seconds,
        )
    except AddressRefused as refused:
        return [Step("Address", False, str(refused))]
    except OSError as error:
        return [Step("Connect", False, f"{type(error).__name__}: {error}")]
    ok = 200 <= answer.status < 300
    hint = "" if ok else " Redirects are not followed." if 300 <= answer.status < 400 else " 2xx is expected."
    return [Step("Connect", True, "The address answered."), Step("Ping", ok, f"HTTP {answer.status}.{hint}")]


PROTOCOL = Protocol(
    "webhook",
    "Outgoing webhook",
    WebhookSettings,
    {
        "url": SettingWords("Address", "Begins with https:// and is reached from our servers."),
        "events": SettingWords(
            "Events",
            values={"all": "All", "acknowledgments": "Acknowledgments only", "rejections": "Rejected documents only"},
        ),
        "timeout_seconds": SettingWords("Time-out", "Seconds until an answer must be there."),
        "retries": SettingWords("Retries", "With growing pauses, after which the delivery is given up."),
    },
    {"signing_secret": SettingWords("Signing secret", f"Both sides know it; {SIGNATURE} is made with it.")},
    lambda settings: url_faults(settings.url, allowed=django_settings.OUTBOUND_ALLOWED_NETWORKS),
    test,
    "A signed ping is posted to the address.",
)
