"""What goes out as a mail, a document or an export holds no planted word that its reader may not know."""

import importlib
import re
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
import time_machine
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from applications.models import Application, EligibilityCheck
from applications.services.completion_reminders import remind_of_completions
from applications.services.reminders import remind_of_deadlines
from applications.workflow import State
from awards.certificates import render
from awards.models import Certificate, Decision, JurySession
from awards.services import confirm_submissions
from contest.models import Edition
from jury.services import remind_jurors
from notifications.models import OutboxMessage
from notifications.rendering import render_mail
from practices.services import announce_edition
from practices.services.announce import preview
from tests.access import secrets
from tests.access.crowd import Crowd, quiet
from tests.access.observe import bare_404
from tests.access.swaps import forms_to_swap, sent
from tests.access.world import DECISION, World
from tests.sealed_anew import seal_as_it_stands

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("access"), pytest.mark.slow]
FORMATS = ("csv", "json", "xlsx")
Leak = tuple[str, str]


class Post:
    """Opens every mail and document that came to be since it was made; `leaks`: who met which word in what."""

    def __init__(self, world: World) -> None:
        self._people = {person.email.lower(): person for person in User.objects.all()}
        everybody = World({str(person.pk): person for person in self._people.values()})
        self._known = secrets.plant(everybody)  # the same words again, with the numbers of all who may know them
        self._letters = self._last(OutboxMessage)
        self._documents = self._last(Certificate)
        self.kinds: set[str] = set()
        self.opened = self.documents = 0
        self.met: set[str] = set()
        self.leaks: list[str] = []

    def open(self) -> None:
        for letter in OutboxMessage.objects.filter(pk__gt=self._letters):
            self.read(letter)
        for document in Certificate.objects.filter(pk__gt=self._documents).select_related("version", "award"):
            self._read_document(document)

    def read(self, letter: OutboxMessage) -> None:
        texts = [letter.subject, letter.text, letter.html]
        if not letter.rendered:
            mail = render_mail(kind=letter.kind, language=letter.language, context=letter.context)
            texts = [mail.subject, mail.text, mail.html]
        self.kinds.add(letter.kind)
        self.opened += 1
        reader = self._people.get(letter.recipient)
        for word in secrets.words_in("\n".join(texts).encode()):
            self.met.add(word)
            if reader is None or not self._may_know(word, reader, letter):
                self.leaks.append(f"{letter.kind} to {letter.recipient}: {word}")

    def _read_document(self, document: Certificate) -> None:
        """Whoever has its code reads it: words of the entry it confirms or of the award it honours, and no others."""
        self.documents += 1
        own = {f"KanarekSzkic{document.version.application_id}x"} if document.version else set()
        if document.award:
            decisions = Decision.objects.filter(application=document.award.application_id)
            own |= {f"KanarekWerdykt{decision.pk}x" for decision in decisions}
        for word in secrets.words_in(render(document.facts, document.kind)):
            self.met.add(word)
            if word not in own:
                self.leaks.append(f"{document.kind} {document.number}: {word}")

    def _may_know(self, word: str, reader: User, letter: OutboxMessage) -> bool:
        known = self._known[word]
        return (
            str(reader.pk) in known
            or bool(known & secrets.ORGANISERS and reader.roles)
            or _told_by_the_act(word, reader, letter.kind)
        )

    @staticmethod
    def _last(model: type[OutboxMessage] | type[Certificate]) -> int:
        last = model.objects.order_by("-pk").values_list("pk", flat=True).first()
        return last or 0


def _told_by_the_act(word: str, reader: User, kind: str) -> bool:
    """An announcement tells a unit what was decided on its own entry, a review what was found in it."""
    found = re.fullmatch(r"Kanarek(\w+?)(\d+)x", word)
    assert found
    name, number = found.groups()
    units = reader.memberships.filter(status="ACTIVE").values("unit")
    if name == "Werdykt" and kind.startswith("announced_"):
        return Decision.objects.filter(pk=number, application__unit__in=units).exists()
    if name == "Notatka" and kind in {"completion_requested", "application_rejected"}:
        return EligibilityCheck.objects.filter(pk=number, version__application__unit__in=units).exists()
    return False


def announce(world: World) -> None:
    """The edition that waits for it, as its organiser does, once the jury has closed what it left open."""
    edition, now = Edition.objects.get(slug=DECISION), timezone.now()
    session = JurySession.objects.filter(edition=edition).latest("number")
    for entry in Application.objects.filter(edition=edition, state=State.FINALIST, decision=None):
        Decision.objects.create(
            session=session, application=entry, kind="FINALIST", justification="Dobra praktyka.", decided_at=now
        )
    JurySession.objects.filter(edition=edition).update(closed_at=now, minutes="KanarekProtokol0x")
    seal_as_it_stands()  # planted words were written past the services
    seen = preview(edition)
    assert not seen.results.problems, [str(problem) for problem in seen.results.problems]
    announce_edition(actor=world.people["officer"], edition_id=edition.pk, typed_word="OGŁASZAM")


