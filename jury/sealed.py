"""What results rest on of the jury: who read what, declarations, versions of sheets, frozen rounds, visits.

Sheets, scores and results are not sealed by themselves: they repeat what a sealed version or a sealed bundle
says, and are compared with it.
"""

import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef, Q

from applications.models import Application, Attachment
from applications.workflow import State
from common.canonical import sha256_of
from common.kernel.evidence import Check, Evidence, of
from common.kernel.seals import Difference, Kind, NotAsSealed, differences, missing
from common.models import JournalEntry
from common.persons import REMOVED_TEXT
from contest.models import Criterion, Edition
from contest.sealed import rules_are_as_published
from jury import bundle
from jury.models import (
    Assignment,
    AssignmentStatus,
    ImpartialityDeclaration,
    Result,
    Score,
    ScoreSheet,
    ScoreSheetVersion,
    ScoringRound,
    SiteVisit,
)

Rows = dict[int, dict[str, tuple[int, int | None, str]]]  # of scores: sheet → criterion → weight, points, justification
CHUNK = 500
NEVER_SENT = Q(state=State.DRAFT, number=None)
_RESULT = ("round", "total", "by_criterion", "sheet_count", "method", "place", "above_threshold")
_ACTS = ("jury.save_scores", "jury.submit_sheet")


def _content(version: ScoreSheetVersion) -> dict[str, Any]:
    return {"content_sha256": sha256_of(version.content)}


def _bundle(round_: ScoringRound) -> dict[str, Any]:
    return {"bundle_sha256": sha256_of(round_.bundle)}


def _visitors(visit: SiteVisit) -> dict[str, Any]:
    return {"visitors": sorted(member.pk for member in visit.visitors.all())}


def _whose(version: ScoreSheetVersion) -> dict[str, Any]:
    """The sheet's assignment stands beside: sheets of two entries may be exchanged with their versions."""
    return _content(version) | {"assignment_id": version.sheet.assignment_id}


_VERSION_ALONE = Evidence(
    ScoreSheetVersion,
    columns=("sheet_id", "revision", "sha256", "saved_at"),
    anchors=(("jury.scoresheet", "sheet_id"),),
    parts=_content,
    left_out={},
)
EVIDENCE = (
    Evidence(
        Assignment,
        columns=(
            "application_id", "juror_id", "status", "is_third", "unit_id", "juror_employer_id", "juror_residence_id",
            "assigned_at",
        ),
        anchors=(("jury.assignment", "pk"),),
        who=("assigned_by_id",),
        format=2,
        emptied={"juror_employer_id": None, "juror_residence_id": None},
        left_out={},
    ),
    Evidence(
        ImpartialityDeclaration,
        columns=("assignment_id", "is_impartial", "ground", "declared_at"),
        anchors=(("jury.assignment", "assignment_id"),),
        emptied={"ground": REMOVED_TEXT},
        left_out={},
    ),
    Evidence(
        ScoreSheetVersion,
        columns=_VERSION_ALONE.columns,
        anchors=_VERSION_ALONE.anchors,
        parts=_whose,
        related=("sheet",),
        format=2,
        former={1: _VERSION_ALONE.facts_of},
        left_out={"content": "its digest is sealed"},
    ),
    Evidence(
        ScoringRound,
        columns=(
            "edition_id", "number", "closed_at", "sha256", "superseded_at", "superseded_reason", "shortlisted_at",
            "shortlist_reason",
        ),
        anchors=(("jury.scoringround", "pk"),),
        who=("closed_by_id",),
        format=2,
        parts=_bundle,
        left_out={"bundle": "its digest is sealed"},
    ),
    Evidence(
        SiteVisit,
        columns=("application_id", "planned_on", "visited_on", "findings"),
        anchors=(("jury.sitevisit", "pk"),),
        who=("recorded_by_id",),
        format=2,
        emptied={"findings": ""},
        parts=_visitors,
        prefetch=("visitors",),
        left_out={},
    ),
)  # fmt: skip


def batched(rows: Iterable[Any], size: int) -> Iterator[list[Any]]:
    rows = iter(rows)
    while batch := list(itertools.islice(rows, size)):
        yield batch


def current_versions() -> Any:
    """The newest version of each sheet, with its sheet: what the sheet itself says of its revision is compared."""
    newer = ScoreSheetVersion.objects.filter(sheet=OuterRef("sheet"), revision__gt=OuterRef("revision"))
    return ScoreSheetVersion.objects.filter(~Exists(newer)).select_related("sheet__assignment").order_by("pk")


