"""Nothing a person types, is or may open stands in the log: not on the good road, not when things break.

The whole walk of an entry is watched likewise in tests/journeys.
"""

import logging
import re
import smtplib

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse

from accounts.models import MembershipRole, User
from applications.models import Application
from awards.services import building
from awards.tasks import build_certificates
from notifications.models import OutboxMessage
from notifications.services import delivery
from notifications.tasks import deliver
from tests import factories
from tests.applications.entry_pages import section_data, url
from tests.awards.makers import diploma
from tests.pressing import press
from tests.written_log import written_log

pytestmark = pytest.mark.django_db
NAME, FAMILY, ADDRESS = "Kanarkówna", "Żółtodzioba", "kanarek.zolty@klatka.example"
SECRET = "kanarek-haslo-9f27ac"
TYPED = "KANAREK-TRESC-51d0"
CANARIES = (NAME, FAMILY, "kanarek.zolty", "klatka.example", SECRET, TYPED)


@pytest.fixture
def log():
    """Watches the test; at its end nothing of the canaries may have been written."""
    with written_log() as written:
        yield written
    assert written.lines, "nothing was logged at all"
    assert [canary for canary in CANARIES if canary in written.text] == []


def link_in(message: OutboxMessage) -> str:
    return re.search(r"http://[^/\s]+(/\S+)", message.text or mail.outbox[-1].body).group(1)


def test_signing_up_confirming_signing_in_and_resetting_a_password(log, client):
    form = {"email": ADDRESS, "full_name": f"{NAME} {FAMILY}", "password1": SECRET, "password2": SECRET}
    client.post(reverse("account_signup"), {**form, "password2": "x"})
    page = client.get(reverse("account_signup")).context["form"]
    client.post(reverse("account_signup"), form | {name: "on" for name in page.fields if name not in form})
    assert User.objects.filter(email=ADDRESS).exists()
    confirmation = link_in(OutboxMessage.objects.latest("pk"))
    client.get(confirmation)
    client.post(confirmation)
    client.get(f"/konto/confirm-email/{TYPED}/")
    client.logout()
    login = reverse("account_login")
    for password in ("wrong", SECRET + "x"):
        client.post(login, {"login": ADDRESS, "password": password})
    client.post(reverse("account_reset_password"), {"email": ADDRESS})
    reset = link_in(OutboxMessage.objects.latest("pk"))
    key = reset.rstrip("/").rpartition("-")[2]
    client.get(reset, follow=True)
    deliver()
    client.post(login, {"login": ADDRESS, "password": SECRET})
    for token in (key, confirmation.rstrip("/").rpartition("/")[2], client.session.session_key):
        assert token
        assert token not in log.text


def test_writing_an_entry_with_mistakes_and_a_bad_file(log, client):
    unit = factories.make_unit(f"Gmina {NAME}")
    member = factories.make_member(unit, MembershipRole.EDITOR)
    User.objects.filter(pk=member.pk).update(email=ADDRESS, full_name=f"{NAME} {FAMILY}")
    client.force_login(member)
    draft = factories.make_complete_draft(unit=unit)
    data = section_data(client, draft, "podstawowe")
    client.post(url("edit", draft.pk, "podstawowe"), data | {"title": TYPED, "population": TYPED})
    client.post(url("edit", draft.pk, "podstawowe"), data | {"title": TYPED})
    assert Application.objects.get(pk=draft.pk).title == TYPED
    client.post(url("edit", draft.pk, "podstawowe"), data | {"title": TYPED, "seen": "0"})
    client.post(url("attachments", draft.pk), {"kind": "OTHER", "file": SimpleUploadedFile(f"{TYPED}.exe", b"MZ")})
    press(client, url("submit", draft.pk), {"word": TYPED}, page=url("check", draft.pk))
    client.get(f"/zgloszenia/{TYPED}/")
    client.get("/praktyki/", {"q": TYPED})
    client.get(reverse("awards:verify_form"), {"code": TYPED})
    Client(enforce_csrf_checks=True).post(url("edit", draft.pk, "podstawowe"), {"title": TYPED})
    client.get("/", headers={"Host": f"{TYPED}.example"})
    client.post("/", {f"{TYPED}{number}": "x" for number in range(2001)})


@pytest.mark.parametrize(
    "error",
    [
        ValueError(f"invalid literal: {TYPED}"),
        IntegrityError(f"duplicate key\nDETAIL:  Key (email)=({ADDRESS}) already exists."),
        KeyError(NAME),
        AssertionError(f"{NAME} {FAMILY} <{ADDRESS}>"),
    ],
)
def test_a_page_that_breaks_while_it_reads_a_form(log, client, monkeypatch, settings, error):
    """Neither the log nor a mail to the administrators repeats the form."""
    from accounts.views import person

    def breaks(*args, **kwargs):
        typed = (NAME, ADDRESS, TYPED)
        raise error from LookupError(typed)

    settings.ADMINS = [("Administrator", "admin@example.org")]
    user = factories.make_user(NAME)
    client.force_login(user)
    client.raise_request_exception = False
    monkeypatch.setattr(person, "ProfileForm", breaks)
    answer = client.post(reverse("accounts:profile"), {"full_name": f"{NAME} {FAMILY}", "language": TYPED})
    assert answer.status_code == 500
    assert mail.outbox == []
    assert type(error).__name__ in log.text
    assert "in breaks" in log.text
    assert answer["X-Request-ID"] in log.text


def test_mail_that_is_refused_and_documents_that_cannot_be_made(log, monkeypatch):
    refused = smtplib.SMTPRecipientsRefused({ADDRESS: (550, f"5.1.1 <{ADDRESS}>: {NAME} unknown".encode())})
    broken = smtplib.SMTPDataError(451, f"{NAME} {FAMILY}: try later".encode())
    made = diploma()
    OutboxMessage.objects.update(recipient=ADDRESS, attempts=delivery.MAX_ATTEMPTS - 1)
    assert OutboxMessage.objects.count() >= 1
    for error in (refused, broken, ValueError(NAME)):
        OutboxMessage.objects.update(status="PENDING", due_at="2020-01-01T00:00Z", attempts=delivery.MAX_ATTEMPTS - 1)

        def breaks(message, error=error):
            raise error

        monkeypatch.setattr(delivery, "as_email", breaks)
        deliver.apply()

    def cannot(facts, kind):
        raise ValueError(f"{NAME} {facts}")

    monkeypatch.setattr(building, "render", cannot)
    type(made).objects.update(status="PENDING", due_at="2020-01-01T00:00Z", attempts=building.MAX_ATTEMPTS - 1)
    build_certificates.apply()
    assert "given up" in log.text
    assert type(made).objects.get(pk=made.pk).facts["unit_name"] not in log.text


def test_a_task_that_breaks(log, monkeypatch):
    from notifications import tasks

    def breaks():
        raise RuntimeError(f"{NAME} {ADDRESS}")

    monkeypatch.setattr(tasks, "deliver_due", breaks)
    deliver.apply()
    assert "notifications.tasks.deliver" in log.text
    assert "RuntimeError" in log.text


def test_the_watch_sees_what_a_careless_line_would_tell():
    """The control: the same watch finds a name that somebody logs."""
    with written_log() as written:
        logging.getLogger("x").warning("hello %s", NAME)
    assert NAME in written.text
