"""The history of an entry in plain words, read from the journal."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, Subquery
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from applications.models import Application, FormalCriterion
from common.models import JournalEntry

# What was done to a draft stays with its authors, so only these are told.
TOLD: dict[str, str | Promise] = {
    "application.submit": gettext_lazy("Submitted"),
    "application.resubmit": gettext_lazy("Submitted again after completion"),
    "application.check": gettext_lazy("Findings of the formal review saved"),
    "application.request_completion": gettext_lazy("Returned for completion"),
    "application.extend_completion": gettext_lazy("More time to complete was given"),
    "application.accept": gettext_lazy("Accepted on formal grounds"),
    "application.reject": gettext_lazy("Rejected on formal grounds"),
    "application.appeal": gettext_lazy("An appeal was filed"),
    "application.reinstate": gettext_lazy("Appeal upheld, back in review"),
    "application.dismiss_appeal": gettext_lazy("Appeal dismissed"),
    "application.withdraw": gettext_lazy("Withdrawn by the unit"),
    "application.open_scoring": gettext_lazy("Scoring began"),
    "application.close_scoring": gettext_lazy("Scoring closed"),
    "application.reopen_scoring": gettext_lazy("Scoring opened again"),
    "application.shortlist": gettext_lazy("Chosen as a finalist"),
    "application.decline": gettext_lazy("Not selected"),
    "application.award": gettext_lazy("Award decided"),
    "application.disqualify": gettext_lazy("Disqualified"),
}


@dataclass(frozen=True, slots=True)
class Event:
    when: datetime
    text: str
    detail: str = ""


def timeline_of(application: Application) -> list[Event]:
    """Newest first; one statement, with the names of those who acted."""
    actor = User.objects.filter(pk=OuterRef("actor_id")).values("full_name")
    entries = (
        JournalEntry.objects.filter(
            target_type=Application._meta.label_lower, target_id=application.pk, action__in=TOLD
        )
        .annotate(actor_name=Subquery(actor))
        .order_by("-id")
    )
    return [
        Event(
            when=entry.happened_at,
            text=str(TOLD[entry.action]),
            detail=" · ".join(part for part in (entry.actor_name, _detail(entry)) if part),
        )
        for entry in entries
    ]


def _detail(entry: JournalEntry) -> str:
    data: dict[str, Any] = entry.data
    parts = []
    if entry.action in ("application.submit", "application.resubmit") and data.get("version"):
        parts.append(_("version %(number)s") % {"number": data["version"]})
    if entry.action == "application.check":
        findings = data.get("findings", {})
        met = sum(1 for value in findings.values() if value)
        parts.append(_("%(met)s of %(all)s criteria met") % {"met": met, "all": len(FormalCriterion)})
    if data.get("points"):
        parts.append(", ".join(str(FormalCriterion(code).label) for code in data["points"]))
    if data.get("due_at") and (due_at := parse_datetime(data["due_at"])):
        parts.append(_("until %(date)s") % {"date": date_format(timezone.localtime(due_at), "DATETIME_FORMAT")})
    return " · ".join(parts)
