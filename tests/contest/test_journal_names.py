"""The journal tells of things by the names people know them by."""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from accounts.models import Role
from common.journal import record
from common.models import JournalEntry
from contest.queries.journal_names import names_in
from tests.factories import make_application, make_edition, make_unit, make_user

pytestmark = pytest.mark.django_db


def write(target, **data) -> JournalEntry:
    with transaction.atomic():
        return record(actor=None, action="thing.done", target=target, **data)


def test_an_entry_is_named_by_its_number_and_unit():
    unit = make_unit("Długosiodło")
    sent = make_application(unit=unit, number="SLZ-2026-0001")
    assert names_in([write(sent)])["applications.application", sent.pk] == f"SLZ-2026-0001, {unit}"


def test_the_title_of_an_unsent_draft_stays_its_authors_business():
    draft = make_application(title="TAJNY TYTUŁ")
    with translation.override("pl"):
        name = names_in([write(draft)])["applications.application", draft.pk]
    assert name == f"niewysłane zgłoszenie nr {draft.pk}"


def test_a_unit_is_named_whether_the_journal_knows_its_row_or_its_code():
    unit = make_unit("Jarocin")
    names = names_in([write(make_user(), unit=unit.pk), write(make_user(), unit=unit.code)])
    assert names["units.unit", unit.pk] == names["units.unit", unit.code] == str(unit)


def test_what_is_gone_and_what_nobody_names_is_left_out():
    person = make_user()
    entry = write(person, unit=404, copied_from=None, finalists=[])
    person.delete()
    assert names_in([entry]) == {}


def test_names_take_as_many_statements_for_many_rows_as_for_one():
    edition = make_edition()
    entries = [
        write(make_application(edition=edition, number=f"N-{number}"), person=make_user().pk) for number in "123"
    ]

    def statements(rows: list[JournalEntry]) -> int:
        with CaptureQueriesContext(connection) as captured:
            names_in(rows)
        return len(captured)

    assert statements(entries) == statements(entries[:1]) == 2


def test_the_page_names_the_object_and_what_its_details_refer_to(client):
    client.force_login(make_user("Olga Officer", Role.OFFICER))
    unit, other = make_unit("Długosiodło"), make_unit("Jarocin")
    write(make_application(unit=unit, number="SLZ-2026-0001"), unit=other.pk)
    page = client.get(reverse("contest:journal")).content.decode()
    assert f"Zgłoszenie: SLZ-2026-0001, {unit}" in page
    assert f"jednostka: {other}" in page
