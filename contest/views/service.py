"""The organiser's pages about the service itself: what mail went out, what the journal says."""

from django.conf import settings
from django.contrib import messages as notices
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import SignedInRequest, organiser_desk
from common import queries as journal_queries
from common.paging import page_of
from common.web.shown import answers_changes, is_pressed, sent_by
from contest.forms.service import JournalFilter, MessageFilter
from contest.queries import service as queries
from notifications import queries as outbox
from notifications.kinds import is_secret, kind_label
from notifications.models import OutboxMessage, OutboxStatus
from notifications.permissions import can_retry
from notifications.services import retry_message

# A mail is shown as the page it is, cut off from everything: no script, no form, no picture from elsewhere.
MAIL_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"


@require_safe
@organiser_desk
def messages(request: SignedInRequest) -> HttpResponse:
    titles = queries.edition_titles(request.user)
    form = MessageFilter(request.GET, editions=list(titles.items()), kinds=outbox.kinds_in_use())
    page = page_of(request, queries.messages_for(request.user, **form.chosen()), per_page=25)
    counts = outbox.counts_by_status()
    context = {
        "form": form,
        "not_understood": form.not_understood(),
        "page": page,
        "rows": [(message, kind_label(message.kind), titles.get(message.edition_id or 0, "")) for message in page],
        "counts": [(status, status.label, counts[status]) for status in OutboxStatus],
        "chosen_status": form.cleaned_data.get("status", ""),
        "total": sum(counts.values()),
    }
    return render(request, "contest/messages.html", context)


@require_safe
@organiser_desk
def message_detail(request: SignedInRequest, pk: int) -> HttpResponse:
    return _message_page(request, _message_or_404(request, pk))


def _message_page(request: SignedInRequest, message: OutboxMessage) -> HttpResponse:
    mail, problem = outbox.preview(message)
    altered, secret = outbox.altered(message), is_secret(message.kind)
    context = {
        "message": message,
        "language": dict(settings.LANGUAGES).get(message.language, message.language),
        "mail": mail,
        "problem": problem,
        "secret": secret,
        "altered": altered,
        "kind": kind_label(message.kind),
        "may_retry": message.status in outbox.LOST
        and can_retry(request.user)
        and not (altered and (secret or problem)),
        "shown": outbox.taking_altered.page(request, message) if altered and not secret else None,
    }
    return render(request, "contest/message_detail.html", context)


@require_safe
@organiser_desk
def message_html(request: SignedInRequest, pk: int) -> HttpResponse:
    mail, _problem = outbox.preview(_message_or_404(request, pk))
    if mail is None:
        raise Http404
    return HttpResponse(mail.html, headers={"Content-Security-Policy": MAIL_POLICY})


@require_POST
@organiser_desk
@answers_changes
def message_retry(request: SignedInRequest, pk: int) -> HttpResponse:
    message = _message_or_404(request, pk)
    if not is_pressed(request):
        return _message_page(request, message)
    message = retry_message(actor=request.user, message_id=message.pk, shown=sent_by(request))
    notices.success(request, _("The message to %(recipient)s will be sent again.") % {"recipient": message.recipient})
    return redirect("contest:message_detail", pk=pk)


@require_safe
@organiser_desk
def journal(request: SignedInRequest) -> HttpResponse:
    titles = queries.edition_titles(request.user)
    form = JournalFilter(
        request.GET,
        editions=list(titles.items()),
        actions=journal_queries.journal_actions(),
        target_types=journal_queries.journal_target_types(),
    )
    page = page_of(request, queries.journal_for(request.user, **form.chosen()), per_page=25)
    context = {
        "form": form,
        "not_understood": form.not_understood(),
        "page": page,
        "lines": queries.journal_lines(page, titles),
        "chain": journal_queries.chain_state(),
    }
    return render(request, "contest/journal.html", context)


def _message_or_404(request: SignedInRequest, pk: int) -> OutboxMessage:
    return get_object_or_404(queries.messages_for(request.user), pk=pk)
