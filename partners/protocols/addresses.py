"""Where outgoing connections may lead: never to our own network, unless the operator allows a part of it."""

import http.client
import socket
import ssl
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from django.utils.encoding import iri_to_uri

Address = IPv4Address | IPv6Address
ANSWER_LIMIT = 1_000_000
NAT64 = IPv6Network("64:ff9b::/96")
NOT_PUBLIC = "is not a public address. An operator can allow its network (OUTBOUND_ALLOWED_NETWORKS)."


class AddressRefused(Exception):
    """The host leads to where we do not connect; the text says why."""


class Answer(NamedTuple):
    """headers: names in lower case. body: at most ANSWER_LIMIT bytes."""

    status: int
    headers: dict[str, str]
    body: bytes


def reachable_address(host: str, port: int, allowed: Sequence[str]) -> str:
    """The address to connect to, checked: connect to it and not to the name, which may lead elsewhere a moment later.

    allowed: networks inside that are allowed ("10.1.0.0/16"). Raises AddressRefused; OSError when the name is unknown.
    """
    try:
        found = [info[4][0] for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    except UnicodeError as error:
        raise OSError(f"{host} is no name of a host") from error
    for text in found:
        address = ip_address(str(text).partition("%")[0])
        if not _may_reach(address, allowed):
            raise AddressRefused(f"{host} leads to {address}, which {NOT_PUBLIC}")
    return str(found[0])


def url_faults(url: str, *, allowed: Sequence[str], schemes: tuple[str, ...] = ("https",)) -> list[str]:
    """What is wrong with an address of a partner, in sentences. allowed: as for reachable_address."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        return [f"The address cannot be read: {error}."]
    if parts.scheme not in schemes or not host:
        return [f"The address must begin with {' or '.join(scheme + '://' for scheme in schemes)} and name a host."]
    if parts.username or parts.password:
        return ["The address must not contain a user or password; they have fields of their own."]
    try:
        literal = ip_address(host)
    except ValueError:
        return ["localhost is this machine."] if host.lower() == "localhost" else []
    return [] if _may_reach(literal, allowed) else [f"{literal} {NOT_PUBLIC}"]


def _may_reach(address: Address, allowed: Sequence[str]) -> bool:
    ends = _end_of(address)
    return ends.is_global or any(ends in ip_network(network) for network in allowed)


def _end_of(address: Address) -> Address:
    """Where an IPv6 address leads to by its form: mapped IPv4 (RFC 4291), 6to4 (RFC 3056), NAT64 (RFC 6052)."""
    if isinstance(address, IPv4Address):
        return address
    behind_nat = IPv4Address(int(address) & 0xFFFFFFFF) if address in NAT64 else None
    return address.ipv4_mapped or address.sixtofour or behind_nat or address


def post(url: str, body: bytes, headers: dict[str, str], *, allowed: Sequence[str], timeout: float) -> Answer:
    """POST to a checked address; redirects are not followed. Raises AddressRefused and OSError (TLS errors too)."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    address = reachable_address(host, port, allowed)
    connection: http.client.HTTPConnection = _Pinned(host, port, timeout=timeout)
    connection.sock = socket.create_connection((address, port), timeout)
    try:
        if parts.scheme == "https":
            context = ssl.create_default_context()
            connection.sock = context.wrap_socket(connection.sock, server_hostname=host)
        path = iri_to_uri((parts.path or "/") + (f"?{parts.query}" if parts.query else ""))
        connection.request("POST", path, body, headers)
        answer = connection.getresponse()
        named = {name.lower(): value for name, value in answer.getheaders()}
        return Answer(answer.status, named, answer.read(ANSWER_LIMIT))
    except http.client.HTTPException as error:
        raise OSError(f"The answer is not HTTP: {error!r}") from error
    finally:
        connection.close()


class _Pinned(http.client.HTTPConnection):
    """Uses the socket that it was given; never resolves the name again."""

    def connect(self) -> Any:
        raise OSError("The connection was closed.")
