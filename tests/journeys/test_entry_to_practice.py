"""The walk of one entry, from a newcomer's sign-up to a record of the base, through the pages alone.

Nobody here calls a service: people open pages, fill in the forms that stand on them and press
buttons. Between the pages the clock moves and the worker's tasks run.
"""

import io
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pikepdf
import pytest
import time_machine
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.urls import reverse

from accounts.models import MembershipRole, Role, User
from applications.forms.review import MET, NOT_MET
from applications.models import Application, FormalCriterion
from applications.sections import SECTIONS
from applications.workflow import State
from awards.models import Certificate, CertificateKind, CertificateStatus
from awards.tasks import build_certificates, confirm_submissions
from common.kernel.baseline import seal_baseline
from common.kernel.comparison import verify_all
from common.models import JournalEntry
from common.sealing import seal_new_entries
from contest.models import Edition
from contest.tasks import advance_phases
from contest.workflow import Phase
from jury.models import Assignment
from notifications.models import OutboxMessage, OutboxStatus
from notifications.tasks import deliver
from practices.models import Practice
from tests.factories import PASSWORD, make_member, make_unit, make_user
from tests.journeys.person import Person
from tests.tampering import as_owner
from tests.written_log import WrittenLog, written_log

pytestmark = pytest.mark.django_db
SLUG = "2026"
WARSAW = ZoneInfo("Europe/Warsaw")
CALENDAR = {
    "call_announced_on": "2026-03-02",
    "submission_deadline": "2026-06-15T23:59",
    "formal_review_until": "2026-07-15",
    "scoring_until": "2026-09-13T23:59",
    "visits_from": "2026-10-01",
    "visits_until": "2026-10-15",
    "decision_on": "2026-10-22",
    "announcement_on": "2026-11-15",
}
TEXT = "Otworzyliśmy świetlice po godzinach pracy szkół; dowożenie uczniów zapewnia gmina."
ANSWERS = {
    "title": "Świetlice otwarte do wieczora",
    "population": "21500",
    "implemented_on": "2024-09-01",
    **dict.fromkeys(("abstract", "context", "goals", "actions", "cost", "results", "integration"), TEXT),
    **dict.fromkeys(("difficulties", "advice"), "Warto zacząć od rozmów z rodzicami."),
    "implementing_unit": "Wydział Edukacji",
    "locality": "Jarzębinowo",
    "postal_code": "58-200",
    "post_office": "Jarzębinowo",
    "phone": "74 000 00 00",
    "email": "urzad@example.org",
    "contact_name": "Natalia Nowicka",
    "contact_position": "inspektor",
    "contact_consent": True,
    "accepts_rules": True,
    "data_notice_read": True,
    "licence_consent": True,
}
# Nobody outside the jury and the organisers may meet these before the announcement.
CANARIES = ("KANAREK-UZASADNIENIE", "KANAREK-TYTUL")
PUBLIC = ("/", "/edycje/", f"/edycje/{SLUG}/", f"/edycje/{SLUG}/wyniki/", "/praktyki/", "/praktyki/mapa/",
          "/praktyki/eksport.csv", "/praktyki/atom.xml", "/api/v1/practices/", "/api/v1/editions/",
          f"/api/v1/editions/{SLUG}/", f"/api/v1/editions/{SLUG}/results/", "/certyfikaty/")  # fmt: skip


def a_pdf(words: str) -> SimpleUploadedFile:
    document = pikepdf.new()
    document.add_blank_page(page_size=(595, 842))
    document.docinfo["/Title"] = words
    content = io.BytesIO()
    document.save(content)
    return SimpleUploadedFile("oswiadczenie.pdf", content.getvalue(), "application/pdf")


def work() -> None:
    """What the worker does within a minute."""
    advance_phases()
    confirm_submissions()
    build_certificates()
    deliver()
    seal_new_entries()


@dataclass
class Walk:
    """Everybody on the way, and the clock."""

    clock: time_machine.Traveller
    people: dict[str, Person] = field(default_factory=dict)
    entry: int = 0
    second: int = 0

    def __getattr__(self, name: str) -> Person:
        try:
            return self.people[name]
        except KeyError as error:
            raise AttributeError(name) from error

    def on(self, day: str, hour: int = 10) -> None:
        """Another day: sessions of the day before are over, so everybody signs in again. The sealer never rests."""
        seal_new_entries()
        self.clock.move_to(datetime.fromisoformat(day).replace(hour=hour, tzinfo=WARSAW))
        for person in self.people.values():
            person.sign_in()


