"""The published results of an edition as one file: awards, and the ranking they rest on. Pure.

`slz-package/1` is canonical JSON, so the digest of the bytes is the digest of the content, and `sha256sum` of the
downloaded file says what the results page prints. It holds nothing that the results page does not: jurors are
numbers of the round, entries their numbers, and no person is named.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from common.canonical import sha256_of
from jury import bundle

FORMAT = "slz-package/1"


def build(
    *,
    edition: Mapping[str, Any],
    announced_at: str,
    awards: Sequence[Mapping[str, Any]],
    ranking: Mapping[str, Any],
) -> dict[str, Any]:
    """`edition` gives slug, year, title and rules_sha256; `ranking` is the bundle of the round that counts."""
    return {
        "format": FORMAT,
        "edition": dict(edition),
        "announced_at": announced_at,
        "awards": [dict(award) for award in awards],
        "ranking": ranking,
        "ranking_sha256": sha256_of(ranking),
    }


def verify(content: Mapping[str, Any]) -> list[str]:
    """What does not follow from what: of a package, or of a bundle as it was published before packages."""
    if content.get("format") != FORMAT:
        return bundle.verify(content)
    ranking = content.get("ranking")
    if not isinstance(ranking, Mapping):
        return ["unreadable: the ranking is no object"]
    problems = bundle.verify(ranking)
    if sha256_of(ranking) != content.get("ranking_sha256"):
        problems.insert(0, "the ranking does not have its digest")
    try:
        ranked = {str(row["number"]) for row in ranking["entries"]}
        problems += [
            f"{award['number']}: has an award and is not in the ranking"
            for award in content["awards"]
            if award["number"] not in ranked
        ]
    except (KeyError, TypeError) as error:
        problems.append(f"unreadable: {type(error).__name__}: {error}")
    return problems


def entries_of(content: Mapping[str, Any]) -> int:
    """How many entries were recomputed."""
    ranking = content.get("ranking") if content.get("format") == FORMAT else content
    return len(ranking["entries"]) if ranking else 0
