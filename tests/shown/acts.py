"""Every act that cannot be taken back, by its name in the register: the page, and facts that change behind it."""

from collections.abc import Callable
from datetime import date, timedelta
from importlib import import_module
from typing import Any

from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, MembershipRole, User
from applications.models import Application, Attachment, CompletionRequest, EligibilityCheck
from awards.models import AwardKind, Certificate, Decision, JurySession
from common.web.shown import ACTS
from contest.models import Criterion, Edition, JuryMember
from contest.workflow import Phase
from jury import services as jury_services
from jury.models import Assignment, Score, ScoreSheet, ScoringRound, SiteVisit
from jury.queries.progress import proposal_for
from jury.queries.results import current_round
from notifications.models import OutboxMessage
from notifications.outbox_types import Recipient
from notifications.services import enqueue
from practices.models import Practice, PracticeContact
from tests.applications.review_cases import make_appealed, make_returned, make_sent
from tests.awards import makers
from tests.factories import (
    make_application,
    make_complete_draft,
    make_edition,
    make_juror,
    make_member,
    make_officer,
    make_unit,
    make_user,
)
from tests.jury.helpers import add_entry, assign, closed_jury, make_jury, marks, score, scored_jury
from tests.practices.makers import make_decided, make_practice
from tests.shown.scene import Scene

SCENES: dict[str, Callable[[], Scene]] = {}
import_module("config.urls")  # every page, and with it every act, is known


def scene(code: str) -> Callable[[Callable[[], Scene]], Callable[[], Scene]]:
    assert code in ACTS, f"{code} is no act of the register"

    def keep(make: Callable[[], Scene]) -> Callable[[], Scene]:
        SCENES[code] = make
        return make

    return keep


def entry(pk: int) -> Any:
    return Application.objects.filter(pk=pk)


def is_in(pk: int, *states: str) -> Callable[[], bool]:
    return lambda: entry(pk).get().state in states


def phase_is(edition: Edition, phase: str) -> Callable[[], bool]:
    return lambda: Edition.objects.get(pk=edition.pk).phase == phase


# --- Applicants -------------------------------------------------------------------------------
@scene("application.send")
def send() -> Scene:
    draft = make_complete_draft()
    first = draft.attachments.first()
    return Scene(
        make_member(draft.unit),
        reverse("applications:submit", args=[draft.pk]),
        is_in(draft.pk, "SUBMITTED"),
        {
            "a text": lambda: entry(draft.pk).update(goals="Cele według kolegi."),
            "a title": lambda: entry(draft.pk).update(title="Inny tytuł"),
            "a consent": lambda: entry(draft.pk).update(contact_consent=not draft.contact_consent),
            "a number": lambda: entry(draft.pk).update(population=123),
            "a domain": lambda: entry(draft.pk).update(domain=draft.edition.domains.last()),
            "a file more": lambda: Attachment.objects.create(
                application=draft, file=first.file, name="nowy.pdf", size=1, sha256="1" * 64
            ),
            "a file's content": lambda: Attachment.objects.filter(pk=first.pk).update(sha256="2" * 64),
        },
        page=reverse("applications:check", args=[draft.pk]),
    )


@scene("application.send_again")
def send_again() -> Scene:
    draft = make_complete_draft(state="RETURNED")
    makers.submitted_version(draft)
    call = CompletionRequest.objects.create(
        application=draft,
        points=[{"criterion": "COMPLETE", "note": "Brak."}],
        due_at=timezone.now() + timedelta(days=3),
        requested_at=timezone.now(),
    )

    def another_call() -> None:
        CompletionRequest.objects.filter(pk=call.pk).update(answered_at=timezone.now())
        call.pk = None
        call.save(force_insert=True)

    return Scene(
        make_member(draft.unit),
        reverse("applications:complete", args=[draft.pk]),
        is_in(draft.pk, "SUBMITTED"),
        {
            "a text": lambda: entry(draft.pk).update(results="Wyniki według kolegi."),
            "another call": another_call,
        },
    )


