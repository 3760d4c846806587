"""Two organisers, or a retry, publish the same announced edition at once: one record an award."""

import pytest
from django.db import IntegrityError
from django.utils import timezone

from contest.models import Edition
from contest.workflow import Phase
from practices.models import Practice
from practices.services import publish_announced, publish_from_awards
from tests.factories import make_edition
from tests.practices.test_publish import make_award
from tests.together import raised, together

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
AT_ONCE = 4


@pytest.fixture
def edition() -> Edition:
    edition = make_edition(Phase.ANNOUNCED, announced_at=timezone.now())
    for _ in range(30):
        make_award(edition)
    return edition


def test_under_the_lock_everybody_succeeds_and_nothing_is_double(edition: Edition) -> None:
    outcomes = together(*[lambda: publish_announced(edition_id=edition.pk)] * AT_ONCE)
    assert raised(outcomes) == []
    assert Practice.objects.count() == 30


def test_without_the_lock_the_race_is_real_and_the_database_refuses_it(edition: Edition) -> None:
    """The negative control: the same act without the edition's row lock meets the unique constraint."""
    outcomes = together(*[lambda: publish_from_awards(actor=None, edition=edition)] * AT_ONCE)
    assert any(isinstance(outcome, IntegrityError) for outcome in outcomes)
    assert Practice.objects.count() == 30
