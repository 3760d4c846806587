"""The id of somebody else's row in place of each id that a form carries."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Field, Model

from tests.access.crowd import Answer, Crowd
from tests.access.forms import PostForm, forms_in
from tests.access.observe import Place
from tests.common.files.hostile import pdf

# Numbers and keys drawn anew each time.
RANDOM = re.compile(  # the last: a digest that psycopg shows shortened
    r"UUID\('[^']+'\)|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32,64}|[0-9A-Z]{4}(-[0-9A-Z]{4}){2,}"
    r"|\d:[0-9a-f]+ \.{3} \(\d+ chars\)"
)
OURS = {"accounts", "applications", "awards", "contest", "jury", "notifications", "practices", "units"}
NUMBERS = re.compile(r"\d+")
PAIR = re.compile(r"\d+(-\d+)?")  # three of them are a date
OF_A_ROW = re.compile(r"\w+-\d+-")  # the row's place on the page; its id is a field of its own
COUNTS = re.compile(r"-(TOTAL|INITIAL|MIN_NUM|MAX_NUM)_FORMS$")  # how many rows a page shows: no row's id
NAMES = 8  # of the numbers, the largest: the points of a sheet alone are a dozen names
Data = dict[str, list[Any]]


def forms_to_swap(crowd: Crowd, places: list[Place]) -> Iterator[tuple[str, str, PostForm, Data, Answer]]:
    """Every form of every page and of the pages after it, a choice before its preview, as whoever may send it.

    Sent honestly with each of its buttons; what came of that. Where some of them act, only these.
    """
    seen: set[Any] = set()
    for place in places:
        if place.name.startswith(("admin:", "account_", "mfa_")):
            continue
        for role in place.roles:
            waiting = _twins(forms_in(place.path, place.got.get(role)))
            while waiting:
                form = waiting.pop(0)
                if (key := (form.address, form.asks, tuple(sorted(form.values)), tuple(form.buttons))) in seen:
                    continue
                tries = []
                for data in honest(form):
                    answer = crowd.ask(role, "GET" if form.asks else "POST", form.address, sent(data))
                    if answer.status in {"403", "404"}:
                        continue  # somebody else may send it
                    seen.add(key)
                    waiting += _twins(forms_in(form.address, answer))
                    tries += [] if form.asks else [(data, answer)]
                for data, answer in [(data, answer) for data, answer in tries if answer.writes] or tries[:1]:
                    yield f"{place.name} {place.sample}", role, form, data, answer


def _twins(forms: list[PostForm]) -> list[PostForm]:
    """What one form of a page offers, its twin for the next row may send as well."""
    for form in forms:
        for twin in forms:
            if twin.address == form.address and twin.values.keys() == form.values.keys():
                for name, values in form.offered.items():
                    twin.offered.setdefault(name, set()).update(values)
    return forms


def honest(form: PostForm) -> Iterator[Data]:
    """As a browser sends it: with each button; a file where one may be; rows all removed, and all left as they are."""
    files: Data = {name: [pdf()] for name in form.files}
    kept = {name: values for name, values in form.values.items() if not _is_of_another_row(name, form)}
    for values in [form.values] if kept == form.values else [form.values, kept]:
        for pressed in [{name: [value]} for name, value in form.buttons] or [{}]:
            yield {**values, **files, **pressed}


def _is_of_another_row(name: str, form: PostForm) -> bool:
    """Of the empty row for a new one, or the mark that removes one."""
    row = OF_A_ROW.match(name)
    return bool(row and (name.endswith("-DELETE") or form.values.get(f"{row[0]}pk") == [""]))


def sent(data: Data) -> Data:
    """To be sent once: a file is read to its end."""
    return {
        name: [SimpleUploadedFile("plik.pdf", value) if isinstance(value, bytes) else value for value in values]
        for name, values in data.items()
    }


def swaps(form: PostForm, data: Data) -> Iterator[tuple[str, Data, Data]]:
    """(what was swapped, the form with somebody else's id, the form without that field). Nothing that people type."""
    for name, values in data.items():
        if COUNTS.search(name) or not isinstance(values[0], str):
            continue
        without = {key: kept for key, kept in data.items() if key != name}
        for foreign in _foreign(form.offered.get(name, set()), values[0]):
            yield f"{name}={foreign}", {**data, name: [foreign, *values[1:]]}, {**data, name: values[1:]}
        for other in _renamed(name, data):
            yield f"{name} as {other}", {**without, other: values}, without


def _foreign(offered: set[str], value: str) -> Iterator[str]:
    """Values that stand in the same columns as what was offered, and were not."""
    if not offered:
        return
    if PAIR.fullmatch(value):
        for found in NUMBERS.finditer(value):
            for number in numbers():
                swapped = f"{value[: found.start()]}{number}{value[found.end() :]}"
                if swapped not in offered:
                    yield swapped
    else:
        yield from (other for other in words_like(value) if other not in offered)


def _renamed(name: str, data: Data) -> Iterator[str]:
    """A field whose name holds a row's id, with another one in it."""
    if OF_A_ROW.match(name):
        return
    for found in NUMBERS.finditer(name):
        for number in numbers()[-NAMES:]:
            other = f"{name[: found.start()]}{number}{name[found.end() :]}"
            if other not in data:
                yield other


def _models() -> Iterator[type[Model]]:
    for app in sorted(OURS):
        yield from apps.get_app_config(app).get_models()


@cache
def numbers() -> tuple[str, ...]:
    """The first and the last id of every table."""
    found: set[int] = set()
    for model in _models():
        keys = model._default_manager.order_by("pk").values_list("pk", flat=True)
        found |= {key for key in (keys.first(), keys.last()) if isinstance(key, int)}
    return tuple(str(number) for number in sorted(found))


def words_like(value: str) -> tuple[str, ...]:
    """Of every column without twins that holds the value: another value of it."""
    found = []
    for model, field in _columns_of_words():
        column = model._default_manager.order_by("-pk").values_list(field.attname, flat=True)
        if value in _texts(model, field.attname):
            found += [str(other) for other in column.exclude(**{field.attname: value})[:2]]
    return tuple(dict.fromkeys(found))


@cache
def _columns_of_words() -> tuple[tuple[type[Model], Any], ...]:
    kinds = {"CharField", "SlugField", "UUIDField"}
    return tuple(
        (model, field)
        for model in _models()
        for field in model._meta.concrete_fields
        if isinstance(field, Field) and field.get_internal_type() in kinds and _tells_rows_apart(model, field)
    )


def _tells_rows_apart(model: type[Model], field: Any) -> bool:
    together = {name for constraint in model._meta.total_unique_constraints for name in constraint.fields}
    return field.unique or field.name in together


@cache
def _texts(model: type[Model], column: str) -> frozenset[str]:
    return frozenset(str(value) for value in model._default_manager.values_list(column, flat=True))


def accepted(crowd: Crowd, role: str, form: PostForm, data: Data, plain: Answer) -> Iterator[str]:
    """Swaps that wrote something else than the honest form, with the field or without it, or broke the page."""
    for label, swapped, without in swaps(form, data):
        answer = crowd.ask(role, "POST", form.address, sent(swapped))
        if answer.status == "500":
            yield f"{label}: 500"
        elif (
            answer.writes
            and _written(answer) != _written(plain)
            and _written(answer) != _written(crowd.ask(role, "POST", form.address, sent(without)))
        ):
            yield f"{label}: {answer.status}, {len(answer.writes)} writes"


def _written(answer: Answer) -> list[str]:
    return [RANDOM.sub("", text) for text in answer.writes]
