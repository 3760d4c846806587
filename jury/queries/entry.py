"""A submitted version as jurors read it: what is judged, without the contact person's data."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.translation import get_language

from applications.models import Application, ApplicationVersion
from applications.queries.renditions import shown_files
from common.taxonomy import TOOL_BY_CODE

TEXTS = (
    "abstract",
    "context",
    "goals",
    "actions",
    "cost",
    "results",
    "integration",
    "difficulties",
    "advice",
)
FACTS = ("implemented_on", "implementing_unit", "locality", "population")


@dataclass(frozen=True, slots=True)
class Section:
    key: str
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class EntryView:
    """Only what was submitted; an empty answer is left out of the facts and shown as empty among the texts."""

    title: str
    facts: list[tuple[str, str]]
    sections: list[Section]
    indicators: list[dict[str, str]]
    tools: list[str]
    attachments: list[dict[str, Any]]  # as the version names them, each with "shown": its pages


def entry_view(version: ApplicationVersion | None, page_address: Callable[[int, int], str]) -> EntryView | None:
    """`page_address(attachment, page)` is where this reader gets a page of a file."""
    if version is None:
        return None
    content = version.content
    files = content.get("attachments") or []
    shown = shown_files(version.application_id, [file["id"] for file in files], page_address) if files else {}
    facts = [("domain", _named(content.get("domain"))), ("group", _named(content.get("group")))]
    facts += [(name, _fact(name, content.get(name))) for name in FACTS]
    return EntryView(
        title=content.get("title", ""),
        facts=[(_label(name), value) for name, value in facts if value],
        sections=[Section(name, _label(name), content.get(name) or "") for name in TEXTS],
        indicators=list(content.get("indicators") or []),
        tools=[str(TOOL_BY_CODE.get(code, code)) for code in content.get("tools") or []],
        attachments=[file | {"shown": shown.get(file["id"])} for file in files],
    )


def _label(name: str) -> str:
    field: Any = Application._meta.get_field(name)
    return str(field.verbose_name)


def _named(value: dict[str, Any] | None) -> str:
    if not value:
        return ""
    if (get_language() or "").startswith("en") and value.get("name_en"):
        return str(value["name_en"])
    return str(value.get("name", ""))


def _fact(name: str, value: Any) -> str:
    if not value:
        return ""  # also a population of 0: it means unknown
    if name == "implemented_on":
        return date_format(date.fromisoformat(value), "DATE_FORMAT")
    if name == "population":
        return str(number_format(value, use_l10n=True, force_grouping=True))
    return str(value)
