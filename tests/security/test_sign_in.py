"""Signing in: sessions, what a stranger can learn, how often one may guess, where it leads."""

import re
import statistics
import time
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from notifications.models import OutboxMessage
from tests.common.test_request_log import count_of
from tests.factories import PASSWORD, make_user
from tests.portal.test_account_pages import signed_in, turn_on

pytestmark = pytest.mark.django_db
OTHER_PASSWORD = "zupelnie-inne-haslo-2"


def try_password(login: str, password: str, client: Client | None = None, **extra: str):
    return (client or Client()).post(reverse("account_login"), {"login": login, "password": password, **extra})


def is_in(client: Client) -> bool:
    return client.get(reverse("portal:desk")).status_code == 200


# --- 38: sessions -------------------------------------------------------------------------------
@pytest.mark.case(38)
def test_sign_in_gives_a_new_session(figure):
    """Whoever planted a session in somebody's browser does not come in with them."""
    user, client = make_user(), Client()
    session = client.session
    session["planted"] = "1"
    session.save()
    client.cookies["sessionid"] = session.session_key
    try_password(user.email, PASSWORD, client)
    assert is_in(client)
    assert client.cookies["sessionid"].value != session.session_key
    thief = Client()
    thief.cookies["sessionid"] = session.session_key
    assert not is_in(thief)
    figure("the key of before opens nothing")


@pytest.mark.case(38)
@pytest.mark.parametrize("how", ["changed", "reset"])
def test_a_new_password_ends_the_other_sessions(how):
    (mine, user), other = signed_in(), Client()
    try_password(user.email, PASSWORD, other)
    assert is_in(other)
    if how == "changed":
        passwords = {"oldpassword": PASSWORD, "password1": OTHER_PASSWORD, "password2": OTHER_PASSWORD}
        mine.post(reverse("account_change_password"), passwords)
        assert is_in(mine)
    else:
        page = Client()
        page.post(reverse("account_reset_password"), {"email": user.email})
        link = OutboxMessage.objects.get(kind="account_reset_password").context["password_reset_url"]
        form = page.get(urlsplit(link).path, follow=True).request["PATH_INFO"]
        page.post(form, {"password1": OTHER_PASSWORD, "password2": OTHER_PASSWORD})
        assert not is_in(mine)
    assert User.objects.get(pk=user.pk).check_password(OTHER_PASSWORD)
    assert not is_in(other)


@pytest.mark.case(38)
def test_turning_the_second_step_on_and_off_ends_the_other_sessions():
    """A session of before was opened with the password alone, or by whoever has the lost phone."""
    (mine, user), other = signed_in(), Client()
    try_password(user.email, PASSWORD, other)
    codes = turn_on(mine)
    assert is_in(mine)
    assert not is_in(other)
    try_password(user.email, PASSWORD, other)
    other.post(reverse("mfa_authenticate"), {"code": codes[0]})
    assert is_in(other)
    mine.post(reverse("mfa_deactivate_totp"))
    assert is_in(mine)
    assert not is_in(other)


@pytest.mark.case(38)
def test_a_second_step_that_an_administrator_removed_ends_every_session():
    mine, user = signed_in()
    turn_on(mine)
    Authenticator.objects.filter(user=user).delete()
    assert not is_in(mine)


# --- 39: known and unknown ----------------------------------------------------------------------
class Hasher(PBKDF2PasswordHasher):
    """The real one with fewer rounds, still far above what the rest of a request takes."""

    iterations = 100_000


def seen(response) -> tuple[object, ...]:
    """All a stranger sees: status, body, headers, cookies; left out are what they typed themselves and what is drawn
    by lot for each request (the token, the number of the request)."""
    body = re.sub(rb'(csrfmiddlewaretoken" value="|X-CSRFToken": ")[A-Za-z0-9]+', b"", response.content)
    body = re.sub(rb"[\w.]+@example\.org", b"", body)
    headers = {name: value for name, value in response.headers.items() if name != "X-Request-ID"}
    return response.status_code, body, headers, sorted(response.cookies)


