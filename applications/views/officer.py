"""The organiser's list of entries and each entry as it was sent. Auditors read the same pages."""

import json
from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.core.paginator import Page
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import SignedInRequest, organiser_desk
from accounts.permissions import is_officer
from applications import exports
from applications.forms.review import EntryFilterForm, chosen_entries
from applications.permissions_review import can_review
from applications.queries import figures, listing
from applications.queries.acceptance import judge
from applications.queries.entry import read_entry, sent_entry
from applications.queries.shown import accepting_many
from applications.queries.timeline import timeline_of
from applications.services.bulk_review import accept_many
from applications.workflow import State
from common.paging import page_of
from common.spreadsheet import XLSX, csv_lines, xlsx_file
from common.web.filters import require_understood
from common.web.shown import answers_changes, is_pressed, sent_by
from contest.models import Edition
from contest.phases import Activity, may

PAGE_SIZES = (50, 100, 250)
SORTABLE = (
    ("number", gettext_lazy("Number")),
    ("unit", gettext_lazy("Unit")),
    ("domain", gettext_lazy("Domain")),
    ("submitted", gettext_lazy("Submitted")),
    ("state", gettext_lazy("State")),
)


@organiser_desk
@require_safe
def officer_list(request: SignedInRequest, slug: str) -> HttpResponse:
    edition = _edition(request, slug)
    domains, groups = listing.domain_names(edition), listing.group_names(edition)
    form = EntryFilterForm(request.GET, domains=domains, groups=groups, voivodeships=listing.voivodeship_names())
    wanted = form.wanted()
    entries = listing.filtered_entries(request.user, edition, wanted)
    page: Page[Any]
    if wanted.text:  # every title is read to find a word: once, for the count and for the page
        pks = list(entries.values_list("pk", flat=True))
        page = page_of(request, pks)
        found = listing.rows_in_order(request.user, list(page.object_list))
    else:
        page = page_of(request, listing.list_rows(request.user, entries), same_rows=entries.order_by())
        found = list(page.object_list)
    rows = listing.entry_rows(found, domains, groups, timezone.now())
    tally = figures.tally_of(edition)
    counts = figures.states(tally)
    organises = _may_organise(request, edition)
    context = {
        "edition": edition,
        "form": form,
        "not_understood": form.not_understood(),
        "wanted": wanted,
        "page": page,
        "rows": rows,
        "tabs": _tabs(counts, wanted.state),
        "total": sum(count for state, count in counts.items() if state != State.DRAFT),
        "drafts": counts.get(State.DRAFT, 0),
        "steps": figures.steps(figures.figures(tally)),
        "headings": _headings(wanted.sort),
        "criteria_count": listing.CRITERIA_COUNT,
        "page_sizes": PAGE_SIZES,
        "organises": organises,
        "can_accept_here": organises and may(edition, Activity.REVIEW) and any(row.acceptable for row in rows),
        "is_filtered": any(
            (wanted.state, wanted.domain, wanted.group, wanted.voivodeship, wanted.text, wanted.needs_me)
        ),
    }
    return render(request, "applications/officer_list.html", context)


@organiser_desk
@require_safe
def officer_detail(request: SignedInRequest, pk: int) -> HttpResponse:
    """One version (`?version=1`, the newest unless asked for) with findings, history and the next step."""
    application = sent_entry(request.user, pk)
    asked = request.GET.get("version", "")
    reading = read_entry(application, int(asked) if asked.isdecimal() and len(asked) < 5 else None)
    now = timezone.now()
    verdict = can_review(request.user, application)
    in_review = may(application.edition, Activity.REVIEW)
    context = {
        "application": application,
        "edition": application.edition,
        "reading": reading,
        "events": timeline_of(application),
        "verdict": verdict,
        "is_officer": is_officer(request.user),
        "in_review": in_review,
        "decision": reading.decision(now) if verdict and reading.is_newest else "",
        "overdue": reading.is_overdue(now),
    }
    return render(request, "applications/officer_detail.html", context)