def word_on(person: Person) -> str:
    """The word a page asks to type."""
    found = person.document.xpath('//label[@for="id_typed_word"]/strong')
    assert found, person.html
    return str(found[0].text_content())


def mails_to(person: Person, kind: str) -> list[OutboxMessage]:
    return list(OutboxMessage.objects.filter(recipient=person.email, kind=kind).order_by("pk"))


def state_of(pk: int) -> str:
    return str(Application.objects.values_list("state", flat=True).get(pk=pk))


# --- Getting in -------------------------------------------------------------------------------
def newcomer_signs_up(walk: Walk) -> None:
    person = Person("nowicka@example.org")
    person.visit("portal:home")
    person.visit("account_signup")
    person.send(
        full_name="Natalia Nowicka", email=person.email, password1=PASSWORD, password2=PASSWORD, data_notice=True
    )
    (confirmation,) = mails_to(person, "account_confirm_email")
    person.open(urlsplit(confirmation.context["activate_url"]).path)
    person.send()
    walk.people["applicant"] = person.sign_in()
    assert person.visit("portal:desk")


def newcomer_joins_their_unit(walk: Walk, unit) -> None:
    person = walk.applicant
    person.visit("accounts:memberships")
    person.open(f"{reverse('accounts:unit_search')}?q=jarzebinowo")
    person.follow("accounts:membership_request", unit.pk)
    person.send(role=MembershipRole.SIGNATORY, position="inspektor")
    asked = person.text()
    assert "Jarzębinowo" in asked

    officer = walk.officer
    officer.visit("accounts:membership_approvals")
    request = unit.memberships.get()
    officer.follow("accounts:membership_decide", request.pk)
    officer.send("approve=1")
    assert mails_to(person, "membership_approved")


# --- The edition ------------------------------------------------------------------------------
def organiser_sets_the_edition_up(walk: Walk) -> None:
    officer = walk.officer
    officer.visit("contest:organiser_editions")
    officer.follow("contest:edition_create")
    officer.send(year="2026", title="Samorządowy Lider Zarządzania 2026", theme="usługi społeczne", slug=SLUG)
    assert officer.path == reverse("contest:edition_tasks", args=[SLUG])
    for section, values in {
        "dane": {"title_en": "Local Government Leader 2026", "description": "Jak gminy dbają o usługi społeczne."},
        "kalendarz": CALENDAR,
        "dziedziny": {"rows-0-name": "oświata", "rows-0-name_en": "education", "rows-1-name": "kultura"},
        "grupy": {"rows-0-name_en": "counties"},
        "kryteria": {"finalist_threshold": "60"},
        "zalaczniki": {"months_in_operation": "6", "entries_per_unit": "2"},
    }.items():
        officer.visit("contest:edition_tasks", SLUG)
        officer.follow("contest:edition_setup", SLUG, section)
        officer.send(**values)
        assert officer.path == reverse("contest:edition_tasks", args=[SLUG]), officer.complaints()
    officer.follow("contest:jury", SLUG)
    for name, role in (("chair", "CHAIR"), ("juror", "JUROR"), ("other_juror", "JUROR")):
        officer.send(email=walk.people[name].email, role=role)


def organiser_publishes_the_call(walk: Walk) -> None:
    officer = walk.officer
    officer.visit("contest:publish_call", SLUG)
    officer.send(typed_word="nie", expected=422)
    assert Edition.objects.get(slug=SLUG).phase == Phase.PREPARATION
    officer.send(typed_word=word_on(officer))
    assert Edition.objects.get(slug=SLUG).phase == Phase.CALL
    assert "świetlice" not in Person().visit("contest:edition_detail", SLUG)


