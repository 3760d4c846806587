"""What the journal says of scores cannot be guessed back into scores."""

import pytest

from common.models import JournalEntry
from jury import services
from tests.jury.helpers import assign, make_jury, marks

pytestmark = pytest.mark.django_db


def test_equal_sheets_have_different_digests_so_trying_all_points_finds_nothing():
    jury = make_jury(entries=2, jurors=2)
    for entry in jury.entries:
        for juror in jury.jurors[:2]:
            assignment = assign(entry, juror)
            services.save_scores(
                actor=juror.user, assignment_id=assignment.pk, revision=0, marks=marks(jury.edition, 8), summary=""
            )
            services.submit_sheet(actor=juror.user, assignment_id=assignment.pk)
    entries = JournalEntry.objects.filter(action="jury.submit_sheet")
    assert len({entry.data["sha256"] for entry in entries}) == len(entries) == 4
    assert not any({"points", "scores", "total"} & entry.data.keys() for entry in entries)
