"""A browser on a running Onramp. These tests are marked `browser`; .ci/run runs them."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page, sync_playwright

from tests.e2e.chromium import CHROMIUM, FLAGS
from tests.factories import make_user


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's chromium."""
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # The browser's driver runs an event loop in this thread; Django would refuse its database there.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> None:
    """SQLite in a file, as in the embedded default: in memory all of a server's threads share one connection, and a
    request that begins to write while another reads fails at once instead of waiting."""
    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        database["TEST"]["NAME"] = str(settings.DATA_DIR / "browser-tests.sqlite3")


@pytest.fixture
def complaints() -> list[str]:
    """What the browser complained about: errors of scripts, refused loads, breaches of the content policy."""
    return []


@pytest.fixture
def page(browser: Browser, live_server: Any, complaints: list[str]) -> Iterator[Page]:
    """A page of somebody who is logged in as a superuser, without the form: test_setting_up.py fills it in."""
    client = Client()
    client.force_login(make_user("boss", is_superuser=True))
    context = browser.new_context(base_url=live_server.url, viewport={"width": 1440, "height": 900})
    name = settings.SESSION_COOKIE_NAME
    context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])
    page = context.new_page()
    page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto("/admin/")
    yield page
    context.close()
