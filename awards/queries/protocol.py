"""What a protocol prints so that it can be checked later: digests, published figures, a checkpoint of the journal."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from applications.queries.figures import PublishedFigures
from awards.models import Announcement, JurySession, ResultPackage
from common.kernel import checkpoints
from common.models import JournalCheckpoint
from jury.models import ScoringRound


@dataclass(frozen=True, slots=True)
class Proofs:
    """Digests are empty, and the others None, where there is nothing yet."""

    ranking_sha256: str
    package_sha256: str
    numbers: PublishedFigures | None  # on the protocol with which the jury ended its work, once they are public
    checkpoint: JournalCheckpoint | None  # the newest one before the protocol was closed


def with_proofs(rows: QuerySet[JurySession]) -> QuerySet[Any]:
    """Sessions with what `proofs_of` needs of other tables, in the same statement."""
    of_edition = {"edition": OuterRef("edition")}
    rounds = ScoringRound.objects.filter(**of_edition, superseded_at__isnull=True)
    return rows.annotate(
        ranking_sha256=Subquery(rounds.values("sha256")[:1]),
        package_sha256=Subquery(ResultPackage.objects.filter(**of_edition).values("sha256")),
        published=Subquery(Announcement.objects.filter(**of_edition).values("figures")),
        is_last=~Exists(JurySession.objects.filter(**of_edition, number__gt=OuterRef("number"))),
    )


def proofs_of(session: Any) -> Proofs:
    """Of a session read `with_proofs`; one statement where it is closed."""
    ranking = session.ranking_sha256 or ""
    return Proofs(
        ranking_sha256=ranking,
        package_sha256=(session.package_sha256 or ranking) if session.edition.announced_at else "",
        numbers=PublishedFigures.read(session.published) if session.published and session.is_last else None,
        checkpoint=checkpoints.latest_before(session.closed_at) if session.closed_at else None,
    )
