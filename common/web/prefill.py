"""Puts values that were typed before back into a form of a finished page, whatever made the page.

Works on the HTML: so it holds for every form of the service, single fields, rows and hand-written inputs alike, and no
view has to know of it. Only what a person fills in is filled in: never hidden fields (numbers of revisions, digests of
what was shown), passwords, files, codes, or words typed to confirm (their inputs say data-anew).
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html import escape, unescape
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

# Kinds of inputs that hold a text.
TYPED = {
    "text", "email", "tel", "url", "search", "number", "date", "time", "datetime-local", "month", "week", "color",
}  # fmt: skip
CHOSEN = {"checkbox", "radio"}
NEVER_FILLED = {"one-time-code", "current-password", "new-password"}
Values = Mapping[str, list[str]]


@dataclass(frozen=True, slots=True)
class Difference:
    """A field in which the page holds something else than what was typed."""

    label: str
    typed: str
    saved: str


@dataclass(slots=True)
class Comparison:
    """What was typed beside what the page holds.

    `changed`: the page is of another revision than the form that was sent. `homeless`: texts for which the page has no
    field any more. `saved_at`: when the page's values were saved, if it says.
    """

    differences: list[Difference] = field(default_factory=list)
    homeless: list[str] = field(default_factory=list)
    changed: bool = False
    saved_at: str = ""


@dataclass(slots=True)
class _Control:
    tag: str
    kind: str
    name: str
    value: str
    attrs: list[tuple[str, str | None]]
    start: int
    end: int
    options: list["_Control"] = field(default_factory=list)

    def has(self, name: str) -> bool:
        return any(key == name for key, _value in self.attrs)

    def get(self, name: str) -> str:
        return next((value or "" for key, value in self.attrs if key == name), "")

    @property
    def fillable(self) -> bool:
        if (
            not self.name
            or self.has("disabled")
            or self.has("data-anew")
            or self.get("autocomplete").lower() in NEVER_FILLED
        ):
            return False
        return self.tag != "input" or self.kind in TYPED | CHOSEN


@dataclass(slots=True)
class _Form:
    address: str
    method: str
    saved_at: str
    inside: int
    controls: list[_Control] = field(default_factory=list)
    buttons: set[str] = field(default_factory=set)

    @property
    def hidden(self) -> dict[str, str]:
        return {control.name: control.value for control in self.controls if control.kind == "hidden"}


class _Page(HTMLParser):
    """Forms with the places of their controls in the text."""

    def __init__(self, text: str, base: str) -> None:
        super().__init__(convert_charrefs=False)
        self._base, self._text = base, text
        self._lines = [0, *(found.end() for found in re.finditer("\n", text))]
        self.forms: list[_Form] = []
        self.labels: dict[str, str] = {}
        self._form: _Form | None = None
        self._area: _Control | None = None
        self._select: _Control | None = None
        self._label, self._words = "", ""
        self.feed(text)
        self.close()

    def _here(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        start = self._here()
        end = start + len(self.get_starttag_text() or "")
        found = {name: value or "" for name, value in reversed(attrs)}
        if tag == "form":
            address = urlsplit(urljoin(self._base, found.get("action") or self._base)).path
            self._form = _Form(address, found.get("method", "get").lower(), found.get("data-saved-at", ""), end)
            self.forms.append(self._form)
        elif tag == "label":
            self._label, self._words = found.get("for", ""), ""
        elif self._form is not None and tag in {"input", "textarea", "select"}:
            kind = found.get("type", "text").lower() if tag == "input" else tag
            control = _Control(tag, kind, found.get("name", ""), found.get("value", ""), attrs, start, end)
            self._form.controls.append(control)
            self._area = control if tag == "textarea" else None
            self._select = control if tag == "select" else None
        elif tag == "option" and self._select is not None:
            self._select.options.append(_Control(tag, tag, "", found.get("value", ""), attrs, start, end))
        elif tag == "button" and self._form is not None:
            self._form.buttons.add(found.get("name", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "textarea" and self._area is not None:
            written = self._text[self._area.end : self._here()]
            self._area.value = unescape(written.removeprefix("\r").removeprefix("\n"))
            self._area.options.append(_Control("", "", "", "", [], self._area.end, self._here()))
            self._area = None
        elif tag == "select":
            self._select = None
        elif tag == "label" and self._label:
            self.labels[self._label] = " ".join(unescape(self._words).split())
            self._label = ""

    def handle_data(self, data: str) -> None:
        if self._label:
            self._words += data

    def handle_entityref(self, name: str) -> None:
        self.handle_data(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self.handle_data(f"&#{name};")


def fill(page: str, *, base: str, address: str, values: Values, notice: Callable[[Comparison], str]) -> str | None:
    """The page (at `base`) with the values in its form that is sent to `address`, and the notice at its beginning.

    None when the page has no such form. Of several the one that resembles what was sent most.
    """
    read = _Page(page, base)
    forms = [form for form in read.forms if form.method == "post" and form.address == address]
    likeness = [_likeness(form, values) for form in forms]
    if not forms or max(likeness) <= 0:
        return None
    form = forms[likeness.index(max(likeness))]
    comparison = Comparison(changed=_is_of_another_state(form, values), saved_at=form.saved_at)
    edits: list[tuple[int, int, str]] = []
    left = {name: list(sent) for name, sent in values.items()}
    for control in form.controls:
        if control.fillable:
            edits += _fill(control, values, left, comparison, read.labels.get(control.get("id"), ""))
    known = form.buttons | {c.name for c in form.controls if not c.fillable or c.kind in CHOSEN}
    comparison.homeless = [text for name, sent in left.items() if name not in known for text in sent if text.strip()]
    edits.append((form.inside, form.inside, notice(comparison)))
    return _edited(page, edits)


def insert_into_main(page: str, text: str) -> str:
    """At the beginning of <main>; unchanged when the page has none."""
    start = page.find("<main ")
    inside = page.find(">", start) + 1 if start >= 0 else 0
    return page[:inside] + text + page[inside:] if inside else page


def _likeness(form: _Form, values: Values) -> int:
    named = {control.name for control in form.controls if control.fillable} | form.buttons
    same = sum(values.get(name) == [value] for name, value in form.hidden.items())
    return len(named & values.keys()) + 2 * same


def _is_of_another_state(form: _Form, values: Values) -> bool:
    return any(name in values and values[name] != [value] for name, value in form.hidden.items() if name != "form_key")


def _fill(
    control: _Control, values: Values, left: dict[str, list[str]], comparison: Comparison, label: str
) -> list[tuple[int, int, str]]:
    """The edits of one control; what it took is gone from `left`."""
    label = label or control.get("aria-label") or control.name
    sent = values.get(control.name, [])
    if control.kind in CHOSEN:
        if control.kind == "radio" and not sent:
            return []
        chosen = control.value in sent or (not control.has("value") and "on" in sent)
        if control.kind == "radio" and control.has("checked") and not chosen:
            comparison.differences.append(Difference(control.name, ", ".join(sent), control.value))
        return [_with(control, "checked", chosen)] if chosen != control.has("checked") else []
    if control.tag == "select":
        left.pop(control.name, None)
        if not sent and not control.has("multiple"):
            return []
        return [
            _with(option, "selected", option.value in sent)
            for option in control.options
            if (option.value in sent) != option.has("selected")
        ]
    if not left.get(control.name):
        return []
    typed = left[control.name].pop(0)
    if _plain(typed) == _plain(control.value):
        return []
    comparison.differences.append(Difference(label, typed, control.value))
    if control.tag == "textarea":
        return [(place.start, place.end, "\n" + escape(typed)) for place in control.options]
    return [_with(control, "value", typed)]


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def _with(control: _Control, name: str, value: str | bool) -> tuple[int, int, str]:
    """The tag again with that attribute: set to a text, or there, or gone."""
    attrs = [(key, old) for key, old in control.attrs if key != name]
    if value is not False:
        attrs.append((name, None if value is True else str(value)))
    written = "".join(f" {key}" if old is None else f' {key}="{escape(old)}"' for key, old in attrs)
    return control.start, control.end, f"<{control.tag}{written}>"


def _edited(page: str, edits: list[tuple[int, int, str]]) -> str:
    parts, last = [], 0
    for start, end, text in sorted(edits):
        parts += [page[last:start], text]
        last = end
    return "".join([*parts, page[last:]])
