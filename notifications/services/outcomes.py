"""What a failed attempt means: for this mail, for the connection, for the people who run the service."""

import smtplib
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from notifications.services.alerts import alert

ALERT_KIND = "outbox_alert"
ALTERED_KIND = "outbox_altered"
CLOSING = 421  # "service closing": smtplib has hung up, so the next mail needs another connection


class Breakdown(Exception):
    """The mail server, not one mail, is in trouble. `reached`: a connection had been made."""

    def __init__(self, text: str, *, reached: bool) -> None:
        super().__init__(text)
        self.reached = reached
        self.sent = 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """`permanent`: trying again cannot help, the recipient's server refused."""

    permanent: bool
    breaks_connection: bool
    text: str


def outcome_of(error: Exception) -> Outcome:
    """4xx: later. 5xx about this recipient or this text: never. A lost connection: later, over another one.

    A refused sender or a failed sign-in is our own mistake, which somebody will repair: later.
    """
    match error:
        case smtplib.SMTPRecipientsRefused():
            code, reply = next(iter(error.recipients.values()), (0, b""))
            return Outcome(500 <= code < 600, code == CLOSING, f"{code} {_text(reply)}")
        case smtplib.SMTPDataError():
            code = error.smtp_code
            return Outcome(500 <= code < 600, code == CLOSING, f"{code} {_text(error.smtp_error)}")
        case smtplib.SMTPServerDisconnected() | smtplib.SMTPConnectError():
            return Outcome(False, True, repr(error))
        case smtplib.SMTPResponseException():
            return Outcome(False, error.smtp_code == CLOSING, repr(error))
        case smtplib.SMTPException():
            return Outcome(False, False, repr(error))
        case OSError():  # a time-out too
            return Outcome(False, True, repr(error))
        case _:
            return Outcome(False, False, repr(error))


def alert_of_dead_mail(now: datetime) -> None:
    """That mail was given up. An alert that dies makes no second one within the hour."""
    alert(kind=ALERT_KIND, about="dead", link=reverse("contest:messages") + "?status=DEAD", now=now)


def alert_of_altered_mail(now: datetime) -> None:
    """That mail was not sent because it is not what was sealed when it was written."""
    alert(kind=ALTERED_KIND, about="altered", link=reverse("contest:messages") + "?status=DEAD", now=now)


def _text(reply: bytes | str) -> str:
    return reply.decode(errors="replace") if isinstance(reply, bytes) else reply
