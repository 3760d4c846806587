"""What was decided, what was announced, and the base of practices."""

from datetime import timedelta
from types import SimpleNamespace

from django.utils import timezone

from applications.workflow import State
from awards.models import Announcement, Award, AwardKind, Decision, JurySession
from awards.services.certificates import issue_diplomas
from common.taxonomy import SECTIONS
from contest.models import Edition
from practices import search
from practices.labels import LICENCE
from practices.models import Practice, PracticeContact, PracticeTool
from practices.slugs import slug_of
from scripts.bench.seed_entries import make
from scripts.bench.seed_people import People
from scripts.bench.texts import description, prose

AWARDS = 300
NOT_SELECTED = 100
PAST_AWARDS = 120
BATCH = 500
KINDS = (AwardKind.LAUREATE, AwardKind.HONOURABLE_MENTION, AwardKind.FINALIST)


def decided(edition: Edition, people: People) -> None:
    """300 decided finalists and 100 not selected: ready to be announced."""
    rows = make(
        edition,
        people,
        0,
        AWARDS + NOT_SELECTED,
        lambda number: str(KINDS[number % 3]) if number < AWARDS else State.NOT_SELECTED,
    )
    session = JurySession.objects.create(
        edition=edition, number=1, held_on=timezone.localdate(), created_by=people.chair, closed_at=timezone.now()
    )
    Decision.objects.bulk_create(
        Decision(
            session=session,
            application=row,
            kind=row.state,
            justification=prose(row.pk, 3),
            decided_by=people.chair,
            decided_at=timezone.now(),
        )
        for row in rows[:AWARDS]
    )


def not_selected(edition: Edition, people: People, last: int) -> None:
    """As many entries that got nothing as make the edition one of `last` entries."""
    make(edition, people, AWARDS + NOT_SELECTED, last, lambda _number: State.NOT_SELECTED)


def announced(edition: Edition, people: People) -> None:
    domains, groups = list(edition.domains.all()), list(edition.groups.all())
    awards = Award.objects.bulk_create(
        Award(
            edition=edition,
            kind=KINDS[number % 3],
            unit=people.units[number],
            unit_name=people.units[number].official_name,
            title=description(number)["title"],
            domain=domains[number % 4],
            group=groups[number % 4],
            justification=prose(number, 3),
        )
        for number in range(PAST_AWARDS)
    )
    edition.announced_at = timezone.now() - timedelta(days=400)
    issue_diplomas(edition=edition, awards=awards)
    edition.certificates.update(status="READY", due_at=None, built_at=timezone.now(), sha256="0" * 64)
    Announcement.objects.create(
        edition=edition, announced_at=edition.announced_at, announced_by=people.officer, preview_sha256="0", counts={}
    )


def practices(edition: Edition, people: People, first: int, last: int) -> None:
    awards = list(edition.awards.order_by("pk"))
    today = timezone.localdate()
    rows, tools = [], []
    for number in range(first, last):
        said = SimpleNamespace(**description(number))
        unit = people.units[number % len(people.units)]
        award = awards[number] if number < len(awards) else None
        row = Practice(
            section=SECTIONS[number % len(SECTIONS)].code,
            slug=slug_of(said.title),
            added_on=today - timedelta(days=number % 3_000),
            unit=unit,
            unit_name=unit.official_name,
            unit_type=unit.kind,
            county_name=unit.county.name if unit.county else "",
            voivodeship_id=unit.voivodeship_id,
            award=award,
            award_kind=award.kind if award else "",
            justification=award.justification if award else "",
            edition_slug=edition.slug if award else "",
            edition_title=edition.title if award else "",
            licence=LICENCE,
            provenance="" if award else "Grupa Wymiany Doświadczeń",
            **{name: getattr(said, name) for name in COPIED},
        )
        row.search_tokens = search.tokens_of(row, said.tools)
        rows.append(row)
        tools.append(said.tools)
    Practice.objects.bulk_create(rows, batch_size=BATCH)
    PracticeTool.objects.bulk_create(
        [PracticeTool(practice=row, code=code) for row, codes in zip(rows, tools, strict=True) for code in codes],
        batch_size=2_000,
    )
    PracticeContact.objects.bulk_create(
        (PracticeContact(practice=row, name="Osoba Przykładowa", consented_at=timezone.now()) for row in rows),
        batch_size=2_000,
    )
    search.index([row.pk for row in rows])


COPIED = (
    "title", "abstract", "context", "goals", "actions", "cost", "results", "integration", "difficulties", "advice",
    "implementing_unit", "locality", "postal_code", "post_office", "phone", "email", "population", "implemented_on",
    "indicators",
)  # fmt: skip
