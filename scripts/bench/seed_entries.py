"""Entries with their files, submitted versions, formal findings and journal."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.utils import timezone

from applications.models import (
    Appeal,
    Application,
    ApplicationVersion,
    Attachment,
    CompletionRequest,
    EligibilityCheck,
    FormalCriterion,
    NumberSequence,
)
from applications.snapshots import snapshot
from applications.workflow import State
from common.canonical import sha256_of
from common.files.uploads import store
from common.journal import draft_entry, record_bulk
from contest.models import AttachmentRequirement, ComparisonGroup, Criterion, Domain, Edition
from scripts.bench.seed_people import People
from scripts.bench.texts import description
from units.models import UnitKind

BATCH = 500
CRITERIA = (
    ("INNOVATION", "Innowacyjność", 20, 2),
    ("EFFECTIVENESS", "Skuteczność", 25, 1),
    ("EFFICIENCY", "Efektywność", 20, None),
    ("INTEGRATION", "Integracja z zarządzaniem strategicznym", 15, None),
    ("REPLICABILITY", "Możliwość powielenia", 20, None),
)
GROUPS = {
    "powiaty": [UnitKind.COUNTY],
    "miasta": [UnitKind.URBAN, UnitKind.CITY_COUNTY],
    "gminy miejsko-wiejskie": [UnitKind.MIXED],
    "gminy wiejskie": [UnitKind.RURAL],
}
DRAFTS = 20  # of the open call, the same number in every world


def rules(edition: Edition) -> None:
    Domain.objects.bulk_create(
        Domain(edition=edition, name=name, position=place)
        for place, name in enumerate(("kultura", "pomoc społeczna", "ochrona zdrowia", "oświata"))
    )
    ComparisonGroup.objects.bulk_create(
        ComparisonGroup(edition=edition, name=name, unit_kinds=kinds, position=place)
        for place, (name, kinds) in enumerate(GROUPS.items())
    )
    Criterion.objects.bulk_create(
        Criterion(edition=edition, code=code, name=name, weight=weight, tie_break=tie, position=place)
        for place, (code, name, weight, tie) in enumerate(CRITERIA)
    )
    AttachmentRequirement.objects.create(edition=edition, name="Oświadczenie podpisane przez osobę upoważnioną")


def make(edition: Edition, people: People, first: int, last: int, state_of: Callable[[int], str]) -> list[Application]:
    """Entries number `first` up to `last`, each of another unit, with one file and, once sent, one version."""
    now = timezone.now()
    domains = list(edition.domains.all())
    groups = {kind: group for group in edition.groups.all() for kind in group.unit_kinds}
    rows = []
    for number in range(first, last):
        state, unit = state_of(number), people.units[number % len(people.units)]
        sent = state != State.DRAFT
        rows.append(
            Application(
                edition=edition,
                unit=unit,
                domain=domains[number % len(domains)],
                group=groups[unit.kind],
                state=state,
                number=f"SLZ-{edition.year}.{edition.pk}-{number + 1:04d}" if sent else None,
                submitted_at=now - timedelta(days=30, minutes=number) if sent else None,
                created_by=people.members[number % len(people.members)],
                **description(number),
            )
        )
    Application.objects.bulk_create(rows, batch_size=BATCH)
    files = _attach(edition, rows)
    _freeze([row for row in rows if row.submitted_at], files)
    record_bulk(
        [
            draft_entry(actor=people.officer, action=action, target=row, edition_id=edition.pk, number=row.number)
            for row in rows
            for action in ("application.start", "application.save_section", "application.submit")
        ]
    )
    return rows


def _attach(edition: Edition, rows: list[Application]) -> dict[int, Attachment]:
    """One stored file stands for all: pages never read it."""
    requirement = edition.attachment_requirements.get()
    name = store(b"%PDF-1.4 bench")
    made = Attachment.objects.bulk_create(
        (
            Attachment(
                application=row,
                requirement=requirement,
                file=name,
                name="oswiadczenie.pdf",
                media_type="application/pdf",
                size=14,
                sha256="0" * 64,
            )
            for row in rows
        ),
        batch_size=BATCH,
    )
    return {row.application_id: row for row in made}


def _freeze(rows: list[Application], files: dict[int, Attachment]) -> None:
    contents = [snapshot(row, [files[row.pk]]) for row in rows]
    ApplicationVersion.objects.bulk_create(
        (
            ApplicationVersion(
                application=row,
                number=1,
                content=content,
                sha256=sha256_of(content),
                submitted_at=row.submitted_at,
                submitted_by=row.created_by,
            )
            for row, content in zip(rows, contents, strict=True)
        ),
        batch_size=BATCH,
    )


def reviewed(edition: Edition, people: People, first: int, last: int) -> None:
    """In every twenty entries: one returned, one rejected, nine to be accepted, four unread, five accepted."""
    states = [State.RETURNED, State.INELIGIBLE, *[State.SUBMITTED] * 13, *[State.ELIGIBLE] * 5]
    rows = make(edition, people, first, last, lambda number: states[number % 20])
    now = timezone.now()
    versions = dict(
        ApplicationVersion.objects.filter(application__in=rows).values_list("application_id", "pk").order_by()
    )
    checks: list[EligibilityCheck] = []
    for number, row in enumerate(rows, start=first):
        if not 11 <= number % 20 <= 14:
            checks += _findings(versions[row.pk], row.state, people, now)
    EligibilityCheck.objects.bulk_create(checks, batch_size=2_000)
    CompletionRequest.objects.bulk_create(
        CompletionRequest(
            application=row,
            points=[{"criterion": FormalCriterion.SIGNED.value, "note": "Brak podpisu."}],
            due_at=now + timedelta(days=7),
            requested_by=people.officer,
            requested_at=now,
        )
        for row in rows
        if row.state == State.RETURNED
    )
    Appeal.objects.bulk_create(
        Appeal(application=row, text="Odwołanie przykładowe.", filed_by=row.created_by, filed_at=now)
        for row in [row for row in rows if row.state == State.INELIGIBLE][::5]
    )


def _findings(version_id: int, state: str, people: People, now: Any) -> list[EligibilityCheck]:
    failing = {State.RETURNED: FormalCriterion.SIGNED, State.INELIGIBLE: FormalCriterion.IN_TIME}.get(State(state))
    return [
        EligibilityCheck(
            version_id=version_id,
            criterion=criterion,
            met=criterion != failing,
            checked_by=people.officer,
            checked_at=now,
        )
        for criterion in FormalCriterion
    ]


def sent(edition: Edition, people: People, first: int, last: int) -> None:
    """The open call: drafts first, then what was sent."""
    make(edition, people, first, last, lambda number: State.DRAFT if number < DRAFTS else State.SUBMITTED)
    NumberSequence.objects.update_or_create(edition=edition, defaults={"last": last})


def in_scoring(edition: Edition, people: People, first: int, last: int) -> list[Application]:
    return make(edition, people, first, last, lambda _number: State.IN_SCORING)
