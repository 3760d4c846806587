"""What the unit's people are told about the formal review: the same rows for one entry and for a hundred."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from applications.models import Appeal, Application, ApplicationVersion, CompletionRequest, FormalCriterion
from applications.queries.applicant import members_to_tell
from notifications.services import enqueue

Context = dict[str, Any]


def entry_context(number: str | None, title: str, unit_name: str, pk: int, **more: Any) -> Context:
    """What every mail about an entry says."""
    address = settings.SITE_URL + reverse("applications:applicant_detail", args=[pk])
    return {"number": number or "", "title": title, "unit": unit_name, "url": address, **more}


def points_in_words(points: Iterable[Mapping[str, Any]]) -> list[dict[str, str]]:
    """Criteria by their names in the language now active."""
    return [{"label": str(FormalCriterion(point["criterion"]).label), "note": point["note"]} for point in points]


def tell_accepted(application: Application, version: ApplicationVersion) -> None:
    _tell(application, "application_accepted", f"v{version.number}", lambda: accepted_context(application))


def tell_completion_requested(
    application: Application, request: CompletionRequest, *, key: str, extended: bool = False
) -> None:
    _tell(application, "completion_requested", key, lambda: completion_context(application, request, extended=extended))


def tell_rejected(application: Application, version: ApplicationVersion, *, key: str) -> None:
    _tell(
        application,
        "application_rejected",
        key,
        lambda: rejected_context(application, version, application.decision_reason),
    )


def tell_appeal_decided(application: Application, appeal: Appeal, *, upheld: bool) -> None:
    kind = "application_reinstated" if upheld else "appeal_dismissed"
    _tell(application, kind, f"appeal:{appeal.pk}", lambda: appeal_context(application, appeal.reason))


def accepted_context(application: Application) -> Context:
    return _context(application)


def completion_context(application: Application, request: CompletionRequest, *, extended: bool = False) -> Context:
    return _context(
        application,
        points=points_in_words(request.points),
        message=request.message,
        due_at=request.due_at.isoformat(),
        extended=extended,
    )


def rejected_context(application: Application, version: ApplicationVersion, reason: str) -> Context:
    unmet = version.checks.filter(met=False).order_by("pk").values("criterion", "note")
    return _context(application, points=points_in_words(unmet), reason=reason)


def appeal_context(application: Application, reason: str) -> Context:
    return _context(application, reason=reason)


def _context(application: Application, **more: Any) -> Context:
    return entry_context(application.number, application.title, application.unit.official_name, application.pk, **more)


def _tell(application: Application, kind: str, key: str, context: Callable[[], Context]) -> None:
    """One mail to each active member of the unit, in the language each of them chose."""
    for recipient in members_to_tell(application.unit_id):
        with translation.override(recipient.language):
            words = context()
        enqueue(
            kind=kind,
            subject_key=f"application:{application.pk}:{key}",
            recipient=recipient,
            context=words,
            edition_id=application.edition_id,
        )
