"""The proxy of deploy/ before two web servers: one dies unnoticed; strangers' headers do not count."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.servers import ROOT, Web, end, free_port, wait_until, web

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def site(tmp_path: Path, redis_server, static_root) -> Iterator[tuple[str, list[Web]]]:
    """The address of the proxy and what stands behind it. Plain http: certificates are the proxy's own affair."""
    if not shutil.which("caddy"):
        pytest.skip("no caddy here")
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    settings = {
        "STATIC_ROOT": static_root,
        "SITE_URL": address,
        "BEHIND_PROXY": "1",
        "CACHE_URL": redis_server.url.replace("/0", "/1"),
    }
    logs = [tmp_path / "one.log", tmp_path / "two.log"]
    with web(logs[0], redis_server.url, **settings) as one, web(logs[1], redis_server.url, **settings) as two:
        caddyfile = tmp_path / "Caddyfile"
        caddyfile.write_text(
            (ROOT / "deploy/proxy/Caddyfile").read_text().replace("{$SITE_HOST} {", f"{address} {{", 1)
        )
        variables = {"SITE_HOST": "127.0.0.1", "UPSTREAMS": f"127.0.0.1:{one.port} 127.0.0.1:{two.port}"}
        variables |= {"HOME": str(tmp_path), "PATH": "/usr/bin:/bin"}
        with (tmp_path / "caddy.log").open("wb") as log:
            command = ["caddy", "run", "--adapter", "caddyfile", "--config", str(caddyfile)]
            proxy = subprocess.Popen(command, env=variables, stdout=log, stderr=log)
        try:
            wait_until(lambda: status(f"{address}/healthz") == 200, 30, "the proxy answering")
            yield address, [one, two]
        finally:
            proxy.terminate()
            proxy.wait(10)


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
    """Six wrong passwords, each with another X-Forwarded-For: the proxy's word counts, so the sixth is stopped."""
    address, _behind = site
    person = requests.Session()
    page = person.get(f"{address}/konto/login/", timeout=10)
    told = []
    for number in range(22):
        answer = person.post(
            f"{address}/konto/login/",
            data={
                "login": f"nobody{number}@example.org",
                "password": "wrong",
                "csrfmiddlewaretoken": person.cookies["csrftoken"],
            },
            headers={"X-Forwarded-For": f"198.51.100.{number}", "Referer": page.url},
            timeout=20,
        )
        told.append(answer.status_code)
    assert set(told[:20]) == {200}
    assert told[-1] == 429


def test_bodies_that_no_form_has_and_numbers_for_insiders_end_at_the_proxy(site):
    address, _behind = site
    assert requests.post(f"{address}/konto/login/", data=b"x" * 42_000_000, timeout=30).status_code == 413
    assert status(f"{address}/metrics") == 404
    assert status(f"{address}/readyz") == 404
