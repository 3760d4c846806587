"""The forms that pages offered, filled in: what a browser would send, or a stale tab of it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

from django.utils import timezone

from tests.access.crowd import Answer
from tests.access.observe import Place

TOKEN = "csrfmiddlewaretoken"
TEXT = "Tekst wpisany w formularzu"


@dataclass(slots=True)
class PostForm:
    """A form of one page with every field filled; `hidden`: names of fields a person does not see.

    `offered`: what the page lets one send in each field that nobody types into, chosen or not.
    `asks`: sent by GET, it opens another page. `files`: fields that take a file, which are left empty.
    """

    address: str
    asks: bool = False
    values: dict[str, list[str]] = field(default_factory=dict)
    hidden: set[str] = field(default_factory=set)
    offered: dict[str, set[str]] = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)
    files: set[str] = field(default_factory=set)

    def data(self) -> dict[str, list[str]]:
        """With its last named button pressed: the first ones only add a row or look at something."""
        return {**self.values, **{name: [value] for name, value in self.buttons[-1:]}}

    def offer(self, name: str, value: str) -> None:
        self.offered.setdefault(name, set()).add(value)


class _Reader(HTMLParser):
    def __init__(self, path: str) -> None:
        super().__init__()
        self._path, self._form, self._select, self._area = path, None, "", ""
        self._word, self._in_word = "", False
        self.forms: list[PostForm] = []

    _form: PostForm | None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "form":
            address = urlsplit(found.get("action") or self._path).path or self._path
            asks = found.get("method", "").lower() != "post"
            self._form = PostForm(address, asks=asks)
            if not asks or address != self._path:  # filters of the page itself lead nowhere else
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
            case "label":
                self._in_word = found.get("for") == "id_typed_word"
            case "option" if self._select and found.get("value"):
                self._form.offer(self._select, found["value"])
                if "selected" in found or self._select not in self._form.values:
                    self._form.values[self._select] = [found["value"]]
            case "button" if name and found.get("type", "submit") == "submit":
                self._form.buttons.append((name, found.get("value", "")))
                self._form.offer(name, found.get("value", ""))

    def handle_data(self, data: str) -> None:
        if self._in_word and data.strip():
            self._word = data.strip()  # the last words of the label: the one to type
        if self._form is not None and self._area:
            self._form.values[self._area] = [data.strip() or TEXT]
            self._area = ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._form is not None and self._area:
            self._form.values[self._area] = [TEXT]
        if tag in ("textarea", "select"):
            self._area = self._select = ""
        if tag == "label":
            self._in_word = False
        if tag == "form":
            self._form = None

    def _input(self, name: str, found: dict[str, str]) -> None:
        assert self._form is not None
        values, kind = self._form.values, found.get("type", "text")
        if kind == "hidden":
            self._form.hidden.add(name)
        if kind in {"hidden", "checkbox", "radio"}:
            self._form.offer(name, found.get("value", "on"))
        if kind in {"checkbox", "radio"}:
            if kind == "checkbox" or "checked" in found or name not in values:
                known = values.get(name, []) if kind == "checkbox" else []
                values[name] = [*known, found.get("value", "on")]
        elif kind == "file":
            self._form.files.add(name)
        else:
            typed = self._word if name == "typed_word" else _typed(kind, name)
            values[name] = [*(values.get(name, []) if kind == "hidden" else []), found.get("value") or typed]


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


def forms_in(path: str, answer: Answer | None) -> list[PostForm]:
    """Of a page; a language switch and signing out are on every page."""
    if answer is None or answer.status != "200" or answer.media_type != "text/html":
        return []
    reader = _Reader(path)
    reader.feed(answer.body.decode())
    return [form for form in reader.forms if not re.match(r"/(jezyk|konto/logout)", form.address)]


def every_form(places: list[Place]) -> Iterator[tuple[Place, str, PostForm]]:
    """Each address once for each set of fields, as the first role that was offered it."""
    seen: set[Any] = set()
    for place in places:
        for role in place.roles:
            for form in forms_in(place.path, place.got.get(role)):
                key = (form.address, tuple(sorted(form.values)))
                if key not in seen and not form.asks and not place.name.startswith(("admin:", "account_", "mfa_")):
                    seen.add(key)
                    yield place, role, form
