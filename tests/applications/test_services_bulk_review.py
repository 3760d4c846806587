"""Accepting many entries at once."""

import threading

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from applications.models import Application
from applications.queries.acceptance import Candidate, Candidates
from applications.services import bulk_review, locks, review
from applications.services.bulk_review import accept_many
from common.errors import Conflict, NotPermitted
from common.models import JournalEntry
from contest.services import locked_edition, move_phase
from contest.services import locks as editions
from notifications.models import OutboxMessage
from tests.applications.review_cases import make_checks, make_returned, make_sent, make_version
from tests.factories import make_edition, make_juror, make_member, make_officer, make_user
from tests.together import raised, together

pytestmark = pytest.mark.django_db


def ids(applications):
    return [application.pk for application in applications]


def states():
    return set(Application.objects.values_list("state", flat=True))


def test_many_entries_are_accepted_with_a_journal_row_each_and_a_mail_for_each_member():
    officer, edition = make_officer(), make_edition("FORMAL_REVIEW")
    entries = [make_sent(edition=edition) for _ in range(3)]
    make_member(entries[0].unit, language="en")

    assert accept_many(actor=officer, edition_id=edition.pk, application_ids=ids(entries)) == 3

    assert states() == {"ELIGIBLE"}
    rows = JournalEntry.objects.filter(action="application.accept")
    assert {row.target_id for row in rows} == set(ids(entries))
    assert {(row.actor_id, row.data["before"], row.data["after"]) for row in rows} == {
        (officer.pk, "SUBMITTED", "ELIGIBLE")
    }
    mails = OutboxMessage.objects.filter(kind="application_accepted")
    assert mails.count() == 4
    assert set(mails.values_list("language", flat=True)) == {"pl", "en"}


def test_bulk_and_single_acceptance_never_tell_the_same_thing_twice():
    edition = make_edition("FORMAL_REVIEW")
    single, bulk = make_sent(edition=edition), make_sent(edition=edition)
    officer = make_officer()
    review.accept_application(actor=officer, application_id=single.pk, version_number=1)
    accept_many(actor=officer, edition_id=edition.pk, application_ids=[bulk.pk])
    keys = dict(OutboxMessage.objects.values_list("subject_key", "context"))
    assert set(keys) == {f"application:{single.pk}:v1", f"application:{bulk.pk}:v1"}
    assert keys[f"application:{single.pk}:v1"].keys() == keys[f"application:{bulk.pk}:v1"].keys()


def spoiled(kind, edition):
    match kind:
        case "not checked":
            return make_sent(edition=edition, checked=6)
        case "not met":
            return make_sent(edition=edition, unmet=("COMPLETE",))
        case "newer version":
            entry = make_sent(edition=edition)
            make_version(entry)
            return entry
        case "returned":
            entry = make_returned(edition=edition)
            make_checks(make_version(entry))
            return entry
        case "already accepted":
            return make_sent("ELIGIBLE", edition=edition)
        case _:
            return make_sent(edition=make_edition("FORMAL_REVIEW"))


@pytest.mark.parametrize(
    "kind", ["not checked", "not met", "newer version", "returned", "already accepted", "other edition"]
)
def test_one_entry_that_cannot_be_accepted_stops_them_all(kind):
    edition = make_edition("FORMAL_REVIEW")
    good, bad = make_sent(edition=edition), spoiled(kind, edition)
    with pytest.raises(Conflict):
        accept_many(actor=make_officer(), edition_id=edition.pk, application_ids=ids([good, bad]))
    assert Application.objects.get(pk=good.pk).state == "SUBMITTED"
    assert not OutboxMessage.objects.exists()
    assert not JournalEntry.objects.exists()


def test_an_officer_cannot_accept_an_entry_of_their_own_unit_among_others():
    edition, officer = make_edition("FORMAL_REVIEW"), make_officer()
    good, own = make_sent(edition=edition), make_sent(edition=edition)
    officer.memberships.create(unit=own.unit, status="ACTIVE")
    with pytest.raises(Conflict):
        accept_many(actor=officer, edition_id=edition.pk, application_ids=ids([good, own]))
    assert states() == {"SUBMITTED"}


