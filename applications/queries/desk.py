"""What the applicant's desk shows: next steps, the progress of the form, the story of an entry."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Prefetch
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import User
from accounts.queries import active_units
from applications.models import Application, ApplicationVersion, CompletionRequest, FormalCriterion
from applications.queries.applicant import (
    editable_fields,
    entries_left,
    open_editions,
    own_applications,
    with_relations,
)
from applications.queries.problems import Problem
from applications.sections import ATTACHMENTS, SECTIONS
from applications.workflow import State, public_state
from common.deadlines import in_time
from common.models import JournalEntry
from common.todo import Todo
from contest.phases import Activity, may

URGENT = timedelta(days=3)


# --- Next steps -------------------------------------------------------------------------------
def applicant_todos_for(user: User) -> list[Todo]:
    """Drafts to send, entries to complete, calls to enter; one query for those who act for no unit."""
    if not active_units(user).exists():
        return []
    now = timezone.now()
    editions = open_editions(now)
    open_ids = {edition.pk for edition in editions}
    entries = list(
        with_relations(own_applications(user))
        .filter(state__in=(State.DRAFT, State.RETURNED))
        .prefetch_related(
            Prefetch(
                "completion_requests", CompletionRequest.objects.filter(answered_at=None), to_attr="waiting_requests"
            )
        )
    )
    todos = [_todo_of_returned(entry, now) for entry in entries if entry.state == State.RETURNED]
    todos += [
        _todo_of_draft(entry, now) for entry in entries if entry.state == State.DRAFT and entry.edition_id in open_ids
    ]
    entered = set(own_applications(user).filter(edition__in=open_ids).values_list("edition", flat=True))
    fresh = [edition for edition in editions if edition.pk not in entered]
    todos += [
        Todo(
            title=_("The call is open: %(edition)s") % {"edition": edition},
            detail=str(edition.theme),
            url=reverse("applications:start", args=[edition.slug]),
            action=_("Start an entry"),
            due_at=edition.submission_deadline,
        )
        for edition in fresh
    ]
    return todos


def _todo_of_draft(entry: Application, now: datetime) -> Todo:
    deadline = entry.edition.submission_deadline
    return Todo(
        title=_("Finish and send the entry: %(title)s") % {"title": entry.title},
        detail=str(entry.unit),
        url=reverse("applications:applicant_detail", args=[entry.pk]),
        action=_("Continue"),
        due_at=deadline,
        urgent=deadline is not None and deadline - now <= URGENT,
    )


def _todo_of_returned(entry: Any, now: datetime) -> Todo:
    request = next(iter(entry.waiting_requests), None)
    late = request is not None and not in_time(now, request.due_at)
    return Todo(
        title=_("Complete the entry %(number)s") % {"number": entry.number},
        detail=_("The date has passed. Write to the organiser.") if late else entry.title,
        url=reverse("applications:complete", args=[entry.pk]),
        action=_("See what to complete"),
        due_at=request.due_at if request else None,
        urgent=not late,
    )


# --- The list of entries ----------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class EntryRow:
    """One entry on the desk, its state as the applicant may know it."""

    application: Application
    state: str
    label: str


def entry_rows(user: User) -> list[EntryRow]:
    """Own entries, the newest first."""
    return [
        EntryRow(entry, state, str(State(state).label))
        for entry in with_relations(own_applications(user))
        if (state := visible_state(entry))
    ]


def visible_state(application: Application) -> str:
    announced = may(application.edition, Activity.SHOW_RESULTS)
    return public_state(application.state, announced=announced)


def calls_for(user: User, now: datetime) -> list[dict[str, Any]]:
    """Open calls with what this person may still start in each."""
    units = list(active_units(user))
    found = []
    for edition in open_editions(now):
        left = entries_left(edition, units)
        found.append({"edition": edition, "full": bool(units) and all(count == 0 for count in left.values())})
    return found


# --- The progress of the form -----------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Step:
    """One page of the form in the task list; `missing` counts what still has to be done there."""

    code: str
    title: str
    url: str
    missing: int
    started: bool
    open: bool

    @property
    def state(self) -> str:
        if not self.missing:
            return "DONE"
        return "IN_PROGRESS" if self.started else "TODO"

    @property
    def label(self) -> str:
        if not self.missing:
            return pgettext("section of the form", "ready")
        if self.started:
            return pgettext("section of the form", "to finish")
        return pgettext("section of the form", "to write")


def steps_of(application: Application, problems: list[Problem], *, attachments: int) -> list[Step]:
    """The pages of the form in order, attachments before the statements."""
    opened = editable_fields(application)
    missing: dict[str, int] = {}
    for problem in problems:
        missing[problem.section] = missing.get(problem.section, 0) + 1
    steps = [
        Step(
            code=section.code,
            title=str(section.title),
            url=reverse("applications:edit", args=[application.pk, section.code]),
            missing=missing.get(section.code, 0),
            started=any(getattr(application, name) for name in section.fields),
            open=bool(opened & set(section.fields)),
        )
        for section in SECTIONS
    ]
    files = Step(
        code=ATTACHMENTS,
        title=_("Attachments"),
        url=reverse("applications:attachments", args=[application.pk]),
        missing=missing.get(ATTACHMENTS, 0),
        started=bool(attachments),
        open=ATTACHMENTS in opened,
    )
    return [*steps[:-1], files, steps[-1]]


def open_codes(application: Application) -> set[str]:
    """The pages of the form on which something may be changed now."""
    opened = editable_fields(application)
    codes = {section.code for section in SECTIONS if opened & set(section.fields)}
    return codes | ({ATTACHMENTS} & opened)


def points_of(request: CompletionRequest) -> list[dict[str, str]]:
    """What a call for completion asks for, in words."""
    return [
        {"label": str(FormalCriterion(point["criterion"]).label), "note": point.get("note", "")}
        for point in request.points
    ]


# --- The story of an entry --------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Event:
    when: datetime
    text: str
    detail: str = ""


def timeline(application: Application) -> list[Event]:
    """The entry's story in plain words. Only what is listed here is told: the jury's steps are not."""
    texts = {
        "application.start": _("The draft was started"),
        "application.submit": _("The entry was sent"),
        "application.request_completion": _("The organiser called for completion"),
        "application.extend_completion": _("The organiser gave more time to complete the entry"),
        "application.resubmit": _("The completed entry was sent"),
        "application.accept": _("The entry was accepted on formal grounds and goes to scoring"),
        "application.reject": _("The entry was rejected on formal grounds"),
        "application.appeal": _("An appeal was filed"),
        "application.reinstate": _("The appeal was upheld; the entry is under formal review again"),
        "application.dismiss_appeal": _("The appeal was dismissed"),
        "application.open_scoring": _("Scoring by the jury has begun"),
        "application.withdraw": _("The entry was withdrawn"),
        "application.disqualify": _("The entry was disqualified"),
    }
    entries = JournalEntry.objects.filter(
        target_type=application._meta.label_lower, target_id=application.pk, action__in=texts
    ).order_by("id")
    events = [Event(entry.happened_at, texts[entry.action], _detail(entry)) for entry in entries]
    edition = application.edition
    if may(edition, Activity.SHOW_RESULTS) and edition.announced_at:
        label = State(application.state).label
        events.append(Event(edition.announced_at, _("The results were announced"), str(label)))
    return events


def _detail(entry: JournalEntry) -> str:
    if entry.action == "application.submit":
        return _("Number %(number)s") % {"number": entry.data.get("number", "")}
    if entry.action == "application.resubmit":
        return _("Version %(version)s") % {"version": entry.data.get("version", "")}
    return ""


def versions_of(application: Application) -> list[ApplicationVersion]:
    """Submitted versions, the newest first."""
    return list(application.versions.order_by("-number"))
