"""Whoever closes their account takes their own data away, and nobody else's, whatever they typed about themselves."""

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType

from accounts.models import User
from notifications.models import OutboxMessage
from practices.models import PracticeContact
from privacy.services import close_account
from tests.factories import make_user
from tests.privacy.canaries import make_world

pytestmark = pytest.mark.django_db


def _mail(recipient: User) -> OutboxMessage:
    return OutboxMessage.objects.create(
        kind="application_submitted",
        subject_key=f"application:{recipient.pk}",
        recipient=recipient.email,
        context={"edition": "Lider 2026"},
        subject="Lider 2026",
        text="Dzień dobry, wniosek w edycji Lider 2026 został złożony.",
        message_id=f"<{recipient.pk}@localhost>",
        status="SENT",
    )


def test_an_unconfirmed_address_removes_nobody_elses_mail_and_no_published_contact(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    world = make_world()
    victim = make_user("Ofiara Cicha")
    mail = _mail(victim)
    contact = PracticeContact.objects.create(practice=world.practice, name="Ofiara Cicha", email=victim.email)
    stranger = make_user("Obcy Człowiek")
    stranger.emailaddress_set.create(email=victim.email, verified=False)
    close_account(actor=stranger, typed_word="USUWAM")
    assert OutboxMessage.objects.get(pk=mail.pk).text == mail.text
    assert PracticeContact.objects.filter(pk=contact.pk).exists()


def test_a_name_out_of_the_texts_of_the_service_empties_no_mail_of_others():
    mail = _mail(make_user("Ofiara Cicha"))
    close_account(actor=make_user("Lider 2026"), typed_word="USUWAM")
    assert OutboxMessage.objects.get(pk=mail.pk).text == mail.text


def test_a_short_name_empties_nothing_of_the_log_of_the_admin():
    row = LogEntry.objects.create(
        user=make_user("Anna Admin"),
        content_type=ContentType.objects.get_for_model(User),
        object_id="1",
        object_repr="Ofiara Cicha",
        action_flag=CHANGE,
        change_message='[{"changed": {"fields": ["is_active"]}}]',
    )
    close_account(actor=make_user("a"), typed_word="USUWAM")
    assert LogEntry.objects.get(pk=row.pk).change_message == row.change_message
