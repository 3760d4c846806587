"""Checkpoints and keys changed past the service: named, and the sealer goes on from the seals themselves."""

import json
from datetime import timedelta

import pytest
import time_machine
from django.db import connection, transaction
from django.utils import timezone

from common.journal import record
from common.kernel import checkpoints, keys
from common.kernel.sealer import Sealer
from common.kernel.verification import journal_findings
from common.models import JournalCheckpoint, SigningKey
from common.sealing import seal_entries
from tests.factories import make_user
from tests.tampering import as_owner

pytestmark = [pytest.mark.django_db, pytest.mark.case(64)]


@pytest.fixture
def sealer(tmp_path) -> Sealer:
    keys.make_key(tmp_path / "key.pem")
    return Sealer(lambda: keys.signer(tmp_path / "key.pem"))


def write(action: str = "thing.do") -> None:
    user = make_user()
    with transaction.atomic():
        record(actor=user, action=action, target=user)


def faults() -> list[str]:
    return [finding.text for finding in journal_findings() if finding.fault]


@pytest.mark.parametrize("frontier", [[], ["00" * 32], ["zz"], None, {"x": 1}, [1]])
def test_an_altered_frontier_is_named_and_the_next_checkpoint_is_made_of_the_seals(sealer, caplog, frontier) -> None:
    write()
    sealer.run_once()
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("UPDATE common_journalcheckpoint SET frontier = %s", [json.dumps(frontier)])
    assert faults() == ["checkpoint 1: its frontier does not give its root"]
    write()
    seal_entries()
    made = checkpoints.make_checkpoint(sealer.signer, "hour")
    assert "checkpoint 1 was altered: the next one is made of all seals anew" in caplog.text
    assert made.root == checkpoints.grown(checkpoints.Tree()).root().hex()
    assert faults() == ["checkpoint 1: its frontier does not give its root"]


def test_an_altered_size_or_root_does_not_reach_the_next_checkpoint(sealer) -> None:
    write()
    sealer.run_once()
    with as_owner():
        JournalCheckpoint.objects.update(root="00" * 32, frontier=["00" * 32], size=1)
    write()
    seal_entries()
    made = checkpoints.make_checkpoint(sealer.signer, "hour")
    assert made.root == checkpoints.grown(checkpoints.Tree()).root().hex()


def test_deleted_checkpoints_are_named_where_results_were_announced(sealer) -> None:
    write(checkpoints.ANNOUNCED)
    sealer.run_once()
    with time_machine.travel(timezone.now() + timedelta(minutes=10)):
        assert faults() == []
        with as_owner():
            JournalCheckpoint.objects.all().delete()
        [fault] = faults()
    assert "is in no checkpoint: they were deleted" in fault


def test_a_key_that_nobody_introduced_is_named_unless_the_journal_says_that_the_old_one_was_lost(sealer, tmp_path):
    sealer.run_once()
    lost = keys.rotate(tmp_path / "key.pem", lost=True)
    assert faults() == []
    own = SigningKey.objects.create(public_key="ab" * 32, valid_from=timezone.now(), previous=lost)
    assert f"key {own}: the one before it did not introduce it" in faults()


def test_a_key_that_calls_itself_one_of_serve_after_a_key_of_the_sealer_is_named(sealer):
    sealer.run_once()
    own = SigningKey.objects.create(
        public_key="ab" * 32, valid_from=timezone.now(), previous=keys.current_key(), self_made=True
    )
    assert f"key {own}: the one before it did not introduce it" in faults()
