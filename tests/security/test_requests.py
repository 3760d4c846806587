"""What every request meets, whoever sends it."""

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from tests.factories import PASSWORD, make_officer, make_user

pytestmark = pytest.mark.django_db


def test_a_body_larger_than_any_form_is_refused_before_it_is_read(client):
    answer = client.post(
        reverse("awards:verify_form"), b"x", content_type="multipart/form-data; boundary=x",
        headers={"content-length": str(settings.REQUEST_MAX_BYTES + 1)},
    )  # fmt: skip
    assert answer.status_code == 413
    assert settings.REQUEST_MAX_BYTES > settings.UPLOAD_MAX_BYTES


@pytest.mark.parametrize("length", ["9" * 5000, "-1", "x"])
def test_an_announced_length_that_is_no_number_is_refused(client, length):
    answer = client.post(reverse("portal:home"), b"", content_type="text/plain", headers={"content-length": length})
    assert answer.status_code == 413


def test_every_page_forbids_framing_foreign_scripts_sniffing_and_devices(client):
    client.force_login(make_officer())
    for name in ("portal:home", "portal:desk", "contest:journal"):
        headers = client.get(reverse(name)).headers
        policy = headers["Content-Security-Policy"]
        assert "script-src 'self'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert "camera=()" in headers["Permissions-Policy"]


def test_the_session_cookie_is_closed_to_scripts_and_to_other_sites(client):
    user = make_user()
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    cookie = client.cookies["sessionid"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


def test_a_spoofed_forwarded_address_buys_no_more_attempts(settings):
    """Without a proxy of our own the header is anybody's word: 101 addresses are still one."""
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 0
    answers = [
        Client().post(
            reverse("account_login"),
            {"login": f"nobody{number}@example.org", "password": "wrong"},
            headers={"x-forwarded-for": f"203.0.113.{number}"},
        )
        for number in range(102)
    ]
    assert [answer.status_code for answer in answers] == [200] * 100 + [429] * 2


def test_more_proxies_set_than_there_are_keep_nobody_from_signing_in(settings, caplog):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 2
    answer = Client().post(
        reverse("account_login"),
        {"login": make_user().email, "password": PASSWORD},
        headers={"x-forwarded-for": "203.0.113.1"},
    )
    assert answer.status_code == 302
    assert "BEHIND_PROXY" in caplog.text


def test_behind_our_proxy_readers_are_told_apart(settings):
    """Or twenty slips of one office would keep everybody out."""
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    answers = [
        Client().post(
            reverse("account_login"),
            {"login": f"nobody{number}@example.org", "password": "wrong"},
            headers={"x-forwarded-for": f"198.51.100.1, 203.0.113.{number}"},
        )
        for number in range(22)
    ]
    assert {answer.status_code for answer in answers} == {200}


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_sign_in_leads_to_no_other_site(client, target):
    user = make_user()
    answer = client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD, "next": target})
    assert answer.status_code == 302
    assert "evil" not in answer.url


def test_a_post_without_the_token_changes_nothing():
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(make_officer())
    assert strict.post(reverse("contest:edition_create"), {"slug": "x"}).status_code == 403