# --- The entry --------------------------------------------------------------------------------
def applicant_writes(person: Person, **changes: str) -> int:
    answers = ANSWERS | changes
    person.visit("applications:applicant_list")
    person.follow("applications:start", SLUG)
    edition = Edition.objects.get(slug=SLUG)
    group = [group for group in edition.groups.all() if group.admits_kind("URBAN")][-1]
    person.send(title=answers["title"], domain=str(edition.domains.first().pk), group=str(group.pk))
    entry = Application.objects.latest("pk").pk
    for section in SECTIONS:
        person.visit("applications:applicant_detail", entry)
        person.follow("applications:edit", entry, section.code)
        person.send("back=1", **{name: answers[name] for name in section.fields if name in answers})
    person.visit("applications:check", entry)
    assert reverse("applications:submit", args=[entry]) not in person.html  # the declaration is missing
    person.visit("applications:attachments", entry)
    person.send(file=a_pdf("Oświadczenie"), description="Podpisane oświadczenie")
    return entry


def applicant_submits(person: Person, entry: int) -> None:
    person.visit("applications:applicant_detail", entry)
    person.follow("applications:check", entry)
    person.send()
    assert state_of(entry) == State.SUBMITTED, person.complaints()
    number = Application.objects.get(pk=entry).number
    assert number
    assert number in person.text()
    work()
    letter = [letter for letter in mail.outbox if person.email in letter.to][-1]
    assert number in letter.subject + letter.body
    person.visit("awards:confirmation", entry)
    certificate = Certificate.objects.filter(version__application=entry).latest("pk")
    assert certificate.status == CertificateStatus.READY
    response = person.client.get(reverse("awards:certificate_file", args=[certificate.code]))
    content = b"".join(response.streaming_content)
    assert content.startswith(b"%PDF")
    assert len(pikepdf.open(io.BytesIO(content)).pages) >= 1


# --- The formal review ------------------------------------------------------------------------
def officer_checks(officer: Person, entry: int, **unmet: str) -> None:
    """Every criterion met, but those named, with the note."""
    officer.visit("applications:officer_detail", entry)
    officer.follow("applications:review", entry)
    officer.send(
        **{f"met_{code}": NOT_MET if code in unmet else MET for code in FormalCriterion.values},
        **{f"note_{code}": note for code, note in unmet.items()},
    )


def officer_asks_for_completion(walk: Walk) -> None:
    officer, applicant = walk.officer, walk.applicant
    officer_checks(officer, walk.entry, SIGNED="Brak podpisu burmistrza.")
    officer.follow("applications:request_completion", walk.entry)
    officer.send("step=preview", message="Prosimy o podpisany dokument.")
    officer.send("step=send")
    assert state_of(walk.entry) == State.RETURNED
    assert mails_to(applicant, "completion_requested")

    applicant.visit("portal:desk")
    applicant.visit("applications:complete", walk.entry)
    assert "Brak podpisu burmistrza." in applicant.html
    applicant.visit("applications:attachments", walk.entry)
    applicant.send(file=a_pdf("Oświadczenie z podpisem"), description="Podpisane oświadczenie")
    applicant.visit("applications:complete", walk.entry)
    applicant.send()
    assert state_of(walk.entry) == State.SUBMITTED
    assert Application.objects.get(pk=walk.entry).versions.count() == 2


def officer_accepts(walk: Walk, entry: int) -> None:
    officer = walk.officer
    officer_checks(officer, entry)
    officer.follow("applications:accept", entry)
    officer.send("step=send")
    assert state_of(entry) == State.ELIGIBLE


def second_entry_is_rejected_and_comes_back(walk: Walk) -> None:
    officer, other = walk.officer, walk.other
    officer_checks(officer, walk.second, IN_OPERATION="Praktyka działa za krótko.")
    officer.visit("applications:reject", walk.second)
    officer.send("step=preview", reason="Praktyka działa krócej niż sześć miesięcy.")
    officer.send("step=send")
    assert state_of(walk.second) == State.INELIGIBLE
    assert mails_to(other, "application_rejected")

    other.visit("applications:applicant_detail", walk.second)
    other.follow("applications:appeal", walk.second)
    other.send("preview=1", text="Praktyka działa od września 2024 roku.")
    other.send("send=1")

    officer.visit("applications:officer_detail", walk.second)
    officer.follow("applications:decide_appeal", walk.second)
    officer.send("step=preview", decision="uphold", reason="Uchwała potwierdza datę.")
    officer.send("step=send")
    assert state_of(walk.second) == State.SUBMITTED
    assert mails_to(other, "application_reinstated")


