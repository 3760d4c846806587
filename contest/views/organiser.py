"""The organiser's list of editions, a new one, and the overview of one."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import SignedInRequest, organiser_desk
from accounts.permissions import is_admin, is_officer
from common.errors import Invalid
from common.web.shown import answers_changes, is_pressed, sent_by
from contest import queries, services
from contest.forms import ArchiveForm, EditionForm
from contest.forms.edition import ARCHIVE
from contest.models import Edition
from contest.permissions import can_organise
from contest.phases import Activity, may
from contest.queries import shown as pages
from contest.readiness import problems_before_call


@organiser_desk
def organiser_editions(request: SignedInRequest) -> HttpResponse:
    context = {
        "editions": queries.visible_to(request.user),
        "can_create": is_officer(request.user),
        "is_admin": is_admin(request.user),
    }
    return render(request, "contest/organiser_editions.html", context)


@organiser_desk
def edition_create(request: SignedInRequest) -> HttpResponse:
    form = EditionForm(request.POST or None, editions=queries.visible_to(request.user))
    if request.method == "POST" and form.is_valid():
        try:
            edition = services.create_edition(actor=request.user, **form.cleaned_data)
        except Invalid as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The edition is created. Now check its set-up, part by part."))
            return redirect("contest:edition_tasks", edition.slug)
    return render(request, "contest/edition_create.html", {"form": form}, status=422 if form.errors else 200)


@organiser_desk
def organiser_edition(request: SignedInRequest, slug: str) -> HttpResponse:
    return _overview(request, queries.by_slug(request.user, slug))


def _overview(request: SignedInRequest, edition: Edition) -> HttpResponse:
    can_act = can_organise(request.user, edition)
    preparing = may(edition, Activity.SET_UP)
    context = {
        "edition": edition,
        "can_act": can_act,
        "shown": pages.closing_call.page(request, edition),
        "step": queries.next_step(edition),
        "problems": problems_before_call(edition) if preparing else [],
        "call_is_over": may(edition, Activity.FILE) and not edition.is_call_open(timezone.now()),
        "has_calendar": queries.has_calendar(edition),
        "can_archive": bool(can_act) and may(edition, Activity.ARCHIVE) and not edition.is_historical,
        "rules": queries.current_rules(edition),
    }
    return render(request, "contest/organiser_edition.html", context)


@organiser_desk
@answers_changes
@require_POST
def close_call(request: SignedInRequest, slug: str) -> HttpResponse:
    edition = queries.by_slug(request.user, slug)
    if not is_pressed(request):
        return _overview(request, edition)
    services.close_call(actor=request.user, edition_id=edition.pk, shown=sent_by(request))
    messages.success(request, _("The call is closed. The formal review begins."))
    return redirect("contest:organiser_edition", slug)


@organiser_desk
@answers_changes
def archive(request: SignedInRequest, slug: str) -> HttpResponse:
    edition = queries.by_slug(request.user, slug)
    form = ArchiveForm(request.POST or None)
    if is_pressed(request) and form.is_valid():
        services.archive_edition(actor=request.user, edition_id=edition.pk, shown=sent_by(request))
        messages.success(request, _("The edition is archived. Its public pages stay where they were."))
        return redirect("contest:organiser_edition", slug)
    shown = pages.archiving.page(request, edition)
    context = {"edition": edition, "form": form, "word": ARCHIVE, "shown": shown}
    return render(request, "contest/archive.html", context, status=422 if form.errors else 200)
