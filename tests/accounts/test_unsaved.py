"""A form whose session had ended is kept for its writer and filled in again; nothing is done from it."""

import re
from datetime import timedelta
from html.parser import HTMLParser
from urllib.parse import unquote

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import services
from accounts.models import ParkedForm, User
from common.web import kept, written_by
from common.web.server import HEAD_KEPT, TAIL_KEPT
from tests.factories import PASSWORD, make_user

pytestmark = pytest.mark.django_db
PROFILE = "/konto/profil/"
NAME = "Halina Żółć-Niezapisana"
OURS = {"origin": "http://testserver", "referer": f"http://testserver{PROFILE}"}


@pytest.fixture
def writer():
    """Signed in by the sign-in form, so that cookies are those of a browser."""
    user, browser = make_user(), Client(enforce_csrf_checks=True)
    sign_in(browser, user)
    return browser, user


def sign_in(browser: Client, user: User, *, follow: str = ""):
    page = browser.get(reverse("account_login"), {"next": follow} if follow else {})
    data = {"login": user.email, "password": PASSWORD, "csrfmiddlewaretoken": token(page), "next": follow}
    return browser.post(reverse("account_login"), data, follow=bool(follow))


def token(page) -> str:
    found = re.search(r'csrfmiddlewaretoken" value="(\w+)"', page.content.decode())
    assert found
    return found.group(1)


def form_of(browser: Client, **typed: str) -> dict[str, str]:
    page = browser.get(PROFILE)
    hidden = {name: field(page, name) for name in ("written_by", "shown")}
    return {"csrfmiddlewaretoken": token(page), **hidden, "language": "pl", "full_name": NAME, **typed}


def end_sessions(browser: Client) -> None:
    Session.objects.all().delete()


def sign_out_elsewhere(browser: Client) -> None:
    browser.post(reverse("account_logout"), {"csrfmiddlewaretoken": browser.cookies["csrftoken"].value})


def change_password_elsewhere(browser: Client) -> None:
    user = User.objects.get()
    user.set_password(PASSWORD)
    user.save()


def lose_every_cookie(browser: Client) -> None:
    browser.cookies.clear()