def test_accepting_nothing_is_refused():
    edition = make_edition("FORMAL_REVIEW")
    with pytest.raises(Conflict):
        accept_many(actor=make_officer(), edition_id=edition.pk, application_ids=[])


@pytest.mark.parametrize("phase", ["SCORING", "VISITS", "DECISION", "ANNOUNCED"])
def test_after_the_formal_review_nothing_is_accepted(phase):
    edition = make_edition(phase)
    entry = make_sent(edition=edition)
    with pytest.raises(Conflict):
        accept_many(actor=make_officer(), edition_id=edition.pk, application_ids=[entry.pk])


@pytest.mark.parametrize("who", ["person", "auditor", "officer on the jury"])
def test_only_an_organiser_of_the_edition_accepts(who):
    edition = make_edition("FORMAL_REVIEW")
    entry = make_sent(edition=edition)
    actor = {
        "person": lambda: make_user(),
        "auditor": lambda: make_user("", "AUDITOR"),
        "officer on the jury": lambda: make_juror(edition, user=make_officer()).user,
    }[who]()
    with pytest.raises(NotPermitted):
        accept_many(actor=actor, edition_id=edition.pk, application_ids=[entry.pk])
    assert states() == {"SUBMITTED"}


def test_accepting_thirty_takes_as_many_statements_as_three():
    def statements(count):
        officer = make_officer()
        edition = make_edition("FORMAL_REVIEW")
        entries = [make_sent(edition=edition) for _ in range(count)]
        with CaptureQueriesContext(connection) as captured:
            accept_many(actor=officer, edition_id=edition.pk, application_ids=ids(entries))
        return len(captured)

    assert statements(3) == statements(30) <= 17


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("locked", [True, False])
def test_of_two_officers_who_decide_at_once_one_wins(monkeypatch, locked):
    """With the lock off (the negative control) both believe they decided, and both tell the applicant."""
    application = make_sent(unmet=("COMPLETE",))
    officers = [make_officer(), make_officer()]
    if not locked:
        for held in (locks, editions):
            monkeypatch.setattr(held, "lock_row", lambda rows, **lookup: rows.get(**lookup))
    both_read = threading.Barrier(2, timeout=5)
    advance = review.advance

    def advance_when_both_have_read(*args):
        if not locked:
            both_read.wait()
        advance(*args)

    monkeypatch.setattr(review, "advance", advance_when_both_have_read)
    entry = {"application_id": application.pk, "version_number": 1}
    outcomes = together(
        lambda: review.reject_application(actor=officers[0], **entry, reason="Braki."),
        lambda: review.request_completion(actor=officers[1], **entry, due_on=review.earliest_due()),
    )
    assert [type(error) for error in raised(outcomes)] == ([Conflict] if locked else [])
    decided = JournalEntry.objects.filter(action__in=["application.reject", "application.request_completion"])
    assert decided.count() == (1 if locked else 2)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_accepting_waits_for_a_phase_that_is_just_moving_on():
    """Scoring opens in one transaction while an officer accepts: the acceptance sees the new phase and is refused."""
    edition = make_edition("FORMAL_REVIEW")
    application = make_sent(edition=edition)
    organiser, officer = make_officer(), make_officer()
    outcome = []

    def accept():
        try:
            bulk_review.accept_many(actor=officer, edition_id=edition.pk, application_ids=[application.pk])
            outcome.append("accepted")
        except Conflict:
            outcome.append("conflict")
        finally:
            connection.close()

    with transaction.atomic():
        move_phase(actor=organiser, edition=locked_edition(edition.pk), transition="open_scoring")
        thread = threading.Thread(target=accept)
        thread.start()
        thread.join(0.5)
        assert thread.is_alive()
    thread.join(20)
    assert outcome == ["conflict"]


def test_the_workflow_has_the_last_word_on_what_is_moved(monkeypatch):
    edition = make_edition("FORMAL_REVIEW")
    entry = make_sent("ELIGIBLE", edition=edition)
    ready = Candidate(entry.pk, "", "", entry.unit_id, "", version_number=1)
    monkeypatch.setattr(bulk_review, "judge", lambda *_: Candidates(ready=[ready]))
    with pytest.raises(Conflict):
        accept_many(actor=make_officer(), edition_id=edition.pk, application_ids=[entry.pk])
    assert not OutboxMessage.objects.exists()
