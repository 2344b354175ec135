"""Webhooks against a server that the test starts; and where nothing of ours may ever be sent."""

import msgspec
import pytest
from pytest_django.fixtures import Settings

from partners.protocols.addresses import AddressRefused, reachable_address, url_faults
from partners.protocols.base import Peer, Step
from partners.protocols.webhook import PROTOCOL, WebhookSettings, signature
from tests.partners.protocols.http_peer import Reply, serving


def run(url: str) -> list[Step]:
    assert PROTOCOL.test is not None
    return PROTOCOL.test(Peer(WebhookSettings(url=url, timeout_seconds=5), {"signing_secret": "s3"}))


@pytest.fixture
def at_home(settings: Settings) -> None:
    settings.OUTBOUND_ALLOWED_NETWORKS = ["127.0.0.0/8"]


def test_a_ping_is_signed(at_home: None) -> None:
    heard = []

    def answer(headers: dict[str, str], body: bytes) -> Reply:
        heard.append((headers["onramp-signature"], body))
        return 204, {}, b""

    with serving(answer) as url:
        steps = run(url)
    assert all(step.is_ok for step in steps)
    ((stated, body),) = heard
    at = int(stated.split(",")[0].removeprefix("t="))
    assert stated == signature("s3", body, at)
    assert stated != signature("other", body, at)


@pytest.mark.parametrize(("status", "said"), [(302, "not followed"), (404, "2xx is expected"), (500, "HTTP 500")])
def test_other_answers_are_failures(at_home: None, status: int, said: str) -> None:
    with serving(lambda headers, body: (status, {"Location": "http://127.0.0.1:1/"}, b"")) as url:
        steps = run(url)
    assert not steps[-1].is_ok
    assert said in steps[-1].said


def test_a_private_address_is_refused_when_it_is_typed_and_when_a_name_leads_there(settings: Settings) -> None:
    for url in ("https://10.1.2.3/x", "https://127.0.0.1/", "https://[::1]/", "https://169.254.169.254/latest"):
        assert "not a public address" in url_faults(url, allowed=[])[0]
    assert url_faults("https://localhost/x", allowed=[]) == ["localhost is this machine."]
    assert "must begin with https" in url_faults("http://acme.example/", allowed=[])[0]
    assert "must not contain" in url_faults("https://u:p@acme.example/", allowed=[])[0]
    assert url_faults("https://hooks.acme.example/x", allowed=[]) == []
    for url in ("https://[64:ff9b::a01:203]/", "https://[2002:a01:203::1]/"):  # 10.1.2.3 behind NAT64 and 6to4
        assert "not a public address" in url_faults(url, allowed=[])[0]
    settings.OUTBOUND_ALLOWED_NETWORKS = []
    with serving(lambda headers, body: (200, {}, b"")) as url:
        (step,) = run(url.replace("127.0.0.1", "localhost"))
    assert (step.name, step.is_ok) == ("Address", False)


@pytest.mark.parametrize("url", ["https://[::1", "https://acme.example:99999/"])
def test_an_address_that_is_none_is_refused_in_words(url: str) -> None:
    [said] = url_faults(url, allowed=[])
    assert said.startswith("The address ")


@pytest.mark.parametrize("host", ["a..b", "a" * 64 + ".example"])
def test_a_name_that_no_host_can_have_fails_the_test_of_the_connection(host: str) -> None:
    (step,) = run(f"https://{host}/")
    assert (step.name, step.is_ok) == ("Connect", False)


def test_a_path_with_letters_of_other_languages_is_asked_for(at_home: None) -> None:
    with serving(lambda headers, body: (204, {}, b"")) as url:
        assert all(step.is_ok for step in run(f"{url}/aufträge neu?art=größe"))


def test_an_allowed_network_is_allowed_and_no_other() -> None:
    assert reachable_address("127.0.0.1", 80, ["127.0.0.0/8"]) == "127.0.0.1"
    with pytest.raises(AddressRefused):
        reachable_address("127.0.0.1", 80, ["10.0.0.0/8"])
    with pytest.raises(AddressRefused):
        reachable_address("::ffff:127.0.0.1", 80, [])


def test_an_address_of_an_allowed_network_can_be_typed(settings: Settings) -> None:
    settings.OUTBOUND_ALLOWED_NETWORKS = ["10.20.0.0/16"]
    assert PROTOCOL.check(WebhookSettings(url="https://10.20.3.4/hook")) == []
    [refused] = PROTOCOL.check(WebhookSettings(url="https://10.21.3.4/hook"))
    assert refused.startswith("10.21.3.4 is not a public address. An operator can allow its network")


def test_the_settings_are_typed() -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"url": "x", "password": "y"}, WebhookSettings)
