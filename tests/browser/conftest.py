"""A real Chromium against a live server: `page`, `sign_in`, `axe`, and what a page logged."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

# Playwright runs an event loop in this thread; Django would refuse the ORM beside one.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
# What WCAG 2.1 AA asks for, and axe's own good practice.
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """One Chromium for all; absent: the test is skipped, or fails where services are required."""
    if not Path(CHROMIUM).exists():
        say = pytest.fail if os.environ.get("REQUIRE_SERVICES") == "1" else pytest.skip
        say(f"no Chromium at {CHROMIUM}")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Any, live_server: Any) -> Iterator[Any]:
    """A page of its own context at 1280 px; relative addresses work. Its complaints fail the test at the end."""
    context = browser.new_context(
        base_url=live_server.url, viewport={"width": 1280, "height": 900}, locale="pl-PL", reduced_motion="reduce"
    )
    page = context.new_page()
    page.set_default_timeout(10_000)
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(f"script error: {error}"))
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.complaints = complaints
    yield page
    context.close()


@pytest.fixture
def sign_in(live_server: Any) -> Callable[[Any, Any], None]:
    """`sign_in(page, user)`: gives the page that person's session, without the sign-in form."""

    def sign_in(page: Any, user: Any) -> None:
        client = Client()
        client.force_login(user)
        cookie = client.cookies[settings.SESSION_COOKIE_NAME]
        page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])

    return sign_in


@pytest.fixture
def axe() -> Callable[..., None]:
    """`axe(page)`: fails with every rule broken and where. `axe(page, "color-contrast")` asks one rule only."""

    def check(page: Any, *rules: str) -> None:
        from axe_playwright_python.sync_playwright import Axe

        violations = (
            Axe()
            .run(page, options={"runOnly": list(rules or RULES), "resultTypes": ["violations"]})
            .response["violations"]
        )
        found = [
            f"{violation['id']}: {violation['help']}\n    "
            + "\n    ".join(
                f"{' '.join(map(str, node['target']))}: {node['html'][:160]}" for node in violation["nodes"]
            )
            for violation in violations
        ]
        assert not found, f"{page.url}\n" + "\n".join(found)

    return check


@pytest.fixture
def fits() -> Callable[[Any], None]:
    """`fits(page)`: on a wide screen, a tablet and a phone of 320 px nothing scrolls the page sideways."""

    def check(page: Any) -> None:
        for width in (1280, 768, 320):
            page.set_viewport_size({"width": width, "height": 800})
            wide, shown = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
            assert wide <= shown, f"{page.url}: {wide} px wide at {shown} px"

    return check