@scene("application.withdraw")
def withdraw() -> Scene:
    draft = make_complete_draft()
    return Scene(
        make_member(draft.unit, MembershipRole.SIGNATORY),
        reverse("applications:withdraw", args=[draft.pk]),
        is_in(draft.pk, "WITHDRAWN"),
        {
            "sent meanwhile": lambda: entry(draft.pk).update(
                state="SUBMITTED", number="SLZ-1", submitted_at=timezone.now()
            ),
            "another title": lambda: entry(draft.pk).update(title="Inny tytuł"),
        },
        {"reason": "Powód, który zostaje."},
        typed="Powód, który zostaje.",
    )


@scene("application.appeal")
def appeal() -> Scene:
    found = make_sent("INELIGIBLE", decision_reason="Poza dziedziną.", edition=make_edition(Phase.FORMAL_REVIEW))
    text = {"text": "Nie zgadzamy się z tym."}
    return Scene(
        make_member(found.unit),
        reverse("applications:appeal", args=[found.pk]),
        lambda: found.appeals.exists(),
        {"another reason": lambda: entry(found.pk).update(decision_reason="Poza terminem.")},
        text | {"send": "1"},
        preview=text | {"preview": "1"},
        typed=text["text"],
    )


@scene("application.withdraw_contact")
def withdraw_contact() -> Scene:
    found = make_application(state="SUBMITTED", contact_consent=True, contact_name="Ewa Nowak")
    return Scene(
        make_member(found.unit),
        reverse("applications:withdraw_contact", args=[found.pk]),
        lambda: not entry(found.pk).get().contact_consent,
        {"another person": lambda: entry(found.pk).update(contact_name="Jan Kowalski")},
    )


# --- The formal review ------------------------------------------------------------------------
def _review(name: str, found: Application, becomes: str, given: dict[str, Any], more: dict[str, Any]) -> Scene:
    given = {"version": 1, **given}
    return Scene(
        make_officer(),
        reverse(f"applications:{name}", args=[found.pk]),
        is_in(found.pk, becomes),
        {"a recipient": lambda: make_member(found.unit), **more},
        given | {"step": "send"},
        preview=None if name == "accept" else given | {"step": "preview"},
        typed=given.get("reason") or given.get("message", ""),
    )


def _note(found: Application) -> dict[str, Any]:
    checks = EligibilityCheck.objects.filter(version__application=found, met=False)
    return {"a finding": lambda: checks.update(note="Inna uwaga.")}


@scene("application.accept")
def accept() -> Scene:
    found = make_sent(edition=make_edition(Phase.FORMAL_REVIEW))
    note = lambda: EligibilityCheck.objects.filter(version__application=found).update(note="Dopisek.")  # noqa: E731
    return _review("accept", found, "ELIGIBLE", {}, {"a finding": note})


@scene("application.request_completion")
def request_completion() -> Scene:
    found = make_sent(edition=make_edition(Phase.FORMAL_REVIEW), unmet=("COMPLETE",))
    given = {"due_on": (timezone.localdate() + timedelta(days=7)).isoformat(), "message": "Prosimy o podpis."}
    return _review("request_completion", found, "RETURNED", given, _note(found))


@scene("application.reject")
def reject() -> Scene:
    found = make_sent(edition=make_edition(Phase.FORMAL_REVIEW), unmet=("IN_DOMAIN",))
    return _review("reject", found, "INELIGIBLE", {"reason": "Nie mieści się."}, _note(found))


@scene("application.extend_completion")
def extend_completion() -> Scene:
    found = make_returned(edition=make_edition(Phase.FORMAL_REVIEW))
    given = {"due_on": (timezone.localdate() + timedelta(days=9)).isoformat()}
    calls = CompletionRequest.objects.filter(application=found)
    before = calls.get().due_at
    later = before + timedelta(days=1)
    return Scene(
        make_officer(),
        reverse("applications:extend_completion", args=[found.pk]),
        lambda: calls.get().due_at not in (before, later),
        {"another date": lambda: calls.update(due_at=later)},
        given | {"step": "send"},
        preview=given | {"step": "preview"},
    )


