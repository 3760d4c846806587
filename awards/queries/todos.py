"""What a person should do next about sessions and certificates."""

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from accounts.permissions import is_officer
from applications.models import Application
from applications.workflow import State
from awards.models import JurySession
from awards.queries.certificates import failed_by_edition
from common.todo import Todo
from contest.models import Edition, JuryRole
from contest.phases import PHASES, Activity


def todos_for(user: User, *, chair: bool = True) -> list[Todo]:
    """At most three queries, however many editions there are; `chair`: whether the person may have that seat."""
    todos = _chair_todos(user) if chair else []
    if is_officer(user):
        todos += _officer_todos()
    return todos


def _chair_todos(user: User) -> list[Todo]:
    undecided = Application.objects.filter(edition=OuterRef("pk"), state=State.FINALIST, decision__isnull=True)
    chaired = list(
        Edition.objects.filter(
            phase__in=PHASES[Activity.DECIDE], jury__user=user, jury__role=JuryRole.CHAIR, jury__is_active=True
        ).annotate(waits=Exists(undecided))
    )
    if not chaired:
        return []
    still_open = {
        session.edition_id: session for session in JurySession.objects.filter(edition__in=chaired, closed_at=None)
    }
    todos = []
    for edition in chaired:
        session = still_open.get(edition.pk)
        if session:
            todos.append(
                Todo(
                    title=_("Session %(session)s of the jury is open") % {"session": session},
                    url=reverse("awards:session_detail", args=[edition.slug, session.number]),
                    action=_("Record the decisions"),
                    detail=str(edition),
                )
            )
        elif edition.waits:
            todos.append(
                Todo(
                    title=_("The jury decides on the finalists"),
                    url=reverse("awards:sessions", args=[edition.slug]),
                    action=_("Open a session"),
                    detail=str(edition),
                )
            )
    return todos


def _officer_todos() -> list[Todo]:
    return [
        Todo(
            title=ngettext(
                "%(count)s certificate could not be made", "%(count)s certificates could not be made", failed
            )
            % {"count": failed},
            url=reverse("awards:certificates", args=[edition.slug]),
            action=_("See and try again"),
            detail=str(edition),
            count=failed,
            urgent=True,
        )
        for edition, failed in failed_by_edition()
    ]