# --- Scoring ----------------------------------------------------------------------------------
def officer_opens_scoring_and_assigns(walk: Walk) -> None:
    officer = walk.officer
    officer.visit("contest:organiser_edition", SLUG)
    officer.visit("jury:open_scoring", SLUG)
    officer.send()
    officer.visit("jury:assignments", SLUG)
    officer.follow("jury:proposal", SLUG)
    officer.send()
    assert Assignment.objects.filter(application__edition__slug=SLUG).count() == 4
    work()


def jurors_score(walk: Walk) -> None:
    for assignment in Assignment.objects.select_related("juror__user").order_by("application_id", "pk"):
        (juror,) = [person for person in walk.people.values() if person.email == assignment.juror.user.email]
        juror.visit("jury:desk")
        juror.visit("jury:declare", assignment.pk)
        juror.send()
        juror.visit("jury:sheet", assignment.pk)
        points = "9" if assignment.application_id == walk.entry else "5"
        names = [name for name in juror.fields(summary="") if name.startswith(("points_", "why_"))]
        marks = {name: points if name.startswith("points_") else "Wskaźniki to potwierdzają." for name in names}
        juror.send("action=save", **marks)
        juror.send("action=close")
        assert juror.path == reverse("jury:submit_sheet", args=[assignment.pk]), juror.complaints()
        juror.send()
    progress = walk.officer.visit("jury:progress", SLUG)
    assert "90,00" not in progress  # how far, never how many points


def chair_closes_and_shortlists(walk: Walk) -> None:
    chair = walk.chair
    chair.visit("jury:close_scoring", SLUG)
    chair.send(typed_word=word_on(chair))
    assert "90,00" in chair.visit("jury:ranking", SLUG)
    with nothing_is_betrayed(walk):
        chair.visit("jury:shortlist", SLUG)
        chair.send()
        chair.send("confirm=1", typed_word=word_on(chair))
    assert [state_of(walk.entry), state_of(walk.second)] == [State.FINALIST, State.NOT_SELECTED]


def chair_visits(walk: Walk) -> None:
    chair = walk.chair
    chair.visit("jury:visits", SLUG)
    chair.follow("jury:plan_visit", SLUG, walk.entry)
    seats = [str(member.pk) for member in Edition.objects.get(slug=SLUG).jury.filter(role="CHAIR")]
    chair.send(planned_on="2026-10-06", visitors=seats)
    walk.on("2026-10-06", 17)
    chair.visit("jury:visits", SLUG)
    visit = Application.objects.get(pk=walk.entry).visits.get()
    chair.follow("jury:record_visit", SLUG, visit.pk)
    chair.send(visited_on="2026-10-06", visitors=seats, findings="Zgodne z opisem.")


def jury_decides(walk: Walk) -> None:
    chair = walk.chair
    chair.visit("jury:begin_decision", SLUG)
    chair.send()
    with nothing_is_betrayed(walk):
        chair.visit("awards:sessions", SLUG)
        present = [str(member.pk) for member in Edition.objects.get(slug=SLUG).jury.all()]
        chair.send(held_on="2026-10-22", place="Poznań", attendees=present)
        chair.follow("awards:decide", SLUG, 1, walk.entry)
        chair.send(kind="LAUREATE", special_title=CANARIES[1], justification=CANARIES[0])
        chair.follow("awards:session_close", SLUG, 1)
        chair.send(minutes="Jednogłośnie.", typed_word=word_on(chair))
    assert state_of(walk.entry) == State.LAUREATE


@contextmanager
def nothing_is_betrayed(walk: Walk) -> Iterator[None]:
    """What the public and the applicants read is the same to the byte before and after."""
    before = seen_outside(walk)
    yield
    after = seen_outside(walk)
    assert after.keys() == before.keys()
    for place, page in after.items():
        assert page == before[place], place
        assert not [word for word in CANARIES if word in page], place