@scene("application.decide_appeal")
def decide_appeal() -> Scene:
    found = make_appealed(edition=make_edition(Phase.FORMAL_REVIEW))
    given = {"appeal": found.appeals.get().pk, "decision": "uphold", "reason": "Zasadne."}
    return Scene(
        make_officer(),
        reverse("applications:decide_appeal", args=[found.pk]),
        is_in(found.pk, "SUBMITTED"),
        {"another reason": lambda: entry(found.pk).update(decision_reason="Inny powód.")},
        given | {"step": "send"},
        preview=given | {"step": "preview"},
        typed="Zasadne.",
    )


@scene("application.accept_many")
def accept_many() -> Scene:
    edition = make_edition(Phase.FORMAL_REVIEW)
    one, two = make_sent(edition=edition), make_sent(edition=edition)
    page = reverse("applications:bulk_accept", args=[edition.slug])
    return Scene(
        make_officer(),
        page,
        is_in(one.pk, "ELIGIBLE"),
        {
            "one withdrew": lambda: entry(two.pk).update(state="WITHDRAWN"),
            "a finding": lambda: EligibilityCheck.objects.filter(version__application=two).update(met=False),
        },
        {"entry": [one.pk, two.pk]},
        page=f"{page}?entry={one.pk}&entry={two.pk}",
    )


# --- Who acts for a unit ----------------------------------------------------------------------
@scene("accounts.decide_membership")
def decide_membership() -> Scene:
    unit = make_unit("Osiek")
    asked = Membership.objects.create(user=make_user("Anna Nowak"), unit=unit, position="sekretarz")
    rows, people = Membership.objects.filter(pk=asked.pk), User.objects.filter(pk=asked.user_id)
    colleague = make_member(unit)
    return Scene(
        make_officer(),
        reverse("accounts:membership_decide", args=[asked.pk]),
        lambda: rows.get().status == "ACTIVE",
        {
            "another role": lambda: rows.update(role=MembershipRole.SIGNATORY),
            "another position": lambda: rows.update(position="stażysta"),
            "another unit": lambda: rows.update(unit=make_unit("Osiek")),
            "another name": lambda: people.update(full_name="Jan Kowalski"),
            "another address": lambda: people.update(email="inny@example.org"),
            "a member more": lambda: make_member(unit),
            "another role of a member": lambda: Membership.objects.filter(user=colleague).update(role="SIGNATORY"),
            "decided meanwhile": lambda: rows.update(status="REFUSED"),
        },
        {"approve": "1"},
    )


# --- The edition ------------------------------------------------------------------------------
@scene("contest.close_call")
def close_call() -> Scene:
    edition = make_edition(submission_deadline=timezone.now() - timedelta(hours=1))
    return Scene(
        make_officer(),
        reverse("contest:close_call", args=[edition.slug]),
        phase_is(edition, Phase.FORMAL_REVIEW),
        {
            "another deadline": lambda: Edition.objects.filter(pk=edition.pk).update(
                submission_deadline=timezone.now() - timedelta(minutes=5)
            )
        },
        page=reverse("contest:organiser_edition", args=[edition.slug]),
    )


@scene("contest.archive")
def archive() -> Scene:
    edition = make_edition(Phase.ANNOUNCED, announced_at=timezone.now())
    return Scene(
        make_officer(),
        reverse("contest:archive", args=[edition.slug]),
        phase_is(edition, Phase.ARCHIVED),
        {"another title": lambda: Edition.objects.filter(pk=edition.pk).update(title="Inna nazwa")},
    )


