"""A link that acts for a person is read by that person alone."""

import pytest
from django.conf import settings
from django.core import mail
from django.urls import reverse

from accounts.models import Role
from notifications.kinds import KINDS, is_secret
from notifications.models import OutboxMessage, OutboxStatus
from notifications.services import deliver_due
from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def reset(client):
    """Somebody asked for a new password; the row with the link."""
    owner = make_user()
    client.post(reverse("account_reset_password"), {"email": owner.email})
    return OutboxMessage.objects.get(kind="account_reset_password", recipient=owner.email)


def test_every_mail_about_an_account_is_secret_those_added_later_too():
    assert {kind for kind in KINDS if kind.startswith("account_")} == {kind for kind in KINDS if is_secret(kind)}
    assert is_secret("account_thought_of_next_year")


@pytest.mark.parametrize("role", [Role.OFFICER, Role.AUDITOR, Role.ADMIN])
def test_no_organiser_reads_the_link_before_or_after_it_was_sent(client, reset, role):
    link = reset.context["password_reset_url"]
    client.force_login(make_user("", role))
    for page in ("contest:messages", "contest:message_detail", "contest:message_html"):
        args = [] if page == "contest:messages" else [reset.pk]
        assert link.rsplit("/", 2)[-2] not in client.get(reverse(page, args=args)).content.decode()


def test_a_sent_link_is_wiped_from_the_database(reset):
    link = reset.context["password_reset_url"]
    assert link in reset.text
    deliver_due()
    assert link in mail.outbox[-1].body
    reset.refresh_from_db()
    assert reset.status == OutboxStatus.SENT
    assert (reset.text, reset.html, reset.context) == ("", "", {})
    assert reset.subject


def test_a_forged_host_is_refused_and_a_link_leads_to_our_site(client, reset):
    assert reset.context["password_reset_url"].startswith(settings.SITE_URL)
    forged = client.post(
        reverse("account_reset_password"), {"email": reset.recipient}, headers={"host": "evil.example"}
    )
    assert forged.status_code == 400
