"""What the data says about each formal criterion."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from django.utils.translation import override

from applications.models import FormalCriterion
from applications.queries.entry import in_words, read_entry
from applications.queries.hints import DOUBT, LOOK, OK, group_fit
from applications.snapshots import snapshot
from tests.applications.review_cases import make_request, make_version
from tests.factories import make_application, make_edition

WARSAW = ZoneInfo("Europe/Warsaw")


def hint_of(application, criterion):
    return next(row.hint for row in read_entry(application).rows if row.code == criterion)


def entry(content=None, *, edition=None, **fields):
    application = make_application(edition or make_edition("FORMAL_REVIEW"), state="SUBMITTED", **fields)
    make_version(application, **(content or {}))
    return application


def divided(**limits):
    """A group of an edition in which another one admits the same kind of units, so that limits divide them."""
    edition = make_edition()
    edition.groups.all().delete()
    edition.groups.create(name="the others", unit_kinds=["URBAN"])
    return edition.groups.create(name="small", unit_kinds=["URBAN"], **limits)


@pytest.mark.parametrize(
    ("kind", "population", "limits", "level"),
    [
        ("URBAN", 50_000, (None, 50_000), OK),
        ("URBAN", 50_001, (None, 50_000), DOUBT),
        ("URBAN", 50_000, (50_000, None), DOUBT),
        ("URBAN", 50_001, (50_000, None), OK),
        ("URBAN", 60_000, (50_000, 100_000), OK),
        ("URBAN", None, (None, 50_000), DOUBT),
        ("URBAN", 0, (None, 50_000), DOUBT),
        ("URBAN", None, (None, None), OK),
        ("RURAL", 10, (None, 50_000), DOUBT),
    ],
)
@pytest.mark.django_db
def test_a_group_fits_by_kind_and_by_declared_population(kind, population, limits, level):
    group = divided(population_above=limits[0], population_up_to=limits[1])
    assert group_fit(kind, population, group).level == level


@pytest.mark.django_db
def test_a_misfit_names_both_numbers():
    group = divided(population_up_to=50_000)
    with override("pl"):
        assert (
            group_fit("URBAN", 60_000, group).text
            == "Podana liczba mieszkańców: 60\xa0000; granice grupy: do 50\xa0000."
        )
        assert group_fit("URBAN", 5, None).level == DOUBT


@pytest.mark.django_db
def test_a_unit_outside_limits_that_its_kind_admits_is_told_so():
    group = divided(population_up_to=50_000)
    group.edition.groups.exclude(pk=group.pk).delete()
    with override("pl"):
        outside = group_fit("URBAN", 60_000, group)
        assert outside.level == OK
        assert "bez względu na liczbę mieszkańców" in outside.text
        assert "60\xa0000" in outside.text
        assert "do 50\xa0000" in outside.text
        assert "bez względu" not in group_fit("URBAN", 50_000, group).text
        assert "bez względu" not in group_fit("URBAN", None, group).text


@pytest.mark.django_db
@pytest.mark.parametrize(("seconds", "level"), [(-1, OK), (0, OK), (59.999, OK), (60, DOUBT)])
def test_in_time_means_by_the_deadlines_own_minute(seconds, level):
    deadline = datetime(2026, 6, 15, 23, 59, tzinfo=WARSAW)
    application = entry(edition=make_edition("FORMAL_REVIEW", submission_deadline=deadline))
    application.versions.update(submitted_at=deadline + timedelta(seconds=seconds))
    assert hint_of(application, "IN_TIME").level == level


@pytest.mark.django_db
@pytest.mark.parametrize(("late", "level"), [(False, OK), (True, DOUBT)])
def test_a_completed_version_is_measured_by_the_date_of_its_call(late, level):
    application = entry()
    now = timezone.now()
    make_request(application, due_at=now + timedelta(days=-1 if late else 1), answered_at=now)
    make_version(application)
    assert hint_of(application, "IN_TIME").level == level


@pytest.mark.django_db
def test_without_a_deadline_only_a_person_can_tell():
    assert hint_of(entry(edition=make_edition("FORMAL_REVIEW", submission_deadline=None)), "IN_TIME").level == LOOK


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("since", "level"),
    [("2026-02-28", OK), ("2026-03-01", DOUBT), (None, DOUBT)],
)
def test_in_operation_counts_months_back_from_the_call(since, level):
    edition = make_edition("FORMAL_REVIEW", call_announced_on=date(2026, 8, 31), months_in_operation=6)
    assert hint_of(entry({"implemented_on": since}, edition=edition), "IN_OPERATION").level == level


@pytest.mark.django_db
def test_without_the_date_of_the_call_only_a_person_can_tell():
    edition = make_edition("FORMAL_REVIEW", call_announced_on=None)
    assert hint_of(entry(edition=edition), "IN_OPERATION").level == LOOK


@pytest.mark.django_db
def test_what_is_missing_is_named():
    application = entry({"goals": "", "population": None})
    with override("en"):
        hint = hint_of(application, "COMPLETE")
    assert hint.level == DOUBT
    assert "goals" in hint.text
    assert "population" in hint.text
    assert "Oświadczenie" in hint.text


@pytest.mark.django_db
def test_a_complete_entry_with_its_declaration_lacks_nothing():
    application = make_application(make_edition("FORMAL_REVIEW"), state="SUBMITTED")
    requirement = application.edition.attachment_requirements.get()
    file = {"id": 1, "name": "a.pdf", "size": 10, "requirement": requirement.pk}
    make_version(application, attachments=[file])
    reading = read_entry(application)
    levels = {row.code: row.hint.level for row in reading.rows}
    assert levels["COMPLETE"] == OK
    assert levels["SIGNED"] == LOOK
    assert reading.missing_files == []
    assert reading.files[0].requirement == requirement.name


@pytest.mark.django_db
def test_a_missing_declaration_and_consent_and_domain_are_doubts():
    levels = {
        row.code: row.hint.level
        for row in read_entry(entry({"licence_consent": False, "domain": None, "group": None})).rows
    }
    assert levels["SIGNED"] == levels["CONSENTS"] == levels["IN_DOMAIN"] == levels["ELIGIBLE_UNIT"] == DOUBT


@pytest.mark.django_db
def test_the_consent_of_the_contact_person_is_not_required():
    assert hint_of(entry({"contact_consent": False}), "CONSENTS").level == OK


@pytest.mark.django_db
def test_hints_read_the_version_and_never_the_working_copy():
    application = entry({"goals": ""})
    assert application.goals
    assert hint_of(application, "COMPLETE").level == DOUBT
    assert [row.code for row in read_entry(application).rows] == FormalCriterion.values


@pytest.mark.django_db
def test_a_snapshot_reads_as_people_write():
    application = make_application(population=12345, tools=["CAF"])
    content = snapshot(application, [])
    with override("pl"):
        assert in_words("implemented_on", content["implemented_on"]) == "1 stycznia 2020"
        assert in_words("population", content["population"]) == "12\xa0345"
        assert in_words("population", 0) == ""
        assert in_words("tools", content["tools"]) == "wspólna metoda oceny CAF"
        assert in_words("accepts_rules", True) == "tak"
    with override("en"):
        assert in_words("domain", {"id": 1, "name": "kultura", "name_en": "culture"}) == "culture"
        assert in_words("domain", {"id": 1, "name": "kultura", "name_en": ""}) == "kultura"
