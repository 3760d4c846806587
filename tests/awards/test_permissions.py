"""Who may read a document."""

import pytest

from awards.permissions import can_announce, can_decide, can_read_sessions
from awards.queries import visible_to
from awards.services import ensure_confirmation
from contest.models import JuryRole
from contest.workflow import Phase
from tests import factories
from tests.awards import makers

pytestmark = pytest.mark.django_db


def test_documents_are_for_the_unit_and_the_organisers():
    diploma = makers.diploma()
    entry = factories.make_application(state="SUBMITTED")
    confirmation = ensure_confirmation(version=makers.submitted_version(entry))
    owner, author = diploma.award.unit.memberships.get().user, factories.make_member(entry.unit)
    officer, stranger = factories.make_officer(), factories.make_member(factories.make_unit())
    table = {
        (owner, diploma): True,
        (owner, confirmation): False,
        (author, confirmation): True,
        (author, diploma): False,
        (officer, diploma): True,
        (officer, confirmation): True,
        (stranger, diploma): False,
        (stranger, confirmation): False,
    }
    for (person, document), allowed in table.items():
        assert visible_to(person).filter(pk=document.pk).exists() is allowed


def test_somebody_deactivated_reads_nothing():
    makers.diploma()
    officer = factories.make_officer()
    officer.is_active = False
    assert not visible_to(officer).exists()


def test_sessions_are_read_by_the_jury_and_the_organisers():
    edition, chair = makers.deciding_edition()
    assert can_read_sessions(chair.user, edition)
    assert can_read_sessions(factories.make_user("", "AUDITOR"), edition)
    assert not can_read_sessions(factories.make_user(), edition)
    assert not can_announce(chair.user, edition)


def test_an_officer_who_sits_on_the_jury_announces_nothing_in_that_edition_but_elsewhere():
    edition, _chair = makers.deciding_edition()
    officer = factories.make_officer()
    factories.make_juror(edition, user=officer)
    assert not can_announce(officer, edition)
    assert can_announce(officer, makers.deciding_edition()[0])


def _session_where_the_chair_abstains(member):
    """The chair lives in the unit of the entry, a former chair does not; this person is present."""
    edition = factories.make_edition(Phase.DECISION)
    entry = factories.make_application(edition, state="FINALIST")
    factories.make_juror(edition, JuryRole.CHAIR, residence=entry.unit)
    factories.make_juror(edition, JuryRole.CHAIR, is_active=False)
    seat = factories.make_juror(edition, user=member)
    return makers.open_session(edition, seat), entry, seat


def test_where_the_chair_abstains_a_member_present_decides_whatever_juries_of_other_editions_look_like():
    member = factories.make_user()
    elsewhere, _chair = makers.deciding_edition()
    factories.make_juror(elsewhere, user=member)
    session, entry, _seat = _session_where_the_chair_abstains(member)
    assert can_decide(member, session, entry)


def test_whoever_left_the_jury_decides_nothing():
    session, entry, seat = _session_where_the_chair_abstains(factories.make_user())
    seat.is_active = False
    seat.save()
    assert not can_decide(seat.user, session, entry)


def test_whoever_is_in_conflict_decides_nothing_and_reads_why():
    session, entry, seat = _session_where_the_chair_abstains(factories.make_user())
    seat.employer = entry.unit
    seat.save()
    verdict = can_decide(seat.user, session, entry)
    assert not verdict
    assert "konfli" in verdict.reason
