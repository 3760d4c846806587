"""The nightly comparison from the change in the database to everybody who must hear of it, and back to clean."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role, User
from awards.models import Award
from common.kernel.comparison import last_outcome, verify_all
from common.tasks import verify_everything
from notifications.models import OutboxMessage
from tests.common.kernel.world import announced_world
from tests.factories import make_user
from tests.portal.test_metrics import TOKEN, scrape

pytestmark = pytest.mark.django_db
PAGE = reverse("portal:service_state")
DESK = reverse("portal:desk")


READER = "Renata Czytająca"


@pytest.fixture
def world(settings, tmp_path):
    settings.MEDIA_ROOT, settings.METRICS_TOKEN, settings.ALERT_EMAIL = tmp_path, TOKEN, "ops@example.org"
    for role in Role.values:
        make_user(READER, role)  # before the baseline: an account made past the service is a difference itself
    return announced_world()


@pytest.fixture
def changed(world):
    """An award whose title somebody changed past the service; gives back the true one."""
    award = Award.objects.order_by("pk").first()
    _set_title(award, "Inny tytuł")
    return award


def _set_title(award: Award, title: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE awards_award SET title = %s WHERE id = %s", [title, award.pk])


def part(client, role: str = Role.OFFICER):
    client.force_login(User.objects.get(full_name=READER, staff_roles__role=role))
    [found] = [part for part in client.get(PAGE).context["parts"] if part.name == "Dane zabezpieczone w dzienniku"]
    return found


def alerts():
    return OutboxMessage.objects.filter(kind="verification_alert")


def test_a_difference_stands_on_the_state_of_the_service_for_all_who_organise(client, changed):
    found = verify_everything()
    assert found == last_outcome().count == len(verify_all().problems) > 0
    for role in Role.values:
        told = part(client, role)
        assert told.tone == "danger"
        assert f"awards.award {changed.pk}" in told.meaning
        assert "Inny tytuł" not in client.get(PAGE).content.decode()  # tables and numbers, never values
        assert PAGE in client.get(DESK).content.decode()


def test_the_figures_for_machines_tell_how_many_differ_and_since_when(client, changed):
    started = timezone.now().timestamp()
    found = verify_everything()
    told = scrape(client)
    assert told["slz_verification_differences"] == found > 0
    assert told["slz_verification_timestamp_seconds"] >= started


def test_the_log_names_each_difference(changed, caplog):
    verify_everything()
    assert any(f"changed: awards.award {changed.pk}" in record.getMessage() for record in caplog.records)
    assert {record.levelname for record in caplog.records if "not as it was sealed" in record.getMessage()} == {"ERROR"}


@pytest.mark.parametrize(("language", "said"), [("pl", "Stan usługi"), ("en", "State of the service")])
def test_one_mail_goes_to_whoever_runs_the_service_and_to_nobody_else(changed, settings, language, said):
    settings.LANGUAGE_CODE = language
    before = set(OutboxMessage.objects.values_list("pk", flat=True))
    verify_everything()
    verify_everything()  # the timetable may deliver it twice
    (alert,) = OutboxMessage.objects.exclude(pk__in=before)
    assert (alert.kind, alert.recipient) == ("verification_alert", "ops@example.org")
    assert PAGE in alert.text
    assert said in alert.text
    assert said in alert.html
    assert "Inny tytuł" not in alert.text


def test_it_is_told_again_each_night_until_somebody_looked(changed):
    verify_everything()
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        verify_everything()
    assert alerts().count() == 2


def test_without_an_address_page_and_log_tell_alone(client, changed, settings):
    settings.ALERT_EMAIL = ""
    assert verify_everything() > 0
    assert not alerts().exists()
    assert part(client).tone == "danger"


def test_an_alert_that_cannot_be_written_does_not_spoil_the_comparison(client, changed, monkeypatch):
    monkeypatch.setattr("notifications.services.alerts.enqueue", lambda **_mail: 1 / 0)
    assert verify_everything() > 0
    assert part(client).tone == "danger"


def test_where_nothing_differs_nobody_is_told(client, world):
    assert verify_everything() == 0
    assert not alerts().exists()
    assert part(client).tone == "success"
    assert scrape(client)["slz_verification_differences"] == 0


def test_it_is_clean_again_once_the_row_says_what_was_sealed(client, changed):
    verify_everything()
    assert part(client).tone == "danger"
    _set_title(changed, changed.title)
    assert verify_everything() == 0
    told = part(client)
    assert (told.tone, told.meaning) == ("success", "")
    assert scrape(client)["slz_verification_differences"] == 0
    assert last_outcome().differences == []
    assert alerts().count() == 1
