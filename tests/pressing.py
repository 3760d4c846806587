"""Pressing the button of a page that was really opened: the page's token goes with it (common.web.shown)."""

import re
from typing import Any

from django.test import Client

_SHOWN = re.compile(r'name="shown" value="([^"]*)"')


def shown_on(answer: Any, *, nth: int = 0) -> str:
    """The token of the nth form of a page that carries one; empty where the page offers no such act."""
    return shown_in(answer.content.decode(), nth=nth)


def shown_in(page: str, *, nth: int = 0) -> str:
    found = _SHOWN.findall(page)
    return found[nth] if found else ""


def press(client: Client, address: str, data: Any = None, *, page: str = "", nth: int = 0, **more: Any) -> Any:
    """Open `page` (or the address itself), then send `data` with what the page showed."""
    token = shown_on(client.get(page or address), nth=nth)
    return client.post(address, {"shown": token, **(data or {})}, **more)