def seen_outside(walk: Walk) -> dict[str, str]:
    pages = {}
    readers = {"": Person(), "applicant": walk.applicant, "other": walk.other}
    own = {"applicant": walk.entry, "other": walk.second}
    for name, person in readers.items():
        paths = list(PUBLIC)
        if name:
            details = [reverse(f"applications:{page}", args=[own[name]]) for page in ("applicant_detail", "check")]
            confirmation = reverse("awards:confirmation", args=[own[name]])
            paths += ["/pulpit/", "/zgloszenia/", *details, confirmation]
        for path in paths:
            response = person.client.get(path, follow=True)
            body = b"".join(response.streaming_content) if response.streaming else response.content
            text = re.sub(r'(csrfmiddlewaretoken" value=|X-CSRFToken": )"\w+"', "", body.decode())
            pages[f"{name}{path}"] = f"{response.status_code} {text}"
    return pages


# --- The announcement and after ---------------------------------------------------------------
def organiser_announces(walk: Walk) -> None:
    officer = walk.officer
    officer.visit("practices:announce", SLUG)
    assert CANARIES[1] in officer.html
    assert not Practice.objects.exists()
    officer.send(typed_word="nie", expected=422)
    assert Edition.objects.get(slug=SLUG).phase == Phase.DECISION
    officer.send(typed_word=word_on(officer))
    assert Edition.objects.get(slug=SLUG).phase == Phase.ANNOUNCED
    work()
    assert not OutboxMessage.objects.exclude(status=OutboxStatus.SENT).exists()
    subjects = {kind: [letter.to for letter in mail.outbox if letter.to == [who.email]] for kind, who in
                {"laureate": walk.applicant, "not selected": walk.other}.items()}  # fmt: skip
    assert all(subjects.values())
    assert mails_to(walk.applicant, "announced_laureate")
    assert mails_to(walk.other, "announced_not_selected")


def everybody_reads_the_outcome(walk: Walk) -> None:
    reader = Person()
    results = reader.visit("awards:results", SLUG)
    assert CANARIES[0] in results
    assert "Jarzębinowo" in results
    assert ANSWERS["title"] in results
    assert "Wierzbowo" not in results  # who was not selected is nobody's business
    practice = Practice.objects.get()
    reader.open(f"{reverse('practices:list')}?q=świetlicach")
    reader.follow("practices:record", practice.pk, practice.slug)
    assert CANARIES[0] in reader.html
    assert "Samorządowy Lider Zarządzania 2026" in reader.text()
    assert "Laureat" in reader.text()
    assert practice.award.application_id == walk.entry
    diploma = Certificate.objects.get(award__application=walk.entry, kind=CertificateKind.DIPLOMA)
    assert diploma.status == CertificateStatus.READY
    assert diploma.number in reader.visit("awards:verify", diploma.code)
    reader.visit("awards:verify", "ABCD-EFGH-JKMN-PQRS", expected=404)
    walk.applicant.visit("applications:applicant_detail", walk.entry)
    assert walk.applicant.client.get(reverse("awards:certificate_file", args=[diploma.code])).status_code == 200
    walk.other.visit("awards:certificate_file", diploma.code, expected=404)


def auditor_reads_the_journal(walk: Walk, capsys: pytest.CaptureFixture[str]) -> None:
    walk.auditor.visit("contest:journal")
    walk.auditor.open(f"{reverse('contest:journal')}?target_type=application&target_id={walk.entry}")
    seal_new_entries()
    call_command("verify_journal")
    row = JournalEntry.objects.filter(action="application.submit").order_by("pk")[0]
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("UPDATE common_journalentry SET action = 'application.nothing' WHERE id = %s", [row.pk])
    capsys.readouterr()
    with pytest.raises((CommandError, SystemExit)) as refusal:
        call_command("verify_journal")
    said = capsys.readouterr()
    assert str(row.pk) in f"{refusal.value}{said.out}{said.err}"


