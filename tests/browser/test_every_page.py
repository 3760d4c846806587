"""Every page that the demonstration leads to, by role: axe in light and dark, 320 px, targets, console."""

import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import urljoin

import pytest
from django.test import Client
from django.urls import Resolver404, resolve
from django.utils import timezone

from accounts.models import User
from portal.demo.loader import load_demo
from portal.demo.people import address

ROLES = ("", "applicant", "officer", "juror1", "chair", "auditor", "admin")
# A crawl that stopped early would pass too easily: these it must have met.
MUST_MEET = {
    "portal:home", "portal:desk", "contest:edition_detail", "practices:list", "practices:record", "awards:results",
    "applications:applicant_detail", "applications:edit", "applications:check", "applications:officer_list",
    "applications:review", "contest:organiser_edition", "contest:edition_setup", "jury:desk", "jury:sheet",
    "jury:ranking", "jury:assignments", "awards:session_detail", "practices:announce", "accounts:roles",
}  # fmt: skip
# Signing out ends the walk; the admin is not our page; a mail is shown in a sandbox where no script, so no axe, runs.
NOT_LOOKED_AT = {"account_logout", "admin:index", "contest:message_html"}
SMALL = """
[...document.querySelectorAll('main .button, main button, .site-head a, .site-head summary, main select,'
  + 'main input:not([type=hidden], [type=checkbox], [type=radio])')]
  .filter((item) => { const box = item.getBoundingClientRect(); return box.height && box.height < 43.5; })
  .map((item) => item.outerHTML.slice(0, 120))
"""


@pytest.fixture
def demo(settings, tmp_path, live_server):
    settings.DEMO = True
    settings.VAR_DIR = tmp_path
    settings.MEDIA_ROOT = tmp_path / "media"
    load_demo(timezone.localdate())


def view_of(path: str) -> tuple[str, str] | None:
    """The page's name and, where one view shows several forms, which; None for what is not ours."""
    try:
        match = resolve(path.partition("?")[0])
    except Resolver404:
        return None
    return (match.view_name, str(match.kwargs.get("section", "")))


def links_on(text: str, path: str) -> list[str]:
    """Addresses of this site that a page leads to."""
    found = (urljoin(path, unescape(link)) for link in re.findall(r'<a\b[^>]*?\shref="([^"#]+)', text))
    return [link for link in found if link.startswith("/")]


def look_at(page, axe, fits) -> None:
    """Between the schemes only colours differ, so the dark one is asked about contrast alone."""
    page.set_viewport_size({"width": 1280, "height": 900})
    page.emulate_media(color_scheme="light")
    axe(page)
    page.emulate_media(color_scheme="dark")
    axe(page, "color-contrast")
    fits(page)
    small = page.evaluate(SMALL)
    assert not small, f"{page.url}: targets under 44 px: {small}"
    assert page.complaints == [], page.url


def walk(client: Client, start: str) -> Iterator[tuple[tuple[str, str], str, int]]:
    """Every page this person can reach by links: its view, address and status."""
    queue, asked = [start], set()
    while queue:
        path = queue.pop(0)
        view = view_of(path)
        if view is None or view in asked or view[0] in NOT_LOOKED_AT:
            continue
        asked.add(view)
        response = client.get(path)
        if response.headers.get("content-type", "").startswith("text/html"):
            yield view, path, response.status_code
            queue += links_on(response.content.decode(), path)


@pytest.mark.usefixtures("demo")
def test_every_page_of_every_role_is_accessible_and_fits_a_phone(page, sign_in, axe, fits):
    met: set[tuple[str, str]] = set()
    faults: list[str] = []
    for role in ROLES:
        page.context.clear_cookies()
        client = Client()
        if role:
            user = User.objects.get(email=address(role))
            client.force_login(user)
            sign_in(page, user)
        for view, path, status in walk(client, "/pulpit/" if role else "/"):
            if status not in {200, 302}:
                faults.append(f"{path}: {status}")
            elif view not in met and status == 200:
                met.add(view)
                try:
                    page.goto(path)
                    look_at(page, axe, fits)
                except AssertionError as error:
                    faults.append(str(error))
    assert not faults, "\n".join(faults)
    assert {name for name, _section in met} >= MUST_MEET
