"""Appointing the jury in the browser."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from contest.models import JuryRole
from contest.workflow import Phase
from tests import factories
from tests.pressing import press

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(client):
    person = factories.make_officer()
    client.force_login(person)
    return person


def jury(edition):
    return reverse("contest:jury", args=[edition.slug])


def member_page(member):
    return reverse("contest:jury_member", args=[member.edition.slug, member.pk])


def test_a_registered_person_is_appointed_by_address_with_units_by_code_and_name(client, officer):
    edition = factories.make_edition()
    person = factories.make_user(email="jurorka@example.org")
    employer, residence = factories.make_unit("Oleśnica", code="0214011"), factories.make_unit("Legnica")
    form = {"email": "Jurorka@example.org", "role": "CHAIR", "employer": "0214011", "residence": "legnica"}
    assert client.post(jury(edition), form).status_code == 302
    member = edition.jury.get()
    assert (member.user, member.role) == (person, JuryRole.CHAIR)
    assert (member.employer, member.residence) == (employer, residence)
    assert person.email in client.get(jury(edition)).content.decode()


@pytest.mark.parametrize(
    "wrong", [{"email": "nikt@example.org"}, {"email": "x"}, {"employer": "Atlantyda"}, {"role": "KING"}]
)
def test_a_wrong_form_appoints_nobody_and_keeps_its_values(client, officer, wrong):
    edition = factories.make_edition()
    person = factories.make_user()
    response = client.post(jury(edition), {"email": person.email, "role": "JUROR", **wrong})
    assert response.status_code == 422
    if "role" not in wrong:
        assert next(iter(wrong.values())) in response.content.decode()
    assert not edition.jury.exists()


def test_a_name_that_many_units_bear_asks_for_the_code(client, officer):
    edition = factories.make_edition()
    codes = [factories.make_unit("Osiek", kind="RURAL").code for _unit in range(2)]
    person = factories.make_user()
    response = client.post(jury(edition), {"email": person.email, "role": "JUROR", "employer": "Osiek"})
    assert response.status_code == 422
    assert all(code in response.content.decode() for code in codes)
    assert client.post(jury(edition), {"email": person.email, "role": "JUROR", "employer": codes[1]}).status_code == 302
    assert edition.jury.get().employer.code == codes[1]


def test_an_officer_is_refused_beside_the_address(client, officer):
    edition = factories.make_edition()
    response = client.post(jury(edition), {"email": officer.email, "role": "JUROR"})
    assert response.status_code == 422
    assert response.context["form"].errors["email"]


def test_a_member_is_shown_as_saved_changed_and_deactivated(client, officer):
    unit = factories.make_unit("Oleśnica")
    member = factories.make_juror(factories.make_edition(), employer=unit)
    form = client.get(member_page(member)).context["form"]
    same = {field.name: field.value() for field in form if field.value()}
    assert press(client, member_page(member), same).status_code == 302
    member.refresh_from_db()
    assert (member.employer, member.is_active) == (unit, True)
    assert press(client, member_page(member), {"role": "JUROR"}).status_code == 302
    member.refresh_from_db()
    assert (member.employer, member.is_active) == (None, False)


def test_a_second_chair_is_refused_on_the_page(client, officer):
    edition = factories.make_edition()
    factories.make_juror(edition, JuryRole.CHAIR)
    response = press(client, member_page(factories.make_juror(edition)), {"role": "CHAIR", "is_active": "on"})
    assert response.status_code == 422


def test_a_member_is_removed_or_the_page_says_why_not(client, officer):
    member = factories.make_juror(factories.make_edition())
    late = factories.make_juror(factories.make_edition(Phase.SCORING))
    for person, status in ((member, 302), (late, 409)):
        url = reverse("contest:jury_member_remove", args=[person.edition.slug, person.pk])
        assert press(client, url, page=member_page(person), nth=1).status_code == status
    assert list(type(member).objects.all()) == [late]


def test_a_member_of_another_edition_is_not_found_here(client, officer):
    edition, member = factories.make_edition(), factories.make_juror(factories.make_edition())
    for name in ("jury_member", "jury_member_remove"):
        url = reverse(f"contest:{name}", args=[edition.slug, member.pk])
        assert client.post(url, {"role": "JUROR"}).status_code == 404
    assert type(member).objects.filter(pk=member.pk).exists()


def test_the_list_of_members_costs_the_same_for_one_and_three(client, officer):
    edition = factories.make_edition()
    counts = []
    for more in (1, 2):
        for _member in range(more):
            factories.make_juror(edition, employer=factories.make_unit(), residence=factories.make_unit())
        with CaptureQueriesContext(connection) as captured:
            assert client.get(jury(edition)).status_code == 200
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 14
