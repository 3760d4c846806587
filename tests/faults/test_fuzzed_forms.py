"""Every form that anybody is shown, filled in with nonsense ten thousand times: an answer each time, never a fault."""

import random
from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.access.crowd import Crowd, quiet
from tests.access.observe import bare_404, places
from tests.access.world import build

SENT = 10_000
SEED = 20261121
NASTY = [
    "", " ", "0", "-1", "1e9", "99999999999999999999", "\x00", "a\x00b", "\u202eabc", "😀" * 50, "=cmd|' /C calc'!A0",
    "<script>alert(1)</script>", "{{ settings.SECRET_KEY }}", "{x.__class__}", "%s%n", "' OR 1=1 --", "x" * 100_000,
    "0001-01-01", "9999-12-31", "31.02.2020", "2026-13-45T99:99", "on", "NaN", "Infinity", "-0", "\r\nBcc: a@b.pl",
    "a@b", "ą" * 300, "słowo " * 2_000, "../../etc/passwd", "１２", "\ufeff1", "null", "[]", "{}", "true",
]  # fmt: skip
FILES = [
    b"",
    b"x",
    b"%PDF-1.7",
    b"PK\x03\x04" + bytes(40),
    b"\x89PNG\r\n\x1a\n" + bytes(20),
    b"\xff\xd8\xff",
    bytes(5_000),
]
FREE_FIELDS = {"text", "email", "search", "url", "tel", "number", "date", "datetime-local", "password", "hidden"}


@dataclass(slots=True)
class Form:
    """One form of a page as one person sees it: field → the values a browser could send."""

    role: str
    action: str
    fields: dict[str, list[str]] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)


class Forms(HTMLParser):
    """Collects the forms of a page that are sent by POST."""

    def __init__(self, role: str, path: str) -> None:
        super().__init__()
        self.role, self.path = role, path
        self.found: list[Form] = []
        self.form: Form | None = None
        self.select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {key: value or "" for key, value in attrs}
        if tag == "form" and values.get("method", "").lower() == "post":
            action = values.get("action") or self.path
            self.form = Form(self.role, urlsplit(action).path)
            self.found.append(self.form)
        name = values.get("name", "")
        if self.form is None or (not name and tag != "option"):
            return
        if tag == "input" and values.get("type") == "file":
            self.form.files.append(name)
        elif tag in ("input", "button", "textarea"):
            self.form.fields.setdefault(name, []).append(values.get("value", ""))
        elif tag == "select":
            self.select = name
            self.form.fields.setdefault(name, [])
        elif tag == "option" and self.select:
            self.form.fields[self.select].append(values.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.form = None
        elif tag == "select":
            self.select = ""


def forms_of(crowd: Crowd, found: list) -> list[Form]:
    """Every form of every page for every role, once for each role, address and set of fields."""
    kept: dict[tuple[str, str, str], Form] = {}
    for place in found:
        for role in place.roles:
            answer = crowd.ask(role, "GET", place.path)
            if answer.status == "200" and answer.media_type == "text/html":
                reader = Forms(role, place.path)
                reader.feed(answer.body.decode())
                for form in reader.found:
                    kept[role, form.action, " ".join(sorted(form.fields))] = form
    return list(kept.values())


def filled(form: Form, chance: random.Random) -> dict[str, object]:
    """Most fields as a browser would send them, some with nonsense, some left out, doubled or made up."""
    data: dict[str, object] = {}
    for name, values in form.fields.items():
        dice = chance.random()
        if dice < 0.05:
            continue
        if dice < 0.45 and values:
            data[name] = chance.choice(values)
        elif dice < 0.55:
            data[name] = [chance.choice(NASTY), *values[:2]]
        else:
            data[name] = chance.choice(NASTY)
    for name in form.files:
        if chance.random() < 0.8:
            data[name] = SimpleUploadedFile(chance.choice(NASTY)[:200] or "x", chance.choice(FILES))
    if chance.random() < 0.2:
        data[chance.choice(["id", "pk", "actor", "state", "is_superuser", "form-TOTAL_FORMS", "next"])] = chance.choice(
            NASTY
        )
    return data


@pytest.mark.case(51)
@pytest.mark.slow
@pytest.mark.django_db
def test_ten_thousand_fuzzed_forms_meet_an_answer_each(figure):
    crowd = Crowd(world := build())
    chance = random.Random(SEED)
    with quiet(), bare_404():
        forms = forms_of(crowd, places(world))
        assert len({form.action for form in forms}) > 60
        answers: Counter[str] = Counter()
        faults: list[str] = []
        for turn in range(SENT):
            form = forms[turn % len(forms)]
            data = filled(form, chance)
            status = crowd.ask(form.role, "POST", form.action, data).status
            answers[status] += 1
            if status.startswith("5"):
                shown = {name: str(value)[:60] for name, value in data.items()}
                faults.append(f"{form.role} {form.action} {shown}")
    assert not faults, "\n".join(faults[:20])
    told = ", ".join(f"{count} × {status}" for status, count in answers.most_common())
    figure(f"{SENT} forms at {len({form.action for form in forms})} addresses: no 5xx ({told})")
