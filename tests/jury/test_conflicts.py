from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Membership, MembershipStatus
from accounts.services import end_membership
from jury.models import Assignment, AssignmentStatus
from jury.queries.conflicts import Ground, conflict_of, conflicts
from tests.factories import make_juror, make_unit
from tests.jury.helpers import add_entry, assign, make_jury

pytestmark = pytest.mark.django_db


@pytest.fixture
def jury():
    return make_jury(entries=0, jurors=0)


@pytest.mark.parametrize("field", ["employer", "residence"])
@pytest.mark.parametrize(
    ("own", "entered", "ground"),
    [
        ("gmina", "gmina", Ground.OWN),
        ("gmina", "county", Ground.COUNTY),
        ("county", "gmina", Ground.COUNTY),
        ("gmina", "sister", None),
        ("gmina", "stranger", None),
        ("county", "stranger", None),
        ("gmina", "union", Ground.UNION),
        ("union", "gmina", Ground.UNION),
        ("gmina", "partner", Ground.UNION),
        ("partner", "gmina", Ground.UNION),
        ("stranger", "union", None),
    ],
)
def test_conflicts_follow_the_register(jury, field, own, entered, ground):
    """gmina and sister lie in one county; gmina and partner are members of one union."""
    county = make_unit("powiat", "COUNTY")
    units = {
        "county": county,
        "gmina": make_unit("gmina", county=county),
        "sister": make_unit("sister", county=county),
        "partner": make_unit("partner"),
        "stranger": make_unit("stranger", county=make_unit("inny", "COUNTY")),
        "union": make_unit("union", "UNION", code=None),
    }
    units["union"].members.set([units["gmina"], units["partner"]])
    juror = make_juror(jury.edition, **{field: units[own]})
    entry = add_entry(jury.edition, unit=units[entered])
    assert conflict_of(entry, juror) == ground


def test_acting_for_the_unit_is_a_conflict_too(jury):
    entry, juror = add_entry(jury.edition), make_juror(jury.edition)
    membership = Membership.objects.create(user=juror.user, unit=entry.unit, status=MembershipStatus.ACTIVE)
    assert conflict_of(entry, juror) == Ground.OWN
    membership.status = MembershipStatus.ENDED
    membership.save()
    assert conflict_of(entry, juror) is None


def test_of_several_grounds_the_strongest_is_named(jury):
    county = make_unit("powiat", "COUNTY")
    juror = make_juror(jury.edition, employer=county, residence=make_unit("gmina", county=county))
    entry = add_entry(jury.edition, unit=juror.residence)
    assert conflict_of(entry, juror) == Ground.OWN


def test_a_recusal_of_a_juror_who_was_not_asked_about_is_not_told(jury):
    entry, recused, other = add_entry(jury.edition), make_juror(jury.edition), make_juror(jury.edition)
    Assignment.objects.filter(pk=assign(entry, recused).pk).update(status=AssignmentStatus.RECUSED)
    assert conflicts([(entry.pk, entry.unit_id)], [other]) == {}


def test_a_recusal_is_a_conflict_for_good(jury):
    entry, juror = add_entry(jury.edition), make_juror(jury.edition)
    row = assign(entry, juror)
    assert conflict_of(entry, juror) is None
    Assignment.objects.filter(pk=row.pk).update(status=AssignmentStatus.RECUSED)
    assert conflict_of(entry, juror) == Ground.RECUSED


def test_the_number_of_queries_does_not_grow(jury, django_assert_num_queries):
    jurors = [make_juror(jury.edition, employer=make_unit()) for _n in range(5)]
    entries = [add_entry(jury.edition) for _n in range(5)]
    rows = [(entry.pk, entry.unit_id) for entry in entries]
    for size in (1, 5):
        with django_assert_num_queries(3):
            conflicts(rows[:size], jurors[:size])


@pytest.mark.parametrize(("when", "ground"), [("during", Ground.OWN), ("before", None)])
def test_a_membership_that_ended_during_the_edition_still_counts(jury, when, ground):
    """Else a juror would shed the conflict by leaving the unit on their own page."""
    seat, unit = make_juror(jury.edition), make_unit()
    entry = add_entry(jury.edition, unit=unit)
    own = Membership.objects.create(user=seat.user, unit=unit, status=MembershipStatus.ACTIVE)
    end_membership(actor=seat.user, membership_id=own.pk)
    if when == "before":
        Membership.objects.update(decided_at=jury.edition.created_at - timedelta(days=1))
    assert conflict_of(entry, seat) == ground


def test_a_membership_that_was_refused_is_no_conflict(jury):
    """The person never acted for the unit."""
    seat, unit = make_juror(jury.edition), make_unit()
    refused = {"status": MembershipStatus.REFUSED, "decided_at": timezone.now() + timedelta(minutes=1)}
    Membership.objects.create(user=seat.user, unit=unit, **refused)
    assert conflict_of(add_entry(jury.edition, unit=unit), seat) is None