@scene("contest.remove_jury_member")
def remove_jury_member() -> Scene:
    edition = make_edition(Phase.PREPARATION)
    member = make_juror(edition)
    return Scene(
        make_officer(),
        reverse("contest:jury_member_remove", args=[edition.slug, member.pk]),
        lambda: not JuryMember.objects.filter(pk=member.pk).exists(),
        {"made the chair": lambda: JuryMember.objects.filter(pk=member.pk).update(role="CHAIR")},
        page=reverse("contest:jury_member", args=[edition.slug, member.pk]),
        nth=1,
    )


# --- The jury ---------------------------------------------------------------------------------
@scene("jury.open_scoring")
def open_scoring() -> Scene:
    jury = make_jury(entries=0, phase=Phase.FORMAL_REVIEW)
    add_entry(jury.edition, "ELIGIBLE")
    other = add_entry(jury.edition, "ELIGIBLE")
    return Scene(
        jury.officer,
        reverse("jury:open_scoring", args=[jury.edition.slug]),
        phase_is(jury.edition, Phase.SCORING),
        {"one withdrew": lambda: entry(other.pk).update(state="WITHDRAWN")},
    )


@scene("jury.close_scoring")
def close_scoring() -> Scene:
    jury = scored_jury((8, 7), (6, 6))
    sheet = ScoreSheet.objects.get(assignment__application=jury.entries[0], assignment__juror=jury.jurors[0])
    sheets = ScoreSheet.objects.filter(assignment__application__edition=jury.edition)
    low, high, *_others = sheets.values_list("pk", flat=True)
    return Scene(
        jury.chair.user,
        reverse("jury:close_scoring", args=[jury.edition.slug]),
        phase_is(jury.edition, Phase.VISITS),
        {
            "one withdrew": lambda: entry(jury.entries[1].pk).update(state="WITHDRAWN"),
            "one came": lambda: score(add_entry(jury.edition), (jury.jurors[0], 5), (jury.jurors[1], 5)),
            "a sheet saved anew": lambda: ScoreSheet.objects.filter(pk=sheet.pk).update(revision=9),
            "two sheets whose sum stays": lambda: (
                sheets.filter(pk=low).update(revision=F("revision") + 1),
                sheets.filter(pk=high).update(revision=F("revision") - 1),
            ),
            "a juror recused": lambda: Assignment.objects.filter(sheet=sheet).update(status="RECUSED"),
        },
    )


@scene("jury.reopen_scoring")
def reopen_scoring() -> Scene:
    jury = closed_jury((8, 7), (6, 6))
    return Scene(
        jury.chair.user,
        reverse("jury:reopen", args=[jury.edition.slug]),
        phase_is(jury.edition, Phase.SCORING),
        {
            "one disqualified": lambda: entry(jury.entries[1].pk).update(state="DISQUALIFIED"),
            "other results": lambda: ScoringRound.objects.update(sha256="f" * 64),
        },
        {"reason": "Błąd w karcie."},
        typed="Błąd w karcie.",
    )


@scene("jury.shortlist")
def shortlist() -> Scene:
    jury = closed_jury((8, 7), (8, 8), (2, 3))
    first, second, third = jury.entries
    given = {"entry": [first.pk, second.pk], "round": current_round(jury.edition).pk, "reason": "Wyjątek."}
    return Scene(
        jury.chair.user,
        reverse("jury:shortlist", args=[jury.edition.slug]),
        is_in(first.pk, "FINALIST"),
        {
            "one disqualified": lambda: entry(third.pk).update(state="DISQUALIFIED"),
            "a conflict": lambda: JuryMember.objects.filter(pk=jury.chair.pk).update(employer=second.unit),
            "another total": lambda: second.round_results.update(total="11.5"),
            "another threshold": lambda: second.round_results.update(above_threshold=False),
            "other results": lambda: ScoringRound.objects.update(sha256="f" * 64),
        },
        given | {"confirm": "1"},
        preview=given,
    )


def _finals() -> Any:
    jury = closed_jury((8, 7), (8, 8))
    jury_services.shortlist(
        actor=jury.chair.user,
        edition_id=jury.edition.pk,
        round_id=current_round(jury.edition).pk,
        finalist_ids=[row.pk for row in jury.entries],
    )
    return jury


