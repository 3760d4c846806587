"""The proxy of deploy/ before two web servers: one dies unnoticed; strangers' headers do not count."""

import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import requests
from allauth.core.internal.httpkit import get_client_ip
from django.test import RequestFactory

from tests.servers import Web, caddy, caddy_program, end, free_port, wait_until, web

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


class Echo(BaseHTTPRequestHandler):
    """Stands for the web server: answers with what it was told about who asks."""

    def do_GET(self) -> None:
        said = self.headers.get("X-Forwarded-For", "").encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, *args: Any) -> None:
        pass


@contextmanager
def outer_proxy(folder: Path, port: int, inner: int) -> Iterator[str]:
    """A proxy of the institution before ours."""
    (folder / "Outer").write_text(
        f"{{\n\tadmin off\n\tauto_https off\n}}\nhttp://:{port} {{\n\treverse_proxy 127.0.0.1:{inner}\n}}\n"
    )
    command = [caddy_program(), "run", "--adapter", "caddyfile", "--config", str(folder / "Outer")]
    with (folder / "outer.log").open("wb") as log:
        proxy = subprocess.Popen(command, env={"HOME": str(folder), "PATH": "/usr/bin:/bin"}, stdout=log, stderr=log)
    try:
        wait_until(lambda: status(f"http://127.0.0.1:{port}/") == 200, 20, "the outer proxy answering")
        yield f"http://127.0.0.1:{port}/"
    finally:
        proxy.terminate()
        proxy.wait(10)


@pytest.mark.parametrize("told", [True, False])
def test_behind_two_proxies_the_reader_is_known_when_ours_trusts_the_other(tmp_path, settings, told):
    """As docs/operations.md says it: one line in the Caddyfile and BEHIND_PROXY=2. Without that line everybody is
    the other proxy, and a hundred slips of all readers together close the door to all."""
    if not caddy_program():
        pytest.skip("no caddy here")
    trust = "reverse_proxy {$UPSTREAMS} {\n\t\ttrusted_proxies 127.0.0.1/32"
    port, outer = free_port(), free_port()

    def change(text: str) -> str:
        text = text.replace(f"http://127.0.0.1:{port} {{", f"http://:{port} {{")
        return text.replace("reverse_proxy {$UPSTREAMS} {", trust) if told else text

    server = ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with (
        requests.Session() as reader,
        caddy(tmp_path, port, server.server_port, change=change),
        outer_proxy(tmp_path, outer, port) as address,
    ):
        reader.mount("http://", From("127.0.0.7"))
        said = reader.get(address, headers={"X-Forwarded-For": "198.51.100.1"}, timeout=10).text
    server.shutdown()
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 2 if told else 1
    found = get_client_ip(RequestFactory().get("/", headers={"X-Forwarded-For": said}))
    assert found == ("127.0.0.7" if told else "127.0.0.1")


class From(requests.adapters.HTTPAdapter):
    """Asks from one address of this machine."""

    def __init__(self, address: str) -> None:
        self.address = address
        super().__init__()

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, source_address=(self.address, 0), **options)
