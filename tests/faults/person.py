"""A signed-in person at web servers that run in processes of their own."""

import secrets
from typing import Any

import requests
from django.test import Client

from tests.pressing import shown_in


class Person:
    """The session is a row, so whichever web server stands on this test's database knows them."""

    def __init__(self, user) -> None:
        client = Client()
        client.force_login(user)
        self.browser = requests.Session()
        self.token = secrets.token_hex(16)
        self.browser.cookies.set("sessionid", client.cookies["sessionid"].value)
        self.browser.cookies.set("csrftoken", self.token)

    def get(self, url: str) -> requests.Response:
        return self.browser.get(url, timeout=30)

    def shown(self, url: str) -> dict[str, str]:
        """What the page at this address showed, as its form sends it back (common.web.shown)."""
        return {"shown": shown_in(self.get(url).text)}

    def post(self, url: str, data: dict[str, Any] | None = None, **rest: Any) -> requests.Response:
        data = {**(data or {}), "csrfmiddlewaretoken": self.token}
        return self.browser.post(url, data=data, timeout=30, allow_redirects=False, **rest)