@scene("jury.begin_decision")
def begin_decision() -> Scene:
    jury = _finals()
    visit = SiteVisit.objects.create(application=jury.entries[0], planned_on=date(2026, 10, 1))
    return Scene(
        jury.chair.user,
        reverse("jury:begin_decision", args=[jury.edition.slug]),
        phase_is(jury.edition, Phase.DECISION),
        {
            "a visit": lambda: SiteVisit.objects.filter(pk=visit.pk).update(visited_on=date(2026, 10, 1)),
            "one withdrew": lambda: entry(jury.entries[1].pk).update(state="WITHDRAWN"),
        },
    )


@scene("jury.disqualify")
def disqualify() -> Scene:
    jury = _finals()
    found = jury.entries[0]
    return Scene(
        jury.chair.user,
        reverse("jury:disqualify", args=[found.pk]),
        is_in(found.pk, "DISQUALIFIED"),
        {
            "another state": lambda: entry(found.pk).update(state="LAUREATE"),
            "another title": lambda: entry(found.pk).update(title="Inny tytuł"),
        },
        {"reason": "Plagiat całości."},
        typed="Plagiat całości.",
    )


@scene("jury.proposal")
def proposal() -> Scene:
    jury = make_jury()
    proposed, _lacking = proposal_for(jury.edition)
    (first, juror), *_others = proposed.pairs
    found = next(row for row in jury.entries if row.pk == first)
    new = next(row for row in jury.jurors if row.pk == juror)
    other = next(row for row in jury.jurors if (first, row.pk) not in proposed.pairs)
    return Scene(
        jury.officer,
        reverse("jury:proposal", args=[jury.edition.slug]),
        lambda: Assignment.objects.filter(application=found).count() == 2,
        {
            "another assigned by hand": lambda: assign(found, other, declared=False),
            "the same assigned by hand": lambda: assign(found, new, declared=False),
            "one withdrew": lambda: entry(first).update(state="WITHDRAWN"),
            "a juror left": lambda: JuryMember.objects.filter(pk=juror).update(is_active=False),
            "more readers wanted": lambda: Edition.objects.filter(pk=jury.edition.pk).update(jurors_per_application=3),
        },
        {"pair": [f"{one}-{two}" for one, two in proposed.pairs]},
    )


@scene("jury.submit_sheet")
def submit_sheet() -> Scene:
    jury = make_jury()
    found = assign(jury.entries[0], jury.jurors[0])
    actor = jury.jurors[0].user
    jury_services.save_scores(
        actor=actor, assignment_id=found.pk, revision=0, marks=marks(jury.edition, 7), summary="Opinia."
    )
    sheets, scores = ScoreSheet.objects.filter(assignment=found), Score.objects.filter(sheet__assignment=found)
    return Scene(
        actor,
        reverse("jury:submit_sheet", args=[found.pk]),
        lambda: sheets.get().closed_at is not None,
        {
            "another mark": lambda: scores.filter(criterion__code="INNOVATION").update(points=8),
            "a mark taken back": lambda: scores.filter(criterion__code="INNOVATION").update(points=None),
            "another reason": lambda: scores.filter(criterion__code="INNOVATION").update(justification="Inaczej."),
            "another opinion": lambda: sheets.update(summary="Inna opinia."),
            "another weight": lambda: Criterion.objects.filter(code="INNOVATION").update(weight=1),
        },
    )


@scene("jury.recuse")
def recuse() -> Scene:
    jury = make_jury()
    found = assign(jury.entries[0], jury.jurors[0])
    return Scene(
        jury.jurors[0].user,
        reverse("jury:recuse", args=[found.pk]),
        lambda: Assignment.objects.get(pk=found.pk).status == "RECUSED",
        {
            "own sheet grew": lambda: ScoreSheet.objects.filter(assignment=found).update(
                revision=4, saved_at=timezone.now()
            )
        },
        {"ground": "Znam autorów."},
        typed="Znam autorów.",
    )


