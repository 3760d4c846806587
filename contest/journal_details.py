"""What the journal notes beside an act, in words for the organiser: names of the details and their values.

The keys and codes are sealed and never change. Values come from tables of higher layers, so they are found by
name in the register of apps, as `journal_words.object_words` does. Numbers of things become names where the caller
has them (`queries.journal_names`); a thing that is gone keeps its number.
"""

import json
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.utils import formats, timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from common.taxonomy import SECTION_BY_CODE
from contest.rules import Section
from contest.sections import section_title

DETAILS: dict[str, str | Promise] = {
    "accounts": gettext_lazy("accounts"),
    "added": gettext_lazy("added"),
    "after": gettext_lazy("state after"),
    "again": gettext_lazy("once more"),
    "appeal": gettext_lazy("appeal no."),
    "application": gettext_lazy("entry"),
    "attachment": gettext_lazy("file no."),
    "award": gettext_lazy("award"),
    "awards": gettext_lazy("awards"),
    "before": gettext_lazy("before"),
    "certificates": gettext_lazy("diplomas"),
    "changed": gettext_lazy("changed"),
    "closed": gettext_lazy("closed units"),
    "contacts": gettext_lazy("contact persons"),
    "content_sha256": gettext_lazy("digest of the content"),
    "copied_from": gettext_lazy("copied from edition"),
    "decisions": gettext_lazy("decisions"),
    "departs_from_threshold": gettext_lazy("departs from the threshold"),
    "due_at": gettext_lazy("until"),
    "fields": gettext_lazy("fields"),
    "files": gettext_lazy("files"),
    "finalists": gettext_lazy("finalists"),
    "findings": gettext_lazy("findings"),
    "from": pgettext_lazy("moment", "from"),
    "form": gettext_lazy("form of the copy"),
    "is_active": gettext_lazy("active"),
    "juror": gettext_lazy("member of the jury"),
    "jurors": gettext_lazy("details of jurors"),
    "kind": gettext_lazy("kind"),
    "letters": gettext_lazy("letters"),
    "mail": gettext_lazy("messages"),
    "mails": gettext_lazy("messages"),
    "memberships": gettext_lazy("memberships ended"),
    "new_certificate": gettext_lazy("new diploma"),
    "number": gettext_lazy("number"),
    "person": gettext_lazy("person"),
    "place": gettext_lazy("place"),
    "planned_on": gettext_lazy("planned on"),
    "points": gettext_lazy("points to correct"),
    "practices": gettext_lazy("practices"),
    "present": gettext_lazy("people present"),
    "public_key": gettext_lazy("public key"),
    "preview_sha256": gettext_lazy("digest of the preview"),
    "pages": gettext_lazy("pages drawn"),
    "revision": gettext_lazy("revision"),
    "figures": gettext_lazy("published figures"),
    "role": gettext_lazy("role"),
    "roles": gettext_lazy("roles taken away"),
    "rules_sha256": gettext_lazy("digest of the rules"),
    "section": gettext_lazy("section"),
    "session": gettext_lazy("session"),
    "since": pgettext_lazy("moment", "since"),
    "sha256": gettext_lazy("digest"),
    "sheets_of": gettext_lazy("sheets of entries"),
    "state": gettext_lazy("state"),
    "third": gettext_lazy("third juror"),
    "to": pgettext_lazy("moment", "to"),
    "transaction": gettext_lazy("transaction"),
    "together_with": gettext_lazy("entries accepted together"),
    "unit": gettext_lazy("unit"),
    "units_changed": gettext_lazy("units of the juror changed"),
    "verified_on": gettext_lazy("verified on"),
    "version": gettext_lazy("version"),
    "versions": gettext_lazy("versions"),
    "visited_on": gettext_lazy("visited on"),
}
# Details that hold the number of a thing, or a list of numbers, and the table where its name is.
REFERENCES = {
    "application": "applications.application",
    "award": "awards.award",
    "copied_from": "contest.edition",
    "finalists": "applications.application",
    "juror": "contest.jurymember",
    "new_certificate": "awards.certificate",
    "person": "accounts.user",
    "session": "awards.jurysession",
    "sheets_of": "applications.application",
    "unit": "units.unit",
}
# A table and a number (for a unit of a membership its TERYT code) → what people call the thing.
Names = Mapping[tuple[str, int | str], str]
# The fields whose codes a detail may hold: none of them gives one code two meanings.
_CODES = (
    ("applications.application", "state"),
    ("contest.edition", "phase"),
    ("awards.award", "kind"),
    ("awards.certificate", "kind"),
    ("applications.eligibilitycheck", "criterion"),
    ("accounts.staffrole", "role"),
    ("accounts.membership", "role"),
    ("contest.jurymember", "role"),
)


def detail_lines(data: Mapping[str, Any], names: Names) -> list[tuple[str, str]]:
    """The details of an entry in words, the state before its change first; one nobody named speaks for itself."""
    lines = sorted(data.items(), key=lambda item: (item[0] not in {"before", "after"}, item[0] == "after", item[0]))
    return [(str(DETAILS.get(key, key)), _detail(key, value, names)) for key, value in lines]


def _detail(key: str, value: Any, names: Names) -> str:
    if key in REFERENCES and value not in (None, []):
        numbers = value if isinstance(value, list) else [value]
        return "; ".join(names.get((REFERENCES[key], number)) or numbered(number) for number in numbers)
    if key == "fields":
        return ", ".join(_field_words(name) for name in value) or "–"
    if key == "section" and value in list(Section):
        return section_title(Section(value))
    return shown(value)


def numbered(number: int | str) -> str:
    """What is left of a thing without a name, or that is gone."""
    return _("no. %(number)s") % {"number": number}


def _field_words(name: str) -> str:
    """A field of an account, as its form calls it."""
    try:
        field = apps.get_model("accounts.user")._meta.get_field(name)
    except FieldDoesNotExist:
        return name
    return str(getattr(field, "verbose_name", name))


def shown(value: Any) -> str:
    """One value: codes, dates, yes and no, lists of them."""
    match value:
        case None | "" | []:
            return "–"
        case bool():
            return _("yes") if value else _("no")
        case list():
            return ", ".join(shown(item) for item in value)
        case dict():
            return ", ".join(f"{shown(key)}: {shown(item)}" for key, item in value.items())
        case str():
            return str(_codes().get(value) or SECTION_BY_CODE.get(value) or _moment(value) or value)
        case _:
            return json.dumps(value, ensure_ascii=False)


@cache
def _codes() -> dict[str, str | Promise]:
    """The labels are lazy: they follow the reader's language."""
    found: dict[str, str | Promise] = {}
    for model, field in _CODES:
        found.update(apps.get_model(model)._meta.get_field(field).choices or ())
    return found


def _moment(text: str) -> str | None:
    try:
        if len(text) == len("2026-01-31"):
            return formats.date_format(date.fromisoformat(text), "DATE_FORMAT")
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return formats.date_format(timezone.localtime(moment), "DATETIME_FORMAT") if moment.tzinfo else None
