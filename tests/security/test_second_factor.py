"""A stolen password of somebody who organises opens nothing."""

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse

from accounts.models import Membership, MembershipRole, MembershipStatus, User
from tests.factories import make_officer, make_unit, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def required(settings):
    settings.REQUIRE_SECOND_FACTOR = True


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def test_an_officer_without_a_second_factor_decides_about_no_membership():
    waiting = Membership.objects.create(user=make_user(), unit=make_unit(), role=MembershipRole.SIGNATORY)
    answer = signed_in(make_officer()).post(reverse("accounts:membership_decide", args=[waiting.pk]), {"approve": "1"})
    assert answer.url == reverse("mfa_activate_totp")
    waiting.refresh_from_db()
    assert waiting.status == MembershipStatus.PENDING


def test_whoever_may_open_the_admin_needs_a_second_factor_without_any_role():
    answer = signed_in(make_user(is_staff=True, is_superuser=True)).get(reverse("admin:index"))
    assert answer.url == reverse("mfa_activate_totp")


def test_recovery_codes_left_without_an_application_are_no_second_factor():
    officer = make_officer()
    Authenticator.objects.create(user=officer, type=Authenticator.Type.RECOVERY_CODES, data={"seed": "x"})
    answer = signed_in(officer).get(reverse("contest:organiser_editions"))
    assert answer.status_code == 302
    assert answer.url == reverse("mfa_activate_totp")


def test_with_a_second_factor_the_officer_works_and_without_one_may_still_set_it_up():
    officer = make_officer()
    assert signed_in(officer).get(reverse("accounts:profile")).status_code == 200
    Authenticator.objects.create(user=officer, type=Authenticator.Type.TOTP, data={"secret": "x"})
    assert signed_in(User.objects.get(pk=officer.pk)).get(reverse("accounts:membership_approvals")).status_code == 200
