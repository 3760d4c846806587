"""A snapshot as people read it: labels and values by section, in the order of the form."""

import dataclasses
from collections.abc import Mapping
from typing import Any

from applications.queries.entry import in_words
from applications.queries.hints import field_label
from applications.sections import SECTIONS


@dataclasses.dataclass(frozen=True, slots=True)
class ReadAnswer:
    """One field. `rows` holds indicators; otherwise `text`, empty when nothing was filled in."""

    field: str
    label: str
    text: str = ""
    rows: list[dict[str, str]] = dataclasses.field(default_factory=list)


@dataclasses.dataclass(frozen=True, slots=True)
class ReadPage:
    code: str
    title: str
    answers: list[ReadAnswer]


def readable(content: Mapping[str, Any]) -> list[ReadPage]:
    """Every section of a snapshot, attachments apart."""
    return [
        ReadPage(section.code, str(section.title), [read_answer(name, content.get(name)) for name in section.fields])
        for section in SECTIONS
    ]


def read_answer(name: str, value: Any) -> ReadAnswer:
    if name == "indicators":
        return ReadAnswer(name, field_label(name), rows=value or [])
    return ReadAnswer(name, field_label(name), text=in_words(name, value))