@scene("jury.release")
def release() -> Scene:
    jury = make_jury()
    found = assign(jury.entries[0], jury.jurors[0], declared=False)
    return Scene(
        jury.officer,
        reverse("jury:release_juror", args=[jury.edition.slug, found.pk]),
        lambda: Assignment.objects.get(pk=found.pk).status == "RECUSED",
        {"declared meanwhile": lambda: Assignment.objects.filter(pk=found.pk).update(status="DECLARED")},
        {"ground": "Choroba jurora."},
        typed="Choroba jurora.",
    )


# --- Sessions, diplomas, the announcement ------------------------------------------------------
def _session() -> tuple[Edition, JuryMember, JurySession, Application]:
    edition, chair = makers.deciding_edition()
    session = makers.open_session(edition, chair)
    found = make_application(edition, make_unit(), state="FINALIST")
    Decision.objects.create(
        session=session, application=found, kind="LAUREATE", justification="Trwała.", decided_at=timezone.now()
    )
    return edition, chair, session, found


@scene("awards.close_session")
def close_session() -> Scene:
    edition, chair, session, found = _session()
    undecided = make_application(edition, make_unit(), state="FINALIST")
    decisions = Decision.objects.filter(application=found)
    return Scene(
        chair.user,
        reverse("awards:session_close", args=[edition.slug, session.number]),
        lambda: JurySession.objects.get(pk=session.pk).closed_at is not None,
        {
            "another award": lambda: decisions.update(kind=AwardKind.HONOURABLE_MENTION),
            "another text": lambda: decisions.update(justification="Inna treść."),
            "another English text": lambda: decisions.update(justification_en="Other."),
            "another place": lambda: decisions.update(place=2),
            "a special title": lambda: decisions.update(special_title="Lider"),
            "a decision taken back": lambda: decisions.delete(),
            "one more finalist": lambda: make_application(edition, make_unit(), state="FINALIST"),
            "another finalist in its place": lambda: (
                entry(undecided.pk).update(state="DISQUALIFIED"),
                make_application(edition, make_unit(), state="FINALIST"),
            ),
            "somebody else present": lambda: session.attendees.add(make_juror(edition)),
            "another date": lambda: JurySession.objects.filter(pk=session.pk).update(held_on=date(2026, 10, 1)),
            "other minutes": lambda: JurySession.objects.filter(pk=session.pk).update(minutes="Inny przebieg."),
        },
        {"minutes": "Przebieg posiedzenia."},
        typed="Przebieg posiedzenia.",
    )


@scene("awards.take_back")
def take_back() -> Scene:
    edition, chair, session, found = _session()
    return Scene(
        chair.user,
        reverse("awards:take_back", args=[edition.slug, session.number, found.pk]),
        lambda: not Decision.objects.filter(application=found).exists(),
        {"another text": lambda: Decision.objects.update(justification="Inna treść.")},
        page=reverse("awards:session_detail", args=[edition.slug, session.number]),
    )


def _diploma(name: str, data: dict[str, str], done: Callable[[Certificate], bool]) -> Scene:
    edition, officer = makers.announced()
    diploma = Certificate.objects.get(edition=edition)
    rows = Certificate.objects.filter(pk=diploma.pk)
    return Scene(
        officer,
        reverse(f"awards:{name}", args=[diploma.code]),
        lambda: done(rows.get()),
        {"other texts": lambda: rows.update(facts=diploma.facts | {"title": "Inny tytuł"})},
        data,
        typed=data["reason"],
    )


@scene("awards.revoke")
def revoke() -> Scene:
    return _diploma("certificate_revoke", {"reason": "Omyłka w nazwie."}, lambda row: row.revoked_at is not None)


