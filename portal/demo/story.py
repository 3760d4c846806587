"""The road of an edition, walked step by step through the services, each step at its own time.

Days are counted from the announcement of the call; see CALENDAR.
"""

import uuid
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import User
from applications.models import Application, CompletionRequest, FormalCriterion
from applications.queries.applicant import fingerprint
from applications.sections import SECTIONS
from applications.services.attachments import add_attachment
from applications.services.drafts import save_section, start_application
from applications.services.review import (
    Finding,
    accept_application,
    findings_digest,
    reject_application,
    request_completion,
    save_findings,
)
from applications.services.submission import submit_application
from common.canonical import sha256_of
from common.deadlines import last_minute_of
from common.files.uploads import CheckedFile, check_upload
from contest.models import Edition, JuryRole
from contest.queries import rules_of
from contest.rules import RowChange, Section, SectionChange
from contest.services import add_jury_member, close_call, create_edition, publish_call, update_section
from jury.models import Assignment
from jury.queries.progress import proposal_for
from jury.services import assign_jurors, declare_impartiality, open_scoring, save_scores, submit_sheet
from jury.services.sheets import Mark
from portal.demo.clock import as_of, at
from portal.demo.examples import declaration_pdf, example
from portal.demo.people import clerk_of
from units.models import Unit

CALENDAR = {
    "submission_deadline": 30,
    "formal_review_until": 45,
    "scoring_until": 75,
    "visits_from": 80,
    "visits_until": 90,
    "decision_on": 95,
    "announcement_on": 110,
}
DOMAINS = ("kultura", "pomoc społeczna", "ochrona zdrowia", "oświata")
DOMAINS_EN = ("culture", "social assistance", "health care", "education")
CODES = ("INNOVATION", "EFFECTIVENESS", "EFFICIENCY", "INTEGRATION", "REPLICABILITY")


@cache
def _declaration() -> CheckedFile:
    """The same few bytes for every entry, so they are checked once."""
    return check_upload(SimpleUploadedFile("oswiadczenie.pdf", declaration_pdf(), "application/pdf"))