def ask(name: str, address: str):
    forms = {
        "account_login": {"login": address, "password": "wrong"},
        "account_reset_password": {"email": address},
        "account_signup": {
            "email": address, "password1": OTHER_PASSWORD, "password2": OTHER_PASSWORD, "full_name": "Ktoś Nowy",
            "data_notice": "on",
        },
    }  # fmt: skip
    started = time.perf_counter()
    response = Client().post(reverse(name), forms[name])
    return response, time.perf_counter() - started


@pytest.mark.case(39)
@pytest.mark.parametrize("name", ["account_login", "account_reset_password", "account_signup"])
def test_known_and_unknown_addresses_are_answered_alike(name, figure):
    with time_machine.travel("2026-06-15 12:00+02:00", tick=False):  # pages say when they expire
        known, _took = ask(name, make_user(email="znany1@example.org").email)
        unknown, _took = ask(name, "obcy22@example.org")
    assert seen(known) == seen(unknown)
    figure(f"{reverse(name)}: the same {known.status_code}, body, headers, cookies")


@pytest.mark.case(39)
def test_a_wrong_password_takes_as_long_for_an_unknown_address(settings, figure):
    """An unknown address is hashed too; otherwise a stopwatch would tell who has an account."""
    settings.PASSWORD_HASHERS = [f"{__name__}.Hasher"]
    user = make_user(email="znany@example.org")
    took: dict[str, list[float]] = {"known": [], "unknown": []}
    for number in range(5):
        for which, address in (("known", user.email), ("unknown", f"nieznany{number}@example.org")):
            cache.clear()
            took[which].append(ask("account_login", address)[1])
    known, unknown = (statistics.median(took[which]) for which in ("known", "unknown"))
    figure(f"known {known * 1000:.0f} ms, unknown {unknown * 1000:.0f} ms (median of 5)")
    assert 0.5 < known / unknown < 2


@pytest.mark.case(39)
@pytest.mark.parametrize("name", ["account_reset_password", "account_signup"])
def test_either_way_one_mail_goes_to_the_address_itself(name):
    make_user(email="znany@example.org")
    for address in ("znany@example.org", "nieznany@example.org"):
        ask(name, address)
        assert OutboxMessage.objects.filter(recipient=address).count() == 1


# --- 40: hosts ----------------------------------------------------------------------------------
@pytest.mark.case(40)
@pytest.mark.parametrize("path", ["/", "/konto/login/", "/api/v1/practices", "/healthz", "/nie-ma-takiej/"])
def test_a_host_that_is_not_ours_is_refused(path, client):
    for host in ("evil.example", "testserver.evil.example", "evil.example:443", "testserver@evil.example", "a b", ""):
        assert client.get(path, headers={"host": host}).status_code == 400, host


@pytest.mark.case(40)
def test_a_forwarded_host_is_not_believed_and_no_link_leads_to_it(client, figure):
    user = make_user()
    for name in ("x-forwarded-host", "x-host", "forwarded"):
        answer = client.get("/", headers={name: "evil.example"})
        assert answer.status_code == 200
        assert b"evil.example" not in answer.content
    client.post(reverse("account_reset_password"), {"email": user.email}, headers={"x-forwarded-host": "evil.example"})
    context = OutboxMessage.objects.get(recipient=user.email).context
    assert "evil" not in str(context)
    figure("400 for 6 foreign hosts on 5 addresses; links of mail lead to SITE_URL")


# --- 41: next -----------------------------------------------------------------------------------
TRICKS = (
    "https://evil.example/", "http://evil.example", "//evil.example", "///evil.example", "////evil.example",
    "/\\evil.example", "\\\\evil.example", "\\/evil.example", "https:evil.example", "https:/evil.example",
    "https:///evil.example", "javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\nscript:alert(1)",
    "data:text/html,evil", "vbscript:evil", "/%0d%0aLocation:https://evil.example", "/\r\nSet-Cookie: evil=1",
    "\t//evil.example", " //evil.example", "\x00//evil.example", "\x08//evil.example", "/\t/evil.example",
    "http://testserver@evil.example/", "http://testserver.evil.example/", "http://evil.example\\@testserver/",
    "//testserver@evil.example", "ftp://evil.example", "//evil.example/%2f..", "/%5cevil.example/..//evil.example",
    "http:\\\\evil.example", "//evil%E3%80%82example", "http://[evil.example", "///\\;@evil.example",
)  # fmt: skip


