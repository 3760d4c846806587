"""What the journal says of scores cannot be guessed back into scores."""

import pytest

from common.models import JournalEntry
from tests.jury.helpers import scored_jury

pytestmark = pytest.mark.django_db


def test_equal_sheets_have_different_digests_so_trying_all_points_finds_nothing():
    scored_jury((8, 8), (8, 8))
    digests = [entry.data["sha256"] for entry in JournalEntry.objects.filter(action="jury.submit_sheet")]
    assert len(digests) == 4
    assert len(set(digests)) == 4
    assert not any("points" in entry.data or "scores" in entry.data for entry in JournalEntry.objects.all())
