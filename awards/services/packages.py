"""The result package: made once, at the announcement, from what was just published."""

import hashlib
from typing import Any

from awards.models import Announcement, Award, ResultPackage
from awards.queries.results import awards_of, public_bundle
from common.canonical import canonical_json
from common.kernel import checkpoints
from common.models import JournalCheckpoint
from contest.models import Edition
from jury import package


def keep_package(edition: Edition, announcement: Announcement) -> ResultPackage | None:
    """In the caller's transaction, which seals it; None where nothing was scored. The bytes kept are handed out."""
    round_ = public_bundle(edition)
    if round_ is None:
        return None
    content = canonical_json(
        package.build(
            edition={
                "slug": edition.slug,
                "year": edition.year,
                "title": edition.title,
                "rules_sha256": edition.locked_sha256,
            },
            announced_at=announcement.announced_at.isoformat(),
            awards=[_award(award) for award in awards_of(edition).select_related("application")],
            ranking=round_.bundle,
            figures=announcement.figures,
            checkpoint=_checkpoint(checkpoints.latest_before(announcement.announced_at)),
        )
    )
    return ResultPackage.objects.create(
        edition=edition,
        content=content,
        sha256=hashlib.sha256(content.encode()).hexdigest(),
        made_at=announcement.announced_at,
    )


def _checkpoint(row: JournalCheckpoint | None) -> dict[str, Any] | None:
    """What whoever holds the file can compare with /dziennik/; None: none had been made."""
    if row is None:
        return None
    names = ("number", "size", "root", "time", "key", "note")
    return {name: value for name, value in checkpoints.as_json(row).items() if name in names}


def _award(award: Award) -> dict[str, Any]:
    """As the results page shows it."""
    return {
        "number": (award.application.number if award.application else None) or "",
        "kind": str(award.kind),
        "unit": award.unit_name,
        "teryt": award.unit.code,
        "title": award.title,
        "domain": award.domain.name if award.domain else None,
        "group": award.group.name if award.group else None,
        "place": award.place,
        "ex_aequo": award.ex_aequo,
        "special_title": award.special_title,
        "justification": award.justification,
        "justification_en": award.justification_en,
    }
