from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import User
from applications.models import Application
from applications.workflow import State
from awards.models import Award, AwardKind
from common.sealing import seal_entries
from contest.models import Edition
from portal.demo.loader import load_demo
from portal.demo.people import NAMES, address
from practices.models import Practice

pytestmark = pytest.mark.django_db


@pytest.fixture
def demo(settings, tmp_path):
    settings.DEMO = True
    settings.VAR_DIR = tmp_path
    settings.MEDIA_ROOT = tmp_path / "media"
    load_demo(timezone.localdate())


@pytest.mark.usefixtures("demo")
def test_the_demonstration_shows_facts_of_the_past_and_examples_in_every_state(capsys):
    """One test of many sentences: loading takes seconds."""
    _an_entry_in_every_state_and_every_account()
    _past_editions_hold_facts_and_nothing_invented()
    _the_practice_of_the_seed_has_an_unknown_population()
    _invented_practices_are_marked_as_examples()
    _the_journal_verifies(capsys)
    _loading_again_changes_nothing()


def _an_entry_in_every_state_and_every_account():
    assert set(Application.objects.values_list("state", flat=True)) == set(State.values)
    assert User.objects.filter(email__in=[address(name) for name in NAMES]).count() == len(NAMES)


def _past_editions_hold_facts_and_nothing_invented():
    laureates = Award.objects.filter(edition__slug="2011", kind=AwardKind.LAUREATE)
    assert laureates.count() == 12
    assert not laureates.exclude(domain=None).exists()
    assert not laureates.exclude(title="").exists()
    edition = Edition.objects.get(slug="2012")
    deadline = timezone.localtime(edition.submission_deadline)
    assert (deadline.date(), deadline.hour, deadline.minute) == (date(2012, 6, 15), 23, 59)
    assert not edition.awards.exists()


def _the_practice_of_the_seed_has_an_unknown_population():
    practice = Practice.objects.get(unit__code="0202021", added_on=date(2013, 3, 30))
    assert practice.population is None
    assert practice.implementing_unit == "Urząd Miasta w Dzierżoniowie"


def _invented_practices_are_marked_as_examples():
    titles = Application.objects.values_list("title", flat=True)
    assert all(title.startswith("Przykład: ") for title in titles)
    assert not Edition.objects.filter(is_demo=True, applications=None).exists()


def _the_journal_verifies(capsys):
    seal_entries()
    call_command("verify_journal")
    assert capsys.readouterr().out


def _loading_again_changes_nothing():
    counts = [model.objects.count() for model in (User, Edition, Application, Award, Practice)]
    assert load_demo(timezone.localdate()) is False
    assert counts == [model.objects.count() for model in (User, Edition, Application, Award, Practice)]


def test_the_demonstration_is_refused_outside_a_demonstration(settings):
    settings.DEMO = False
    with pytest.raises(CommandError):
        call_command("demo")
