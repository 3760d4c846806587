"""Sending what is due: claim a batch by token and lease, send over one connection, mark each row at once.

A killed sender leaves at most one mail sent and not yet marked; it goes out again with the same
Message-ID. A row is never lost: its lease runs out and the next sender claims it.

What is sent is what was sealed when it was written: a letter that somebody changed in the database meanwhile is given
up with its name, and the people who run the service are told.
"""

import logging
import random
import threading
import time
import uuid
from datetime import datetime, timedelta
from typing import Any

from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from common.background import wake
from common.journal import record
from common.kernel.seals import Difference, Kind, NotAsSealed, differences_of_each
from notifications.kinds import is_secret
from notifications.models import OutboxMessage, OutboxStatus
from notifications.rendering import render_mail
from notifications.services.enqueue import DELIVER
from notifications.services.outcomes import Breakdown, alert_of_altered_mail, alert_of_dead_mail, outcome_of
from notifications.transport import as_email

logger = logging.getLogger(__name__)

BATCH = 50
MAX_ATTEMPTS = 5
LEASE = timedelta(seconds=60)
BACKOFF = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2))
SERVER_PAUSE = timedelta(seconds=30)  # when the mail server itself cannot be reached
RUN_SECONDS = 10  # then the task ends and asks for another, so a slow mail server keeps no child from other work
BROKEN_BATCHES = 2  # one after another in which not one mail went out
STOPPED_EACH_TIME = "the sender was stopped each time"
# What is left of a mail with a personal link once it was sent: nothing to be read in the database or a backup.
WIPED: dict[str, Any] = {"text": "", "html": "", "context": {}}

_sender = threading.Lock()
_wanted = threading.Event()


def deliver_due() -> int:
    """Send everything due and return how many mails went out. Safe to run twice and at once.

    One sender a process: a mail server that hangs must not take every thread of the worker. Who
    finds the sender busy leaves a note, so mail enqueued a moment too late is not forgotten.
    """
    _wanted.set()
    sent = 0
    while _wanted.is_set() and _sender.acquire(blocking=False):
        try:
            _wanted.clear()
            sent += _run()
        finally:
            _sender.release()
    return sent


def _run() -> int:
    """Batch after batch until nothing is due, the time is up or the mail server keeps breaking."""
    until = time.monotonic() + RUN_SECONDS
    sent = broken = 0
    while broken < BROKEN_BATCHES:
        token = uuid.uuid4()
        batch = claim_batch(token=token, now=timezone.now())
        if not batch:
            break
        try:
            sent += _send_batch(batch, token, until)
            broken = 0
        except Breakdown as breakdown:
            broken = 1 if breakdown.sent else broken + 1
            sent += breakdown.sent
            if breakdown.reached:
                logger.warning("the mail server hung up or did not answer")  # what it said may name people
            else:
                logger.warning("the mail server cannot be reached: %s", breakdown)
                _release(token, error=str(breakdown), due_at=timezone.now() + _jitter(SERVER_PAUSE))
                break
            _release(token)
        if time.monotonic() > until and not broken:
            _release(token)
            wake(DELIVER)
            break
    return sent


def claim_batch(*, token: uuid.UUID, now: datetime) -> list[OutboxMessage]:
    """Take up to BATCH due rows, the longest waiting first; other senders skip over rows being taken."""
    lost = Q(status=OutboxStatus.SENDING, lease_until__lte=now)
    with transaction.atomic():
        if OutboxMessage.objects.filter(lost, attempts__gte=MAX_ATTEMPTS).update(
            status=OutboxStatus.DEAD, due_at=None, claim_token=None, lease_until=None, last_error=STOPPED_EACH_TIME
        ):
            alert_of_dead_mail(now)
    with transaction.atomic():
        due = OutboxMessage.objects.filter(Q(status=OutboxStatus.PENDING, due_at__lte=now) | lost)
        chosen = due.order_by("due_at", "id").select_for_update(skip_locked=True)[:BATCH]
        ids = list(chosen.values_list("pk", flat=True))
        if not ids:
            return []
        OutboxMessage.objects.filter(pk__in=ids).update(
            status=OutboxStatus.SENDING, claim_token=token, lease_until=now + LEASE
        )
    return list(OutboxMessage.objects.filter(claim_token=token).order_by("due_at", "id"))


def _send_batch(batch: list[OutboxMessage], token: uuid.UUID, until: float) -> int:
    """Send each row of the batch over one connection, one at least, until the monotonic clock says `until`.

    What was not tried, then or at a Breakdown, stays claimed for the caller to release.
    """
    connection = get_connection()
    try:
        connection.open()
    except Exception as error:
        raise Breakdown(repr(error), reached=False) from error
    sent = 0
    try:
        altered = _altered(batch)
        for message in batch:
            try:
                sent += _send_one(message, token, connection, altered.get(message.pk))
            except Breakdown as breakdown:
                breakdown.sent = sent
                raise
            if time.monotonic() > until:
                break
    finally:
        _close(connection)
    return sent


