"""A restore begins a new epoch of the log in public; what was kept before still proves what was restored."""

import io
from datetime import timedelta

import pytest
import time_machine
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from common.journal import record
from common.kernel import guards, keys
from common.kernel.checkpoints import current_epoch
from common.kernel.sealer import Sealer
from common.kernel.verification import journal_findings
from common.models import JournalCheckpoint, JournalEpoch, JournalSeal
from common.sealing import verify_chain
from tests.factories import make_user
from tests.own_database import slow_on_postgres
from tests.tampering import as_owner


def write(count: int) -> None:
    person = make_user()
    with transaction.atomic():
        for _number in range(count):
            record(actor=person, action="thing.do", target=person)


def restored(folder) -> None:
    call_command("restore", folder, "--replace", "--yes", stdout=io.StringIO())


@pytest.fixture
def sealer(tmp_path):
    keys.make_key(tmp_path / "key.pem")

    def fresh() -> Sealer:
        return Sealer(lambda: keys.signer(tmp_path / "key.pem"))

    return fresh


@slow_on_postgres
@pytest.mark.case(64)
def test_a_restore_begins_a_new_public_epoch(own_database, sealer, tmp_path, client, figure):
    began = timezone.now()
    with time_machine.travel(began) as clock:
        write(5)
        sealer().run_once()
        write(2)  # wait for their seals when the set is made
        call_command("backup", tmp_path / "set", stdout=io.StringIO())
        write(4)
        clock.shift(timedelta(hours=1))
        sealer().run_once()
        kept = "".join(JournalCheckpoint.objects.order_by("number").values_list("note", flat=True))
        lost = JournalCheckpoint.objects.order_by("number").last()
        clock.shift(timedelta(hours=30))
        restored(tmp_path / "set")

        epoch = JournalEpoch.objects.get()
        assert (epoch.number, epoch.base, epoch.last_known) == (2, JournalCheckpoint.objects.get().size, lost.note)
        assert guards.missing_triggers() == []
        assert verify_chain().problem == "", "what waited through the restore is not late"
        write(3)
        sealer().run_once()
        found = journal_findings(saved=kept)
        assert [finding.text for finding in found if finding.fault] == []
        told = [finding.text for finding in found if finding.text.startswith("checkpoint 2 of the file")]
        assert f"signs {lost.size} entries; of them {epoch.base} are in this journal" in told[0]
        page = client.get("/dziennik/").content.decode()
        assert "Epoka 2 zaczęła się" in page

        restored(tmp_path / "set")
        assert current_epoch()[0] == 3, "never the same epoch twice"
    figure(f"restored: epoch {epoch}, {lost.size - epoch.base} entries of the kept checkpoint said to be gone")


@slow_on_postgres
@pytest.mark.case(64, control=True)
def test_going_back_without_an_epoch_is_a_cut_tail(own_database, sealer, tmp_path, figure):
    """What a copy of old files over the database would be."""
    write(5)
    sealer().run_once()
    call_command("backup", tmp_path / "set", stdout=io.StringIO())
    write(4)
    again = sealer()
    again.run_once()
    from common.kernel.checkpoints import make_checkpoint

    kept = make_checkpoint(again.signer, "hour").note
    restored(tmp_path / "set")
    with as_owner():
        JournalEpoch.objects.all().delete()
    [fault] = [finding.text for finding in journal_findings(saved=kept) if finding.fault]
    assert fault.endswith(f"entries and the journal has {JournalSeal.objects.count()}: its end was cut off")
    figure("the same without an epoch: named as a cut tail")
