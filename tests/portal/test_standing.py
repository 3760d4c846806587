import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse

from accounts.models import Role, StaffRole
from contest.models import JuryRole
from portal.standing import Standing, standing_of
from tests import factories

pytestmark = pytest.mark.django_db


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_session_and_person_with_everything_known_of_them_take_two_queries(django_assert_num_queries):
    """One for the session, one for the person; the menu, the doors and the second factor ask nothing more."""
    officer = signed_in(factories.make_officer())
    with django_assert_num_queries(2):
        assert officer.get(reverse("portal:privacy")).status_code == 200


def test_the_person_of_a_session_brings_their_roles(django_assert_num_queries):
    client = signed_in(factories.make_user("", Role.OFFICER, Role.AUDITOR))
    user = client.get(reverse("portal:privacy")).wsgi_request.user
    with django_assert_num_queries(0):
        assert user.roles == {Role.OFFICER, Role.AUDITOR}
        assert standing_of(user) == Standing(user.roles, False, False, False, False)


def test_what_a_person_is_can_be_read_outside_a_session():
    user = factories.make_user()
    factories.make_juror(factories.make_edition(), JuryRole.CHAIR, user=user)
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": "x"})
    found = standing_of(user)
    assert found == Standing(frozenset(), applicant=False, juror=True, chair=True, second_factor=True)
    assert found.any
    assert found.needs_second_factor


def test_a_juror_who_left_the_jury_is_none():
    user = factories.make_user()
    factories.make_juror(factories.make_edition(), JuryRole.CHAIR, user=user, is_active=False)
    assert not standing_of(user).any
    assert not standing_of(user).needs_second_factor


def test_a_role_taken_away_is_gone_at_the_next_request():
    user = factories.make_officer()
    client = signed_in(user)
    assert client.get(reverse("contest:organiser_editions")).status_code == 200
    StaffRole.objects.filter(user=user).delete()
    assert client.get(reverse("contest:organiser_editions")).status_code == 404


def test_a_person_switched_off_or_removed_is_signed_out_at_once():
    user = factories.make_user()
    client = signed_in(user)
    user.is_active = False
    user.save()
    assert not client.get(reverse("portal:privacy")).wsgi_request.user.is_authenticated
    other = factories.make_user()
    client = signed_in(other)
    other.delete()
    assert not client.get(reverse("portal:privacy")).wsgi_request.user.is_authenticated
