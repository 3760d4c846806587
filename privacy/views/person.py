"""A person's own data: what is held, a copy of it, and the end of the account."""

from typing import Any

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import SignedInRequest, signed_in
from common.errors import Conflict, Invalid
from common.web.shown import Changed, answers_changes, is_pressed, sent_by
from common.web.typed_word import FIELD
from privacy import queries, services
from privacy.exports import copy_of
from privacy.labels import outline
from privacy.permissions import can_be_removed
from privacy.queries.shown import closing_account


@signed_in
@require_safe
def own_data(request: SignedInRequest) -> HttpResponse:
    return render(request, "privacy/own_data.html")


@signed_in
@never_cache
@require_POST
@reauthentication_required
def copy_json(request: SignedInRequest) -> HttpResponse:
    """The copy for programs. The password was given within the last minutes: the file says a lot."""
    services.note_copy(actor=request.user, form="json")
    response = JsonResponse(copy_of(request.user), json_dumps_params={"ensure_ascii": False, "indent": 1})
    return _as_download(response, "json")


@signed_in
@never_cache
@require_POST
@reauthentication_required
def copy_html(request: SignedInRequest) -> HttpResponse:
    """The same for reading and printing, without anything it would fetch from elsewhere."""
    services.note_copy(actor=request.user, form="html")
    context = {"parts": outline(copy_of(request.user))}
    return _as_download(render(request, "privacy/copy.html", context), "html")


def _as_download(response: HttpResponse, ending: str) -> HttpResponse:
    response["Content-Disposition"] = f'attachment; filename="moje-dane.{ending}"'
    return response


@signed_in
@answers_changes
@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required
def close(request: SignedInRequest) -> HttpResponse:
    """What goes, what stays and why, then a typed word. Refused while a running edition needs the person."""
    if not is_pressed(request):
        return _close_page(request)
    try:
        services.close_account(
            actor=request.user,
            typed_word=request.POST.get(FIELD, ""),
            shown=sent_by(request),
        )
    except Invalid as error:
        return _close_page(request, word_error=str(error), status=error.status)
    except Changed:
        raise
    except Conflict as error:
        return _close_page(request, refusal=str(error), status=error.status)
    logout(request)
    messages.success(request, _("Your account is closed and your personal data was removed."))
    return redirect("portal:home")


def _close_page(request: SignedInRequest, *, status: int = 200, refusal: str = "", **extra: Any) -> HttpResponse:
    verdict = can_be_removed(request.user, queries.open_ties(request.user.email, request.user))
    shown = closing_account.page(request, request.user)
    context = {"word": services.WORD, "refusal": refusal or verdict.reason, "shown": shown, **extra}
    return render(request, "privacy/close.html", context, status=status)