def leaves(location: str) -> bool:
    """Whether a browser would follow it to another site, as the URL standard reads it."""
    plain = "".join(char for char in location if char > " ").replace("\\", "/")
    return plain.startswith("//") or re.match(r"(?i)[a-z][a-z0-9+.-]*:", plain) is not None


@pytest.mark.case(41)
@pytest.mark.parametrize("field", ["body", "address"])
def test_after_sign_in_nobody_is_sent_to_another_site(field, figure):
    user = make_user()
    for trick in TRICKS:
        cache.clear()
        client = Client()
        if field == "body":
            answer = try_password(user.email, PASSWORD, client, next=trick)
        else:
            answer = client.post(
                reverse("account_login"), {"login": user.email, "password": PASSWORD}, query_params={"next": trick}
            )
        assert answer.status_code == 302, trick
        assert not leaves(answer.headers["Location"]), (trick, answer.headers["Location"])
        assert "evil" not in answer.cookies
        assert is_in(client)
    figure(f"{len(TRICKS)} tricks, none followed")


@pytest.mark.case(41)
def test_signing_out_and_the_second_step_lead_to_no_other_site():
    for trick in TRICKS:
        cache.clear()
        client, _user = signed_in()
        answer = client.post(reverse("account_logout"), {"next": trick})
        assert answer.status_code == 302
        assert not leaves(answer.headers["Location"]), trick


@pytest.mark.case(41)
def test_a_page_of_our_own_is_where_next_leads():
    answer = try_password(make_user().email, PASSWORD, next=reverse("accounts:profile"))
    assert answer.headers["Location"] == reverse("accounts:profile")


# --- 42: guessing -------------------------------------------------------------------------------
def assert_closed(response) -> None:
    page = response.content.decode()
    assert response.status_code == 429
    assert response.headers["Retry-After"] == "300"
    assert "Zbyt wiele prób" in page
    assert "pięć minut" in page


@pytest.mark.case(42)
def test_the_sixth_wrong_password_is_refused_and_others_are_not(figure):
    victim, other = make_user(), make_user()
    statuses = [try_password(victim.email, f"wrong {number}").status_code for number in range(6)]
    assert statuses == [200] * 5 + [429]
    assert_closed(try_password(victim.email, PASSWORD))  # the right one too: whoever guessed it does not learn it
    assert try_password(other.email, PASSWORD).status_code == 302
    figure(f"statuses {statuses}, another person signs in")


@pytest.mark.case(42)
def test_an_address_nobody_has_is_refused_in_the_same_way():
    statuses = [try_password("nikt@example.org", "wrong").status_code for _number in range(6)]
    assert statuses == [200] * 5 + [429]


@pytest.fixture(params=["running", "stopped", "frozen"])
def redis_state(request, settings, redis_server) -> str:
    """The counts are kept in a Redis that runs, is stopped or frozen."""
    settings.CACHES = {
        "default": {
            "BACKEND": "common.cache.ForgivingRedisCache",
            "LOCATION": redis_server.url,
            "OPTIONS": {"socket_timeout": 0.6, "socket_connect_timeout": 0.6},
        },
        "copies": settings.CACHES.get("copies", {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}),
    }
    cache.clear()
    if request.param != "running":
        redis_server.stop() if request.param == "stopped" else redis_server.freeze()
    return request.param


def six_times(act) -> tuple[list[int], float]:
    """The statuses of six tries and the seconds of the slowest."""
    slowest, statuses = 0.0, []
    for number in range(6):
        started = time.monotonic()
        statuses.append(act(number).status_code)
        slowest = max(slowest, time.monotonic() - started)
    return statuses, slowest


