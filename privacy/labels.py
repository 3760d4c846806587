"""The words of a copy of one's data, for those who read it rather than load it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.models import Application
from applications.models.application import DESCRIPTION_FIELDS
from applications.workflow import State

LABELS: dict[str, str | Promise] = {
    name: Application._meta.get_field(name).verbose_name  # type: ignore[union-attr]
    for name in DESCRIPTION_FIELDS
} | {
    "account": gettext_lazy("Account"),
    "act": gettext_lazy("Act"),
    "active": gettext_lazy("Active"),
    "acts": gettext_lazy("What you did here"),
    "after": gettext_lazy("After"),
    "assigned_at": gettext_lazy("Assigned"),
    "assignments": gettext_lazy("Entries to score"),
    "at": gettext_lazy("When"),
    "attachments": gettext_lazy("Attachments"),
    "before": gettext_lazy("Before"),
    "begun_by_me": gettext_lazy("Begun by you"),
    "closed_at": gettext_lazy("Closed"),
    "code": gettext_lazy("Code"),
    "consented_at": gettext_lazy("Consent given"),
    "content": gettext_lazy("Content"),
    "created_at": gettext_lazy("Created"),
    "criterion": gettext_lazy("Criterion"),
    "decided_at": gettext_lazy("Decided"),
    "declared_at": gettext_lazy("Declared"),
    "description": gettext_lazy("Description"),
    "domain": gettext_lazy("Domain"),
    "edition": gettext_lazy("Edition"),
    "email": gettext_lazy("E-mail"),
    "entries": gettext_lazy("Entries you began or sent"),
    "entry": gettext_lazy("Entry"),
    "format": gettext_lazy("Format"),
    "full_name": gettext_lazy("First and last name"),
    "ground_of_recusal": gettext_lazy("Ground of the recusal"),
    "group": gettext_lazy("Comparison group"),
    "id": gettext_lazy("Number"),
    "jury": gettext_lazy("Work in juries"),
    "justification": gettext_lazy("Justification"),
    "kind": gettext_lazy("Kind"),
    "language": gettext_lazy("Language"),
    "last_sign_in_at": gettext_lazy("Last sign-in"),
    "last_used_at": gettext_lazy("Last used"),
    "lives_in": gettext_lazy("Lives in"),
    "made_at": gettext_lazy("Copy made"),
    "mail": gettext_lazy("Mails to you"),
    "media_type": gettext_lazy("Type"),
    "memberships": gettext_lazy("Units"),
    "name": gettext_lazy("Name"),
    "name_en": gettext_lazy("Name in English"),
    "number": gettext_lazy("Number"),
    "object": gettext_lazy("Object"),
    "opinion": gettext_lazy("Overall opinion"),
    "phone": gettext_lazy("Phone"),
    "points": gettext_lazy("Points"),
    "position": gettext_lazy("Position"),
    "practice": gettext_lazy("Practice"),
    "published_as_contact": gettext_lazy("Published as a contact person"),
    "reason": gettext_lazy("Reason"),
    "registered_at": gettext_lazy("Registered"),
    "requested_at": gettext_lazy("Requested"),
    "requirement": gettext_lazy("Required document"),
    "role": gettext_lazy("Role"),
    "roles": gettext_lazy("Organising roles"),
    "saved_at": gettext_lazy("Saved"),
    "scores": gettext_lazy("Scores"),
    "second_factor": gettext_lazy("Second step at sign-in"),
    "sent_at": gettext_lazy("Sent"),
    "sent_by_me": gettext_lazy("Versions you sent"),
    "sha256": "SHA-256",
    "sheet": gettext_lazy("Score sheet"),
    "sign_in_addresses": gettext_lazy("E-mail addresses of the account"),
    "size": gettext_lazy("Size in bytes"),
    "state": gettext_lazy("State"),
    "status": gettext_lazy("Status"),
    "subject": gettext_lazy("Subject"),
    "text": gettext_lazy("Text"),
    "title": gettext_lazy("Title"),
    "type": gettext_lazy("Type"),
    "unit": gettext_lazy("Unit"),
    "unit_code": gettext_lazy("TERYT code"),
    "uploaded_at": gettext_lazy("Uploaded"),
    "uploaded_files": gettext_lazy("Files you uploaded"),
    "version": gettext_lazy("Version"),
    "works_for": gettext_lazy("Works for"),
    "written_at": gettext_lazy("Written"),
    "year": gettext_lazy("Year"),
}


@dataclass(slots=True)
class Part:
    """A labelled value, or a heading with parts below it."""

    label: str
    value: str = ""
    parts: list["Part"] = field(default_factory=list)


# What an item of a list is called by, the first that it has.
TITLES = ("subject", "title", "act", "entry", "unit", "criterion", "name", "edition", "practice", "kind", "type")


def outline(values: Mapping[str, Any]) -> list[Part]:
    """The copy in words; what holds nothing is left out, whole empty sections excepted."""
    return [
        _part(name, str(LABELS.get(name, name)), value) for name, value in values.items() if value not in (None, "")
    ]


def _part(name: str, label: str, value: Any) -> Part:
    match value:
        case dict():
            return Part(label, parts=outline(value))
        case []:
            return Part(label, _("nothing"))
        case list():
            return Part(label, parts=[_part("", _item(place, item), item) for place, item in enumerate(value, 1)])
        case bool():
            return Part(label, _("yes") if value else _("no"))
        case str() if name == "at" or name.endswith("_at"):
            return Part(label, date_format(timezone.localtime(datetime.fromisoformat(value)), "DATETIME_FORMAT"))
        case str() if name == "state":
            return Part(label, str(State(value).label))
    return Part(label, str(value))


def _item(place: int, value: Any) -> str:
    called = next((value[name] for name in TITLES if value.get(name)), "") if isinstance(value, dict) else ""
    return f"{place}. {called}".strip() if isinstance(value, dict) else str(place)