def sheets_without_version() -> Any:
    """Saved, closed or counted, and nothing sealed says so."""
    version = ScoreSheetVersion.objects.filter(sheet=OuterRef("pk"))
    said = Q(revision__gt=0) | Q(closed_at__isnull=False) | Q(total__isnull=False)
    return ScoreSheet.objects.filter(~Exists(version), said).order_by("pk")


def rows_of_scores(versions: Sequence[ScoreSheetVersion]) -> Rows:
    """The scores beside these versions. As tuples: an edition has tens of thousands."""
    found: Rows = defaultdict(dict)
    criteria = {pk: (code, weight) for pk, code, weight in Criterion.objects.values_list("pk", "code", "weight")}
    for numbers in batched([version.sheet_id for version in versions], CHUNK):
        rows = Score.objects.filter(sheet__in=numbers).order_by()
        for sheet, criterion, points, justification in rows.values_list(
            "sheet_id", "criterion_id", "points", "justification"
        ):
            code, weight = criteria[criterion]
            found[sheet][code] = (weight, points, justification)
    return found


def what_differs(version: ScoreSheetVersion, scores: Rows, *, reopened: bool) -> list[str]:
    """Parts of a sheet that do not repeat its sealed version: names of criteria and fields, never values.

    A sheet that the chair opened again is open though its version is closed.
    """
    sheet, said = version.sheet, version.content
    rows, marks = scores.get(sheet.pk, {}), said["scores"]
    found = ["revision"] if sheet.revision != version.revision else []
    for code in sorted(rows.keys() | marks.keys()):
        _weight, points, justification = rows.get(code, (0, None, None))
        mark = marks.get(code)
        if justification is None or mark is None or points != mark["points"]:
            found.append(f"points on {code}")
        elif justification != mark["justification"]:
            found.append(f"justification on {code}")
    if sheet.summary != said["summary"]:
        found.append("summary")
    is_closed = sheet.closed_at is not None
    if is_closed != said["closed"] and not (reopened and not is_closed):
        found.append("closed")
    if (
        is_closed
        and sheet.total
        != Decimal(
            sum(
                (marks[code]["points"] or 0) * weight for code, (weight, _points, _why) in rows.items() if code in marks
            )
        )
        / 10
    ):
        found.append("total")
    return found


def reopened_entries() -> set[int]:
    """Entries whose sheets a chair once opened again."""
    acts = JournalEntry.objects.filter(action="jury.reopen_scoring").values_list("data", flat=True)
    return {entry for data in acts for entry in data.get("sheets_of", [])}


def _sheets() -> Iterator[str]:
    reopened = reopened_entries()
    for versions in batched(current_versions().iterator(chunk_size=CHUNK), CHUNK):
        scores = rows_of_scores(versions)
        for version in versions:
            entry = version.sheet.assignment.application_id
            if found := what_differs(version, scores, reopened=entry in reopened):
                yield f"jury.scoresheet {version.sheet_id}: differs from its sealed version in {', '.join(found)}"
    for sheet in sheets_without_version():
        yield f"jury.scoresheet {sheet.pk}: its saved version {sheet.revision} is missing"


def _noted_versions() -> Iterator[str]:
    """Every version has the digest that the journal noted when it was saved, also before facts were sealed, and is
    of the entry and by the juror of that act."""
    acts = JournalEntry.objects.filter(action__in=_ACTS).values_list("target_id", "data", "actor_id")
    noted = {(sheet, data.get("revision")): (data, actor) for sheet, data, actor in acts.iterator()}
    versions = ScoreSheetVersion.objects.select_related("sheet__assignment__juror").order_by("pk")
    for version in versions.iterator(chunk_size=500):
        data, actor = noted.pop((version.sheet_id, version.revision), ({}, None))
        if not data.get("sha256", version.sha256) == version.sha256 == sha256_of(version.content):
            yield f"jury.scoresheetversion {version.pk}: its digest is not the one noted when it was saved"
        assignment = version.sheet.assignment
        if data.get("application", assignment.application_id) != assignment.application_id or (
            actor not in (None, assignment.juror.user_id)
        ):
            yield f"jury.scoresheet {version.sheet_id}: it was saved for another entry or by another juror"
    for sheet, revision in noted:
        yield f"jury.scoresheetversion of sheet {sheet}, version {revision}: missing"


def _rounds() -> Iterator[str]:
    acts = JournalEntry.objects.filter(action="jury.close_scoring").values_list("target_id", "data")
    noted = {round_: data.get("sha256") for round_, data in acts}
    for round_ in ScoringRound.objects.order_by("pk"):
        if not noted.get(round_.pk, round_.sha256) == round_.sha256 == sha256_of(round_.bundle):
            yield f"jury.scoringround {round_.pk}: its bundle does not have the digest noted when scoring was closed"
        for problem in bundle.verify(round_.bundle):
            yield f"jury.scoringround {round_.pk}: {problem}"
        for entry in results_differing(round_):
            yield f"jury.result of entry {entry} in round {round_.pk}: differs from the sealed bundle"