@pytest.mark.case(42)
def test_wrong_passwords_are_counted_with_redis_and_without(redis_state, figure):
    """While Redis is away each process counts for itself, and no page waits for it twice."""
    victim, other = make_user(), make_user()
    statuses, slowest = six_times(lambda number: try_password(victim.email, f"wrong {number}"))
    assert statuses == [200] * 5 + [429]
    assert try_password(other.email, PASSWORD).status_code == 302
    assert slowest < 2
    figure(f"Redis {redis_state}: {statuses}, slowest page {slowest:.1f} s")


def behind_the_password(user) -> Client:
    """Whoever knows the password and stands before the second step."""
    guesser = Client()
    assert try_password(user.email, PASSWORD, guesser).headers["Location"].startswith(reverse("mfa_authenticate"))
    return guesser


@pytest.mark.case(42)
def test_the_sixth_wrong_code_of_the_second_step_is_refused_with_redis_and_without(redis_state, figure):
    """Wrong codes count among the failures of sign-in, too."""
    client, user = signed_in()
    turn_on(client)
    guesser = behind_the_password(user)
    before = count_of("slz_sign_in_failures_total")
    statuses, slowest = six_times(lambda _number: guesser.post(reverse("mfa_authenticate"), {"code": "000000"}))
    assert statuses == [200] * 5 + [429]
    assert_closed(behind_the_password(user).post(reverse("mfa_authenticate"), {"code": "000000"}))
    assert count_of("slz_sign_in_failures_total") - before == 5
    assert slowest < 2
    figure(f"Redis {redis_state}: {statuses}, slowest page {slowest:.1f} s")


@pytest.mark.case(42)
def test_a_wrong_code_of_somebody_signed_in_counts_as_a_failure():
    client, _user = signed_in()
    turn_on(client)
    before = count_of("slz_sign_in_failures_total")
    statuses, _slowest = six_times(lambda _number: client.post(reverse("mfa_reauthenticate"), {"code": "000000"}))
    assert statuses == [200] * 5 + [429]
    assert count_of("slz_sign_in_failures_total") - before == 5


def test_whoever_signs_in_before_confirming_the_address_is_told_to_confirm_it():
    """However often: a page that says what to do, never that they tried too often; and one mail, not one each time."""
    cache.clear()
    ask("account_signup", "nowa@example.org")
    told = []
    for _number in range(8):
        answer = Client().post(
            reverse("account_login"), {"login": "nowa@example.org", "password": OTHER_PASSWORD}, follow=True
        )
        told.append((answer.status_code, "Otwórz go, aby potwierdzić adres" in answer.content.decode()))
    assert told == [(200, True)] * 8
    sent = OutboxMessage.objects.filter(kind="account_confirm_email")
    assert sent.count() == 1
    with time_machine.travel(timezone.now() + timedelta(minutes=4)):
        try_password("nowa@example.org", OTHER_PASSWORD)
    assert sent.count() == 2


def test_the_page_of_too_many_attempts_tells_everybody_to_confirm_a_new_address():
    """The same words whether there is such an account, confirmed or not: they tell nothing of it."""
    known, unknown = make_user(email="znany2@example.org"), "obcy23@example.org"
    ask("account_signup", "nowa2@example.org")
    pages = []
    for address in (known.email, "nowa2@example.org", unknown):
        with time_machine.travel("2026-06-15 12:00+02:00", tick=False):
            cache.clear()
            pages.append([try_password(address, "wrong") for _number in range(6)][-1])
    assert [page.status_code for page in pages] == [429] * 3
    assert "odnośnik z wiadomości" in pages[0].content.decode()
    assert seen(pages[0]) == seen(pages[1]) == seen(pages[2])


@pytest.mark.case(42)
def test_the_sixth_wrong_password_of_somebody_signed_in_is_refused():
    client, _user = signed_in()
    answers = [client.post(reverse("account_reauthenticate"), {"password": "wrong"}) for _number in range(6)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [429]
    assert_closed(answers[-1])


def test_a_strangers_five_wrong_passwords_close_no_password_page_of_who_is_signed_in():
    """Their device has a count of its own."""
    cache.clear()
    client, user = signed_in()
    for number in range(5):
        try_password(user.email, f"wrong {number}")
    assert client.post(reverse("account_reauthenticate"), {"password": PASSWORD}).status_code == 302
