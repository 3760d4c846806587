"""Conflicts of interest that the register shows, found for all jurors and entries at once.

A juror is in conflict with an entry when the unit they work for, live in or act for, or acted for since the
edition began, is
- the entry's unit itself,
- its powiat, or a gmina of it when the entry is a powiat's,
- in a union with it: both members of one, or one of the two is the union.
The number of queries does not grow with the edition.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, MembershipStatus
from applications.models import Application
from contest.models import JuryMember
from jury.models import Assignment, AssignmentStatus
from units.models import Unit


class Ground(StrEnum):
    """Why a juror may not read an entry, the strongest first."""

    OWN = "own"
    COUNTY = "county"
    UNION = "union"
    RECUSED = "recused"


GROUND_LABELS = {
    Ground.OWN: _("works for, lives in or acts for this unit, or acted for it during this edition"),
    Ground.COUNTY: _("works or lives in the powiat of this unit, or in a gmina of this powiat"),
    Ground.UNION: _("works or lives in a unit joined with this one in a union"),
    Ground.RECUSED: _("recused"),
}


@dataclass(frozen=True, slots=True)
class Kinship:
    """What the register says of units: each one's powiat, and the unions it belongs to."""

    county: Mapping[int, int | None]
    unions: Mapping[int, frozenset[int]]

    def ground(self, unit: int, entry_unit: int) -> Ground | None:
        if unit == entry_unit:
            return Ground.OWN
        if self.county.get(unit) == entry_unit or self.county.get(entry_unit) == unit:
            return Ground.COUNTY
        ours = self.unions.get(unit, frozenset()) | {unit}
        theirs = self.unions.get(entry_unit, frozenset()) | {entry_unit}
        return Ground.UNION if ours & theirs else None


def conflicts(entries: Iterable[tuple[int, int]], jurors: Iterable[JuryMember]) -> dict[tuple[int, int], Ground]:
    """{(entry, juror): ground} for entries given as (number of the row, its unit)."""
    rows, panel = list(entries), list(jurors)
    own_units = _own_units(panel)
    kinship = _kinship({unit for _entry, unit in rows}.union(*own_units.values(), ()))
    found: dict[tuple[int, int], Ground] = {}
    order = list(Ground)
    by_unit: dict[int, dict[int, Ground]] = {}
    for unit in {unit for _entry, unit in rows}:
        grounds = {
            juror: [g for own in units if (g := kinship.ground(own, unit))] for juror, units in own_units.items()
        }
        by_unit[unit] = {juror: min(known, key=order.index) for juror, known in grounds.items() if known}
    for entry, unit in rows:
        for juror, ground in by_unit[unit].items():
            found[entry, juror] = ground
    recused = Assignment.objects.filter(
        juror__in=[juror.pk for juror in panel], status=AssignmentStatus.RECUSED
    ).values_list("application_id", "juror_id")
    wanted = {entry for entry, _unit in rows}
    for entry, juror_id in recused:
        if entry in wanted:
            found.setdefault((entry, juror_id), Ground.RECUSED)
    return found


def conflict_of(application: Application, juror: JuryMember) -> Ground | None:
    return conflicts([(application.pk, application.unit_id)], [juror]).get((application.pk, juror.pk))


def _own_units(jurors: list[JuryMember]) -> dict[int, set[int]]:
    """A membership that ended during the edition still counts: ending it oneself must not end the conflict."""
    units = {juror.pk: {u for u in (juror.employer_id, juror.residence_id) if u is not None} for juror in jurors}
    seat, began = "user__jury_memberships", F("user__jury_memberships__edition__created_at")
    acting = Membership.objects.filter(
        Q(status=MembershipStatus.ACTIVE) | Q(status=MembershipStatus.ENDED, decided_at__gte=began),
        **{f"{seat}__in": list(units)},
    )
    for juror, unit in acting.values_list(seat, "unit"):
        units[juror].add(unit)
    return units


def _kinship(units: set[int]) -> Kinship:
    counties: dict[int, int | None] = {}
    unions: dict[int, set[int]] = defaultdict(set)
    for unit, county, union in Unit.objects.filter(pk__in=units).values_list("pk", "county_id", "unions__pk"):
        counties[unit] = county
        if union is not None:
            unions[unit].add(union)
    return Kinship(counties, {unit: frozenset(found) for unit, found in unions.items()})
