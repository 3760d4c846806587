"""Moving many rows through one transition."""

import pytest

from applications.models import Application
from common.transitions import advance_many
from tests.factories import make_application, make_edition

pytestmark = pytest.mark.django_db


def test_only_rows_whose_state_allows_it_are_moved():
    edition = make_edition()
    for state in ("SUBMITTED", "RETURNED", "ELIGIBLE", "DRAFT"):
        make_application(edition, state=state)
    rows = Application.objects.filter(edition=edition)
    assert advance_many(rows, "reject", decision_reason="Braki.") == 2
    assert sorted(rows.values_list("state", flat=True)) == ["DRAFT", "ELIGIBLE", "INELIGIBLE", "INELIGIBLE"]
    assert set(rows.filter(state="INELIGIBLE").values_list("decision_reason", flat=True)) == {"Braki."}


def test_a_transition_with_a_choice_of_targets_cannot_be_made_in_bulk():
    with pytest.raises(TypeError):
        advance_many(Application.objects.all(), "award")
