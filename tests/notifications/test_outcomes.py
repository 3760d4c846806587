"""What a failed attempt means, and the alert of mail given up."""

import smtplib

import pytest
from django.utils import timezone

from notifications.models import OutboxMessage
from notifications.services.outcomes import Outcome, alert_of_dead_mail, outcome_of


@pytest.mark.parametrize(
    ("code", "permanent", "breaks_connection"),
    [(421, False, True), (451, False, False), (500, True, False), (599, True, False), (600, False, False)],
)
def test_5xx_about_this_mail_is_for_good_and_421_ends_the_connection(code, permanent, breaks_connection):
    expected = Outcome(permanent, breaks_connection, f"{code} reply")
    assert outcome_of(smtplib.SMTPRecipientsRefused({"a@example.org": (code, b"reply")})) == expected
    assert outcome_of(smtplib.SMTPDataError(code, b"reply")) == expected


@pytest.mark.parametrize(
    ("error", "breaks_connection"),
    [
        (smtplib.SMTPServerDisconnected("gone"), True),
        (smtplib.SMTPConnectError(554, b"no service"), True),
        (TimeoutError("10 s"), True),
        (smtplib.SMTPSenderRefused(421, b"closing", "x"), True),
        (smtplib.SMTPSenderRefused(550, b"who?", "x"), False),
        (smtplib.SMTPAuthenticationError(535, b"no"), False),
        (smtplib.SMTPNotSupportedError("SMTPUTF8"), False),
        (ValueError("odd"), False),
    ],
)
def test_all_else_may_pass_or_be_repaired(error, breaks_connection):
    assert outcome_of(error) == Outcome(False, breaks_connection, repr(error))


def test_a_refusal_that_names_no_recipient_is_tried_again():
    assert outcome_of(smtplib.SMTPRecipientsRefused({})) == Outcome(False, False, "0 ")


@pytest.mark.parametrize(("reply", "text"), [(b"brak \xb3", "554 brak \ufffd"), ("as text", "554 as text")])
def test_a_reply_in_any_encoding_is_kept_readable(reply, text):
    assert outcome_of(smtplib.SMTPDataError(554, reply)).text == text


@pytest.mark.django_db
def test_the_alert_says_when_in_the_language_of_the_service(settings, time_machine):
    settings.ALERT_EMAIL, settings.LANGUAGE_CODE = "ops@example.org", "en"
    time_machine.move_to("2026-05-04T10:00:00+02:00", tick=False)
    alert_of_dead_mail(timezone.now())
    assert "On 4 May 2026, 10:00 at least one message" in OutboxMessage.objects.get().text


@pytest.mark.django_db
def test_an_alert_that_cannot_be_written_keeps_no_mail_of_others(settings, monkeypatch):
    settings.ALERT_EMAIL = "alert@example.org"

    def broken(**_arguments):
        raise RuntimeError("no template")

    monkeypatch.setattr("notifications.services.alerts.enqueue", broken)
    alert_of_dead_mail(timezone.now())
    assert not OutboxMessage.objects.exists()
