"""Five demonstration editions, one in each stage, so that every role finds work waiting."""

from datetime import date, timedelta

from accounts.models import MembershipRole, User
from applications.models import Application, FormalCriterion
from applications.services.applicant import file_appeal, withdraw_application
from applications.workflow import State
from awards.models import AwardKind, JurySession
from awards.services.sessions import JuryVerdict, close_session, decide, open_session
from contest.models import JuryMember
from jury.models import Assignment
from jury.queries.results import current_round
from jury.services import (
    begin_decision,
    close_scoring,
    disqualify,
    plan_visit,
    record_visit,
    recuse,
    shortlist,
)
from portal.demo.clock import as_of, at
from portal.demo.people import admit
from portal.demo.story import Story
from practices.services.announce import WORD, announce_edition
from units.models import Unit

# TERYT codes of the register that comes with the demonstration.
DZIERZONIOW, DLUGOSIODLO = "0202021", "1435022"
TORUN, KOSZALIN, SLUPSK, BIELSKO = "0463011", "3261011", "2263011", "2461011"
LUBICZ, PRZASNYSZ, PLONSK, JAROCIN = "0415042", "1422011", "1420011", "3006023"
GRYFICKI, ELBLASKI, PILSKI = "3205", "2804", "3019"

JURY = ("chair", "juror1", "juror2", "juror3", "juror4", "juror5")


def load_editions(people: dict[str, User], today: date) -> None:
    """All five, from the oldest; the one whose call is open comes last, so it is the current one."""
    units = {unit.code or "": unit for unit in Unit.objects.all()}
    admit(people["applicant"], units[DZIERZONIOW], MembershipRole.SIGNATORY)
    admit(people["applicant2"], units[DLUGOSIODLO], MembershipRole.SIGNATORY)
    for place, (tell, slug, stage, stage_en, days_ago) in enumerate(STAGES):
        title, title_en = f"Edycja pokazowa: {stage}", f"Demonstration edition: {stage_en}"
        tell(Story(people, slug, title, title_en, today - timedelta(days=days_ago), 3 * place), units)


def _call(story: Story, units: dict[str, Unit]) -> None:
    """Drafts and submitted entries, a call for completion, a rejection with an appeal, a withdrawal."""
    applicant, applicant2 = story.people["applicant"], story.people["applicant2"]
    story.publish(dict.fromkeys(JURY))
    story.draft(0, units[DZIERZONIOW], applicant, day=15)
    story.draft(7, units[DLUGOSIODLO], applicant2, day=16)
    returned = story.submitted(1, units[DZIERZONIOW], applicant)
    due_on = story.began + timedelta(days=25)
    story.ask_completion(returned, "Brak podpisu osoby upoważnionej na oświadczeniu.", day=14, due_on=due_on)
    rejected = story.submitted(2, units[DLUGOSIODLO], applicant2, day=6)
    story.reject(rejected, FormalCriterion.IN_OPERATION, "Praktyka działała krócej niż sześć miesięcy przed naborem.")
    with as_of(at(story.began, 16, 13)):
        grounds = "Praktyka działa dłużej: pilotaż rozpoczął się rok wcześniej. (Odwołanie przykładowe)"
        file_appeal(actor=applicant2, application_id=rejected.pk, text=grounds)
    for number, code in enumerate((LUBICZ, SLUPSK, GRYFICKI), start=3):
        story.submitted(number, units[code], day=9 + number)
    ready = story.submitted(6, units[JAROCIN], day=10)
    story.check(ready, day=13)
    story.accept(story.submitted(0, units[TORUN], day=7))
    story.accept(story.submitted(5, units[PRZASNYSZ], day=7))
    withdrawn = story.submitted(4, units[DZIERZONIOW], applicant, day=9)
    with as_of(at(story.began, 11, 9)):
        withdraw_application(actor=applicant, application_id=withdrawn.pk, reason="Wycofane na potrzeby demonstracji.")


def _scoring(story: Story, units: dict[str, Unit]) -> None:
    """Sheets waiting, closed and far apart; a recusal to replace; an entry disqualified."""
    story.publish({name: units[KOSZALIN] if name == "juror5" else None for name in JURY})
    codes = (DZIERZONIOW, DLUGOSIODLO, TORUN, KOSZALIN, SLUPSK, LUBICZ, GRYFICKI, PLONSK)
    entries = _accepted(story, units, codes)
    story.open_scoring()
    assignments = story.assignments()
    by_entry = _by_entry(assignments)
    story.declare([row for entry in entries[:5] for row in by_entry[entry.pk]])
    for row, points in zip(by_entry[entries[0].pk], (8, 7), strict=False):
        story.score(row, points)
    for row, points in zip(by_entry[entries[1].pk], (9, 4), strict=False):  # far apart: calls a third juror
        story.score(row, points, day=56)
    story.score(by_entry[entries[2].pk][0], 7, day=57)
    with as_of(at(story.began, 50)):
        recused = by_entry[entries[5].pk][0]
        recuse(actor=recused.juror.user, assignment_id=recused.pk, ground="Znajomość z autorem zgłoszenia (przykład).")
    with as_of(at(story.began, 60)):
        disqualify(actor=story.chair, application_id=entries[7].pk, reason="Dyskwalifikacja przykładowa.")


def _visits(story: Story, units: dict[str, Unit]) -> None:
    """Scoring just closed: the chair looks at the ranking and chooses finalists."""
    story.publish(dict.fromkeys(JURY))
    _scored(story, units, (DZIERZONIOW, BIELSKO, PRZASNYSZ, JAROCIN, ELBLASKI, LUBICZ), (9, 8, 7, 5, 8, 6))


