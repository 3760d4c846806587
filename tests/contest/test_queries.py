"""Who sees which edition, and what there is to do."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.http import Http404
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role
from common.models import JournalEntry
from contest import queries
from contest.models import JuryRole
from contest.workflow import Phase
from notifications.models import OutboxMessage, OutboxStatus
from tests import factories
from tests.contest.editions import preparation
from tests.tampering import as_owner
from units.models import UnitKind

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("roles", [(Role.OFFICER,), (Role.AUDITOR,), (Role.ADMIN,)])
def test_organisers_see_editions_in_preparation(roles):
    edition = preparation()
    assert queries.by_slug(factories.make_user("", *roles), edition.slug) == edition


def test_to_others_an_edition_in_preparation_does_not_exist():
    edition = preparation()
    juror = factories.make_juror(edition, JuryRole.CHAIR).user
    for person in (
        AnonymousUser(),
        factories.make_user(),
        juror,
        factories.make_user("", Role.OFFICER, is_active=False),
    ):
        with pytest.raises(Http404):
            queries.by_slug(person, edition.slug)


@pytest.mark.parametrize("phase", [phase for phase in Phase if phase != Phase.PREPARATION])
def test_everybody_sees_an_edition_from_its_call_on(phase):
    edition = factories.make_edition(phase)
    assert list(queries.visible_to(AnonymousUser())) == [edition]


def test_the_current_edition_is_the_newest_one_running():
    assert queries.current_edition() is None
    factories.make_edition(Phase.PREPARATION, year=2030)
    factories.make_edition(Phase.ARCHIVED, year=2029)
    factories.make_edition(Phase.ANNOUNCED, year=2028, is_historical=True)
    assert queries.current_edition() is None
    older = factories.make_edition(Phase.ANNOUNCED, year=2025)
    assert queries.current_edition() == older
    newer = factories.make_edition(Phase.CALL, year=2026)
    assert queries.current_edition() == newer


def test_a_population_decides_between_groups_of_one_kind():
    edition = factories.make_edition()
    edition.groups.all().delete()
    big = edition.groups.create(name="duże", unit_kinds=["URBAN", "CITY_COUNTY"], population_above=50_000)
    small = edition.groups.create(name="małe", unit_kinds=["URBAN"], population_up_to=50_000)
    assert queries.groups_for(edition, UnitKind.URBAN) == [big, small]
    assert queries.groups_for(edition, UnitKind.UNION) == []
    for population, fitting in ((50_000, [small]), (50_001, [big]), (None, [])):
        found = [
            group for group in (big, small) if queries.fit_of(group, UnitKind.URBAN, population) in queries.FITTING
        ]
        assert found == fitting


def test_of_a_kind_that_one_group_admits_all_units_are_in_it():
    """A city with powiat rights of 30,000 inhabitants competes with the towns above 50,000, as in 2012."""
    edition = factories.make_edition()
    edition.groups.all().delete()
    big = edition.groups.create(name="duże", unit_kinds=["URBAN", "CITY_COUNTY"], population_above=50_000)
    edition.groups.create(name="małe", unit_kinds=["URBAN"], population_up_to=50_000)
    for population in (30_000, None):
        assert queries.fit_of(big, UnitKind.CITY_COUNTY, population) is queries.Fit.BY_KIND
    assert queries.fit_of(big, UnitKind.CITY_COUNTY, 60_000) is queries.Fit.WITHIN_LIMITS
    assert queries.fit_of(big, UnitKind.RURAL, 60_000) is queries.Fit.OTHER_KIND


def test_a_person_is_found_by_address_whatever_its_case():
    person = factories.make_user(email="jan@example.org")
    assert queries.person_by_email(" Jan@Example.org ") == person
    person.is_active = False
    person.save()
    assert queries.person_by_email("jan@example.org") is None


def test_seats_are_counted_while_active():
    edition = factories.make_edition()
    chair = factories.make_juror(edition, JuryRole.CHAIR)
    gone = factories.make_juror(edition, is_active=False)
    assert queries.jury_seats(chair.user, chair_only=True).exists()
    assert not queries.jury_seats(factories.make_juror(edition).user, chair_only=True).exists()
    assert not queries.jury_seats(gone.user).exists()


# --- Todos --------------------------------------------------------------------------------------
def titles(user):
    return [(todo.title, todo.urgent) for todo in queries.todos_for(user)]


def test_officers_are_told_what_to_set_up_publish_and_close():
    officer = factories.make_officer()
    unfinished = preparation(year=2030)
    unfinished.domains.all().delete()
    ready = preparation(year=2029)
    over = factories.make_edition(year=2028, submission_deadline=timezone.now() - timedelta(seconds=1))
    factories.make_edition(year=2027)
    factories.make_edition(Phase.SCORING)
    found = queries.todos_for(officer)
    assert [str(edition) in todo.title for edition, todo in zip((unfinished, ready, over), found, strict=True)] == [
        True
    ] * 3
    assert [todo.urgent for todo in found] == [False, False, True]
    assert found[0].count == 1
    assert found[1].url.endswith(f"/{ready.slug}/nabor/")


def test_nobody_else_is_told():
    edition = preparation()
    chair = factories.make_juror(edition, JuryRole.CHAIR).user
    assert titles(chair) == titles(factories.make_user("", Role.AUDITOR)) == []


def test_officers_are_told_of_mail_that_was_given_up_and_of_no_other():
    officer = factories.make_officer()
    for number, status in enumerate(OutboxStatus):
        OutboxMessage.objects.create(
            kind="x", subject_key=str(number), recipient="a@b.pl", language="pl", context={}, status=status,
            message_id=f"<{number}@x>",
        )  # fmt: skip
    found = queries.todos_for(officer)
    assert {(todo.url.partition("?")[2], todo.count) for todo in found} == {("status=DEAD", 1), ("status=BOUNCED", 1)}
    assert all(todo.urgent for todo in found)
    assert titles(factories.make_user("", Role.AUDITOR)) == []


def test_auditors_are_told_how_much_of_the_journal_is_new():
    auditor = factories.make_user("", Role.AUDITOR)
    old = timezone.now() - timedelta(days=8)
    for moment in (old, timezone.now(), timezone.now()):
        JournalEntry.objects.create(happened_at=moment, action="x", target_type="contest.edition", target_id=1)
    (todo,) = queries.todos_for(auditor)
    assert (todo.count, todo.url) == (2, reverse("contest:journal"))
    with as_owner():
        JournalEntry.objects.filter(happened_at__gt=old).delete()
    assert queries.todos_for(auditor) == []


def test_an_officer_is_not_told_about_an_edition_they_were_on_the_jury_of():
    edition, officer = preparation(), factories.make_officer()
    assert titles(officer)
    factories.make_juror(edition, user=officer, is_active=False)
    assert titles(officer) == []


def test_todos_cost_the_same_number_of_queries_for_any_number_of_editions():
    officer = factories.make_officer()
    counts = []
    for _round in range(2):
        preparation()
        preparation().domains.all().delete()
        with CaptureQueriesContext(
            connection,
        ) as captured:
            queries.todos_for(officer)
        counts.append(len(captured))
        officer = type(officer).objects.get(pk=officer.pk)
    assert counts[0] == counts[1] <= 8


@pytest.mark.parametrize("phase", Phase)
def test_every_phase_but_the_last_has_its_next_step(phase):
    step = queries.next_step(factories.make_edition(phase))
    assert (step is None) == (phase == Phase.ARCHIVED)
    if step:
        assert step.title
        assert step.action


def test_a_historical_edition_has_no_next_step():
    assert queries.next_step(factories.make_edition(Phase.ANNOUNCED, is_historical=True)) is None


def test_work_due_on_a_day_is_due_until_its_end():
    edition = factories.make_edition(Phase.FORMAL_REVIEW, formal_review_until=timezone.localdate())
    due = queries.next_step(edition).due_at
    assert timezone.localtime(due).strftime("%H:%M") == "23:59"
    assert timezone.localdate(due) == timezone.localdate()
