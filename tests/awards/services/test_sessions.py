"""Sessions of the jury: who may decide, when, and what closing does."""

from datetime import date

import pytest

from applications.models import Application
from awards.models import AwardKind, Decision
from awards.queries.sessions import matters_of, present_at
from awards.services import JuryVerdict, close_session, decide, open_session, take_back, update_session
from common.errors import Conflict, Invalid, NotPermitted
from common.models import JournalEntry
from contest.models import Edition
from contest.workflow import Phase
from tests import factories
from tests.awards import makers

pytestmark = pytest.mark.django_db

GOOD = JuryVerdict(kind="LAUREATE", justification="Trwała i mierzalna.")


@pytest.fixture
def panel():
    """The edition, its chair, an open session, a finalist."""
    edition, chair = makers.deciding_edition()
    session = makers.open_session(edition, chair)
    return edition, chair, session, factories.make_application(edition, state="FINALIST")


def begin(edition, actor, *present, **fields):
    fields = {"held_on": date(2026, 10, 22), "place": "Poznań"} | fields
    return open_session(actor=actor, edition_id=edition.pk, attendee_ids=[member.pk for member in present], **fields)


def give(session, entry, actor, verdict=GOOD):
    return decide(actor=actor, session_id=session.pk, application_id=entry.pk, verdict=verdict)


def in_phase(edition, phase):
    Edition.objects.filter(pk=edition.pk).update(phase=phase)


def test_sessions_are_numbered_within_the_edition_and_one_is_open_at_a_time():
    edition, chair = makers.deciding_edition()
    first = begin(edition, chair.user, chair)
    assert (first.number, list(first.attendees.all())) == (1, [chair])
    with pytest.raises(Conflict):
        begin(edition, chair.user, chair)
    close_session(actor=chair.user, session_id=first.pk)
    assert begin(edition, chair.user, chair).number == 2
    assert JournalEntry.objects.filter(action="session.open").count() == 2


def test_a_session_needs_members_of_this_jury():
    edition, chair = makers.deciding_edition()
    stranger = factories.make_juror(factories.make_edition())
    for present in ((), (stranger,)):
        with pytest.raises(Invalid):
            begin(edition, chair.user, *present)


def test_only_the_chair_runs_sessions(panel):
    edition, _chair, session, _entry = panel
    juror = factories.make_juror(edition)
    officer = factories.make_officer()
    for person in (juror.user, officer):
        with pytest.raises(NotPermitted):
            begin(edition, person, juror)
        with pytest.raises(NotPermitted):
            close_session(actor=person, session_id=session.pk)
        with pytest.raises(NotPermitted):
            update_session(
                actor=person, session_id=session.pk, held_on=date(2026, 1, 1), place="", attendee_ids=[juror.pk]
            )


@pytest.mark.parametrize("phase", [Phase.VISITS, Phase.ANNOUNCED])
def test_outside_the_decision_phase_nothing_is_decided(panel, phase):
    edition, chair, session, entry = panel
    in_phase(edition, phase)
    with pytest.raises(Conflict):
        give(session, entry, chair.user)
    with pytest.raises(Conflict):
        close_session(actor=chair.user, session_id=session.pk)
    session.delete()
    with pytest.raises(Conflict):
        begin(edition, chair.user, chair)


def test_an_open_protocol_can_be_corrected(panel):
    edition, chair, session, _entry = panel
    juror = factories.make_juror(edition)
    update_session(
        actor=chair.user,
        session_id=session.pk,
        held_on=date(2026, 10, 23),
        place=" Kraków ",
        attendee_ids=[juror.pk],
    )
    session.refresh_from_db()
    assert (session.held_on, session.place, list(session.attendees.all())) == (date(2026, 10, 23), "Kraków", [juror])


def test_a_decision_is_recorded_changed_and_taken_back_until_closing(panel):
    _edition, chair, session, entry = panel
    give(session, entry, chair.user)
    changed = give(session, entry, chair.user, JuryVerdict(kind="FINALIST", justification=" Jednak nie. "))
    assert Decision.objects.get() == changed
    assert (changed.kind, changed.justification) == ("FINALIST", "Jednak nie.")
    take_back(actor=chair.user, session_id=session.pk, application_id=entry.pk)
    assert not Decision.objects.exists()
    with pytest.raises(Conflict):
        take_back(actor=chair.user, session_id=session.pk, application_id=entry.pk)
    actions = list(JournalEntry.objects.order_by("pk").values_list("action", flat=True))
    assert actions == ["decision.record", "decision.record", "decision.take_back"]


def test_a_recorded_decision_moves_nothing_before_closing(panel):
    _edition, chair, session, entry = panel
    give(session, entry, chair.user)
    assert Application.objects.get().state == "FINALIST"


@pytest.mark.parametrize(
    "verdict",
    [
        JuryVerdict(kind="LAUREATE", justification="  "),
        JuryVerdict(kind="WINNER", justification="x"),
        JuryVerdict(kind="LAUREATE", justification="x", place=1),
    ],
)
def test_a_decision_without_justification_unknown_or_with_a_place_out_of_place_is_refused(panel, verdict):
    _edition, chair, session, entry = panel
    with pytest.raises(Invalid):
        give(session, entry, chair.user, verdict)
    assert not Decision.objects.exists()


