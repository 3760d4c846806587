"""The row, not the message, is the truth: a task may be delivered any number of times."""

import inspect
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from celery import shared_task
from django.apps import apps
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

import config
from applications.models import ScanStatus
from contest.workflow import Phase
from practices.models import PracticeAttachment
from privacy.models import FileRemoval
from tests import factories
from tests.applications.review_cases import make_request, make_sent
from tests.awards import makers
from tests.common.files import hostile
from tests.common.files.test_virus_scan import running_scanner
from tests.faults.outbox import send
from tests.jury import helpers
from tests.practices.makers import make_practice

config.celery_app.loader.import_default_modules()
OURS = {name: task for name, task in config.celery_app.tasks.items() if not name.startswith("celery.")}
# What a delivery leaves that is no effect: when a task last ended well, and what the last comparison found.
NOT_COMPARED = {"TaskRun", "Verification"}


def a_draft_of_a_call_that_closes_tomorrow() -> None:
    edition = factories.make_edition(submission_deadline=timezone.now() + timedelta(hours=20))
    factories.make_member(factories.make_application(edition).unit)


def an_entry_to_complete_by_tomorrow() -> None:
    make_request(make_sent("RETURNED", unmet=("COMPLETE",)), due_at=timezone.now() + timedelta(hours=20))


def an_open_sheet_due_in_a_day() -> None:
    jury = helpers.make_jury(entries=1, scoring_until=timezone.now() + timedelta(days=1))
    helpers.assign(jury.entries[0], jury.jurors[0])


def a_confirmation_to_make() -> None:
    makers.submitted_version(factories.make_application(state="SUBMITTED"))


def an_edition_kept_too_long() -> None:
    factories.make_officer()
    long_ago = timezone.now() - timedelta(days=3650)
    factories.make_application(factories.make_edition(Phase.ANNOUNCED, announced_at=long_ago), state="LAUREATE")


def a_file_to_delete() -> None:
    FileRemoval.objects.create(file=default_storage.save("certificates/old.pdf", ContentFile(b"%PDF")))


def a_form_parked_too_long():
    two_hours_ago = timezone.now() - timedelta(hours=2)
    factories.make_user().parked_forms.create(
        browser="0" * 64, address="/", page="/", values={}, created_at=two_hours_ago
    )


def a_file_nobody_scanned() -> None:
    factories.make_attachment(factories.make_application())


def a_published_file_with_a_virus() -> None:
    found = factories.make_attachment(factories.make_application(), scan_status=ScanStatus.INFECTED)
    values = {name: getattr(found, name) for name in ("file", "name", "media_type", "size", "sha256")}
    PracticeAttachment.objects.create(practice=make_practice(), **values)


def a_file_to_draw() -> None:
    factories.make_attachment(factories.make_application(state="SUBMITTED"), content=hostile.pdf())


def a_picture_published_before_it_was_drawn() -> None:
    source = factories.make_attachment(factories.make_application(state="SUBMITTED"), media_type="image/jpeg")
    factories.make_rendition(source)
    PracticeAttachment.objects.create(
        practice=make_practice(), source=source, name="a.jpg", media_type="image/jpeg", size=1, sha256="0" * 64
    )


def a_file_removed_two_days_ago() -> None:
    factories.make_attachment(factories.make_application(), removed_at=timezone.now() - timedelta(days=2))


def a_row_of_the_set_up_removed_two_days_ago() -> None:
    row = factories.make_edition().domains.get_or_create(name="kultura")[0]
    two_days_ago = timezone.now() - timedelta(days=2)
    row.edition.removed_rows.create(section="dziedziny", number=row.pk, values={}, removed_at=two_days_ago)


# Every task of ours, with something for it to do.
WORK: dict[str, Callable[[], object]] = {
    "accounts.tasks.delete_parked_forms": a_form_parked_too_long,
    "applications.tasks.draw_attachments": a_file_to_draw,
    "applications.tasks.scan_attachments": a_file_nobody_scanned,
    "applications.tasks.send_completion_reminders": an_entry_to_complete_by_tomorrow,
    "applications.tasks.send_deadline_reminders": a_draft_of_a_call_that_closes_tomorrow,
    "applications.tasks.sweep_removed_files": a_file_removed_two_days_ago,
    "awards.tasks.build_certificates": makers.diploma,
    "awards.tasks.confirm_submissions": a_confirmation_to_make,
    "common.tasks.tick": lambda: None,
    "common.tasks.verify_everything": lambda: None,
    "contest.tasks.advance_phases": lambda: factories.make_edition(
        submission_deadline=timezone.now() - timedelta(hours=1)
    ),
    "contest.tasks.sweep_removed_rows": a_row_of_the_set_up_removed_two_days_ago,
    "jury.tasks.remind_jurors": an_open_sheet_due_in_a_day,
    "notifications.tasks.deliver": lambda: send("once"),
    "practices.tasks.publish_drawn_pictures": a_picture_published_before_it_was_drawn,
    "practices.tasks.withhold_infected_files": a_published_file_with_a_virus,
    "privacy.tasks.delete_files": a_file_to_delete,
    "privacy.tasks.remind_of_retention": an_edition_kept_too_long,
}


def state() -> dict[str, list[dict[str, Any]]]:
    """Every row of the service."""
    tables = [model for model in apps.get_models() if model.__name__ not in NOT_COMPARED]
    return {model._meta.label: list(model._base_manager.order_by("pk").values()) for model in tables}


def ran_four_times(task: Callable[[], object]) -> tuple[bool, bool]:
    """Did the first run change anything; did the next three?"""
    before = state()
    task()
    once = state()
    for _again in range(3):
        task()
    return once != before, state() != once


def test_every_task_is_tried():
    assert set(WORK) == set(OURS), "a new task needs a line in WORK that gives it something to do"


@pytest.mark.parametrize("name", sorted(OURS))
def test_a_task_takes_nothing_or_the_numbers_of_rows(name):
    for parameter in inspect.signature(OURS[name].run).parameters.values():
        assert parameter.name.endswith(("_id", "_ids")), "what a message says may be old: read it from the row"
        assert parameter.annotation in (int, list[int])


@pytest.mark.case(9)
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", sorted(WORK))
def test_a_task_run_four_times_leaves_what_it_left_the_first_time(name, settings, tmp_path, figure):
    settings.MEDIA_ROOT = tmp_path
    with running_scanner() as scanner:
        settings.CLAMD_URL = scanner.url
        WORK[name]()
        did, repeated = ran_four_times(OURS[name].run)
    assert did or name in ("common.tasks.tick", "common.tasks.verify_everything"), (
        "there was nothing to do, so this proves nothing"
    )
    assert not repeated
    figure(f"{name} run 4 times: the rows are those of the first run")


@pytest.mark.case(9, control=True)
@pytest.mark.django_db(transaction=True)
def test_a_task_that_does_its_work_again_would_be_seen():
    @shared_task(name="tests.repeats")
    def repeats() -> None:
        factories.make_unit()

    try:
        assert ran_four_times(repeats.run) == (True, True)
    finally:
        config.celery_app.tasks.unregister("tests.repeats")
