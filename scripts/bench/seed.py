"""Rows in bulk: editions in four phases, each with n entries, and a base of n practices.

Worlds of several sizes are grown one from another, so that what they share has the same numbers.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import User
from applications.models import Application
from common.kernel.baseline import seal_baseline
from contest.models import Edition, JuryMember, JuryRole
from contest.workflow import Phase
from jury.models import Assignment
from practices.models import Practice
from scripts.bench import seed_entries, seed_jury, seed_people, seed_results
from scripts.bench.environment import Place
from scripts.bench.report import line, seconds_of, title

PER_JUROR = 250
JURORS = 8


@dataclass(frozen=True, slots=True)
class World:
    """Whom to sign in and what to open in the database of `size` entries."""

    size: int
    people: seed_people.People
    officer: User
    chair: User
    applicants: list[User]  # members of units, one of each
    jurors: list[User]  # each with 250 assignments
    review: Edition
    scoring: Edition
    call: Edition
    decision: Edition
    past: Edition

    def entry(self) -> Application:
        return self.review.applications.filter(state="SUBMITTED").order_by("pk")[7]

    def draft(self) -> Application:
        return self.call.applications.filter(state="DRAFT").order_by("pk")[0]

    def sheet(self, juror: User) -> Assignment:
        return Assignment.objects.filter(juror__user=juror, sheet__revision=0).order_by("pk")[0]

    def practice(self) -> Practice:
        return Practice.objects.order_by("pk")[30]


def worlds(place: Place, sizes: tuple[int, ...]) -> dict[int, World]:
    title("Rows", "")
    made: dict[int, World] = {}
    place.use(0)
    call_command("migrate", "--noinput", verbosity=0)  # seals a baseline of nothing
    with transaction.atomic():
        base = _base()
    reached = 0
    for size in sizes:
        place.use(0)
        seconds = seconds_of(lambda size=size, reached=reached: _grow(base, reached, size))
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE" if place.server else "ANALYZE")  # as autovacuum has done by then
        made[size] = base[size]
        line(f"{size} entries in each of three editions", f"{seconds:8.1f} s")
        place.copy(0, size)
        reached = size
    return made


class _Base(dict[int, World]):
    """The worlds by size, and what they all stand on."""

    people: seed_people.People
    editions: dict[str, Edition]


def _base() -> _Base:
    base = _Base()
    base.people = seed_people.make()
    now = timezone.now()
    base.editions = {
        name: _edition(name, phase, year)
        for name, phase, year in (
            ("past", Phase.ANNOUNCED, 2024),
            ("decision", Phase.DECISION, 2025),
            ("scoring", Phase.SCORING, 2026),
            ("review", Phase.FORMAL_REVIEW, 2026),
            ("call", Phase.CALL, 2027),
        )
    }
    Edition.objects.filter(pk=base.editions["past"].pk).update(announced_at=now - timedelta(days=400))
    JuryMember.objects.bulk_create(
        JuryMember(edition=base.editions[name], user=base.people.chair, role=JuryRole.CHAIR)
        for name in ("scoring", "decision")
    )
    seed_results.decided(base.editions["decision"], base.people)
    seed_results.announced(base.editions["past"], base.people)
    return base


def _edition(name: str, phase: str, year: int) -> Edition:
    now = timezone.now()
    ahead = 20 if phase == Phase.CALL else -60
    edition = Edition.objects.create(
        slug=f"bench-{name}",
        year=year,
        phase=phase,
        title=f"Samorządowy Lider Zarządzania {year}",
        theme="usługi społeczne",
        call_announced_on=timezone.localdate(now) - timedelta(days=90),
        submission_deadline=now + timedelta(days=ahead),
        formal_review_until=timezone.localdate(now) + timedelta(days=ahead + 30),
        scoring_until=now + timedelta(days=ahead + 90),
    )
    seed_entries.rules(edition)
    return edition


@transaction.atomic
def _grow(base: _Base, reached: int, size: int) -> None:
    people, editions = base.people, base.editions
    seed_entries.reviewed(editions["review"], people, reached, size)
    seed_entries.sent(editions["call"], people, reached, size)
    first, last = (max(count, PER_JUROR) if count else 0 for count in (reached, size))
    entries = seed_entries.in_scoring(editions["scoring"], people, first, last)
    seed_jury.assign(editions["scoring"], people, entries, first, PER_JUROR)
    seed_results.practices(editions["past"], people, reached, size)
    seal_baseline(whole=True)  # these rows came past the services
    base[size] = World(
        size=size,
        people=people,
        officer=people.officer,
        chair=people.chair,
        applicants=people.members,
        jurors=people.jurors[: max(2, 2 * last // PER_JUROR)],
        **{name: editions[name] for name in ("review", "scoring", "call", "decision", "past")},
    )