def test_in_an_edition_with_places_a_laureate_has_one_and_a_mention_none():
    edition, chair = makers.deciding_edition(has_places=True)
    session = makers.open_session(edition, chair)
    entry = factories.make_application(edition, state="FINALIST")
    with pytest.raises(Invalid):
        give(session, entry, chair.user)
    with pytest.raises(Invalid):
        give(session, entry, chair.user, JuryVerdict(kind="HONOURABLE_MENTION", justification="x", place=2))
    assert give(session, entry, chair.user, JuryVerdict(kind="LAUREATE", justification="x", place=2)).place == 2


def test_only_finalists_of_the_edition_are_decided_on(panel):
    edition, chair, session, _entry = panel
    scored = factories.make_application(edition, state="SCORED")
    with pytest.raises(Conflict):
        give(session, scored, chair.user)
    foreign = factories.make_application(makers.deciding_edition()[0], state="FINALIST")
    with pytest.raises(Application.DoesNotExist):
        give(session, foreign, chair.user)


def test_a_chair_in_conflict_abstains_and_another_present_member_records(panel):
    edition, chair, session, entry = panel
    chair.employer = entry.unit
    chair.save()
    present, absent = factories.make_juror(edition), factories.make_juror(edition)
    session.attendees.add(present)
    with pytest.raises(NotPermitted):
        give(session, entry, chair.user)
    with pytest.raises(NotPermitted):
        give(session, entry, absent.user)
    assert give(session, entry, present.user).decided_by == present.user
    (matter,) = matters_of(session, present_at(session))
    assert matter.abstaining == [chair]


def test_a_juror_does_not_record_where_the_chair_may(panel):
    edition, _chair, session, entry = panel
    juror = factories.make_juror(edition)
    session.attendees.add(juror)
    for person in (juror.user, factories.make_officer()):
        with pytest.raises(NotPermitted):
            give(session, entry, person)
        with pytest.raises(NotPermitted):
            take_back(actor=person, session_id=session.pk, application_id=entry.pk)


def test_closing_turns_decisions_into_states_and_a_finalist_without_award_stays(panel):
    edition, chair, session, entry = panel
    kinds = [AwardKind.LAUREATE, AwardKind.HONOURABLE_MENTION, AwardKind.SPECIAL_MENTION, AwardKind.FINALIST]
    entries = [entry] + [factories.make_application(edition, state="FINALIST") for _ in kinds[1:]]
    waiting = factories.make_application(edition, state="FINALIST")
    for kind, finalist in zip(kinds, entries, strict=True):
        give(session, finalist, chair.user, JuryVerdict(kind=kind, justification="x"))
    close_session(actor=chair.user, session_id=session.pk, minutes=" Obrady trwały dwie godziny. ")
    states = [Application.objects.get(pk=finalist.pk).state for finalist in entries]
    assert states == ["LAUREATE", "HONOURABLE_MENTION", "SPECIAL_MENTION", "FINALIST"]
    assert Application.objects.get(pk=waiting.pk).state == "FINALIST"
    session.refresh_from_db()
    assert session.closed_at
    assert session.minutes == "Obrady trwały dwie godziny."
    journal = JournalEntry.objects.filter(action="application.award").order_by("target_id")
    assert [row.data["state"] for row in journal] == states
    assert {matter.application.pk for matter in matters_of(session, [])} == {finalist.pk for finalist in entries}


def test_closed_minutes_are_final(panel):
    _edition, chair, session, entry = panel
    give(session, entry, chair.user, JuryVerdict(kind="FINALIST", justification="x"))
    close_session(actor=chair.user, session_id=session.pk)
    for act in (
        lambda: give(session, entry, chair.user),
        lambda: take_back(actor=chair.user, session_id=session.pk, application_id=entry.pk),
        lambda: close_session(actor=chair.user, session_id=session.pk),
        lambda: update_session(
            actor=chair.user, session_id=session.pk, held_on=date(2026, 1, 1), place="", attendee_ids=[chair.pk]
        ),
    ):
        with pytest.raises(Conflict):
            act()


def test_another_session_does_not_decide_again(panel):
    edition, chair, session, entry = panel
    give(session, entry, chair.user, JuryVerdict(kind="FINALIST", justification="x"))
    close_session(actor=chair.user, session_id=session.pk)
    second = makers.open_session(edition, chair)
    with pytest.raises(Conflict):
        give(second, entry, chair.user)
    assert matters_of(second, []) == []


def test_closing_stops_when_an_entry_is_a_finalist_no_more(panel):
    _edition, chair, session, entry = panel
    give(session, entry, chair.user)
    Application.objects.filter(pk=entry.pk).update(state="WITHDRAWN")
    with pytest.raises(Conflict, match=entry.number):
        close_session(actor=chair.user, session_id=session.pk)
    session.refresh_from_db()
    assert session.closed_at is None