ENGLISH: tuple[tuple[str, Callable[[Walk], tuple[str, list]]], ...] = (
    ("applicant", lambda walk: ("applications:applicant_detail", [walk.entry])),
    ("applicant", lambda walk: ("applications:applicant_list", [])),
    ("applicant", lambda walk: ("accounts:memberships", [])),
    ("officer", lambda walk: ("applications:officer_list", [SLUG])),
    ("officer", lambda walk: ("applications:officer_detail", [walk.entry])),
    ("officer", lambda walk: ("contest:organiser_edition", [SLUG])),
    ("officer", lambda walk: ("awards:certificates", [SLUG])),
    ("officer", lambda walk: ("practices:announce", [SLUG])),
    ("officer", lambda walk: ("contest:messages", [])),
    ("juror", lambda walk: ("jury:desk", [])),
    ("chair", lambda walk: ("jury:ranking", [SLUG])),
    ("chair", lambda walk: ("awards:session_detail", [SLUG, 1])),
    ("auditor", lambda walk: ("contest:journal", [])),
    ("applicant", lambda walk: ("awards:results", [SLUG])),
    ("applicant", lambda walk: ("practices:list", [])),
    ("applicant", lambda walk: ("portal:desk", [])),
)


def the_same_pages_speak_english(walk: Walk) -> None:
    for name, where in ENGLISH:
        address, arguments = where(walk)
        person = walk.people[name]
        person.open(f"{reverse(address, args=arguments)}?lang=en")
        assert person.document.get("lang") == "en"
        person.open(f"{reverse(address, args=arguments)}?lang=pl")


def the_log_told_nothing_personal(log: WrittenLog) -> None:
    """Of nobody and nothing that was on the way."""
    personal = {
        PASSWORD,
        TEXT,
        *CANARIES,
        *(text for text in ANSWERS.values() if isinstance(text, str) and len(text) > 9),
    }
    for person in User.objects.all():
        personal |= {person.email, person.full_name}
    personal |= set(Certificate.objects.values_list("code", flat=True))
    assert log.lines
    assert [value for value in sorted(personal) if value in log.text] == []


def test_an_entry_becomes_a_practice(capsys: pytest.CaptureFixture[str]) -> None:
    start = datetime(2026, 3, 2, 9, tzinfo=WARSAW)
    with time_machine.travel(start, tick=False) as clock, written_log() as log:
        walk = Walk(clock)
        unit, neighbour = make_unit("Jarzębinowo"), make_unit("Wierzbowo")
        walk.people["officer"] = Person(make_user("Olga Officer", Role.OFFICER).email).sign_in()
        walk.people["auditor"] = Person(make_user("Adam Auditor", Role.AUDITOR).email).sign_in()
        for name in ("chair", "juror", "other_juror"):
            walk.people[name] = Person(make_user(f"{name} Examiner").email)
        member = make_member(neighbour)
        seal_baseline()  # from here every row needs the act that tells of it
        newcomer_signs_up(walk)
        newcomer_joins_their_unit(walk, unit)
        walk.people["other"] = Person(member.email)
        organiser_sets_the_edition_up(walk)
        organiser_publishes_the_call(walk)

        walk.on("2026-05-04")
        walk.entry = applicant_writes(walk.applicant)
        applicant_submits(walk.applicant, walk.entry)
        walk.second = applicant_writes(walk.other, title="Biblioteka w autobusie")
        applicant_submits(walk.other, walk.second)

        walk.on("2026-05-05")
        officer_asks_for_completion(walk)
        officer_accepts(walk, walk.entry)
        second_entry_is_rejected_and_comes_back(walk)
        officer_accepts(walk, walk.second)

        seal_new_entries()
        walk.clock.move_to(datetime(2026, 6, 16, tzinfo=WARSAW) + timedelta(minutes=1))
        work()
        assert Edition.objects.get(slug=SLUG).phase == Phase.FORMAL_REVIEW
        walk.on("2026-07-16")
        officer_opens_scoring_and_assigns(walk)
        jurors_score(walk)
        walk.on("2026-09-14")
        chair_closes_and_shortlists(walk)
        walk.on("2026-10-01")
        chair_visits(walk)
        walk.on("2026-10-22")
        jury_decides(walk)
        walk.on("2026-11-15")
        organiser_announces(walk)
        everybody_reads_the_outcome(walk)
        the_same_pages_speak_english(walk)
        auditor_reads_the_journal(walk, capsys)
        assert [found for found in verify_all(media=False).problems if not found.startswith("journal:")] == []
    the_log_told_nothing_personal(log)
