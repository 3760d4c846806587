"""What machines that watch are told while the service is hurt: real web servers, worker, Redis and PostgreSQL."""

import json
import time
from datetime import timedelta
from pathlib import Path

import pytest
import requests
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from common.models import TaskRun
from notifications.models import OutboxMessage, OutboxStatus
from tests.factories import make_user
from tests.servers import Web, end, wait_until, web, worker

pytestmark = [pytest.mark.postgres, pytest.mark.slow]
TOKEN = "t" * 32


def ask(site: Web, path: str, **headers: str) -> tuple[float, requests.Response]:
    started = time.monotonic()
    answer = requests.get(site.url + path, headers=headers, timeout=20)
    return time.monotonic() - started, answer


def checks(site: Web) -> dict[str, str]:
    return ask(site, "/readyz")[1].json()["checks"]


def waiting_or_failing(site: Web) -> set[str]:
    return {name for name, answer in checks(site).items() if answer != "ok"}


def figures(site: Web) -> dict[str, float]:
    answer = ask(site, "/metrics", Authorization=f"Bearer {TOKEN}")[1]
    assert answer.status_code == 200
    return {
        " ".join([sample.name, *sample.labels.values()]): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def lines(log: Path) -> list[dict]:
    return [json.loads(line) for line in log.read_text().splitlines() if line.startswith("{")]


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_dies_and_a_redis_that_hangs_are_noticed(redis_server, mail_sink, static_root, tmp_path, figure):
    """Two web processes tell the same, and a mail's way is found by the number of the request that caused it."""
    person = make_user(email="anna@example.org")
    logs = {"LOG_FORMAT": "json"}
    settings = {"STATIC_ROOT": static_root, "METRICS_TOKEN": TOKEN, "BEHIND_PROXY": "1", **logs}
    settings |= {"PROMETHEUS_MULTIPROC_DIR": str(tmp_path / "figures"), "MEDIA_ROOT": str(tmp_path / "media")}
    web_log, worker_log = tmp_path / "web.log", tmp_path / "worker.log"
    with web(web_log, redis_server.url, workers=2, **settings) as site:
        assert checks(site)["background"] == "waiting"
        with worker(worker_log, redis_server.url, mail_sink.url, "-B", "-s", str(tmp_path / "beat")) as running:
            heard = wait_until(lambda: checks(site)["background"] == "ok", 30, "the pulse of the worker")
            wait_until(lambda: not waiting_or_failing(site), 60, f"everything ready, but {waiting_or_failing(site)}")

            session = requests.Session()
            page = session.get(f"{site.url}/konto/password/reset/", timeout=10)
            token = page.text.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
            sent = session.post(
                f"{site.url}/konto/password/reset/",
                {"email": person.email, "csrfmiddlewaretoken": token},
                headers={"X-Request-ID": "from-the-proxy-1", "Referer": site.url},
                timeout=10,
            )
            assert sent.history[0].headers["X-Request-ID"] == "from-the-proxy-1"
            wait_until(lambda: mail_sink.received, 20, "the mail")
            wait_until(lambda: b"from-the-proxy-1" in worker_log.read_bytes(), 10, "the line of the task")

            for _turn in range(40):
                ask(site, "/prywatnosc/")
            counted = [figures(site)["slz_http_requests_total GET portal:privacy 2xx"] for _turn in range(8)]
            assert counted == [40] * 8
            end(running, at_once=True)
        TaskRun.objects.update(succeeded_at=timezone.now() - timedelta(minutes=3))
        assert checks(site)["background"] == "waiting"
        assert figures(site)["slz_task_late common.tasks.tick"] == 1
        redis_server.freeze()
        frozen, answer = ask(site, "/readyz")
        assert answer.json()["checks"]["broker"] == "failing"
        assert answer.status_code == 503
        assert frozen < 2
    assert OutboxMessage.objects.get().status == OutboxStatus.SENT
    line = next(line for line in lines(web_log) if line.get("request_id") == "from-the-proxy-1")
    assert (line["method"], line["route"], line["status"]) == ("POST", "account_reset_password", 302)
    told = web_log.read_text() + worker_log.read_text()
    assert "anna@example.org" not in told
    assert person.full_name not in told
    figure(f"pulse heard after {heard:.0f} s; with Redis frozen /readyz answered in {frozen:.1f} s")


def test_without_postgresql_machines_are_answered_at_once(postgres_server, redis_server, static_root, tmp_path, figure):
    """No migration ran in this database; that it answers is enough."""
    settings = {"DATABASE_URL": postgres_server.url, "STATIC_ROOT": static_root, "METRICS_TOKEN": TOKEN}
    with web(tmp_path / "web.log", redis_server.url, MEDIA_ROOT=str(tmp_path), **settings) as site:
        assert (checks(site)["database"], checks(site)["migrations"]) == ("ok", "failing")
        postgres_server.stop("immediate")
        seconds, answer = ask(site, "/readyz", Cookie="sessionid=" + "x" * 32)
        assert answer.status_code == 503
        assert answer.json()["checks"]["database"] == "failing"
        assert answer.json()["checks"]["mail"] == "unknown"
        assert seconds < 3
        assert figures(site)["slz_database_up"] == 0
        assert ask(site, "/healthz")[1].status_code == 200
        postgres_server.start()
        back = wait_until(lambda: checks(site)["database"] == "ok", 20, "the database again")
    figure(f"PostgreSQL gone: JSON in {seconds:.1f} s; back after {back:.1f} s")