def results_differing(round_: ScoringRound) -> list[str]:
    """Entries whose result rows do not repeat what the bundle of the round says, by number."""
    said = {row["number"]: row for row in round_.bundle["entries"]}
    found = []
    rows: Iterable[Result] = (
        Result.objects.filter(round=round_).select_related("application").only(*_RESULT, "application__number")
    )
    for row in rows:
        number = row.application.number or str(row.application_id)
        entry = said.pop(number, None)
        if entry is None or not _repeats(row, entry):
            found.append(number)
    return sorted(found + list(said))


def require_results(round_: ScoringRound, entries: Iterable[Application]) -> None:
    """Before finalists are chosen: the ranking is the frozen one, the entries are as they were sealed (NotAsSealed)."""
    found = differences([round_], entries)
    found += [Difference(Kind.CHANGED, Result._meta.label_lower, number) for number in results_differing(round_)]
    if found:
        raise NotAsSealed(found)


def _repeats(row: Result, entry: dict[str, Any]) -> bool:
    result = entry["result"]
    return (
        row.total == Decimal(result["total"]).quantize(Decimal(1).scaleb(-18))
        and {code: Decimal(value) for code, value in row.by_criterion.items()}
        == {code: Decimal(value) for code, value in result["by_criterion"].items()}
        and row.sheet_count == len(entry["sheets"])
        and row.method == result["method"]
        and row.place == result["place"]
        and row.above_threshold == result["above_threshold"]
    )


def read_behind(edition: Edition) -> dict[type[Any], list[Any]]:
    """What sheets and decisions of an edition rest on besides: who read what, said to be impartial or recused, and the
    files that were read. All rows of the edition, so that one that is gone is missed."""
    return {
        Assignment: list(Assignment.objects.filter(application__edition=edition)),
        ImpartialityDeclaration: list(ImpartialityDeclaration.objects.filter(assignment__application__edition=edition)),
        Attachment: list(of(Attachment).sealed_of(Attachment.objects.filter(application__edition=edition))),
    }


def verified_versions(edition: Edition, entries: Sequence[Application]) -> list[ScoreSheetVersion]:
    """The sealed versions of every sheet that counts at closing; NotAsSealed names what differs.

    Compared are the rules, the entries in scoring (given, under their locks) and those said to be in it no more, their
    files, who read them and with which declaration, the versions themselves, and the score rows that people see beside
    them. A bounded number of statements, whatever the number of entries.
    """
    if not rules_are_as_published(edition):
        raise NotAsSealed([Difference(Kind.CHANGED, edition._meta.label_lower, str(edition.pk))])
    rest = Application.objects.filter(edition=edition).exclude(state=State.IN_SCORING).exclude(NEVER_SENT)
    behind = read_behind(edition)
    assignments = behind[Assignment]
    versions = list(
        current_versions()
        .select_related(None)
        .select_related("sheet")
        .filter(
            sheet__assignment__application__edition=edition,
            sheet__assignment__application__state=State.IN_SCORING,
            sheet__assignment__status=AssignmentStatus.DECLARED,
            sheet__closed_at__isnull=False,
        )
    )
    by_number = {assignment.pk: assignment for assignment in assignments}
    for version in versions:
        version.sheet.assignment = by_number[version.sheet.assignment_id]
    others = of(Application).sealed_of(rest)
    found = differences([edition], edition.jury.all(), entries, others, versions, *behind.values())
    found += missing(edition.pk, *behind.items())
    scores = rows_of_scores(versions)
    sheets = [row.sheet_id for row in versions if what_differs(row, scores, reopened=False)]
    sheets += (
        sheets_without_version()
        .filter(assignment__application__edition=edition, closed_at__isnull=False)
        .values_list("pk", flat=True)
    )
    found += [Difference(Kind.CHANGED, "jury.scoresheet", str(sheet)) for sheet in sheets]
    if found:
        raise NotAsSealed(found)
    return versions


CHECKS = (
    Check("sheets and their sealed versions", _sheets),
    Check("digests noted with versions of sheets", _noted_versions),
    Check("rounds, their bundles and results", _rounds),
)
OTHER = {
    "jury.scoresheet": "compared with its sealed version",
    "jury.score": "compared with the sealed version of its sheet",
    "jury.result": "compared with the sealed bundle of its round",
    "jury.sitevisit_visitors": "sealed with the visit",
}