@scene("awards.replace")
def replace() -> Scene:
    data = {"unit_name": "Gmina Poprawna", "title": "T", "special_title": "", "reason": "Literówka w nazwie."}
    return _diploma("certificate_replace", data, lambda row: row.replaced_at is not None)


@scene("awards.announce")
def announce() -> Scene:
    edition, (laureate, finalist) = make_decided(("LAUREATE", "FINALIST"))
    decisions = Decision.objects.filter(application=laureate)
    return Scene(
        make_officer(),
        reverse("practices:announce", args=[edition.slug]),
        phase_is(edition, Phase.ANNOUNCED),
        {
            "a recipient came": lambda: make_member(laureate.unit),
            "a recipient left": lambda: Membership.objects.filter(unit=finalist.unit).update(status="ENDED"),
            "another text": lambda: decisions.update(justification="Inna treść."),
            "another title": lambda: entry(laureate.pk).update(title="Inny tytuł"),
            "one disqualified": lambda: entry(finalist.pk).update(state="DISQUALIFIED"),
        },
    )


# --- The base and personal data ----------------------------------------------------------------
@scene("practices.withdraw")
def withdraw_practice() -> Scene:
    practice = make_practice()
    return Scene(
        make_officer(),
        reverse("practices:withdraw", args=[practice.pk]),
        lambda: Practice.objects.get(pk=practice.pk).withdrawn_at is not None,
        {
            "another title": lambda: Practice.objects.update(title="Inna praktyka"),
            "a contact person": lambda: PracticeContact.objects.create(practice=practice, name="Ewa Nowak"),
        },
        {"reason": "Nieaktualna praktyka."},
        page=reverse("practices:manage", args=[practice.pk]),
        nth=2,
        typed="Nieaktualna praktyka.",
    )


@scene("practices.withdraw_contact")
def withdraw_practice_contact() -> Scene:
    contact = PracticeContact.objects.create(practice=make_practice(), name="Ewa Nowak")
    rows = PracticeContact.objects.filter(pk=contact.pk)
    return Scene(
        make_officer(),
        reverse("practices:withdraw_contact", args=[contact.pk]),
        lambda: not rows.exists(),
        {"another person": lambda: rows.update(name="Jan Kowalski")},
    )


@scene("notifications.take_altered")
def take_altered() -> Scene:
    """A letter that is not what was sealed; what its page showed changes once more."""
    context = {"at": "2026-05-04T08:00:00+00:00", "link": "http://example.org/x"}
    message = enqueue(kind="outbox_alert", subject_key="x", recipient=Recipient("a@example.org"), context=context)
    rows = OutboxMessage.objects.filter(pk=message.pk)
    rows.update(status="DEAD", text="x")
    return Scene(
        make_officer(),
        reverse("contest:message_retry", args=[message.pk]),
        lambda: rows.get().status == "PENDING",
        {
            "another address": lambda: rows.update(recipient="b@example.org"),
            "another language": lambda: rows.update(language="en"),
            "another link": lambda: rows.update(context=context | {"link": "http://example.org/y"}),
            "another letter": lambda: rows.update(kind="outbox_altered"),
        },
        page=reverse("contest:message_detail", args=[message.pk]),
    )


@scene("privacy.remove_persons")
def remove_persons() -> Scene:
    moment = timezone.now() - timedelta(days=4000)
    edition = make_edition(Phase.ARCHIVED, announced_at=moment)
    found = make_application(edition, contact_name="Ewa Nowak")
    return Scene(
        make_officer(),
        reverse("privacy:edition", args=[edition.slug]),
        lambda: entry(found.pk).get().contact_name == "",
        {"one person more": lambda: make_application(edition, contact_name="Jan Kowalski")},
        nth=-1,
    )


@scene("privacy.close_account")
def close_account() -> Scene:
    person = make_user()
    return Scene(
        person,
        reverse("privacy:close"),
        lambda: not User.objects.get(pk=person.pk).is_active,
        {"a unit was given": lambda: Membership.objects.create(user=person, unit=make_unit(), status="ACTIVE")},
    )
