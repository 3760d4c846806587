"""Doors of the organiser's and the chair's pages of one edition: 404 for everybody else."""

from django.http import Http404
from django.shortcuts import get_object_or_404

from accounts.models import User
from applications.models import Application
from contest.models import Edition
from contest.permissions import can_chair
from contest.phases import Activity, may
from contest.queries import visible_to
from jury.models import Assignment
from jury.permissions import can_see_progress, can_see_results
from jury.queries.results import visible_entries


def edition_for_progress(user: User, slug: str) -> Edition:
    """For organisers and auditors who never sat on its jury."""
    edition = get_object_or_404(visible_to(user), slug=slug, is_historical=False)
    if not can_see_progress(user, edition):
        raise Http404
    return edition


def edition_for_chair(user: User, slug: str) -> Edition:
    edition = get_object_or_404(Edition, slug=slug, is_historical=False)
    if not can_chair(user, edition):
        raise Http404
    return edition


def edition_for_results(user: User, slug: str) -> Edition:
    """For those who may see results now; while scoring is open the chair too, to be told so."""
    edition = get_object_or_404(Edition, slug=slug, is_historical=False)
    if can_see_results(user, edition) or (may(edition, Activity.SCORE) and can_chair(user, edition)):
        return edition
    raise Http404


def entry_for_results(user: User, pk: int) -> Application:
    """An entry whose result this person may see."""
    rows = Application.objects.select_related("edition", "unit", "domain", "group")
    entry = get_object_or_404(rows, pk=pk)
    if not visible_entries(user, entry.edition).filter(pk=pk).exists():
        raise Http404
    return entry


def entry_for_chair(user: User, pk: int) -> Application:
    """Any submitted entry of an edition this person chairs; the service refuses one in conflict."""
    entry = get_object_or_404(
        Application.objects.select_related("edition", "unit").filter(submitted_at__isnull=False), pk=pk
    )
    if not can_chair(user, entry.edition):
        raise Http404
    return entry


def assignment_of(edition: Edition, pk: int) -> Assignment:
    rows = Assignment.objects.select_related("juror__user", "application__unit")
    return get_object_or_404(rows, application__edition=edition, pk=pk)
