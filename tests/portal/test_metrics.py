"""Figures for Prometheus: who gets them, what they tell, what they cost."""

import re
import time
from datetime import timedelta

import pytest
import yaml
from django.db import OperationalError, connection, transaction
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from awards.models import Certificate
from common.heartbeats import BACKUP, intervals
from common.journal import record
from common.models import TaskRun
from notifications.models import OutboxMessage, OutboxStatus
from tests.awards.makers import diploma
from tests.factories import make_user
from tests.servers import ROOT

pytestmark = pytest.mark.django_db
TOKEN = "t" * 32


@pytest.fixture(autouse=True)
def token(settings):
    settings.METRICS_TOKEN = TOKEN


def scrape(client) -> dict[str, float]:
    answer = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/plain")
    families = text_string_to_metric_families(answer.content.decode())
    return {
        sample.name + "".join(f" {name}={value}" for name, value in sample.labels.items()): sample.value
        for family in families
        for sample in family.samples
    }


def message(number: int, status: str, minutes: int = 0, **fields) -> None:
    OutboxMessage.objects.create(
        kind="x",
        subject_key=str(number),
        recipient="a@example.org",
        message_id=f"<{number}@x>",
        status=status,
        due_at=timezone.now() - timedelta(minutes=minutes),
        **fields,
    )


@pytest.mark.parametrize(
    "sent", ["", "Bearer", "Bearer ", f"Bearer {TOKEN}x", f"Basic {TOKEN}", f"bearer {TOKEN}", "ą"]
)
def test_without_the_token_no_figure_is_told(client, sent):
    answer = client.get("/metrics", headers={"Authorization": sent})
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == "Bearer"
    assert b"slz_" not in answer.content


def test_where_no_token_is_set_there_is_no_such_address(client, settings):
    settings.METRICS_TOKEN = ""
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


def test_the_figures_tell_what_waits_and_for_how_long(client):
    message(1, OutboxStatus.PENDING, 12)
    message(2, OutboxStatus.PENDING, -5)
    message(3, OutboxStatus.SENDING, 3, lease_until=timezone.now() - timedelta(minutes=1))
    message(4, OutboxStatus.DEAD)
    message(5, OutboxStatus.BOUNCED)
    message(6, OutboxStatus.SENT)
    made = diploma()
    Certificate.objects.filter(pk=made.pk).update(status="PENDING", due_at=timezone.now() - timedelta(minutes=2))
    with transaction.atomic():
        record(actor=None, action="x", target=make_user())
    TaskRun.objects.create(name="contest.tasks.advance_phases", succeeded_at=timezone.now())
    TaskRun.objects.create(name="common.tasks.tick", succeeded_at=timezone.now() - timedelta(minutes=5))
    told = scrape(client)
    mail = {
        name: told[f"slz_outbox_messages status={name}"] for name in ("waiting", "due", "sending", "dead", "bounced")
    }
    assert mail["dead"] == mail["bounced"] == mail["sending"] == 1
    assert mail["due"] >= 2
    assert mail["waiting"] >= 2
    assert 12 * 60 <= told["slz_outbox_oldest_due_seconds"] < 13 * 60
    assert told["slz_certificates status=waiting"] == 1
    assert 120 <= told["slz_certificates_oldest_due_seconds"] < 180
    assert told["slz_journal_unsealed"] >= 1
    assert time.time() - told["slz_task_last_success_timestamp_seconds task=contest.tasks.advance_phases"] < 60
    assert told["slz_task_late task=contest.tasks.advance_phases"] == 0
    assert told["slz_task_late task=common.tasks.tick"] == 1
    assert told["slz_database_up"] == 1
    assert told["slz_media_disk_free_bytes"] > 0
    assert any(name.startswith("slz_build_info ") for name in told)


def test_a_scrape_asks_little(client, django_assert_num_queries):
    """However much waits; the first scrape of a process is not the measure."""
    scrape(client)
    for number in range(3):
        message(number, OutboxStatus.PENDING)
    with django_assert_num_queries(6):
        scrape(client)


def test_every_task_of_the_timetable_has_its_figures(client):
    told = scrape(client)
    assert {f"slz_task_late task={name}" for name in intervals()} <= set(told)


def test_without_a_database_the_counters_are_told_all_the_same(client):
    def away(execute, sql, params, many, context):
        raise OperationalError("away")

    with connection.execute_wrapper(away):
        told = scrape(client)
    assert told["slz_database_up"] == 0
    assert any(name.startswith("slz_http_requests_total") for name in told)


def test_every_alert_asks_for_a_figure_that_is_told(client):
    TaskRun.objects.create(name=BACKUP, succeeded_at=timezone.now())
    TaskRun.objects.create(name="common.tasks.tick", succeeded_at=timezone.now())
    client.get("/privatnosc/")
    told = {name.partition(" ")[0] for name in scrape(client)} | {"slz_rate_limited_total"}  # comes with the first
    groups = yaml.safe_load((ROOT / "deploy/prometheus/slz.rules.yaml").read_text())["groups"]
    alerts = [rule["expr"] for group in groups for rule in group["rules"]]
    asked = {name for expression in alerts for name in re.findall(r"slz_\w+", expression)}
    assert len(asked) > 8
    assert asked - told == set()


def test_no_figure_names_anybody(client):
    make_user("Kanarek", email="kanarek@example.org")
    client.get("/kanarek/")
    client.get("/praktyki/?q=kanarek")
    answer = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert "kanarek" not in answer.content.decode().lower()
