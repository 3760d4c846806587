"""Rows for tests of the formal review."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from accounts.models import User
from applications.models import (
    Appeal,
    Application,
    ApplicationVersion,
    CompletionRequest,
    EligibilityCheck,
    FormalCriterion,
)
from applications.snapshots import snapshot
from common.canonical import sha256_of
from tests.factories import make_application, make_member


def make_version(application: Application, **changes: Any) -> ApplicationVersion:
    """The next submitted version; `changes` go into its content only."""
    content = snapshot(application, application.attachments.filter(removed_at__isnull=True)) | changes
    return ApplicationVersion.objects.create(
        application=application,
        number=application.versions.count() + 1,
        content=content,
        sha256=sha256_of(content),
        submitted_at=timezone.now(),
    )


def make_checks(version: ApplicationVersion, *unmet: str, only: int = 7) -> None:
    """Findings on the first `only` criteria, met unless named."""
    EligibilityCheck.objects.bulk_create(
        EligibilityCheck(
            version=version,
            criterion=criterion,
            met=criterion not in unmet,
            note=f"Brak: {criterion}." if criterion in unmet else "",
            checked_at=timezone.now(),
        )
        for criterion in list(FormalCriterion.values)[:only]
    )


def make_sent(state: str = "SUBMITTED", *, unmet: tuple[str, ...] = (), checked: int = 7, **fields: Any) -> Application:
    """A sent entry with one version, its checklist and one member of its unit."""
    application = make_application(state=state, **fields)
    make_member(application.unit)
    make_checks(make_version(application), *unmet, only=checked)
    return application


def make_request(application: Application, **fields: Any) -> CompletionRequest:
    fields.setdefault("due_at", timezone.now() + timedelta(days=5))
    fields.setdefault("points", [{"criterion": "COMPLETE", "note": "Brak: COMPLETE."}])
    return CompletionRequest.objects.create(application=application, requested_at=timezone.now(), **fields)


def make_returned(*, overdue: bool = False, **fields: Any) -> Application:
    """An entry sent back for completion."""
    application = make_sent("RETURNED", unmet=("COMPLETE",), **fields)
    make_request(application, due_at=timezone.now() + timedelta(days=-1 if overdue else 5))
    return application


def make_appealed(**fields: Any) -> Application:
    """A rejected entry whose unit appealed."""
    application = make_sent("INELIGIBLE", unmet=("IN_DOMAIN",), decision_reason="Poza dziedziną.", **fields)
    Appeal.objects.create(application=application, text="Nie zgadzamy się.", filed_at=timezone.now())
    return application


def act(actor: User, application: Application, **more: Any) -> dict[str, Any]:
    """The arguments every decision shares."""
    return {"actor": actor, "application_id": application.pk, **more}