def timetable() -> Iterator[tuple[str, datetime, Callable[[], object]]]:
    """What the service sends by itself, each at a moment when it has something to say."""
    for edition in Edition.objects.filter(applications__state=State.DRAFT).distinct():
        moment = edition.submission_deadline - timedelta(hours=20)
        yield f"deadline of {edition}", moment, lambda moment=moment: remind_of_deadlines(now=moment)
    for days in (1, 5, 12):
        later = timezone.now() + timedelta(days=days)
        yield f"completions in {days} days", later, remind_of_completions
        yield f"jurors in {days} days", later, remind_jurors
    yield "confirmations", timezone.now(), confirm_submissions


@pytest.mark.case(30)
def test_no_mail_and_no_document_tells_its_reader_a_word_they_may_not_know(walk, figure):
    """Those that every form of every page causes, that the timetable sends, and that the announcement sends."""
    crowd, post = Crowd(walk.world), Post(walk.world)
    with quiet(), bare_404():
        for _where, role, form, data, plain in forms_to_swap(crowd, walk.places):
            if any("notifications_outboxmessage" in text or "awards_certificate" in text for text in plain.writes):
                crowd.ask(role, "POST", form.address, sent(data), look=post.open)
    for act in (lambda: announce(walk.world), *(_at(moment, act) for _name, moment, act in timetable())):
        with transaction.atomic():
            act()
            post.open()
            transaction.set_rollback(True)
    figure(
        f"{post.opened} mails of {len(post.kinds)} kinds and {post.documents} documents opened,"
        f" {len(post.met)} planted words met by those who may: {len(post.leaks)} leaks"
    )
    assert not post.leaks, "\n".join(sorted(set(post.leaks)))
    assert {"juror_assigned", "juror_reminder", "deadline_reminder", "application_submitted"} <= post.kinds
    assert {kind for kind in post.kinds if kind.startswith("announced_")}
    assert any(word.startswith("KanarekSzkic") for word in post.met)
    assert post.documents > 5


def _at(moment: datetime, act: Callable[[], object]) -> Callable[[], object]:
    def acting() -> None:
        with time_machine.travel(moment, tick=False):
            act()

    return acting


@pytest.mark.case(30)
def test_no_export_in_any_format_holds_a_word_its_reader_may_not_know(walk, figure):
    """Every download in every format, and everybody's copy of their own data."""
    crowd, leaks, met, asked = Crowd(walk.world), [], set(), 0
    with quiet(), bare_404():
        for role, name, path, method in exports(walk, crowd):
            answer = crowd.ask(role, method, path)
            asked += answer.is_download
            words = secrets.words_in(answer.body)
            met |= words
            leaks += [f"{name}, {role}: {word}" for word in words if role not in walk.known[word]]
    figure(f"{asked} exports read, {len(met)} planted words met by those who may: {len(leaks)} leaks")
    assert not leaks, "\n".join(leaks)
    assert asked > 50
    assert any(word.startswith("KanarekSzkic") for word in met), "a member's own copy holds their draft"


def exports(walk, crowd: Crowd) -> Iterator[tuple[str, str, str, str]]:
    for place in walk.places:
        if any(answer.is_download for answer in place.got.values()):
            yield from (
                (role, place.name, f"{place.path}?format={name}", "GET") for role in place.roles for name in FORMATS
            )
        if place.name in {"privacy:copy_json", "privacy:copy_html"}:
            for role in walk.world.people:
                _password_just_given(crowd, role, walk.world.people[role])
                yield role, place.name, place.path, "POST"


def _password_just_given(crowd: Crowd, role: str, person: User) -> None:
    store = importlib.import_module(settings.SESSION_ENGINE).SessionStore(crowd.session_of(role))
    given = {"method": "password", "at": time.time(), "reauthenticated": True}
    store.update({"account_authentication_methods": [given], "account_authentication_methods_user": str(person.pk)})
    store.save()


@pytest.mark.case(30, control=True)
def test_a_mail_that_tells_too_much_is_noticed(walk, figure):
    """Somebody's points in a mail to a member of the unit, an undecided verdict in one to another unit."""
    post = Post(walk.world)
    sheet = next(word for word in walk.known if word.startswith("KanarekKarta"))
    verdict = next(word for word in walk.known if word.startswith("KanarekWerdykt"))
    address = walk.world.people["other applicant"].email
    for word, kind in ((sheet, "application_submitted"), (verdict, "announced_finalist"), (sheet, "juror_reminder")):
        post.read(OutboxMessage(kind=kind, recipient=address, subject="x", text=word, html="", rendered=True))
    figure(f"{len(post.leaks)} of 3 noticed")
    assert len(post.leaks) == 3
