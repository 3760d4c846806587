"""A member of the jury in conflict with an entry neither learns nor steers anything about it."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from common.errors import Conflict, NotPermitted
from common.journal import record
from common.models import JournalEntry
from contest.journal_words import action_words
from contest.services import update_jury_member
from jury import services
from jury.models import ScoreSheet, SiteVisit
from tests.factories import make_juror, make_officer, make_unit
from tests.jury.helpers import closed_jury

pytestmark = pytest.mark.django_db


def test_findings_of_a_visit_are_not_shown_to_a_juror_in_conflict(client):
    jury = closed_jury((8, 7), (9, 9))
    entry = jury.entries[0]
    visit = SiteVisit.objects.create(application=entry, planned_on=date(2026, 9, 1), findings="canary-findings")
    address = reverse("jury:record_visit", args=[jury.edition.slug, visit.pk])
    client.force_login(make_juror(jury.edition).user)
    assert "canary" in client.get(address).content.decode()
    client.force_login(make_juror(jury.edition, employer=entry.unit).user)
    assert client.get(address).status_code == 404


def test_a_chair_in_conflict_writes_no_findings():
    jury = closed_jury((8, 7), (9, 9))
    visit = SiteVisit.objects.create(application=jury.entries[0], planned_on=date(2026, 9, 1))
    jury.chair.employer = jury.entries[0].unit
    jury.chair.save()
    with pytest.raises(NotPermitted):
        services.record_visit(
            actor=jury.chair.user,
            visit_id=visit.pk,
            visited_on=timezone.localdate(),
            findings="Wszystko znakomicie.",
            visitor_ids=[jury.jurors[0].pk],
        )


def test_a_chair_in_conflict_does_not_choose_to_have_that_entry_scored_again():
    jury = closed_jury((8, 7), (9, 9))
    jury.chair.employer = jury.entries[0].unit
    jury.chair.save()
    with pytest.raises(Conflict):
        services.reopen_scoring(
            actor=jury.chair.user, edition_id=jury.edition.pk, reason="Błąd.", entry_ids=[jury.entries[0].pk]
        )
    assert not ScoreSheet.objects.filter(assignment__application=jury.entries[0], closed_at__isnull=True).exists()
    services.reopen_scoring(
        actor=jury.chair.user, edition_id=jury.edition.pk, reason="Błąd.", entry_ids=[jury.entries[1].pk]
    )


def test_the_journal_shows_that_an_officer_changed_what_a_jurors_conflicts_follow_from():
    jury = closed_jury((8, 7))
    member = make_juror(jury.edition, employer=make_unit())
    for employer, is_active, changed in ((member.employer, False, False), (None, True, True)):
        update_jury_member(
            actor=make_officer(),
            member_id=member.pk,
            role=member.role,
            employer=employer,
            residence=None,
            is_active=is_active,
        )
        entry = JournalEntry.objects.filter(action="edition.change_juror").latest("pk")
        assert entry.data["units_changed"] is changed


def test_an_organiser_on_the_jury_reads_no_decisions_of_that_edition_in_the_journal(client):
    jury = closed_jury((8, 7), (9, 9))
    record(
        actor=jury.chair.user,
        action="jury.shortlist",
        target=jury.edition,
        edition_id=jury.edition.pk,
        finalists=[jury.entries[0].pk],
    )
    words = action_words("jury.shortlist")
    officer = make_officer()
    client.force_login(officer)
    address = f"{reverse('contest:journal')}?target_type=contest.edition"
    assert words in _lines(client.get(address))
    make_juror(jury.edition, user=officer, employer=jury.entries[0].unit)
    assert words not in _lines(client.get(address))


def _lines(response) -> list[str]:
    return [line.action for line in response.context["lines"]]
