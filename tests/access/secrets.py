"""Words planted where they must not get out of, who may meet each of them; and changes that others may not notice."""

import io
import re
import subprocess
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from unittest import mock

from django.db.models import F, Q

from accounts.models import User
from applications.models import Application, EligibilityCheck
from applications.workflow import State
from awards.models import AwardKind, Decision, JurySession
from common.kernel import checkpoints
from common.kernel.merkle import Tree
from common.models import JournalCheckpoint
from contest.models import Edition, JuryMember
from contest.workflow import Phase
from jury.models import (
    Assignment,
    AssignmentStatus,
    ImpartialityDeclaration,
    Result,
    Score,
    ScoreSheet,
    ScoringRound,
    SiteVisit,
)
from portal.demo.clock import as_of
from tests.access.world import CALL, World
from tests.tampering import as_owner

ORGANISERS = frozenset({"officer", "officer on the jury", "auditor", "admin"})
_WORD = re.compile(rb"Kanarek[A-Z][a-z]+\d+x")


def _word(kind: str, number: int) -> str:
    return f"Kanarek{kind}{number}x"


def plant(world: World) -> dict[str, frozenset[str]]:
    """{word: the roles that may meet it}. Whoever is not named for a word meets it nowhere."""
    known: dict[str, frozenset[str]] = {}
    for part in (_names, _sheets, _drafts, _recusals, _deliberations, _findings_of_review):
        known.update(part(world))
    return known


def words_in(body: bytes) -> set[str]:
    return {word.decode() for part in _readable(body) for word in _WORD.findall(part)}


def _readable(body: bytes) -> Iterator[bytes]:
    """The words are plain ASCII, which HTML, JSON and CSV leave as they are."""
    if body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            for name in archive.namelist():
                yield name.encode()
                yield from _readable(archive.read(name))
    elif body.startswith(b"%PDF"):
        yield subprocess.run(["pdftotext", "-", "-"], input=body, capture_output=True, check=True).stdout
    else:
        yield body


# --- Who may know -------------------------------------------------------------------------------
def _roles_of(world: World, users: set[int]) -> frozenset[str]:
    return frozenset(role for role, person in world.people.items() if person.pk in users)


def _jury_of(edition_id: int) -> set[int]:
    return set(JuryMember.objects.filter(edition=edition_id, is_active=True).values_list("user_id", flat=True))


def readers_of_sheet(world: World, sheet: ScoreSheet) -> frozenset[str]:
    """While scoring is open: the author, and who closed their own sheet of the entry. Afterwards the jury too."""
    assignment = sheet.assignment
    edition = assignment.application.edition
    users = {assignment.juror.user_id}
    if edition.phase != Phase.SCORING:
        return ORGANISERS | _roles_of(world, users | _jury_of(edition.pk))
    closed = Assignment.objects.filter(
        application=assignment.application, status=AssignmentStatus.DECLARED, sheet__closed_at__isnull=False
    )
    if sheet.closed_at:
        users |= set(closed.values_list("juror__user", flat=True))
    return _roles_of(world, users)


# --- What is planted ----------------------------------------------------------------------------
def _names(world: World) -> Iterator[tuple[str, frozenset[str]]]:
    """Who judges is known to the jury itself and to the organisers."""
    for user in User.objects.filter(jury_memberships__isnull=False).distinct():
        User.objects.filter(pk=user.pk).update(full_name=_word("Nazwisko", user.pk))
        shared = JuryMember.objects.filter(edition__jury__user=user).values_list("user_id", flat=True)
        yield _word("Nazwisko", user.pk), ORGANISERS | _roles_of(world, {user.pk, *shared})


def _sheets(world: World) -> Iterator[tuple[str, frozenset[str]]]:
    for sheet in ScoreSheet.objects.select_related("assignment__application__edition", "assignment__juror"):
        word = _word("Karta", sheet.pk)
        Score.objects.filter(sheet=sheet).update(justification=word)
        ScoreSheet.objects.filter(pk=sheet.pk).update(summary=word)
        yield word, readers_of_sheet(world, sheet)


def _drafts(world: World) -> Iterator[tuple[str, frozenset[str]]]:
    """A draft is its authors' business: not even the organisers read it."""
    for entry in Application.objects.filter(submitted_at=None):
        word = _word("Szkic", entry.pk)
        Application.objects.filter(pk=entry.pk).update(title=word, abstract=word, contact_name=word)
        entry.attachments.update(name=f"{word}.pdf", description=word)
        members = set(entry.unit.memberships.filter(status="ACTIVE").values_list("user_id", flat=True))
        yield word, _roles_of(world, members)


