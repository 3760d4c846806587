"""Template tags used by pages of more than one app; built in, no {% load %} needed."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django import template
from django.conf import settings
from django.forms import BoundField, CheckboxInput
from django.http import QueryDict
from django.template import Context
from django.template.base import Parser, Token
from django.template.defaulttags import CsrfTokenNode
from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from common.deadlines import in_time
from common.localized import localized
from common.web.written_by import FIELD, mark_for

register = template.Library()


class _FormTokenNode(CsrfTokenNode):
    """Django's token, and whose form it is (common/web/written_by.py)."""

    def render(self, context: Context) -> str:
        token, request = super().render(context), context.get("request")
        mark = mark_for(request) if request is not None else ""
        return format_html('{}<input type="hidden" name="{}" value="{}">', token, FIELD, mark) if mark else token


@register.tag
def csrf_token(parser: Parser, token: Token) -> _FormTokenNode:
    """Built in before Django's own by being built in after it: every form of the service has both."""
    return _FormTokenNode()


HUNDREDTH = Decimal("0.01")


@register.filter
def local(instance: Any, field: str) -> str:
    """`{{ domain|local:"name" }}`: the English twin when English is shown and filled in."""
    return localized(instance, field)


# --- States -----------------------------------------------------------------------------------
TONES = {
    "info": (
        "SUBMITTED", "IN_SCORING", "SCORED", "CALL", "FORMAL_REVIEW", "SCORING", "VISITS", "DECISION",
        "SENDING", "BUILDING", "IN_PROGRESS", "OPEN", "PLANNED",
    ),
    "success": (
        "ELIGIBLE", "FINALIST", "ACTIVE", "APPROVED", "ACCEPTED", "SENT", "READY", "DONE", "CLOSED", "VALID",
        "ANNOUNCED", "MET", "UPHELD", "NONE",
    ),
    "warning": ("RETURNED", "PENDING", "QUEUED", "CORRECTABLE", "REPLACED", "RETRY", "TODO", "OVERDUE_SOON"),
    "danger": (
        "INELIGIBLE", "DISQUALIFIED", "REFUSED", "REJECTED", "FAILED", "DEAD", "BOUNCED", "REVOKED", "NOT_MET",
        "DISMISSED", "CONFLICT", "OVERDUE",
    ),
    "award": ("LAUREATE", "HONOURABLE_MENTION", "SPECIAL_MENTION"),
}  # fmt: skip
TONE_OF = {state: tone for tone, states in TONES.items() for state in states}


@register.simple_tag
def state_tag(state: Any, label: Any = "") -> SafeString:
    """`{% state_tag entry.state entry.get_state_display %}`: the label says it, the colour repeats it."""
    text = label or getattr(state, "label", state)
    return format_html('<span class="tag tag--{}">{}</span>', TONE_OF.get(str(state), "neutral"), text)


# --- Time -------------------------------------------------------------------------------------
def _unbroken(text: str) -> str:
    """A number stays on one line with the word after it."""
    return re.sub(r"(\d) ", "\\1\N{NO-BREAK SPACE}", text)


def _day(value: date, today: date) -> str:
    """15 czerwca; with the year when it is not this one."""
    if value.year == today.year:
        return _unbroken(formats.date_format(value, _("j F")))
    return _unbroken(formats.date_format(value, "DATE_FORMAT"))


def _distance(value: date, today: date) -> str:
    """How far a day is from today, counted in days of the calendar, never in periods of 24 hours."""
    days = (value - today).days
    if days == 0:
        return pgettext("deadline", "today")
    if days == 1:
        return pgettext("deadline", "tomorrow")
    if days > 1:
        return _unbroken(ngettext("%(count)d day left", "%(count)d days left", days) % {"count": days})
    return _unbroken(ngettext("%(count)d day ago", "%(count)d days ago", -days) % {"count": -days})


