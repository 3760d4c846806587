"""Every page of signing in and protecting an account, in our frame and in both languages."""

import re
import time

import pytest
from allauth.account.models import EmailConfirmationHMAC
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import Client, override_settings
from django.urls import reverse

from accounts.models import User
from tests.factories import PASSWORD, make_user

pytestmark = pytest.mark.django_db

FOR_VISITORS = {
    "account_login": ("Zaloguj się", "Sign in"),
    "account_signup": ("Załóż konto", "Create an account"),
    "account_reset_password": ("Ustaw nowe hasło", "Set a new password"),
    "account_reset_password_done": ("Sprawdź pocztę", "Check your e-mail"),
    "account_reset_password_from_key_done": ("Zmieniono hasło", "Password changed"),
    "account_email_verification_sent": ("Sprawdź pocztę", "Check your e-mail"),
    "account_inactive": ("Konto jest wyłączone", "The account is switched off"),
}
FOR_PEOPLE = {
    "account_change_password": ("Zmień hasło", "Change the password"),
    "account_email": ("Adresy e-mail", "E-mail addresses"),
    "account_logout": ("Wyloguj się", "Sign out"),
    "account_reauthenticate": ("Potwierdź swoją tożsamość", "Confirm that it is you"),
    "mfa_index": ("Drugi krok logowania", "Two-step sign-in"),
    "mfa_activate_totp": ("Włącz drugi krok logowania", "Turn on two-step sign-in"),
}


def heading(page: str) -> str:
    found = re.findall(r"<h1[^>]*>(.*?)</h1>", page, re.DOTALL)
    assert len(found) == 1, found
    return found[0].strip()


def signed_in(**fields: object) -> tuple[Client, User]:
    """Through the form: the pages that protect an account ask for the password again."""
    user = make_user(**fields)
    client = Client()
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return client, user


def code_now(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def turn_on(client: Client) -> list[str]:
    """Two-step sign-in by the pages alone; gives the recovery codes shown."""
    page = client.get(reverse("mfa_activate_totp")).content.decode()
    secret = re.search(r"<code>([A-Z2-7]+)</code>", page)
    assert secret
    assert 'src="data:image/svg+xml' in page
    response = client.post(reverse("mfa_activate_totp"), {"code": code_now(secret[1])}, follow=True)
    return re.findall(r"<li><code>(\w+)</code></li>", response.content.decode())


@pytest.mark.parametrize("name", FOR_VISITORS)
def test_a_visitors_page_is_in_our_frame_in_both_languages(client, name):
    for language, words in zip(("pl", "en"), FOR_VISITORS[name], strict=True):
        page = client.get(reverse(name), {"lang": language}).content.decode()
        assert heading(page) == words
        assert 'class="site-foot"' in page


@pytest.mark.parametrize("name", FOR_PEOPLE)
def test_a_persons_page_is_in_our_frame_in_both_languages(name):
    client, _user = signed_in()
    for language, words in zip(("pl", "en"), FOR_PEOPLE[name], strict=True):
        page = client.get(reverse(name), {"lang": language}).content.decode()
        assert heading(page) == words
        assert 'class="site-foot"' in page


def test_the_sign_in_page_names_the_demonstration_accounts_but_no_password(client):
    make_user("Olga Organizator", email="officer@demo.local", is_demo=True)
    make_user("Prawdziwa Osoba", email="person@example.org")
    with override_settings(DEMO=True):
        page = client.get(reverse("account_login")).content.decode()
    assert "officer@demo.local" in page
    assert "person@example.org" not in page
    assert PASSWORD not in page


def test_outside_a_demonstration_no_address_is_named(client):
    make_user(email="officer@demo.local", is_demo=True)
    assert "officer@demo.local" not in client.get(reverse("account_login")).content.decode()


def test_a_wrong_password_keeps_the_address_and_says_so(client):
    page = client.post(reverse("account_login"), {"login": "a@example.org", "password": "x"}).content.decode()
    assert 'value="a@example.org"' in page
    assert "Popraw formularz" in page


def test_a_link_of_confirmation_asks_before_it_confirms(client):
    user = make_user(email="anna@example.org")
    address = user.emailaddress_set.get()
    address.verified = False
    address.save()
    url = reverse("account_confirm_email", args=[EmailConfirmationHMAC(address).key])
    page = client.get(url).content.decode()
    assert "anna@example.org" in page
    address.refresh_from_db()
    assert not address.verified
    client.post(url)
    address.refresh_from_db()
    assert address.verified


def test_a_second_press_of_confirming_says_that_the_link_was_used(client):
    address = make_user(email="anna@example.org").emailaddress_set.get()
    address.verified = False
    address.save()
    url = reverse("account_confirm_email", args=[EmailConfirmationHMAC(address).key])
    assert client.post(url).status_code == 302
    answer = client.post(url)
    assert answer.status_code == 200
    assert "Został już użyty" in answer.content.decode()
    assert heading(answer.content.decode()) == "Ten odnośnik już nie działa"
    address.refresh_from_db()
    assert address.verified


@pytest.mark.parametrize("url", ["/konto/confirm-email/nonsense/", "/konto/password/reset/key/1-nonsense/"])
def test_a_dead_link_says_so_and_what_to_do(client, url):
    page = client.get(url).content.decode()
    assert heading(page) == "Ten odnośnik już nie działa"
    assert "button--primary" in page


def test_two_step_sign_in_is_turned_on_used_and_turned_off():
    client, user = signed_in()
    codes = turn_on(client)
    assert len(codes) == 10
    assert "włączone" in client.get(reverse("mfa_index")).content.decode()
    assert heading(client.get(reverse("mfa_generate_recovery_codes")).content.decode()) == "Utwórz nowe kody zapasowe"
    assert client.get(reverse("mfa_download_recovery_codes")).status_code == 200

    other = Client()
    response = other.post(reverse("account_login"), {"login": user.email, "password": PASSWORD}, follow=True)
    assert heading(response.content.decode()) == "Podaj kod"
    assert other.get(reverse("portal:desk")).status_code == 302
    other.post(reverse("mfa_authenticate"), {"code": codes[0]})
    assert other.get(reverse("portal:desk")).status_code == 200

    assert heading(client.get(reverse("mfa_deactivate_totp")).content.decode()) == "Wyłącz drugi krok logowania"
    client.post(reverse("mfa_deactivate_totp"))
    assert not Authenticator.objects.filter(user=user).exists()


def test_too_many_wrong_passwords_close_the_page_with_a_reason(client):
    for _attempt in range(6):
        response = client.post(reverse("account_login"), {"login": "b@example.org", "password": "x"})
    page = response.content.decode()
    assert "zbyt wiele" in page.lower()
