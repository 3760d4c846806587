"""Who may read a document."""

import pytest

from awards.permissions import can_announce, can_read_sessions
from awards.queries import visible_to
from awards.services import ensure_confirmation
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
