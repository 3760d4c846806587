"""Mail to ALERT_EMAIL: work that was given up and waits for a person."""

import logging
from datetime import datetime

from django.conf import settings

from notifications.outbox_types import Recipient
from notifications.services.enqueue import enqueue

logger = logging.getLogger(__name__)


def alert(*, kind: str, about: str, link: str, now: datetime, edition_id: int | None = None) -> None:
    """At most one an hour about the same thing; none where nobody is to be told.

    An alert that cannot be written harms no other work: the state of the service tells the same.
    """
    if not settings.ALERT_EMAIL:
        return
    try:
        enqueue(
            kind=kind,
            subject_key=f"{about}:{now:%Y-%m-%dT%H}",
            recipient=Recipient(settings.ALERT_EMAIL, settings.LANGUAGE_CODE),
            context={"at": now.isoformat(), "link": settings.SITE_URL + link},
            edition_id=edition_id,
        )
    except Exception:
        logger.exception("the alert %s could not be written", kind)
