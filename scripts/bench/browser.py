"""What measures from outside: real servers, and people with a kept connection and cookies."""

import contextlib
import http.client
import os
import re
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from urllib.parse import urlencode

from django.conf import settings
from django.test import Client

from scripts.bench.environment import ROOT, Place

WORKERS = 2
Fields = dict[str, str | list[str]]


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    text: str
    location: str


class Visitor(Protocol):
    """Somebody who opens pages and sends forms, from outside or in process."""

    def get(self, path: str) -> Answer: ...
    def post(self, path: str, fields: Fields, file: bytes = b"") -> Answer: ...


class Browser:
    """One person on one kept connection; redirects are followed by the caller."""

    def __init__(self, port: int, cookies: dict[str, str]) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.cookies = cookies
        self.requests = 0

    def get(self, path: str) -> Answer:
        return self._send("GET", path, None, {})

    def post(self, path: str, fields: Fields, file: bytes = b"") -> Answer:
        fields = fields | {"csrfmiddlewaretoken": self.cookies.get("csrftoken", "")}
        if not file:
            body = urlencode(fields, doseq=True).encode()
            return self._send("POST", path, body, {"Content-Type": "application/x-www-form-urlencoded"})
        mark = secrets.token_hex(16)
        head = f"--{mark}\r\nContent-Disposition: form-data; name="
        parts = [f'{head}"{key}"\r\n\r\n{value}\r\n' for key, value in fields.items()]
        parts.append(f'{head}"file"; filename="skan.pdf"\r\nContent-Type: application/pdf\r\n\r\n')
        body = "".join(parts).encode() + file + f"\r\n--{mark}--\r\n".encode()
        return self._send("POST", path, body, {"Content-Type": f"multipart/form-data; boundary={mark}"})

    def _send(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Answer:
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        self._request(method, path, body, headers)
        response = self.connection.getresponse()
        text = response.read().decode(errors="replace")
        for cookie in response.headers.get_all("Set-Cookie") or []:
            name, _equals, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        self.requests += 1
        return Answer(response.status, text, response.headers.get("Location") or "")

    def _request(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> None:
        self.connection.request(method, path, body, headers)


class InProcess:
    """The same person without a network: for milliseconds of the server and for queries."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def get(self, path: str) -> Answer:
        return self._answer(self.client.get(path))

    def post(self, path: str, fields: Fields, file: bytes = b"") -> Answer:
        from django.core.files.uploadedfile import SimpleUploadedFile

        sent = {**fields, "file": SimpleUploadedFile("skan.pdf", file, "application/pdf")} if file else fields
        return self._answer(self.client.post(path, sent))

    def _answer(self, response: object) -> Answer:
        return Answer(response.status_code, response.content.decode(), response.headers.get("Location", ""))  # type: ignore[attr-defined]


def follow(visitor: Visitor, answer: Answer) -> Answer:
    while answer.status in (301, 302, 303):
        answer = visitor.get(answer.location)
    return answer


def value_in(text: str, name: str) -> str:
    """The value of the first input of this name."""
    found = re.search(rf'<(?:input|button)[^>]*name="{re.escape(name)}"[^>]*>', text)
    value = re.search(r'value="([^"]*)"', found.group()) if found else None
    return value.group(1) if value else ""


def cookies_of(client: Client) -> dict[str, str]:
    return {name: morsel.value for name, morsel in client.cookies.items()}


@dataclass(frozen=True, slots=True)
class Server:
    port: int
    pid: int

    def workers(self) -> list[int]:
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text()
        return [pid for pid in map(int, children.split()) if "Rss" in _memory(pid)]

    def memory(self) -> list[tuple[float, float]]:
        """Resident and proportional megabytes of each worker, the largest first."""
        found = [_memory(pid) for pid in self.workers()]
        return sorted(((kinds["Rss"] / 1024, kinds["Pss"] / 1024) for kinds in found), reverse=True)[:WORKERS]


def _memory(pid: int) -> dict[str, int]:
    """Kilobytes by kind; empty when there is no such process any more."""
    with contextlib.suppress(OSError):
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        return {line.split(":")[0]: int(line.split()[1]) for line in lines if line.startswith(("Rss:", "Pss:"))}
    return {}


@contextmanager
def server(place: Place, size: int) -> Iterator[Server]:
    """The web server as deploy/ starts it: two workers of eight threads."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    with (place.folder / "server.log").open("ab") as log:
        running = subprocess.Popen(
            [sys.executable, "-m", "config.web", "--port", str(port), "--workers", str(WORKERS)],
            cwd=ROOT,
            env=os.environ | {"DATABASE_URL": place.url_of(size), "SECRET_KEY": settings.SECRET_KEY},
            stdout=log,
            stderr=log,
        )
        try:
            _wait(running, port)
            yield Server(port, running.pid)
        finally:
            running.terminate()
            running.wait(20)


def _wait(running: "subprocess.Popen[bytes]", port: int) -> None:
    for _try in range(600):
        if running.poll() is not None:
            raise SystemExit("The web server did not start.")
        with contextlib.suppress(OSError):
            if Browser(port, {}).get("/healthz").status == 200:
                return
        time.sleep(0.1)
    raise SystemExit("The web server did not answer in a minute.")
