"""Jurors in pairs: each pair reads 250 entries, a part of them scored."""

import itertools
from decimal import Decimal
from typing import Any

from django.utils import timezone

from applications.models import Application
from common.canonical import sha256_of
from common.kernel.baseline import reseal
from contest.models import Criterion, Edition, JuryMember
from jury.models import Assignment, AssignmentStatus, ImpartialityDeclaration, Score, ScoreSheet, ScoreSheetVersion
from scripts.bench.seed_people import People
from scripts.bench.texts import prose

BATCH = 2_000


def assign(edition: Edition, people: People, entries: list[Application], first: int, per_juror: int) -> None:
    seats = {
        user.pk: JuryMember.objects.get_or_create(edition=edition, user=user)[0]
        for user in people.jurors[2 * first // per_juror : 2 * (first + len(entries)) // per_juror]
    }
    now = timezone.now()
    assignments = [
        Assignment(
            application=entry,
            juror=seats[people.jurors[2 * (number // per_juror) + place].pk],
            status=AssignmentStatus.DECLARED if number % 10 else AssignmentStatus.ASSIGNED,
            unit=entry.unit,
            assigned_by=people.officer,
            assigned_at=now,
        )
        for number, entry in enumerate(entries, start=first)
        for place in (0, 1)
    ]
    Assignment.objects.bulk_create(assignments, batch_size=BATCH)
    declared = [row for row in assignments if row.status == AssignmentStatus.DECLARED]
    ImpartialityDeclaration.objects.bulk_create(
        (ImpartialityDeclaration(assignment=row, is_impartial=True, declared_at=now) for row in declared),
        batch_size=BATCH,
    )
    _score(edition, declared, [number // 2 % 2 == 0 for number in range(len(declared))])


def finish(edition: Edition) -> None:
    """Every juror has declared and closed every sheet: the scoring can be closed."""
    rows = list(Assignment.objects.filter(application__edition=edition).exclude(sheet__revision__gt=0).order_by("pk"))
    late = [row for row in rows if row.status == AssignmentStatus.ASSIGNED]
    now = timezone.now()
    Assignment.objects.filter(pk__in=[row.pk for row in late]).update(status=AssignmentStatus.DECLARED)
    reseal(None, Assignment, [row.pk for row in late])
    ImpartialityDeclaration.objects.bulk_create(
        (ImpartialityDeclaration(assignment=row, is_impartial=True, declared_at=now) for row in late),
        batch_size=BATCH,
    )
    ScoreSheet.objects.filter(assignment__in=rows).delete()
    _score(edition, rows, [True] * len(rows))


def _points(number: int, place: int) -> int:
    return (number + place) % 11


def _content(number: int, criteria: list[Criterion]) -> dict[str, Any]:
    """What the sealed version of a closed sheet says: the same as its scores."""
    return {
        "scores": {
            criterion.code: {"points": _points(number, place), "justification": prose(number + place, 2)}
            for place, criterion in enumerate(criteria)
        },
        "summary": "",
        "closed": True,
        "nonce": f"{number:032x}",
    }


def _score(edition: Edition, declared: list[Assignment], closed: list[bool]) -> None:
    """Sheets of an edition, each closed or not begun; both of an entry stand side by side."""
    now = timezone.now()
    criteria = list(edition.criteria.all())
    places = itertools.accumulate(closed, initial=0)  # how many sheets were closed before this one
    sheets = ScoreSheet.objects.bulk_create(
        (
            ScoreSheet(
                assignment=row,
                revision=int(done),
                saved_at=now if done else None,
                closed_at=now if done else None,
                total=Decimal(sum(_points(number, place) * c.weight for place, c in enumerate(criteria))) / 10
                if done
                else None,
            )
            for row, done, number in zip(declared, closed, places, strict=False)
        ),
        batch_size=BATCH,
    )
    filled = list(itertools.compress(sheets, closed))
    Score.objects.bulk_create(
        (
            Score(
                sheet=sheet,
                criterion=criterion,
                points=_points(number, place),
                justification=prose(number + place, 2),
            )
            for number, sheet in enumerate(filled)
            for place, criterion in enumerate(criteria)
        ),
        batch_size=BATCH,
    )
    ScoreSheetVersion.objects.bulk_create(
        (
            ScoreSheetVersion(sheet=sheet, revision=1, content=content, sha256=sha256_of(content), saved_at=now)
            for number, sheet in enumerate(filled)
            for content in (_content(number, criteria),)
        ),
        batch_size=BATCH,
    )
