"""The mails of the formal review as they would go out now, for the officer to read first. Writes nothing."""

from datetime import date

from django.utils import translation

from applications.models import Application, ApplicationVersion, CompletionRequest
from applications.services import review_mail
from common.deadlines import last_minute_of
from notifications.outbox_types import Rendered
from notifications.rendering import render_mail

LANGUAGE = "pl"  # what nearly all applicants chose; others get the same in their own language


def accepted(application: Application) -> Rendered:
    return _rendered("application_accepted", review_mail.accepted_context(application))


def completion_requested(application: Application, version: ApplicationVersion, due_on: date, message: str) -> Rendered:
    unmet = version.checks.filter(met=False).order_by("pk").values("criterion", "note")
    request = CompletionRequest(points=list(unmet), message=message, due_at=last_minute_of(due_on))
    with translation.override(LANGUAGE):
        context = review_mail.completion_context(application, request)
    return _rendered("completion_requested", context)


def completion_extended(application: Application, request: CompletionRequest, due_on: date) -> Rendered:
    moved = CompletionRequest(points=request.points, message=request.message, due_at=last_minute_of(due_on))
    with translation.override(LANGUAGE):
        context = review_mail.completion_context(application, moved, extended=True)
    return _rendered("completion_requested", context)


def rejected(application: Application, version: ApplicationVersion, reason: str) -> Rendered:
    with translation.override(LANGUAGE):
        context = review_mail.rejected_context(application, version, reason)
    return _rendered("application_rejected", context)


def appeal_decided(application: Application, reason: str, *, upheld: bool) -> Rendered:
    kind = "application_reinstated" if upheld else "appeal_dismissed"
    return _rendered(kind, review_mail.appeal_context(application, reason))


def _rendered(kind: str, context: review_mail.Context) -> Rendered:
    return render_mail(kind=kind, language=LANGUAGE, context=context)
