"""A page that somebody opened, what may change behind their back, and the press of its button."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.test import Client

from tests.factories import PASSWORD
from tests.pressing import shown_on

_WORD = re.compile(r"<strong>([^<]+)</strong></label>")


@dataclass
class Scene:
    """`page` is opened (by POST of `preview` where a form leads to it), `address` receives `data`.

    `changes`: what others may do in between, by name. `done`: has the act happened? `typed`: a text of the
    person that a refusal has to keep.
    """

    person: Any
    address: str
    done: Callable[[], bool]
    changes: dict[str, Callable[[], Any]]
    data: dict[str, Any] = field(default_factory=dict)
    page: str = ""
    preview: dict[str, Any] | None = None
    nth: int = 0
    typed: str = ""

    def client(self) -> Client:
        client = Client()
        client.force_login(self.person)
        client.post("/konto/reauthenticate/", {"password": PASSWORD})
        return client

    def open(self, client: Client) -> dict[str, Any]:
        """What the page's form would send: its token, the word it asks for, and what the person fills in."""
        if self.preview is None:
            answer = client.get(self.page or self.address)
        else:
            answer = client.post(self.page or self.address, self.preview)
        assert answer.status_code == 200, f"{self.page or self.address}: {answer.status_code}"
        return self._form(answer)

    def again(self, answer: Any) -> dict[str, Any]:
        """The form of the page that a refusal shows."""
        return self._form(answer)

    def _form(self, answer: Any) -> dict[str, Any]:
        word = _WORD.search(answer.content.decode())
        filled = {"shown": shown_on(answer, nth=self.nth)} | ({"typed_word": word[1]} if word else {})
        return filled | self.data