def _altered(batch: list[OutboxMessage]) -> dict[int, Difference]:
    """Letters that are not what was sealed of them, as they were read and would be sent."""
    return {int(found.number): found for found in differences_of_each(batch)}


def _send_one(
    message: OutboxMessage, token: uuid.UUID, connection: BaseEmailBackend, altered: Difference | None
) -> bool:
    """Count the attempt, render, send, mark. A row that somebody else claimed meanwhile is left to them.

    Counted before anything is tried with it: whatever a row does to its sender, it does it five times at most.
    """
    claimed = OutboxMessage.objects.filter(pk=message.pk, claim_token=token)
    if not _begin_attempt(message, claimed):
        return False
    if altered and altered.kind is Kind.UNREADABLE:  # no sign that somebody changed it: tried again like any failure
        _mark_failed(message, claimed, permanent=False, error=str(NotAsSealed([altered])))
        return False
    if altered:
        _stop_altered(message, claimed, altered)
        return False
    try:
        if not message.rendered:
            _render(message, claimed)
        connection.send_messages([as_email(message)])
    except Exception as error:
        outcome = outcome_of(error)
        _mark_failed(message, claimed, permanent=outcome.permanent, error=outcome.text)
        if outcome.breaks_connection:
            raise Breakdown(outcome.text, reached=True) from error
        return False
    _mark_sent(message, claimed)
    return True


def _mark_sent(message: OutboxMessage, claimed: QuerySet[OutboxMessage]) -> None:
    """With the digest of the letter as it left; of one with a personal link, of what is kept of it."""
    wiped = WIPED if is_secret(message.kind) else {}
    for name, value in {"status": OutboxStatus.SENT, "sent_at": timezone.now(), **wiped}.items():
        setattr(message, name, value)
    with transaction.atomic():
        marked = claimed.update(
            status=message.status,
            sent_at=message.sent_at,
            claim_token=None,
            lease_until=None,
            due_at=None,
            last_error="",
            **wiped,
        )
        if marked:
            record(actor=None, action="message.send", target=message, edition_id=message.edition_id, facts=[message])


def _begin_attempt(message: OutboxMessage, claimed: QuerySet[OutboxMessage]) -> bool:
    """Count it under a fresh lease; False when the claim is no longer ours."""
    message.attempts += 1
    return bool(claimed.update(attempts=F("attempts") + 1, lease_until=timezone.now() + LEASE))


def _render(message: OutboxMessage, claimed: QuerySet[OutboxMessage]) -> None:
    """The text is stored before sending, with its digest: every attempt and the organiser's page show the same."""
    mail = render_mail(kind=message.kind, language=message.language, context=message.context)
    message.subject, message.text, message.html, message.rendered = mail.subject, mail.text, mail.html, True
    with transaction.atomic():
        if claimed.update(subject=mail.subject, text=mail.text, html=mail.html, rendered=True):
            record(actor=None, action="message.render", target=message, edition_id=message.edition_id, facts=[message])


def _stop_altered(message: OutboxMessage, claimed: QuerySet[OutboxMessage], altered: Difference) -> None:
    """For good: trying again sends it only when it is again what was sealed."""
    error = str(NotAsSealed([altered]))[:500]
    with transaction.atomic():
        claimed.update(status=OutboxStatus.DEAD, due_at=None, claim_token=None, lease_until=None, last_error=error)
        alert_of_altered_mail(timezone.now())
    logger.error("message %s was not sent: %s", message.pk, altered)


def _mark_failed(message: OutboxMessage, claimed: QuerySet[OutboxMessage], *, permanent: bool, error: str) -> None:
    now = timezone.now()
    released = {"claim_token": None, "lease_until": None, "last_error": error[:500]}
    if permanent:
        claimed.update(status=OutboxStatus.BOUNCED, due_at=None, **released)
        logger.warning("message %s was refused for good", message.pk)  # why stands in the row: it may name people
    elif message.attempts >= MAX_ATTEMPTS:
        with transaction.atomic():
            claimed.update(status=OutboxStatus.DEAD, due_at=None, **released)
            alert_of_dead_mail(now)
        logger.error("message %s given up after %s attempts", message.pk, message.attempts)
    else:
        pause = _jitter(BACKOFF[message.attempts - 1])
        claimed.update(status=OutboxStatus.PENDING, due_at=now + pause, **released)


def _release(token: uuid.UUID, *, error: str = "", due_at: datetime | None = None) -> None:
    """Give back what was claimed and not tried: no attempt is counted and, without `due_at`, the place in line kept."""
    values: dict[str, Any] = {"last_error": error[:500]} if error else {}
    if due_at:
        values["due_at"] = due_at
    OutboxMessage.objects.filter(claim_token=token).update(
        status=OutboxStatus.PENDING, claim_token=None, lease_until=None, **values
    )


def _jitter(pause: timedelta) -> timedelta:
    """± 20 %, so that mails which failed together do not come back together."""
    return pause * random.uniform(0.8, 1.2)  # noqa: S311 — spreads load, guards nothing


def _close(connection: BaseEmailBackend) -> None:
    try:
        connection.close()
    except Exception as error:
        logger.info("closing the mail connection: %r", error)
