"""Forms whose session had ended: parking them, and the page that shows what could not be filled in again."""

import hashlib
import secrets
from dataclasses import dataclass

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import queries, services
from accounts.access import SignedInRequest, signed_in
from common.web import kept, written_by
from common.web.origin import MAX_ADDRESS, is_from_our_page, page_of_form
from common.web.typed_texts import is_kept, texts_of

# Signing in, passwords and codes; and the panel of administrators, whose pages are Django's.
NOT_OURS = ("account_", "mfa_", "admin:")


@dataclass(frozen=True, slots=True)
class Parked:
    """`key`: what the browser must show to get it back."""

    key: str
    account_id: int
    page: str


def takes_part(request: HttpRequest) -> bool:
    name = request.resolver_match.view_name if request.resolver_match else ""
    return not name.startswith(NOT_OURS)


def park(request: HttpRequest) -> Parked | None:
    """Keep the form for whoever wrote it; the caller knows that it came from a page of ours. None: not kept."""
    writer = written_by.writer_of(request.POST) or written_by.account_in(request.COOKIES.get(kept.ACCOUNT, ""))
    if writer is None or len(request.path) > MAX_ADDRESS:
        return None
    key, page = request.COOKIES.get(kept.KEY) or secrets.token_urlsafe(32), page_of_form(request)
    values = {name: [text.replace("\x00", "") for text in sent] for name, sent in request.POST.lists() if is_kept(name)}
    row = services.park_form(
        account_id=writer,
        browser=hashlib.sha256(key.encode()).hexdigest(),
        address=request.path,
        page=page,
        values=values,
        with_files=any(request.FILES.values()),
    )
    return Parked(key, writer, page) if row else None


def sign_in_first(parked: Parked) -> HttpResponse:
    return redirect_to_login(parked.page)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The token is another one since the person signed in again, perhaps in another tab. From a page of ours the text
    is kept and comes back; from anywhere else, or without a word where from, it is refused as ever."""
    if request.method != "POST" or not takes_part(request) or not is_from_our_page(request):
        return render(request, "common/csrf.html", status=403)
    request.parked = parked = park(request)  # type: ignore[attr-defined]
    if parked is None:
        return render(request, "common/csrf.html", status=403)
    if not request.user.is_authenticated:
        response = sign_in_first(parked)
    elif request.user.pk == parked.account_id:
        response = redirect(parked.page)
    else:
        response = render(request, "common/csrf.html", {"of_another_account": True}, status=403)
    kept.set_key(response, parked.key)
    return response


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def unsaved(request: SignedInRequest) -> HttpResponse:
    """Texts of forms that arrived too late, to copy; and one button to throw them away."""
    browser = kept.browser_of(request)
    if request.method == "POST":
        services.drop_parked(actor=request.user, browser=browser)
        messages.success(request, _("The kept text has been removed."))
        response: HttpResponse = redirect(settings.LOGIN_REDIRECT_URL)
        kept.forget_key(response)
        return response
    rows = queries.parked_for(request.user, browser) if browser else ()
    forms = [(row, texts_of(row.values.items())) for row in rows]
    return render(request, "accounts/unsaved.html", {"forms": forms, "hour": queries.PARKED_FOR})