def _decision(story: Story, units: dict[str, Unit]) -> None:
    """One session held and closed; some finalists still undecided."""
    story.publish(dict.fromkeys(JURY))
    codes = (DZIERZONIOW, DLUGOSIODLO, TORUN, KOSZALIN, GRYFICKI, PLONSK)
    entries = _finalists(story, units, codes, (9, 8, 8, 7, 7, 4))
    finalists = [entry for entry in entries if entry.state == State.FINALIST]
    _session(story, {finalists[0]: AwardKind.LAUREATE, finalists[1]: AwardKind.HONOURABLE_MENTION})


def _announced(story: Story, units: dict[str, Unit]) -> None:
    """Finished: awards, certificates and records of the base, all of them examples."""
    story.publish(dict.fromkeys(JURY))
    codes = (DZIERZONIOW, DLUGOSIODLO, TORUN, KOSZALIN, SLUPSK, LUBICZ, GRYFICKI, PLONSK)
    entries = _finalists(story, units, codes, (9, 9, 8, 8, 7, 7, 8, 4))
    finalists = [entry for entry in entries if entry.state == State.FINALIST]
    kinds = (
        AwardKind.LAUREATE,
        AwardKind.LAUREATE,
        AwardKind.HONOURABLE_MENTION,
        AwardKind.SPECIAL_MENTION,
        AwardKind.HONOURABLE_MENTION,
    )
    chosen = dict(zip(finalists, kinds, strict=False))
    _session(story, {entry: chosen.get(entry, AwardKind.FINALIST) for entry in finalists})
    with as_of(at(story.began, 110, 12)):
        announce_edition(
            actor=story.officer,
            edition_id=story.edition.pk,
            typed_word=str(WORD),
        )


def _accepted(story: Story, units: dict[str, Unit], codes: tuple[str, ...]) -> list[Application]:
    owners = {DZIERZONIOW: story.people["applicant"], DLUGOSIODLO: story.people["applicant2"]}
    entries = []
    for number, code in enumerate(codes):
        entry = story.submitted(number, units[code], owners.get(code), day=6 + number)
        story.accept(entry, day=35)
        entries.append(entry)
    return entries


def _scored(story: Story, units: dict[str, Unit], codes: tuple[str, ...], points: tuple[int, ...]) -> list[Application]:
    entries = _accepted(story, units, codes)
    story.open_scoring()
    by_entry = _by_entry(story.assignments())
    story.declare([row for rows in by_entry.values() for row in rows])
    for entry, level in zip(entries, points, strict=True):
        for place, row in enumerate(by_entry[entry.pk]):
            story.score(row, level - place % 2, day=52 + place)
    with as_of(at(story.began, 76)):
        close_scoring(actor=story.chair, edition_id=story.edition.pk)
    return entries


def _finalists(
    story: Story, units: dict[str, Unit], codes: tuple[str, ...], points: tuple[int, ...]
) -> list[Application]:
    """Scored, shortlisted by the threshold, visited; the jury may decide."""
    entries = _scored(story, units, codes, points)
    with as_of(at(story.began, 78)):
        round_ = current_round(story.edition)
        assert round_ is not None
        above = list(round_.results.filter(above_threshold=True).values_list("application_id", flat=True))
        shortlist(actor=story.chair, edition_id=story.edition.pk, round_id=round_.pk, finalist_ids=above)
    visitors = [member.pk for member in JuryMember.objects.filter(edition=story.edition)][:3]
    for place, application_id in enumerate(above):
        day = 80 + place % 8
        with as_of(at(story.began, 79)):
            planned_on = story.began + timedelta(days=day)
            visit = plan_visit(
                actor=story.chair, application_id=application_id, planned_on=planned_on, visitor_ids=visitors
            )
        with as_of(at(story.began, day, 17)):
            record_visit(
                actor=story.chair,
                visit_id=visit.pk,
                visited_on=planned_on,
                findings="Wizytacja przykładowa: opis zgodny ze stanem na miejscu.",
                visitor_ids=visitors,
            )
    with as_of(at(story.began, 91)):
        begin_decision(actor=story.chair, edition_id=story.edition.pk)
    story.reload()
    return list(Application.objects.filter(pk__in=[entry.pk for entry in entries]).order_by("pk"))


def _session(story: Story, kinds: dict[Application, AwardKind]) -> JurySession:
    day = story.began + timedelta(days=95)
    members = [member.pk for member in JuryMember.objects.filter(edition=story.edition)]
    with as_of(at(story.began, 95, 12)):
        session = open_session(
            actor=story.chair, edition_id=story.edition.pk, held_on=day, place="Poznań", attendee_ids=members
        )
        for entry, kind in kinds.items():
            verdict = JuryVerdict(
                kind=kind,
                justification="Uzasadnienie przykładowe: jasne cele, zmierzone wyniki, gotowość do dzielenia się.",
                justification_en="Example justification: clear goals, measured results and readiness to share.",
            )
            decide(actor=story.chair, session_id=session.pk, application_id=entry.pk, verdict=verdict)
        return close_session(actor=story.chair, session_id=session.pk, minutes="Protokół przykładowy.")


def _by_entry(assignments: list[Assignment]) -> dict[int, list[Assignment]]:
    rows: dict[int, list[Assignment]] = {}
    for assignment in assignments:
        rows.setdefault(assignment.application_id, []).append(assignment)
    return rows


# How long ago the call was announced puts today into the stage.
STAGES = (
    (_announced, "demo-ogloszona", "ogłoszona", "announced", 116),
    (_decision, "demo-decyzja", "decyzja", "decision", 96),
    (_visits, "demo-wyniki", "wyniki oceny", "results of scoring", 78),
    (_scoring, "demo-ocena", "ocena", "scoring", 64),
    (_call, "demo-nabor", "nabór", "call", 18),
)
