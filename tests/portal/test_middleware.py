import pytest
from django.test import Client
from django.urls import reverse

from contest.models import JuryRole
from tests.factories import make_edition, make_juror, make_officer, make_user

pytestmark = pytest.mark.django_db


def page_of(user, address="/edycje/"):
    client = Client()
    client.force_login(user)
    return client.get(address)


def test_officers_and_chairs_set_up_a_second_factor_before_anything_else(settings):
    settings.REQUIRE_SECOND_FACTOR = True
    chair = make_juror(make_edition(), JuryRole.CHAIR).user
    for person in (make_officer(), chair):
        assert page_of(person).url == reverse("mfa_activate_totp")
        assert page_of(person, reverse("accounts:profile")).status_code == 200


def test_other_people_may_but_need_not(settings):
    settings.REQUIRE_SECOND_FACTOR = True
    juror = make_juror(make_edition()).user
    for person in (make_user(), juror):
        assert page_of(person).status_code == 200


def test_an_officer_with_a_second_factor_works(settings):
    settings.REQUIRE_SECOND_FACTOR = True
    officer = make_officer()
    officer.authenticator_set.create(type="totp", data={"secret": "x"})
    assert page_of(officer).status_code == 200
