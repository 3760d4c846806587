"""Two organisers, or a retry, publish the same announced edition at once: one record an award."""

import threading
from collections.abc import Callable

import pytest
from django.db import IntegrityError, connection
from django.utils import timezone

from contest.models import Edition
from contest.workflow import Phase
from practices.models import Practice
from practices.services import publish_announced, publish_from_awards
from tests.factories import make_edition
from tests.practices.test_publish import make_award

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
AT_ONCE = 4


def _together(act: Callable[[], object]) -> list[BaseException]:
    """Run `act` in several threads started at one moment; the errors they met."""
    errors: list[BaseException] = []
    gate = threading.Barrier(AT_ONCE)

    def run() -> None:
        try:
            gate.wait()
            act()
        except BaseException as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return errors


@pytest.fixture
def edition() -> Edition:
    edition = make_edition(Phase.ANNOUNCED, announced_at=timezone.now())
    for _ in range(30):
        make_award(edition)
    return edition


def test_under_the_lock_everybody_succeeds_and_nothing_is_double(edition: Edition) -> None:
    assert _together(lambda: publish_announced(edition_id=edition.pk)) == []
    assert Practice.objects.count() == 30


def test_without_the_lock_the_race_is_real_and_the_database_refuses_it(edition: Edition) -> None:
    """The negative control: the same act without the edition's row lock meets the unique constraint."""
    errors = _together(lambda: publish_from_awards(actor=None, edition=edition))
    assert any(isinstance(error, IntegrityError) for error in errors)
    assert Practice.objects.count() == 30
