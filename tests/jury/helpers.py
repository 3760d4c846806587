"""A jury at work, put together row by row so that tests of one service need no other."""

from dataclasses import dataclass, field
from decimal import Decimal

from django.utils import timezone

from applications.models import Application, ApplicationVersion
from applications.snapshots import snapshot
from common.canonical import sha256_of
from contest.models import Edition, JuryMember, JuryRole
from contest.workflow import Phase
from jury import services
from jury.models import (
    Assignment,
    AssignmentStatus,
    ImpartialityDeclaration,
    Score,
    ScoreSheet,
    ScoreSheetVersion,
)
from tests.factories import make_application, make_edition, make_juror, make_officer, make_unit, make_user


@dataclass
class Jury:
    edition: Edition
    officer: object
    chair: JuryMember
    jurors: list[JuryMember]
    entries: list[Application] = field(default_factory=list)


def make_jury(entries: int = 2, jurors: int = 3, phase: str = Phase.SCORING, **fields) -> Jury:
    edition = make_edition(phase, **fields)
    members = [make_juror(edition, user=make_user(f"Juror {n}")) for n in range(1, jurors + 1)]
    chair = make_juror(edition, JuryRole.CHAIR, user=make_user("Chair"))
    jury = Jury(edition, make_officer(), chair, members)
    jury.entries = [add_entry(edition) for _n in range(entries)]
    return jury


def add_entry(edition: Edition, state: str = "IN_SCORING", unit=None, **fields) -> Application:
    entry = make_application(edition, unit or make_unit(), state=state, **fields)
    content = snapshot(entry, [])
    ApplicationVersion.objects.create(
        application=entry, number=1, content=content, sha256=sha256_of(content), submitted_at=timezone.now()
    )
    return entry


def assign(entry: Application, juror: JuryMember, *, declared: bool = True, third: bool = False) -> Assignment:
    assignment = Assignment.objects.create(
        application=entry,
        juror=juror,
        unit=entry.unit,
        juror_employer=juror.employer,
        juror_residence=juror.residence,
        assigned_at=timezone.now(),
        is_third=third,
    )
    if declared:
        declare(assignment)
    return assignment


def declare(assignment: Assignment) -> ScoreSheet:
    assignment.status = AssignmentStatus.DECLARED
    assignment.save()
    ImpartialityDeclaration.objects.create(assignment=assignment, is_impartial=True, declared_at=timezone.now())
    return ScoreSheet.objects.create(assignment=assignment)


def marks(edition: Edition, points: int | None, why: str = "Uzasadnienie.") -> dict[str, services.Mark]:
    return {criterion.code: services.Mark(points, why) for criterion in edition.criteria.all()}


def close_sheet(assignment: Assignment, points: int | dict[str, int], why: str = "Uzasadnienie.") -> ScoreSheet:
    """A closed sheet with these points, on every criterion or by code."""
    edition = assignment.application.edition
    sheet, _created = ScoreSheet.objects.get_or_create(assignment=assignment)
    Score.objects.filter(sheet=sheet).delete()
    Score.objects.bulk_create(
        Score(
            sheet=sheet,
            criterion=criterion,
            points=points if isinstance(points, int) else points[criterion.code],
            justification=why,
        )
        for criterion in edition.criteria.all()
    )
    sheet.revision += 1
    sheet.saved_at = sheet.closed_at = timezone.now()
    sheet.total = sum(
        Decimal(row.points * row.criterion.weight) / 10 for row in sheet.scores.select_related("criterion")
    )
    sheet.save()
    content = {
        "scores": {
            row.criterion.code: {"points": row.points, "justification": row.justification}
            for row in sheet.scores.select_related("criterion")
        },
        "summary": sheet.summary,
        "closed": True,
        "nonce": "0",
    }
    ScoreSheetVersion.objects.create(
        sheet=sheet, revision=sheet.revision, content=content, sha256=sha256_of(content), saved_at=sheet.saved_at
    )
    return sheet


def score(entry: Application, *by_juror: tuple[JuryMember, int | dict[str, int]]) -> list[Assignment]:
    """Each juror assigned, declared, and their sheet closed."""
    made = []
    for juror, points in by_juror:
        assignment = assign(entry, juror)
        close_sheet(assignment, points)
        made.append(assignment)
    return made


def scored_jury(*points: tuple[int, int], **fields) -> Jury:
    """One entry for each pair of points, both sheets closed; ready to be closed by the chair."""
    jury = make_jury(entries=len(points), jurors=2, **fields)
    for entry, (one, two) in zip(jury.entries, points, strict=True):
        score(entry, (jury.jurors[0], one), (jury.jurors[1], two))
    return jury


def closed_jury(*points: tuple[int, int], **fields) -> Jury:
    """The same, after the chair closed the scoring."""
    jury = scored_jury(*points, **fields)
    services.close_scoring(actor=jury.chair.user, edition_id=jury.edition.pk)
    jury.edition = Edition.objects.get(pk=jury.edition.pk)
    return jury