def _time_left(left: timedelta) -> str:
    minutes = max(int(left.total_seconds() // 60), 1)  # a deadline holds to the end of its minute
    if minutes >= 60:
        hours = minutes // 60
        return _unbroken(ngettext("%(count)d hour left", "%(count)d hours left", hours) % {"count": hours})
    return _unbroken(ngettext("%(count)d minute left", "%(count)d minutes left", minutes) % {"count": minutes})


@register.filter
def due(value: datetime | date | None) -> str:
    """15 czerwca, 23:59, zostały 3 dni. A passed date says so; a date without an hour lasts all its day."""
    if value is None:
        return ""
    today = timezone.localdate()
    if not isinstance(value, datetime):
        parts, passed, left = [_day(value, today)], value < today, None
        distance = _distance(value, today)
    else:
        here = timezone.localtime(value)
        parts = [_day(here.date(), today), formats.date_format(here, "TIME_FORMAT")]
        left = value.astimezone(UTC) - timezone.now()  # within one zone Python would count by the wall clock
        passed = not in_time(timezone.now(), value)
        distance = _distance(here.date(), today)
        if here.date() != today:
            left = None
    if passed:
        return ", ".join([*parts, _("the deadline passed %(ago)s") % {"ago": distance}])
    return ", ".join([*parts, distance] if left is None else [*parts, distance, _time_left(left)])


# --- Numbers ----------------------------------------------------------------------------------
@register.filter
def points(value: Decimal | int | None) -> str:
    """Two places, rounded for the eye only: 82,50 in Polish. A dash when there is no value."""
    if value is None:
        return "–"
    return str(formats.number_format(Decimal(value).quantize(HUNDREDTH, ROUND_HALF_UP), 2, use_l10n=True))


@register.filter
def whole(value: int) -> str:
    """27 260: thousands apart, so that a long number is read at a glance."""
    return str(formats.number_format(value, 0, use_l10n=True, force_grouping=True))


@register.filter
def filesize(value: int | None) -> str:
    """As people read a file's size: 340 B, 12 kB, 1,5 MB, 20 MB."""
    size = Decimal(value or 0)
    if size < 1000:
        return f"{int(size)} B"
    if size < 999_500:
        return f"{int((size / 1000).quantize(Decimal(1), ROUND_HALF_UP))} kB"
    number = (size / 1_000_000).quantize(Decimal("0.1"), ROUND_HALF_UP)
    places = 0 if number == int(number) else 1
    return f"{formats.number_format(number, places, use_l10n=True)} MB"


# --- Addresses --------------------------------------------------------------------------------
@register.simple_tag
def scanning_note() -> SafeString | str:
    """Under a list of uploads: that nobody looked for viruses, where no scanner is set."""
    if settings.CLAMD_URL:
        return ""
    said = _("These files were not scanned for viruses. Open them as carefully as an attachment of a mail.")
    return format_html('<p class="hint">{}</p>', said)


@register.simple_tag(takes_context=True)
def query_with(context: Context, **changes: Any) -> str:
    """The present address with some parameters changed; an empty value removes one.

    Any change but of the page itself goes back to the first page.
    """
    request = context.get("request")
    query = request.GET.copy() if request else QueryDict(mutable=True)
    if not {"page", "lang"} & changes.keys():
        query.pop("page", None)
    for name, value in changes.items():
        query.pop(name, None)
        if value not in (None, ""):
            query[name] = str(value)
    return f"?{query.urlencode()}"


# --- Forms ------------------------------------------------------------------------------------
@register.filter
def widget(field: BoundField) -> SafeString:
    """allauth repeats every label as a placeholder, which reads as something typed already; here it stands once."""
    repeated = str(field.field.widget.attrs.get("placeholder", "")) == str(field.label)
    return field.as_widget(attrs={"placeholder": False} if repeated else None)


@register.filter
def is_checkbox(field: BoundField) -> bool:
    return isinstance(field.field.widget, CheckboxInput)


@register.filter
def field_width(field: BoundField) -> str:
    """The width of a field tells the length expected."""
    if width := getattr(field.field, "shown_width", ""):
        return f"field--{width}"
    kind = getattr(field.field.widget, "input_type", "")
    length = getattr(field.field, "max_length", None)
    if length and length <= 12:
        return "field--short"
    if kind == "tel" or (length and length <= 40):
        return "field--medium"
    return ""


@register.filter
def focus_id(field: BoundField) -> str:
    """Where the link of an error summary leads: the control, or the group when there are several."""
    return field.id_for_label or f"{field.auto_id}_group"


# --- Pictures ---------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Stop:
    """One date of an edition's calendar; `when` is past, next (the nearest to come) or later."""

    name: str
    date: str
    when: str
    distance: str


def calendar_stops(edition: Any) -> list[Stop]:
    """The dates of an edition in their order; those not set are left out.

    Once the results are public, their real day stands instead of the planned one.
    """
    announced = timezone.localdate(edition.announced_at) if edition.announced_at else edition.announcement_on
    dated: list[tuple[str, Any, Any]] = [
        (_("Call announced"), edition.call_announced_on, None),
        (_("Entries close"), edition.submission_deadline, None),
        (_("Formal review"), edition.formal_review_until, None),
        (_("Scoring"), edition.scoring_until, None),
        (_("Site visits"), edition.visits_from, edition.visits_until),
        (_("Jury decision"), edition.decision_on, None),
        (_("Results announced"), announced, None),
    ]
    now = timezone.localtime()
    stops = []
    waiting = True
    for name, start, end in dated:
        first = start or end
        if first is None:
            continue
        last = end or first
        timed = isinstance(last, datetime)
        passed = not in_time(now, last) if timed else last < now.date()
        last_day = timezone.localtime(last).date() if timed else last
        text = _day(timezone.localtime(first).date() if isinstance(first, datetime) else first, now.date())
        if timed:
            text = f"{text}, {formats.date_format(timezone.localtime(last), 'TIME_FORMAT')}"
        if end and end != first:
            text = f"{text} – {_day(end, now.date())}"
        when = "past" if passed else "next" if waiting else "later"
        waiting = waiting and passed
        stops.append(Stop(name, text, when, _distance(last_day, now.date())))
    return stops


@register.inclusion_tag("ui/calendar_strip.html")
def calendar_strip(edition: Any) -> dict[str, Any]:
    """`{% calendar_strip edition %}`: a list of dates, with today among them while anything is to come."""
    today = timezone.localdate()
    return {"stops": calendar_stops(edition), "today": _day(today, today)}


@register.inclusion_tag("ui/funnel.html")
def funnel(steps: Iterable[tuple[Any, int]], title: str = "") -> dict[str, Any]:
    """`{% funnel steps %}` for (label, count) pairs: bars to one scale, and the same as a table."""
    rows = [(str(label), int(count)) for label, count in steps]
    largest = max((count for _label, count in rows), default=0) or 1
    bars = []
    for place, (label, count) in enumerate(rows):
        width = round(340 * count / largest)
        bars.append(
            {
                "label": label,
                "count": count,
                "x": 200,
                "y": place * 36 + 4,
                "width": width,
                "value_x": 200 + width + 8,
                "text_y": place * 36 + 22,
            }
        )
    title = title or _("Entries at each step")
    return {
        "bars": bars,
        "height": len(bars) * 36,
        "title": title,
        "key": slugify(title) or "funnel",
        "description": ", ".join(f"{label}: {count}" for label, count in rows),
    }
