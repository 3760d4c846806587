from datetime import date

import pytest
from django.utils import translation

from applications.models import Application
from applications.queries.applicant import current_attachments
from applications.queries.problems import submission_problems
from applications.sections import ALL_FIELDS, REQUIRED_FIELDS, REQUIRED_STATEMENTS, SECTION_BY_CODE, WORD_LIMITS
from contest.models import AttachmentRequirement, ComparisonGroup, Edition
from tests import factories
from units.models import UnitKind

pytestmark = pytest.mark.django_db
EMPTY = {"population": None, "implemented_on": None, "domain": None, "group": None}


@pytest.fixture
def draft():
    return factories.make_complete_draft(
        factories.make_edition(call_announced_on=date(2026, 8, 31), months_in_operation=6)
    )


def found(draft, **changes):
    Application.objects.filter(pk=draft.pk).update(**changes)
    application = Application.objects.select_related("edition", "unit", "domain", "group").get(pk=draft.pk)
    return [
        (problem.section, problem.field)
        for problem in submission_problems(application, current_attachments(application))
    ]


def test_a_complete_draft_has_no_problems(draft):
    assert found(draft) == []


@pytest.mark.parametrize("field", REQUIRED_FIELDS)
def test_each_required_field_is_missed_in_its_section(draft, field):
    problems = found(draft, **{field: EMPTY.get(field, "")})
    assert [name for _section, name in problems] == [field]
    assert field in SECTION_BY_CODE[problems[0][0]].fields


def test_blanks_do_not_count_as_an_answer(draft):
    assert found(draft, goals=" \n ") == [("opis", "goals")]


@pytest.mark.parametrize("field", REQUIRED_STATEMENTS)
def test_each_statement_is_required(draft, field):
    assert found(draft, **{field: False}) == [("oswiadczenia", field)]


def test_the_consent_of_the_contact_person_is_voluntary(draft):
    assert found(draft, contact_consent=False) == []


@pytest.mark.parametrize("field", sorted(WORD_LIMITS))
def test_a_text_may_have_as_many_words_as_its_limit(draft, field):
    limit = WORD_LIMITS[field]
    assert found(draft, **{field: "słowo " * limit}) == []
    assert [name for _section, name in found(draft, **{field: "słowo " * (limit + 1)})] == [field]


@pytest.mark.parametrize(
    ("since", "fine"), [(date(2026, 2, 28), True), (date(2026, 3, 1), False), (date(2030, 1, 1), False)]
)
def test_the_practice_works_six_months_before_the_call_also_at_the_end_of_february(draft, since, fine):
    assert (found(draft, implemented_on=since) == []) is fine


def test_without_a_date_of_the_call_the_age_is_left_to_the_officer(draft):
    Edition.objects.update(call_announced_on=None)
    assert found(draft, implemented_on=date(2030, 1, 1)) == []


@pytest.mark.parametrize(
    ("above", "up_to", "population", "fine"),
    [
        (50_000, None, 50_000, False),
        (50_000, None, 50_001, True),
        (None, 50_000, 50_000, True),
        (None, 50_000, 50_001, False),
    ],
)
def test_the_declared_population_has_to_fit_the_group(draft, above, up_to, population, fine):
    ComparisonGroup.objects.update(population_above=above, population_up_to=up_to)
    ComparisonGroup.objects.create(edition=draft.edition, name="the others", unit_kinds=[draft.unit.kind])
    assert (found(draft, population=population) == []) is fine


def test_a_group_for_other_kinds_of_units_is_a_problem(draft):
    ComparisonGroup.objects.update(unit_kinds=[UnitKind.COUNTY])
    assert found(draft) == [("podstawowe", "group")]


def test_required_documents_are_missed_until_attached_and_not_removed(draft):
    draft.attachments.update(removed_at=draft.created_at)
    assert found(draft) == [("attachments", "file")]


def test_optional_documents_are_not_missed(draft):
    AttachmentRequirement.objects.create(edition=draft.edition, name="Zdjęcie", required=False)
    assert found(draft) == []


def test_problems_are_sentences_in_the_language_of_the_page(draft):
    Application.objects.update(goals="", abstract="słowo " * 152)
    application = Application.objects.get()
    with translation.override("pl"):
        texts = [problem.text for problem in submission_problems(application, current_attachments(application))]
    assert texts == ["Do wypełnienia: „cele”.", "Skrót: skróć do 150 słów, teraz są 152."]


def test_every_field_of_the_description_is_on_some_page():
    from applications.models.application import DESCRIPTION_FIELDS

    assert set(DESCRIPTION_FIELDS) | {"domain", "group"} == ALL_FIELDS
