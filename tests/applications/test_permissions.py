"""Who may read an entry."""

import pytest

from applications.permissions import can_view
from tests import factories
from tests.applications.entry_pages import sent

pytestmark = pytest.mark.django_db


def test_an_organiser_on_the_jury_of_an_edition_reads_its_entries_as_a_juror_or_not_at_all():
    draft = factories.make_complete_draft()
    entry = sent(draft, factories.make_member(draft.unit))
    officer = factories.make_officer()
    assert can_view(officer, entry)
    factories.make_juror(entry.edition, user=officer)
    assert not can_view(officer, entry)
