"""Fifty people press the button at once: one announcement. Without the lock there would be trouble."""

import pytest

from awards.models import Announcement, Award, Certificate
from awards.queries.announcement import preview_announcement
from awards.queries.shown import announcing
from awards.services import announce, announcement, build_due, certificates
from common.errors import Conflict
from contest.services import locks
from notifications.models import OutboxMessage
from tests import factories
from tests.awards import makers
from tests.together import raised, together

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def ready():
    edition, _chair = makers.deciding_edition()
    for _ in range(3):
        makers.decided(edition)
    officer = factories.make_officer()
    return edition, officer, announcing.token(edition, officer, preview=preview_announcement(edition))


@pytest.mark.case(16)
def test_fifty_announcements_at_once_make_one(ready, figure):
    edition, officer, shown = ready
    outcomes = together(*[lambda: announce(actor=officer, edition_id=edition.pk, shown=shown)] * 50)
    assert [type(error) for error in raised(outcomes)] == [Conflict] * 49
    assert Announcement.objects.count() == 1
    assert Award.objects.count() == 3
    assert Certificate.objects.count() == 3
    assert OutboxMessage.objects.count() == 3
    figure("50 at once: 1 done, 49 told; 3 awards, 3 certificates, 3 mails")


@pytest.mark.case(16, control=True)
def test_without_the_lock_the_announcements_collide(ready, monkeypatch, figure):
    """The negative control: several get past the check; constraints stop them, but with an error page."""
    edition, officer, shown = ready

    def unlocked(queryset, **lookup):
        return queryset.get(**lookup)

    monkeypatch.setattr(locks, "lock_row", unlocked)
    monkeypatch.setattr(announcement, "_hold_entries", lambda _edition: None)
    outcomes = together(*[lambda: announce(actor=officer, edition_id=edition.pk, shown=shown)] * 20)
    collisions = [error for error in raised(outcomes) if not isinstance(error, Conflict)]
    assert collisions, "the lock is what keeps them apart"
    figure(f"20 at once: {len(collisions)} got past the check and collided")


def test_one_confirmation_however_many_ask_at_once():
    entry = factories.make_application(state="SUBMITTED")
    version = makers.submitted_version(entry)
    outcomes = together(*[lambda: certificates.ensure_confirmation(version=version)] * 10)
    assert raised(outcomes) == []
    assert Certificate.objects.count() == 1


def test_builders_at_once_make_one_file_each(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    makers.announced("LAUREATE", "FINALIST", "FINALIST", "FINALIST")
    assert sum(together(*[build_due] * 4)) == 4
    assert len(list(tmp_path.rglob("*.pdf"))) == 4