@dataclass(slots=True)
class Story:
    """One demonstration edition; `began` is the day its call was announced."""

    people: dict[str, User]
    slug: str
    title: str
    title_en: str
    began: date
    first_example: int = 0  # so that editions do not all tell of the same practices
    edition: Edition = field(init=False)

    @property
    def officer(self) -> User:
        return self.people["officer"]

    @property
    def chair(self) -> User:
        return self.people["chair"]

    def reload(self) -> None:
        """A protected state refuses refresh_from_db()."""
        self.edition = Edition.objects.get(pk=self.edition.pk)

    def publish(self, jurors: dict[str, Unit | None]) -> None:
        """Set the edition up and open its call."""
        with as_of(at(self.began, 0, 9)):
            self.edition = create_edition(
                actor=self.officer,
                slug=self.slug,
                year=self.began.year,
                title=self.title,
                title_en=self.title_en,
                theme="usługi społeczne",
                theme_en="social services",
                description="Edycja pokazowa: zgłoszenia są przykładami i nie opisują rzeczywistych praktyk.",
                description_en="A demonstration edition: its entries are examples and describe no real practice.",
            )
            Edition.objects.filter(pk=self.edition.pk).update(is_demo=True)
            rows = tuple(
                RowChange(None, {"name": name, "name_en": name_en})
                for name, name_en in zip(DOMAINS, DOMAINS_EN, strict=True)
            )
            self._update(Section.DOMAINS, SectionChange(rows=rows))
            self._update(Section.CALENDAR, SectionChange(fields=self._calendar()))
            for name, residence in jurors.items():
                add_jury_member(
                    actor=self.officer,
                    edition_id=self.edition.pk,
                    person=self.people[name],
                    role=JuryRole.CHAIR if name == "chair" else JuryRole.JUROR,
                    employer=None,
                    residence=residence,
                )
            self.reload()
            publish_call(
                actor=self.officer, edition_id=self.edition.pk, expected_sha256=sha256_of(rules_of(self.edition))
            )
            self.reload()

    def draft(self, number: int, unit: Unit, author: User | None = None, *, day: int = 5) -> Application:
        """A complete draft of the example with this number."""
        author = author or clerk_of(unit)
        number += self.first_example
        values = example(number)
        with as_of(at(self.began, day, 8 + number % 4)):
            groups = [group for group in self.edition.groups.all() if group.admits_kind(unit.kind)]
            domains = list(self.edition.domains.all())
            entry = start_application(
                actor=author,
                edition_id=self.edition.pk,
                unit_id=unit.pk,
                domain_id=domains[number % len(domains)].pk,
                group_id=groups[-1].pk,
                title=values["title"],
                form_key=uuid.uuid4(),
            )
            if "miasta na prawach" in groups[-1].name:
                values["population"] += 60_000
            for section in SECTIONS:
                entry = Application.objects.get(pk=entry.pk)
                save_section(
                    actor=author,
                    application_id=entry.pk,
                    section=section.code,
                    values={name: values[name] for name in section.fields if name in values},
                    seen=fingerprint(entry, section),
                )
            add_attachment(
                actor=author,
                application_id=entry.pk,
                upload=_declaration(),
                requirement_id=self.edition.attachment_requirements.get().pk,
                description="",
            )
        return Application.objects.get(pk=entry.pk)

    def submitted(self, number: int, unit: Unit, author: User | None = None, *, day: int = 8) -> Application:
        entry = self.draft(number, unit, author, day=day)
        with as_of(at(self.began, day, 12 + number % 4, 7 * number % 60)):
            return submit_application(actor=author or clerk_of(unit), application_id=entry.pk)

    def check(self, entry: Application, unmet: dict[str, str] | None = None, *, day: int = 12) -> None:
        """The seven formal findings; `unmet` gives the notes of those not met."""
        unmet = unmet or {}
        with as_of(at(self.began, day, 11)):
            version = entry.versions.latest("number")
            save_findings(
                actor=self.officer,
                application_id=entry.pk,
                version_number=version.number,
                findings=[
                    Finding(criterion, criterion not in unmet, unmet.get(criterion, ""))
                    for criterion in FormalCriterion.values
                ],
                seen=findings_digest(version.checks.all()),
            )

    def accept(self, entry: Application, *, day: int = 12) -> None:
        self.check(entry, day=day)
        with as_of(at(self.began, day, 11, 30)):
            accept_application(actor=self.officer, application_id=entry.pk, version_number=1)

    def reject(self, entry: Application, criterion: str, reason: str, *, day: int = 12) -> None:
        self.check(entry, {criterion: reason}, day=day)
        with as_of(at(self.began, day, 11, 40)):
            reject_application(actor=self.officer, application_id=entry.pk, version_number=1, reason=reason)

    def ask_completion(self, entry: Application, note: str, *, day: int, due_on: date) -> CompletionRequest:
        self.check(entry, {FormalCriterion.SIGNED: note}, day=day)
        with as_of(at(self.began, day, 11, 50)):
            return request_completion(
                actor=self.officer, application_id=entry.pk, version_number=1, due_on=due_on, message=""
            )

    def open_scoring(self) -> None:
        """Close the call, open scoring, give every entry its two jurors."""
        with as_of(at(self.began, 31)):
            close_call(actor=self.officer, edition_id=self.edition.pk)
        with as_of(at(self.began, 46)):
            open_scoring(actor=self.officer, edition_id=self.edition.pk)
            self.reload()
            proposal, _entries = proposal_for(self.edition)
            assign_jurors(actor=self.officer, edition_id=self.edition.pk, pairs=proposal.pairs)

    def declare(self, assignments: list[Assignment], *, day: int = 48) -> None:
        with as_of(at(self.began, day, 18)):
            for assignment in assignments:
                declare_impartiality(actor=assignment.juror.user, assignment_ids=[assignment.pk])

    def score(self, assignment: Assignment, points: int, *, day: int = 55) -> None:
        """Close a sheet with about `points` on every criterion, a little more on the first."""
        marks = {
            code: Mark(min(10, points + (1 if place == 0 and points < 10 else 0)), "Ocena przykładowa: jasny opis.")
            for place, code in enumerate(CODES)
        }
        with as_of(at(self.began, day, 19)):
            save_scores(
                actor=assignment.juror.user,
                assignment_id=assignment.pk,
                revision=0,
                marks=marks,
                summary="Opinia przykładowa na potrzeby demonstracji.",
            )
            submit_sheet(actor=assignment.juror.user, assignment_id=assignment.pk)

    def assignments(self) -> list[Assignment]:
        rows = Assignment.objects.filter(application__edition=self.edition)
        return list(rows.select_related("juror__user", "application").order_by("application_id", "id"))

    def _calendar(self) -> dict[str, Any]:
        dates: dict[str, Any] = {name: self.began + timedelta(days=days) for name, days in CALENDAR.items()}
        for name in ("submission_deadline", "scoring_until"):
            dates[name] = last_minute_of(dates[name])
        return {"call_announced_on": self.began, **dates}

    def _update(self, section: Section, change: SectionChange) -> None:
        self.reload()
        update_section(
            actor=self.officer,
            edition_id=self.edition.pk,
            section=section,
            revision=self.edition.revision,
            change=change,
        )