def _recusals(world: World) -> Iterator[tuple[str, frozenset[str]]]:
    for row in ImpartialityDeclaration.objects.filter(is_impartial=False).select_related("assignment__juror"):
        ImpartialityDeclaration.objects.filter(pk=row.pk).update(ground=_word("Powod", row.pk))
        yield _word("Powod", row.pk), _roles_of(world, {row.assignment.juror.user_id})


def _deliberations(world: World) -> Iterator[tuple[str, frozenset[str]]]:
    """Findings of visits and minutes for ever; decisions until the announcement."""

    def inside(edition_id: int) -> frozenset[str]:
        return ORGANISERS | _roles_of(world, _jury_of(edition_id))

    for visit in SiteVisit.objects.select_related("application"):
        SiteVisit.objects.filter(pk=visit.pk).update(findings=_word("Wizyta", visit.pk))
        yield _word("Wizyta", visit.pk), inside(visit.application.edition_id)
    for session in JurySession.objects.all():
        JurySession.objects.filter(pk=session.pk).update(minutes=_word("Protokol", session.pk))
        yield _word("Protokol", session.pk), inside(session.edition_id)
    for decision in Decision.objects.filter(session__edition__announced_at=None).select_related("session"):
        word = _word("Werdykt", decision.pk)
        Decision.objects.filter(pk=decision.pk).update(justification=word, justification_en=word, special_title=word)
        yield word, inside(decision.session.edition_id)
    for round_ in ScoringRound.objects.all():
        ScoringRound.objects.filter(pk=round_.pk).update(shortlist_reason=_word("Lista", round_.pk))
        yield _word("Lista", round_.pk), inside(round_.edition_id)


def _findings_of_review(world: World) -> Iterator[tuple[str, frozenset[str]]]:
    """What an officer notes while nothing is decided yet."""
    open_ones = EligibilityCheck.objects.filter(
        version__application__state=State.SUBMITTED, version__application__edition__slug=CALL
    )
    for check in open_ones:
        EligibilityCheck.objects.filter(pk=check.pk).update(note=_word("Notatka", check.pk))
        yield _word("Notatka", check.pk), ORGANISERS


# --- What is changed ----------------------------------------------------------------------------
def change_sealed_scores(world: World) -> frozenset[str]:
    """Every closed sheet of the editions being scored gets a point less on each question; who may notice that.

    Each by as much, so that no gap opens or closes: that a third juror is needed is told to the organisers.
    """
    sheets = ScoreSheet.objects.filter(
        assignment__application__edition__phase=Phase.SCORING, closed_at__isnull=False
    ).select_related("assignment__application__edition", "assignment__juror")
    noticing: frozenset[str] = frozenset()
    for sheet in sheets:
        noticing |= readers_of_sheet(world, sheet)
        Score.objects.filter(sheet=sheet).update(points=F("points") - 1, justification="Inaczej")
        ScoreSheet.objects.filter(pk=sheet.pk).update(total=F("total") - Decimal(10), summary="Inaczej")
    assert sheets
    return noticing


def change_what_is_not_announced(world: World) -> frozenset[str]:
    """Results and decisions of editions that wait for their announcement; who may notice that."""
    waiting = Edition.objects.filter(announced_at=None, is_demo=True)
    changed = Result.objects.filter(round__edition__in=waiting).update(total=F("total") - 1, place=F("place") + 1)
    decisions = Decision.objects.filter(session__edition__in=waiting)
    changed_kinds = decisions.filter(~Q(kind=AwardKind.SPECIAL_MENTION)).update(
        kind=AwardKind.SPECIAL_MENTION, justification="Inaczej", special_title="Inaczej"
    )
    entries = Application.objects.filter(decision__in=decisions)
    moved = entries.update(state=State.SPECIAL_MENTION)
    assert changed and changed_kinds and moved  # noqa: PT018
    jurors = JuryMember.objects.filter(edition__in=waiting).values_list("user_id", flat=True)
    return ORGANISERS | _roles_of(world, set(jurors))


def sign_the_log_again(world: World) -> None:
    """The checkpoint of the same hour over a journal with one entry more: what a hidden change would have left."""
    grown = checkpoints.grown
    before = world.objects["checkpoint"]

    def with_one_more(tree: Tree) -> Tree:
        grown(tree).add(b"a hidden change")
        return tree

    with as_owner():
        JournalCheckpoint.objects.all().delete()
    with mock.patch.object(checkpoints, "grown", with_one_more), as_of(before.made_at):
        after = checkpoints.make_checkpoint(world.objects["signer"], before.reason)
    assert (after.root, after.size) != (before.root, before.size)
