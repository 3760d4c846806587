"""The organiser's page about the personal data of one edition: how long it is kept, and its removal."""

from typing import Any

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import SignedInRequest, organiser_desk
from common.errors import Conflict, Invalid
from common.web.shown import Changed, Shown, answers_changes, is_pressed, sent_by
from common.web.typed_word import FIELD, is_word
from contest.models import Edition
from contest.queries import by_slug
from privacy import queries, services
from privacy.forms import RetentionForm
from privacy.permissions import can_keep_register, is_removable
from privacy.queries import shown as pages


@organiser_desk
@answers_changes
@require_http_methods(["GET", "HEAD", "POST"])
def edition(request: SignedInRequest, slug: str) -> HttpResponse:
    """The preview with its counts, then a typed word: what is removed does not come back."""
    found = by_slug(request.user, slug)
    if not is_pressed(request):
        return _page(request, found)
    typed_word = request.POST.get(FIELD, "")
    if is_word(typed_word, services.WORD) and is_removable(found) and can_keep_register(request.user, found):
        _ask_for_password(request)
    try:
        services.confirm_removal(actor=request.user, edition_id=found.pk, typed_word=typed_word, shown=sent_by(request))
    except Invalid as error:
        return _page(request, found, word_error=str(error), status=error.status)
    except Changed:
        raise
    except Conflict as error:
        return _page(request, by_slug(request.user, slug), refusal=str(error), status=error.status)
    messages.success(request, _("The personal data of the edition was removed. Results, journal and diplomas stay."))
    return redirect("privacy:edition", slug)


@organiser_desk
@answers_changes
@require_POST
def retention(request: SignedInRequest, slug: str) -> HttpResponse:
    found = by_slug(request.user, slug)
    form = RetentionForm(request.POST)
    if not form.is_valid() or not is_pressed(request):
        shown = pages.retention.page(request, found)
        return _page(request, found, form=form, status=422, shown=shown, saving=True)
    services.set_retention(
        actor=request.user, edition_id=found.pk, months=form.cleaned_data["months"], shown=sent_by(request)
    )
    messages.success(request, _("Saved: how long personal data is kept."))
    return redirect("privacy:edition", slug)


@reauthentication_required
def _ask_for_password(request: SignedInRequest) -> None:
    """Unless it was given within the last minutes; then what was sent goes on by itself (allauth keeps it)."""


def _page(
    request: SignedInRequest,
    edition: Edition,
    *,
    status: int = 200,
    form: RetentionForm | None = None,
    shown: Shown | None = None,
    **extra: Any,
) -> HttpResponse:
    removable = is_removable(edition)
    preview = queries.preview_of(edition) if removable else None
    context = {
        "edition": edition,
        "form": form or RetentionForm(initial={"months": edition.retention_months}),
        "preview": preview,
        "shown": shown or pages.removing_persons.page(request, edition, preview=preview),
        "remove_token": pages.removing_persons.token(edition, request.user, preview=preview),
        "retention_token": pages.retention.token(edition, request.user),
        "removable": removable,
        "can_act": can_keep_register(request.user, edition),
        "is_due": bool(edition.retention_until and edition.retention_until < timezone.localdate()),
        "word": services.WORD,
        **extra,
    }
    return render(request, "privacy/edition.html", context, status=status)
