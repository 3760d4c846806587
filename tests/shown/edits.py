"""Every form that edits what somebody else may be editing, by its name in the register."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from awards.models import Decision
from common.web.shown import EDITS
from contest.models import Edition, JuryMember
from contest.workflow import Phase
from jury.models import SiteVisit
from practices.models import Practice
from tests.awards import makers
from tests.factories import make_application, make_edition, make_juror, make_officer, make_unit, make_user
from tests.practices.makers import make_practice
from tests.shown.acts import _finals
from tests.shown.scene import Scene

SCENES: dict[str, Callable[[], Scene]] = {}


def edit(code: str) -> Callable[[Callable[[], Scene]], Callable[[], Scene]]:
    assert code in EDITS, f"{code} is no form of the register"

    def keep(make: Callable[[], Scene]) -> Callable[[], Scene]:
        SCENES[code] = make
        return make

    return keep


@edit("accounts.profile")
def profile() -> Scene:
    person = make_user()
    rows = User.objects.filter(pk=person.pk)
    return Scene(
        person,
        reverse("accounts:profile"),
        lambda: rows.get().full_name == "Moje Nazwisko",
        {
            "own second tab": lambda: rows.update(full_name="Drugie Okno"),
            "language": lambda: rows.update(language="en"),
        },
        {"full_name": "Moje Nazwisko", "language": "pl"},
        typed="Moje Nazwisko",
    )


def _decision(**first: Any) -> Scene:
    edition, chair = makers.deciding_edition()
    session = makers.open_session(edition, chair)
    found = make_application(edition, make_unit(), state="FINALIST")
    values = {"session": session, "application": found, "kind": "LAUREATE", "decided_at": timezone.now()}

    def recorded() -> None:
        Decision.objects.create(justification="Treść kolegi.", **values)

    if first:
        Decision.objects.create(**values, **first)
    rows = Decision.objects.filter(application=found)
    changes = {
        "the text": lambda: rows.update(justification="Treść kolegi."),
        "the award": lambda: rows.update(kind="SPECIAL_MENTION"),
        "the English text": lambda: rows.update(justification_en="Theirs."),
    }
    return Scene(
        chair.user,
        reverse("awards:decide", args=[edition.slug, session.number, found.pk]),
        lambda: rows.filter(justification="Moja treść.").exists(),
        changes if first else {"a first decision": recorded},
        {"kind": "LAUREATE", "justification": "Moja treść.", "justification_en": "", "special_title": ""},
        typed="Moja treść.",
    )


@edit("awards.decide")
def decide() -> Scene:
    return _decision(justification="Pierwsza treść.")


def decide_first() -> Scene:
    return _decision()


@edit("awards.session")
def session_data() -> Scene:
    edition, chair = makers.deciding_edition()
    session = makers.open_session(edition, chair)
    rows = type(session).objects.filter(pk=session.pk)
    return Scene(
        chair.user,
        reverse("awards:session_edit", args=[edition.slug, session.number]),
        lambda: rows.get().place == "Sala Herbowa",
        {
            "the place": lambda: rows.update(place="Kraków"),
            "the date": lambda: rows.update(held_on=date(2026, 10, 1)),
            "who was present": lambda: session.attendees.add(make_juror(edition)),
        },
        {"held_on": "2026-10-22", "place": "Sala Herbowa", "attendees": [chair.pk]},
        typed="Sala Herbowa",
    )


@edit("contest.jury_member")
def jury_member() -> Scene:
    edition = make_edition(Phase.SCORING)
    member, unit = make_juror(edition), make_unit()
    rows = JuryMember.objects.filter(pk=member.pk)
    return Scene(
        make_officer(),
        reverse("contest:jury_member", args=[edition.slug, member.pk]),
        lambda: rows.get().residence_id == unit.pk,
        {
            "the employer": lambda: rows.update(employer=make_unit()),
            "no longer active": lambda: rows.update(is_active=False),
            "the role": lambda: rows.update(role="CHAIR"),
        },
        {"role": "JUROR", "residence": unit.code, "is_active": "on"},
        typed=unit.code,
    )


@edit("jury.plan_visit")
def plan_visit() -> Scene:
    jury = _finals()
    entry, day = jury.entries[0], timezone.localdate()
    mine, theirs = jury.jurors

    def planned() -> None:
        SiteVisit.objects.create(application=entry, planned_on=day).visitors.set([theirs])

    return Scene(
        jury.chair.user,
        reverse("jury:plan_visit", args=[jury.edition.slug, entry.pk]),
        lambda: entry.visits.filter(visitors=mine).exists(),
        {"the same day planned": planned},
        {"planned_on": day.isoformat(), "visitors": [mine.pk]},
    )


@edit("jury.record_visit")
def record_visit() -> Scene:
    jury = _finals()
    visit = SiteVisit.objects.create(application=jury.entries[0], planned_on=date(2026, 10, 1))
    visit.visitors.set([jury.jurors[0]])
    rows = SiteVisit.objects.filter(pk=visit.pk)
    return Scene(
        jury.jurors[0].user,
        reverse("jury:record_visit", args=[jury.edition.slug, visit.pk]),
        lambda: rows.get().findings == "Moje ustalenia.",
        {
            "the findings": lambda: rows.update(findings="Ustalenia kolegi."),
            "the day": lambda: rows.update(visited_on=date(2026, 10, 2)),
            "the visitors": lambda: visit.visitors.add(jury.jurors[1]),
        },
        {"visited_on": "2026-10-01", "findings": "Moje ustalenia.", "visitors": [jury.jurors[0].pk]},
        typed="Moje ustalenia.",
    )


def _curating(name: str, data: dict[str, str], nth: int, change: dict[str, Any]) -> Scene:
    practice = make_practice()
    rows = Practice.objects.filter(pk=practice.pk)
    return Scene(
        make_officer(),
        reverse(f"practices:{name}", args=[practice.pk]),
        lambda: rows.filter(**data).exists(),
        {"changed": lambda: rows.update(**change)},
        data,
        page=reverse("practices:manage", args=[practice.pk]),
        nth=nth,
    )


@edit("practices.section")
def section() -> Scene:
    return _curating("correct_section", {"section": "ENERGY"}, 0, {"section": "TRANSPORT"})


@edit("practices.verified")
def verified() -> Scene:
    return _curating("confirm_verified", {"verified_on": "2024-01-02"}, 1, {"verified_on": date(2024, 5, 5)})


@edit("privacy.retention")
def retention() -> Scene:
    edition = make_edition(Phase.ANNOUNCED, announced_at=timezone.now())
    rows = Edition.objects.filter(pk=edition.pk)
    return Scene(
        make_officer(),
        reverse("privacy:retention", args=[edition.slug]),
        lambda: rows.get().retention_months == 36,
        {"the months": lambda: rows.update(retention_months=12)},
        {"months": "36"},
        page=reverse("privacy:edition", args=[edition.slug]),
        typed="36",
    )
