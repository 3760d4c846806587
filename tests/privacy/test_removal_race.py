"""Removing persons twice at once, and killed half-way: once and whole."""

import signal
import subprocess
import sys
import threading
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from common.media import check_media
from common.models import JournalEntry
from contest.models import Edition
from contest.services import locks
from privacy.models import FileRemoval
from privacy.queries import editions as rows
from privacy.services import delete_files, remove_persons
from tests.privacy.canaries import WORD, World, columns_with, files_with, make_world
from tests.servers import ROOT, environment
from tests.together import raised, together

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def world(settings, tmp_path) -> World:
    settings.MEDIA_ROOT = tmp_path
    return make_world()


def written(action: str) -> int:
    return JournalEntry.objects.filter(action=action).count()


# --- Twice at once --------------------------------------------------------------------------------
def test_two_organisers_at_once_remove_once(world):
    acts = [lambda: remove_persons(actor=None, edition_id=world.edition.pk)] * 4
    assert raised(together(*acts)) == []
    assert written("edition.remove_persons") == 1
    assert written("account.remove") == 2
    assert written("application.remove_persons") == 1
    assert columns_with(WORD) == set()


def test_without_the_editions_lock_the_act_is_written_twice(world, monkeypatch):
    """The negative control: both read the edition before either wrote."""
    both = threading.Barrier(2)
    waiting = rows.waiting

    def meet(edition: Edition) -> int:
        both.wait(10)
        return waiting(edition)

    monkeypatch.setattr(locks, "lock_row", lambda queryset, **lookup: queryset.get(**lookup))
    monkeypatch.setattr(rows, "waiting", meet)
    together(*[lambda: remove_persons(actor=None, edition_id=world.edition.pk)] * 2)
    assert written("edition.remove_persons") == 2


# --- Killed ---------------------------------------------------------------------------------------
KILLED_AT = """
import os, signal, django
django.setup()
def die(*args, **kwargs):
    os.kill(os.getpid(), signal.SIGKILL)
import {module} as module
{patch}
from django.core.management import call_command
call_command("anonymise", edition="{slug}")
"""


def kill_at(world: World, folder: Any, module: str, patch: str) -> None:
    """Run the command in a process that kills itself when it gets there."""
    script = KILLED_AT.format(module=module, patch=patch, slug=world.edition.slug)
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env={**environment(MEDIA_ROOT=str(folder), DEBUG="1"), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()


def finish(world: World) -> None:
    remove_persons(actor=None, edition_id=world.edition.pk)
    delete_files()
    assert columns_with(WORD) == set()
    assert files_with(WORD) == []
    assert check_media(now=timezone.now() + timedelta(days=1)).clean


def test_killed_within_the_transaction_nothing_is_changed_and_a_repeat_finishes(world, tmp_path):
    before = columns_with(WORD)
    kill_at(world, tmp_path, "privacy.services.editions", "module.empty_mail = die")
    assert columns_with(WORD) == before
    assert len(files_with(WORD)) == 2
    assert written("edition.remove_persons") == 0
    finish(world)
    assert written("edition.remove_persons") == 1


def test_killed_before_the_files_went_the_worker_deletes_them(world, tmp_path):
    kill_at(
        world,
        tmp_path,
        "django.core.files.storage",
        "module.FileSystemStorage.delete = die",
    )
    assert columns_with(WORD) == set()
    assert len(files_with(WORD)) == 2
    assert FileRemoval.objects.count() == 2
    finish(world)
    assert written("edition.remove_persons") == 1
