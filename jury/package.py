"""The published results of an edition as one file: awards, figures, and the ranking they rest on. Pure.

`slz-package/2` is canonical JSON, so the digest of the bytes is the digest of the content, and `sha256sum` of the
downloaded file says what the results page prints. It holds nothing that the results page does not, and the newest
checkpoint of the journal before it: jurors are numbers of the round, entries their numbers, and no person is named.
`slz-package/1` had neither figures nor checkpoint.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any

from common.canonical import sha256_of
from common.kernel.notes import Checkpoint, Malformed, Note
from jury import bundle

FORMAT = "slz-package/2"
FORMER = "slz-package/1"
STAGES = ("filed", "accepted", "scored", "finalists", "awarded")
FINALIST = "FINALIST"  # a rank and no award


def build(
    *,
    edition: Mapping[str, Any],
    announced_at: str,
    awards: Sequence[Mapping[str, Any]],
    ranking: Mapping[str, Any],
    figures: Mapping[str, Any],
    checkpoint: Mapping[str, Any] | None,
) -> dict[str, Any]:
    """`edition` gives slug, year, title and rules_sha256; `ranking` is the bundle of the round that counts.

    `figures` are those of the announcement; `checkpoint` is None where none had been made.
    """
    return {
        "format": FORMAT,
        "edition": dict(edition),
        "announced_at": announced_at,
        "awards": [dict(award) for award in awards],
        "ranking": ranking,
        "ranking_sha256": sha256_of(ranking),
        "figures": dict(figures),
        "checkpoint": dict(checkpoint) if checkpoint else None,
    }


def verify(content: Mapping[str, Any], keys: Sequence[bytes] = ()) -> list[str]:
    """What does not follow from what: of a package, or of a bundle as it was published before packages.

    With public `keys` the checkpoint must be signed by the one it names, if that is among them.
    """
    if content.get("format") not in (FORMAT, FORMER):
        return bundle.verify(content)
    ranking = content.get("ranking")
    if not isinstance(ranking, Mapping):
        return ["unreadable: the ranking is no object"]
    problems = bundle.verify(ranking)
    if sha256_of(ranking) != content.get("ranking_sha256"):
        problems.insert(0, "the ranking does not have its digest")
    problems += _read(lambda: _awards(content))
    if content["format"] == FORMAT:
        problems += _read(lambda: _figures(content))
        problems += _read(lambda: _checkpoint(content["checkpoint"], keys) if content["checkpoint"] else iter(()))
    return problems


def _read(look: Callable[[], Iterator[str]]) -> list[str]:
    try:
        return list(look())
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        return [f"unreadable: {type(error).__name__}: {error}"]


def _awards(content: Mapping[str, Any]) -> Iterator[str]:
    ranked = {str(row["number"]) for row in content["ranking"]["entries"]}
    for award in content["awards"]:
        if award["number"] not in ranked:
            yield f"{award['number']}: has an award and is not in the ranking"


def _figures(content: Mapping[str, Any]) -> Iterator[str]:
    """Each figure is part of the one before it; domains and groups add up; awards and ranked entries are in them."""
    told = content["figures"]
    for part in ("domain", "group"):
        rows = told[f"by_{part}"]
        for stage in STAGES:
            if (found := sum(row["figures"][stage] for row in rows)) != told[stage]:
                yield f"figures: {stage} is {told[stage]}, by {part} they add up to {found}"
        names = {row["name"] for row in rows}
        for name in sorted({row[part] for row in content["ranking"]["entries"]} - names):
            yield f"figures: the {part} {name!r} of the ranking is missing"
        for row in rows:
            yield from _counted(content, row["figures"], row["name"], part)
    yield from _counted(content, told, "all", None)


def _counted(content: Mapping[str, Any], told: Mapping[str, int], name: str, part: str | None) -> Iterator[str]:
    for earlier, later in pairwise(STAGES):
        if told[later] > told[earlier]:
            yield f"figures of {name}: {later} {told[later]} is more than {earlier} {told[earlier]}"
    given = [row for row in content["awards"] if row["kind"] != FINALIST and (not part or (row[part] or "") == name)]
    if len(given) != told["awarded"]:
        yield f"figures of {name}: awarded is {told['awarded']}, the awards are {len(given)}"
    ranked = [row for row in content["ranking"]["entries"] if not part or row[part] == name]
    if len(ranked) > told["scored"]:
        yield f"figures of {name}: scored is {told['scored']}, the ranking has {len(ranked)}"


def _checkpoint(told: Mapping[str, Any], keys: Sequence[bytes]) -> Iterator[str]:
    try:
        note = Note.read(told["note"])
        said = Checkpoint.read(note.text)
    except Malformed as error:
        yield f"checkpoint: {error}"
        return
    named = (told["number"], told["size"], told["root"], datetime.fromisoformat(told["time"]))
    if named != (said.number, said.size, said.root.hex(), said.made_at):
        yield "checkpoint: what is named is not what its signed text says"
    key = bytes.fromhex(told["key"])
    if key in keys and not note.is_signed_by(key):
        yield "checkpoint: it is not signed by the key it names"


def entries_of(content: Mapping[str, Any]) -> int:
    """How many entries were recomputed."""
    ranking = content.get("ranking") if content.get("format") in (FORMAT, FORMER) else content
    return len(ranking["entries"]) if ranking else 0
