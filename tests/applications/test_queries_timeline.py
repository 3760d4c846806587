"""The history of an entry in plain words."""

import pytest
from django.utils import timezone
from django.utils.translation import override

from applications.queries.listing import sent_entries
from applications.queries.timeline import timeline_of
from applications.services import review
from common.models import JournalEntry
from tests.applications.review_cases import make_sent
from tests.factories import make_member, make_officer

pytestmark = pytest.mark.django_db


def test_each_step_says_who_what_and_until_when():
    application, officer = make_sent(unmet=("SIGNED",)), make_officer("Olga Nowak")
    version = application.versions.get()
    review.save_findings(
        actor=officer,
        application_id=application.pk,
        version_number=1,
        findings=[review.Finding("IN_TIME", met=True), review.Finding("SIGNED", met=False, note="Brak podpisu.")],
        seen=review.findings_digest(version.checks.all()),
    )
    review.request_completion(
        actor=officer, application_id=application.pk, version_number=1, due_on=review.earliest_due()
    )
    with override("pl"):
        asked, checked = timeline_of(application)
    assert asked.text == "Wezwano do uzupełnienia"
    assert asked.detail.startswith("Olga Nowak · podpisane przez osobę upoważnioną · do ")
    assert asked.detail.endswith("23:59")
    assert checked.detail == "Olga Nowak · spełnione kryteria: 1 z 7"


def test_a_step_of_the_timetable_has_no_person_and_a_submission_its_version():
    application = make_sent()
    entry = {"target_type": "applications.application", "target_id": application.pk, "happened_at": timezone.now()}
    JournalEntry.objects.create(action="application.resubmit", data={"version": 2}, **entry)
    JournalEntry.objects.create(action="application.open_scoring", data={}, **entry)
    JournalEntry.objects.create(action="application.save", data={}, **entry)
    JournalEntry.objects.create(action="application.submit", data={}, **(entry | {"target_type": "contest.edition"}))
    with override("pl"):
        events = timeline_of(application)
    assert [(event.text, event.detail) for event in events] == [
        ("Rozpoczęto ocenę merytoryczną", ""),
        ("Złożono ponownie po uzupełnieniu", "wersja 2"),
    ]


def test_people_without_a_role_get_no_entries_from_the_organisers_door():
    application = make_sent()
    assert not sent_entries(make_member(application.unit)).exists()
    assert sent_entries(make_officer()).get() == application