class _Values(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: dict[str, str] = {}
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        if tag == "input":
            self.found[found.get("name", "")] = found.get("value", "")


def field(page, name: str) -> str:
    return _Values(page.content.decode()).found[name]


@pytest.mark.case(60)
@pytest.mark.parametrize(
    "ended",
    [end_sessions, sign_out_elsewhere, change_password_elsewhere, lose_every_cookie],
    ids=lambda how: how.__name__,
)
def test_the_text_is_there_after_signing_in_again(writer, ended, figure):
    browser, user = writer
    data = form_of(browser)
    ended(browser)
    answer = browser.post(PROFILE, data, headers=OURS)
    assert answer.headers["Location"] == "/konto/login/?next=/konto/profil/"
    page = browser.get(answer.headers["Location"]).content.decode()
    assert "Nic jeszcze nie zostało zapisane" in page
    assert NAME not in page
    page = sign_in(browser, user, follow=PROFILE)
    assert page.request["PATH_INFO"] == PROFILE
    assert "Jeszcze nie zapisano" in page.content.decode()
    assert field(page, "full_name") == NAME
    user.refresh_from_db()
    assert user.full_name != NAME  # nothing is done from it
    saved = browser.post(PROFILE, {**form_of(browser), "full_name": field(page, "full_name")})
    assert saved.status_code == 302
    user.refresh_from_db()
    assert user.full_name == NAME
    assert not ParkedForm.objects.exists()
    assert "Jeszcze nie zapisano" not in browser.get(PROFILE).content.decode()
    figure("the name is in the field, unsaved, and kept no longer once saved")


@pytest.mark.case(60, control=True)
def test_without_parking_the_text_is_lost(writer, figure, monkeypatch):
    monkeypatch.setattr("accounts.middleware.takes_part", lambda request: False)
    browser, user = writer
    data = form_of(browser)
    end_sessions(browser)
    browser.post(PROFILE, data, headers=OURS)
    assert field(sign_in(browser, user, follow=PROFILE), "full_name") != NAME
    figure("the field holds the old name")


@pytest.mark.case(60)
def test_a_token_of_before_a_second_sign_in_loses_no_text(writer):
    """Signed in again in another tab: the token of this one is void, the person is there."""
    browser, user = writer
    data = form_of(browser)
    sign_out_elsewhere(browser)
    sign_in(browser, user)
    answer = browser.post(PROFILE, data, headers=OURS)
    assert answer.headers["Location"] == PROFILE
    assert field(browser.get(PROFILE), "full_name") == NAME
    assert User.objects.get().full_name != NAME


@pytest.mark.case(60)
def test_another_account_in_the_same_browser_sees_nothing(writer):
    browser, user = writer
    data = form_of(browser)
    sign_out_elsewhere(browser)
    other = make_user()
    sign_in(browser, other)
    answer = browser.post(PROFILE, data, headers=OURS)
    assert answer.status_code == 403
    assert "zalogowana na inne konto" in answer.content.decode()
    for address in (PROFILE, reverse("accounts:unsaved"), reverse("portal:desk")):
        assert NAME not in browser.get(address).content.decode()
        assert "Masz niezapisany" not in browser.get(PROFILE).content.decode()
    sign_out_elsewhere(browser)
    assert field(sign_in(browser, user, follow=PROFILE), "full_name") == NAME


@pytest.mark.case(60)
def test_the_writer_in_another_browser_and_after_an_hour_sees_nothing(writer):
    browser, user = writer
    data = form_of(browser)
    end_sessions(browser)
    browser.post(PROFILE, data, headers=OURS)
    elsewhere = Client(enforce_csrf_checks=True)
    assert field(sign_in(elsewhere, user, follow=PROFILE), "full_name") != NAME
    ParkedForm.objects.update(created_at=timezone.now() - timedelta(minutes=60, seconds=1))
    assert field(sign_in(browser, user, follow=PROFILE), "full_name") != NAME
    assert services.delete_parked() == 1


# --- It is no way in ------------------------------------------------------------------------------
@pytest.mark.case(37)
@pytest.mark.parametrize(
    "headers",
    [{}, {"origin": "https://evil.example"}, {"origin": "null"}, {"referer": "https://evil.example/konto/profil/"},
     {"origin": "https://evil.example", "referer": f"http://testserver{PROFILE}"}],
)  # fmt: skip
def test_another_site_parks_nothing(writer, headers):
    browser, user = writer
    mark = written_by.mark_of(user)
    answer = browser.post(PROFILE, {"full_name": NAME, "written_by": mark}, headers=headers)
    assert answer.status_code == 403
    assert not ParkedForm.objects.exists()
    assert User.objects.get().full_name != NAME


def test_a_stranger_and_a_forged_mark_park_nothing(client):
    user = make_user()
    for mark in ("", str(user.pk), f"{user.pk}:forged", written_by.mark_of(user)[:-1] + "?"):
        answer = client.post(PROFILE, {"full_name": NAME, "written_by": mark}, headers=OURS)
        assert answer.headers["Location"].startswith("/konto/login/")
    assert not ParkedForm.objects.exists()
    assert "Nic nie zostało zapisane" in client.get("/konto/login/").content.decode()


def test_passwords_codes_confirming_words_and_files_are_not_kept(writer):
    browser, _user = writer
    secret = {"password": "x1", "oldpassword": "x2", "password1": "x3", "code": "x4", "typed_word": "USUWAM"}
    data = form_of(browser, **secret)
    end_sessions(browser)
    browser.post(PROFILE, data, headers=OURS)
    assert ParkedForm.objects.get().values.keys() == {"full_name", "language", "shown"}


def test_what_may_be_parked_has_a_limit_for_one_account_and_for_all(writer, monkeypatch, figure):
    browser, _user = writer
    data = form_of(browser)
    end_sessions(browser)
    big = browser.post(PROFILE, {**data, "full_name": "ą" * services.PARKED_BYTES}, headers=OURS)
    assert not ParkedForm.objects.exists()
    assert "Wstecz" in browser.get(big.headers["Location"]).content.decode()
    for number in range(services.PARKED_EACH + 5):
        browser.post(f"{PROFILE}", {**data, f"extra{number}": "x"}, headers=OURS)
    assert ParkedForm.objects.count() == services.PARKED_EACH
    for _again in range(3):
        browser.post(PROFILE, {**data, "extra14": "x"}, headers=OURS)
    assert ParkedForm.objects.count() == services.PARKED_EACH
    monkeypatch.setattr(services, "PARKED_ALL", services.PARKED_EACH - 1)
    browser.post(PROFILE, {**data, "more": "x"}, headers=OURS)
    assert not ParkedForm.objects.filter(values__has_key="more").exists()
    figure(
        f"{services.PARKED_BYTES} bytes a form, {services.PARKED_EACH} forms an account, {services.PARKED_ALL} in all"
    )


# --- What it costs and says -----------------------------------------------------------------------
def test_where_nothing_is_parked_a_page_asks_nothing_more(writer, django_assert_num_queries):
    browser, _user = writer
    browser.get(PROFILE)
    with django_assert_num_queries(2):  # the session, the person
        browser.get(PROFILE)


def test_the_browser_is_told_what_was_saved_and_only_that(writer):
    browser, _user = writer
    data = form_of(browser)
    refused = browser.post(PROFILE, {**data, "full_name": ""}, headers=OURS)
    assert refused.status_code == 422
    assert kept.SAVED not in refused.cookies
    saved = browser.post(PROFILE, data, headers=OURS)
    assert unquote(saved.cookies[kept.SAVED].value) == PROFILE
    end_sessions(browser)
    assert kept.SAVED not in browser.post(PROFILE, data, headers=OURS).cookies


def test_a_part_of_a_page_is_never_the_sign_in_page(client):
    asked = {"HX-Request": "true", "HX-Current-URL": "http://testserver/konto/jednostki/szukaj/?q=a"}
    answer = client.get("/konto/jednostki/szukaj/?q=ab", headers=asked)
    assert answer.headers["HX-Redirect"] == "/konto/login/?next=/konto/jednostki/szukaj/%3Fq%3Da"
    assert b"<form" not in answer.content


def test_what_has_no_page_any_more_can_be_read_and_removed(writer):
    """The form is gone (sent by a colleague, another phase): every page says that a text waits, and where."""
    browser, user = writer
    data = form_of(browser)
    end_sessions(browser)
    browser.post(PROFILE, data, headers=OURS)
    ParkedForm.objects.update(page="/edycje/", address="/zgloszenia/1/formularz/opis/")
    page = sign_in(browser, user, follow="/edycje/").content.decode()
    assert "Masz niezapisany tekst" in page
    assert NAME not in page
    page = browser.get(reverse("accounts:unsaved"))
    assert NAME in page.content.decode()
    browser.post(reverse("accounts:unsaved"), {"csrfmiddlewaretoken": token(page)})
    assert not ParkedForm.objects.exists()


def around_a_file(data: dict[str, str], after: dict[str, str]) -> bytes:
    """What the web server keeps of a form whose file is far too large: its beginning and its end."""

    def part(name: str, text: str, more: str = "") -> bytes:
        return f'--x\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n{text}\r\n'.encode()

    head = b"".join(part(name, text) for name, text in data.items())
    head += part("file", "", '; filename="skan.pdf"').removesuffix(b"\r\n")
    tail = b"\r\n" + b"".join(part(name, text) for name, text in after.items()) + b"--x--\r\n"
    return head + b"%" * (HEAD_KEPT - len(head)) + b"%" * (TAIL_KEPT - len(tail)) + tail


def send_too_large(browser: Client, body: bytes, **headers: str):
    length = {"CONTENT_LENGTH": str(settings.REQUEST_MAX_BYTES + 1)}
    form = "multipart/form-data; boundary=x"
    return browser.generic("POST", PROFILE, body, content_type=form, headers=headers, **length)


@pytest.mark.case(60)
def test_what_was_typed_around_a_file_that_is_far_too_large_is_kept(writer, figure):
    browser, user = writer
    data = form_of(browser)
    name = data.pop("full_name")
    page = send_too_large(browser, around_a_file(data, {"full_name": name}), **OURS)
    assert page.status_code == 413
    assert f'href="{PROFILE}"' in page.content.decode()
    again = browser.get(PROFILE)
    assert field(again, "full_name") == NAME
    assert "Jeszcze nie zapisano" in again.content.decode()
    assert "wybierz je ponownie" in again.content.decode()
    user.refresh_from_db()
    assert user.full_name != NAME
    figure("the name, written below the file, is in the field, unsaved")


@pytest.mark.parametrize("body", [b"--x", b"x" * 100, b"--x\r\nContent-Disposition: form-data\r\n\r\n" * 300])
def test_a_body_far_too_large_that_is_no_form_is_refused_and_kept_by_nobody(writer, body):
    browser, _user = writer
    ends = body + b"\r\n" * ((HEAD_KEPT + TAIL_KEPT - len(body)) // 2 + 1)
    assert send_too_large(browser, ends, **OURS).status_code == 413
    assert not ParkedForm.objects.exists()


def test_a_foreign_page_has_nothing_kept_by_sending_too_much(writer):
    browser, _user = writer
    body = around_a_file(form_of(browser), {})
    assert send_too_large(browser, body, origin="https://example.org").status_code == 413
    assert not ParkedForm.objects.exists()
