"""The forms that pages offered, filled in: what a browser would send, or a stale tab of it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

from django.utils import timezone

from tests.access.observe import Place

TOKEN = "csrfmiddlewaretoken"
TEXT = "Tekst wpisany w formularzu"


@dataclass(slots=True)
class PostForm:
    """A form of one page with every field filled; `hidden`: names of fields a person does not see."""

    address: str
    values: dict[str, list[str]] = field(default_factory=dict)
    hidden: set[str] = field(default_factory=set)
    buttons: list[tuple[str, str]] = field(default_factory=list)

    def data(self) -> dict[str, list[str]]:
        """With its last named button pressed: the first ones only add a row or look at something."""
        return {**self.values, **{name: [value] for name, value in self.buttons[-1:]}}


class _Reader(HTMLParser):
    def __init__(self, path: str) -> None:
        super().__init__()
        self._path, self._form, self._select, self._area = path, None, "", ""
        self.forms: list[PostForm] = []

    _form: PostForm | None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "form" and found.get("method", "").lower() == "post":
            self._form = PostForm(urlsplit(found.get("action") or self._path).path or self._path)
            self.forms.append(self._form)
        if self._form is None:
            return
        name = found.get("name", "")
        match tag:
            case "input" if name and name != TOKEN:
                self._input(name, found)
            case "textarea":
                self._area = name
            case "select":
                self._select = name
            case "option" if self._select and found.get("value"):
                if "selected" in found or self._select not in self._form.values:
                    self._form.values[self._select] = [found["value"]]
            case "button" if name and found.get("type", "submit") == "submit":
                self._form.buttons.append((name, found.get("value", "")))

    def handle_data(self, data: str) -> None:
        if self._form is not None and self._area:
            self._form.values[self._area] = [data.strip() or TEXT]
            self._area = ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._form is not None and self._area:
            self._form.values[self._area] = [TEXT]
        if tag in ("textarea", "select"):
            self._area = self._select = ""
        if tag == "form":
            self._form = None

    def _input(self, name: str, found: dict[str, str]) -> None:
        assert self._form is not None
        values, kind = self._form.values, found.get("type", "text")
        if kind == "hidden":
            self._form.hidden.add(name)
        if kind in {"checkbox", "radio"}:
            if kind == "checkbox" or "checked" in found or name not in values:
                known = values.get(name, []) if kind == "checkbox" else []
                values[name] = [*known, found.get("value", "on")]
        elif kind != "file":
            values[name] = [found.get("value") or _typed(kind, name)]


def _typed(kind: str, name: str) -> str:
    soon = timezone.localtime() + timedelta(days=2)
    match kind:
        case "date":
            return soon.date().isoformat()
        case "datetime-local":
            return f"{soon:%Y-%m-%dT%H:%M}"
        case "number":
            return "1"
        case "email":
            return "ktos@example.org"
        case _:
            return "" if kind == "hidden" else TEXT


def forms_of(place: Place, role: str) -> list[PostForm]:
    """Of the page that this role was given at this address; a language switch and signing out are on every page."""
    answer = place.got.get(role)
    if answer is None or answer.status != "200" or answer.media_type != "text/html":
        return []
    reader = _Reader(place.path)
    reader.feed(answer.body.decode())
    return [form for form in reader.forms if not re.match(r"/(jezyk|konto/logout)", form.address)]


def every_form(places: list[Place]) -> Iterator[tuple[Place, str, PostForm]]:
    """Each address once for each set of fields, as the first role that was offered it."""
    seen: set[Any] = set()
    for place in places:
        for role in place.roles:
            for form in forms_of(place, role):
                key = (form.address, tuple(sorted(form.values)))
                if key not in seen and not place.name.startswith(("admin:", "account_", "mfa_")):
                    seen.add(key)
                    yield place, role, form
