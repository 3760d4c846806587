"""What results rest on of an edition: its data and rules, the rules as published, and who sits on its jury."""

import json
from collections.abc import Iterator
from typing import Any

from common.canonical import sha256_of
from common.kernel.evidence import Check, Evidence
from contest.models import Edition, JuryMember, RulesVersion
from contest.queries import rules_of
from contest.rules import EDITION_FIELDS, FORMAT, ROW_FIELDS, Section

_RELATED = {
    Section.DOMAINS: "domains",
    Section.GROUPS: "groups",
    Section.CRITERIA: "criteria",
    Section.REQUIREMENTS: "attachment_requirements",
}
_OWN = ("slug", "year", "phase", "is_historical", "is_demo", "announced_at", "locked_sha256")


def _rows(edition: Edition) -> dict[str, Any]:
    """Domains, groups, criteria and required files, by number: entries and awards point to them."""
    return {
        related: sorted(
            [row.pk, row.position, *(getattr(row, name) for name in ROW_FIELDS[section])]
            for row in getattr(edition, related).all()
        )
        for section, related in _RELATED.items()
    }


EVIDENCE = (
    Evidence(
        Edition,
        columns=_OWN + tuple(name for names in EDITION_FIELDS.values() for name in names),
        anchors=(("contest.edition", "pk"),),
        who=("created_by_id",),
        format=2,
        parts=_rows,
        prefetch=tuple(_RELATED.values()),
        left_out={
            "retention_months": "no rule of the contest; the journal keeps each change in words",
            "persons_removed_at": "the journal keeps the removal",
            "revision": "guards forms against each other",
            "created_at": "the journal keeps when",
        },
    ),
    Evidence(
        RulesVersion,
        columns=("edition_id", "number", "canonical_json", "sha256", "reason", "published_at"),
        anchors=(("contest.edition", "edition_id"),),
        who=("published_by_id",),
        format=2,
        left_out={},
    ),
    Evidence(
        JuryMember,
        columns=("edition_id", "user_id", "role", "employer_id", "residence_id", "is_active"),
        anchors=(("contest.jurymember", "pk"),),
        emptied={"employer_id": None, "residence_id": None},
        left_out={},
    ),
)


def _rules() -> Iterator[str]:
    """Published rules have their digest, and the tables still say what was published last."""
    for version in RulesVersion.objects.order_by("pk"):
        if sha256_of(json.loads(version.canonical_json)) != version.sha256:
            yield f"contest.rulesversion {version.pk}: the rules do not have the digest they were published with"
    for edition in Edition.objects.exclude(locked_sha256=""):
        if not rules_are_as_published(edition):
            yield f"contest.edition {edition.pk}: its rules in the tables are not those last published"


def rules_are_as_published(edition: Edition) -> bool:
    """True where no rules were published yet, and for rules published in an older format, which cannot be rebuilt."""
    newest = edition.rules_versions.order_by("-number").first()
    if newest is None or not edition.locked_sha256:
        return True
    if newest.sha256 != edition.locked_sha256:
        return False
    if json.loads(newest.canonical_json).get("format") != FORMAT:
        return True
    return sha256_of(rules_of(edition)) == edition.locked_sha256


CHECKS = (Check("published rules", _rules),)
OTHER = {
    "contest.domain": "sealed with its edition",
    "contest.comparisongroup": "sealed with its edition",
    "contest.criterion": "sealed with its edition",
    "contest.attachmentrequirement": "sealed with its edition",
    "contest.removedrow": "kept for a day to be put back; results rest on what is in place",
}
