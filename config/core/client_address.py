"""Where a request came from."""

from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """The caller's address; "" when it is not known.

    Behind proxies every connection comes from a proxy, which names the caller in X-Forwarded-For. That header is read
    only from the proxies of TRUSTED_PROXIES, from the right (each proxy appends whom it saw), up to the first address
    that is none of them: what stands further left was written by the caller and may be invented.
    """
    address = str(request.META.get("REMOTE_ADDR", ""))
    trusted = [ip_network(network) for network in settings.TRUSTED_PROXIES]
    named = [text.strip() for text in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
    for seen in reversed(named if any(named) else []):
        if not _is_one_of(address, trusted):
            break
        try:
            address = str(ip_address(seen))
        except ValueError:
            return ""  # a trusted proxy that names nobody: nobody is let in by address
    return address


def _is_one_of(address: str, networks: list[IPv4Network | IPv6Network]) -> bool:
    try:
        return any(ip_address(address) in network for network in networks)
    except ValueError:
        return False
