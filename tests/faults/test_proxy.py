"""The proxy of deploy/ before two web servers: one dies unnoticed; strangers' headers do not count."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.servers import Web, caddy, caddy_program, end, free_port, web

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def site(tmp_path: Path, redis_server, static_root) -> Iterator[tuple[str, list[Web]]]:
    """The address of the proxy and what stands behind it."""
    if not caddy_program():
        pytest.skip("no caddy here")
    port = free_port()
    settings = {
        "STATIC_ROOT": static_root,
        "SITE_URL": f"http://127.0.0.1:{port}",
        "BEHIND_PROXY": "1",
        "CACHE_URL": redis_server.url.replace("/0", "/1"),
    }
    logs = [tmp_path / "one.log", tmp_path / "two.log"]
    with (
        web(logs[0], redis_server.url, **settings) as one,
        web(logs[1], redis_server.url, **settings) as two,
        caddy(tmp_path, port, one.port, two.port) as address,
    ):
        yield address, [one, two]


def status(url: str, **options) -> int:
    try:
        return requests.get(url, timeout=10, **options).status_code
    except requests.ConnectionError:
        return 0


def test_a_web_server_that_dies_is_not_noticed(site, figure):
    address, behind = site
    answers = []
    for turn in range(60):
        if turn == 20:
            end(behind[0].process, at_once=True)
        answers.append(status(f"{address}/edycje/"))
    assert answers == [200] * 60
    figure("one of two web servers behind the proxy killed: 60 of 60 pages answered")


def test_what_a_stranger_says_about_themselves_does_not_count(site):
    """New passwords asked for, each time from another X-Forwarded-For: the proxy's word counts, 20 a minute."""
    address, _behind = site
    person = requests.Session()
    page = person.get(f"{address}/konto/password/reset/", timeout=10)
    told = []
    for number in range(22):
        answer = person.post(
            page.url,
            data={"email": f"nobody{number}@example.org", "csrfmiddlewaretoken": person.cookies["csrftoken"]},
            headers={"X-Forwarded-For": f"198.51.100.{number}", "Referer": page.url},
            allow_redirects=False,
            timeout=20,
        )
        told.append(answer.status_code)
    assert told == [302] * 20 + [429] * 2


def test_numbers_for_insiders_end_at_the_proxy(site):
    address, _behind = site
    assert status(f"{address}/metrics") == 404
    assert status(f"{address}/readyz") == 404


def test_a_body_that_no_form_has_is_answered_in_polish_through_the_proxy(site):
    address, _behind = site
    answer = requests.post(f"{address}/konto/login/", data=b"x" * 42_000_000, timeout=60)
    assert answer.status_code == 413
    assert "za duże" in answer.content.decode()


def test_when_no_web_server_is_left_the_proxy_says_so_in_polish(site):
    address, behind = site
    for one in behind:
        end(one.process, at_once=True)
    answer = requests.get(f"{address}/edycje/", timeout=30)
    assert answer.status_code in (502, 503)
    assert "chwilowo nie odpowiada" in answer.content.decode()
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
