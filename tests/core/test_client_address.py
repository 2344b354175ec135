"""Who calls: if these fail, anybody can pretend to come from an allowed network."""

import pytest
from django.test import RequestFactory
from pytest_django.fixtures import Settings

from config.core.client_address import client_address


@pytest.mark.parametrize(
    ("trusted", "remote", "forwarded", "address"),
    [
        ([], "203.0.113.7", None, "203.0.113.7"),
        ([], "203.0.113.7", "198.51.100.1", "203.0.113.7"),  # nobody is trusted: the header is the caller's word
        (["10.0.0.0/8"], "203.0.113.7", "198.51.100.1", "203.0.113.7"),  # it went round the proxy
        (["10.0.0.0/8"], "10.0.0.1", "198.51.100.1", "198.51.100.1"),
        (["10.0.0.0/8"], "10.0.0.1", "192.0.2.99, 198.51.100.1", "198.51.100.1"),  # what stands left is invented
        (["10.0.0.0/8"], "10.0.0.1", "198.51.100.1, 10.0.0.2", "198.51.100.1"),  # two proxies in a row
        (["10.0.0.0/8"], "10.0.0.1", None, "10.0.0.1"),  # the proxy itself asks
        (["10.0.0.0/8"], "10.0.0.1", "nonsense", ""),  # nobody is let in by address
        (["10.0.0.0/8"], "10.0.0.1", "198.51.100.1, nonsense", ""),
        (["::1/128"], "::1", "2001:db8::5", "2001:db8::5"),
        (["10.0.0.0/8"], "", "198.51.100.1", ""),  # a socket without an address
    ],
)
def test_the_header_is_believed_from_our_proxies_only(
    settings: Settings, trusted: list[str], remote: str, forwarded: str | None, address: str
) -> None:
    settings.TRUSTED_PROXIES = trusted
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
    request = RequestFactory().get("/", headers=headers, REMOTE_ADDR=remote)
    assert client_address(request) == address