@organiser_desk
@answers_changes
@require_http_methods(["GET", "HEAD", "POST"])
def bulk_accept(request: SignedInRequest, slug: str) -> HttpResponse:
    """GET shows what would happen to the ticked entries, POST accepts exactly those shown as ready."""
    edition = _edition(request, slug)
    if not _may_organise(request, edition):
        raise Http404
    chosen = chosen_entries(request.POST if request.method == "POST" else request.GET)
    if is_pressed(request):
        count = accept_many(actor=request.user, edition_id=edition.pk, application_ids=chosen, shown=sent_by(request))
        text = ngettext("%(count)s entry was accepted.", "%(count)s entries were accepted.", count)
        messages.success(request, text % {"count": count})
        return redirect("applications:officer_list", slug=slug)
    entries = listing.sent_entries(request.user).filter(edition=edition, pk__in=chosen)
    candidates = judge(request.user, entries)
    context = {
        "edition": edition,
        "candidates": candidates,
        "becomes": State.ELIGIBLE.label,
        "shown": accepting_many.page(request, edition, candidates=candidates),
    }
    return render(request, "applications/officer_bulk_accept.html", context)


@organiser_desk
@require_safe
def export(request: SignedInRequest, slug: str) -> HttpResponse | StreamingHttpResponse:
    """The filtered list as `?format=csv` (the default), `xlsx` or `json`."""
    edition = _edition(request, slug)
    form = EntryFilterForm(
        request.GET,
        domains=listing.domain_names(edition),
        groups=listing.group_names(edition),
        voivodeships=listing.voivodeship_names(),
    )
    wanted = form.wanted()
    require_understood(form.not_understood())
    rows = exports.export_rows(request.user, edition, wanted)
    columns = exports.columns()
    header = [column.label for column in columns]
    cells = ([column.value(row) for column in columns] for row in rows)
    asked = request.GET.get("format", "csv")
    response: HttpResponse | StreamingHttpResponse
    if asked == "json":
        keys = [column.key for column in columns]
        response = StreamingHttpResponse(_json_lines(keys, cells), content_type="application/json; charset=utf-8")
    elif asked == "xlsx":
        response = HttpResponse(xlsx_file(header, cells, edition.slug), content_type=XLSX)
    else:
        asked = "csv"
        response = StreamingHttpResponse(csv_lines(header, cells), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="zgloszenia-{edition.slug}.{asked}"'
    return response


def _json_lines(keys: list[str], cells: Iterator[list[Any]]) -> Iterator[str]:
    """One array, an object a line."""
    opening = "[\n"
    for row in cells:
        yield opening + json.dumps(dict(zip(keys, row, strict=True)), ensure_ascii=False)
        opening = ",\n"
    yield "[]\n" if opening == "[\n" else "\n]\n"


def _edition(request: SignedInRequest, slug: str) -> Edition:
    edition = listing.edition_with_seat(request.user, slug).first()
    if edition is None:
        raise Http404
    return edition


def _may_organise(request: SignedInRequest, edition: Edition) -> bool:
    """As contest.permissions.can_organise, asked of the row that was fetched anyway; the services ask again."""
    return is_officer(request.user) and not edition.reader_on_jury  # type: ignore[attr-defined]


def _tabs(counts: dict[str, int], current: str) -> list[tuple[str, str, int]]:
    """The states in which there is something, in the order of an entry's life."""
    return [
        (state.value, str(state.label), counts.get(state, 0))
        for state in State
        if state != State.DRAFT and (counts.get(state) or state == current)
    ]


def _headings(sort: str) -> list[tuple[str, str, str, str]]:
    """(key, label, where a press leads, aria-sort) of each sortable column."""
    headings = []
    for key, label in SORTABLE:
        direction = {key: "ascending", f"-{key}": "descending"}.get(sort, "")
        headings.append((key, str(label), f"-{key}" if direction == "ascending" else key, direction))
    return headings
