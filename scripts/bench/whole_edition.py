"""The two acts whose work grows with the edition: closing the scoring and announcing, on one of 3,000 entries."""

import gc
import time
from collections.abc import Callable
from typing import Any

from django.db import transaction

from awards.models import Award
from awards.queries.shown import announcing
from common.kernel.baseline import seal_baseline
from jury.models import ScoreSheet
from jury.queries.closing import closing_preview
from jury.queries.shown import closing
from jury.services import close_scoring
from practices.services.announce import announce_edition, preview
from scripts.bench import seed_jury, seed_results
from scripts.bench.report import line, title
from scripts.bench.seed import World

ALLOWED = 3.0  # seconds


def measure(world: World) -> None:
    _prepare(world)
    gc.collect()
    gc.freeze()  # as a web server does once everything is loaded
    sheets = ScoreSheet.objects.filter(assignment__application__edition=world.scoring).count()
    title(
        f"Acts on a whole edition, {world.size:,} entries, {ALLOWED:.0f} s allowed",
        f"{'page':>12}{'act':>12}{'CPU':>12}",
    )
    _act(f"closing the scoring, {sheets:,} sheets", lambda: _closing_token(world), lambda shown: _close(world, shown))
    awards = seed_results.AWARDS
    _act(f"announcing {awards} awards", lambda: _announcing_token(world), lambda shown: _announce(world, shown))
    if Award.objects.filter(edition=world.decision).count() != awards:
        raise SystemExit("the announcement did not make its awards")


@transaction.atomic
def _prepare(world: World) -> None:
    seed_jury.finish(world.scoring)
    seed_results.not_selected(world.decision, world.people, world.size)
    seal_baseline(whole=True)  # these rows came past the services


def _act(name: str, page: Callable[[], str], act: Callable[[str], Any]) -> None:
    opened, shown, _cpu = _timed(page)
    seconds, _done, cpu = _timed(lambda: act(shown))
    line(name, f"{opened:10.2f} s{seconds:10.2f} s{cpu:10.2f} s")


def _timed(act: Callable[[], Any]) -> tuple[float, Any, float]:
    started, cpu = time.perf_counter(), time.process_time()
    found = act()
    return time.perf_counter() - started, found, time.process_time() - cpu


def _closing_token(world: World) -> str:
    return closing.token(world.scoring, world.chair, preview=closing_preview(world.scoring))


def _close(world: World, shown: str) -> None:
    close_scoring(actor=world.chair, edition_id=world.scoring.pk, shown=shown)


def _announcing_token(world: World) -> str:
    return announcing.token(world.decision, world.officer, preview=preview(world.decision).results)


def _announce(world: World, shown: str) -> None:
    announce_edition(actor=world.officer, edition_id=world.decision.pk, shown=shown, typed_word="OGŁASZAM")
