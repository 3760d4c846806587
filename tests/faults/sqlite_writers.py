"""Writers of one SQLite file in processes of their own; test_sqlite.py runs this and reads the JSON it prints.

    python -m tests.faults.sqlite_writers together     8 processes write 100 times each
    python -m tests.faults.sqlite_writers deferred     8 × 20 with DEFERRED transactions: the control
    python -m tests.faults.sqlite_writers killed       20 times a writer is killed in the middle of its work

DATABASE_URL and MEDIA_ROOT say where. One process prepares the rows and forks the writers, so that they start
at once and the rest of the time is writing.
"""

import json
import os
import random
import signal
import sys
import time
import uuid
from typing import Any

import django

django.setup()

from django.apps import apps  # noqa: E402 — needs the settings made ready above
from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import OperationalError, connection, connections  # noqa: E402

from accounts.models import User  # noqa: E402
from applications.models import Application  # noqa: E402
from applications.queries.applicant import fingerprint  # noqa: E402
from applications.sections import SECTION_BY_CODE  # noqa: E402
from applications.services.applicant import withdraw_application  # noqa: E402
from applications.services.drafts import save_section, start_application  # noqa: E402
from applications.services.submission import submit_application  # noqa: E402
from common.sealing import seal_entries, verify_chain  # noqa: E402
from contest.models import Edition  # noqa: E402
from tests import factories  # noqa: E402

WRITERS, SUBMIT_EVERY = 8, 10
KILLS = 20
PAGE = SECTION_BY_CODE["opis"]


def make_tables() -> None:
    """Of the models as they are: running every migration would take longer than the test."""
    settings.MIGRATION_MODULES = {app.label: None for app in apps.get_app_configs()}
    call_command("migrate", run_syncdb=True, verbosity=0)


def write_abstract(actor: User, pk: int, text: str) -> None:
    draft = Application.objects.get(pk=pk)
    values = {name: getattr(draft, name) for name in PAGE.fields} | {"abstract": text}
    save_section(actor=actor, application_id=pk, section=PAGE.code, values=values, seen=fingerprint(draft, PAGE))


# --- Many at once -------------------------------------------------------------------------------
def write_together(writes: int) -> dict[str, Any]:
    edition = factories.make_edition()
    work = []
    for _ in range(WRITERS):
        unit = factories.make_unit()
        drafts = [factories.make_complete_draft(edition, unit).pk for _ in range(writes // SUBMIT_EVERY)]
        work.append((factories.make_member(unit), drafts))
    connections.close_all()
    started = time.monotonic()
    pipes = [fork(lambda ack, part=part: write_and_count(ack, writes, *part)) for part in work]
    results = [json.loads(os.fdopen(pipe).read()) for _pid, pipe in pipes]
    for pid, _pipe in pipes:
        os.waitpid(pid, 0)
    numbers = list(Application.objects.exclude(number=None).order_by("number").values_list("number", flat=True))
    return {
        "seconds": time.monotonic() - started,
        "done": sum(result["done"] for result in results),
        "locked": sum(result["locked"] for result in results),
        "slowest": max(result["slowest"] for result in results),
        "numbers": [number.rpartition("-")[2] for number in numbers],
    }


def write_and_count(ack: int, writes: int, actor: User, drafts: list[int]) -> None:
    done, locked, slowest = 0, 0, 0.0
    for turn in range(writes):
        started = time.monotonic()
        try:
            if turn % SUBMIT_EVERY == SUBMIT_EVERY - 1:
                submit_application(actor=actor, application_id=drafts[turn // SUBMIT_EVERY])
            else:
                write_abstract(actor, drafts[turn // SUBMIT_EVERY], f"Zapis {turn}")
            done += 1
        except OperationalError as error:
            if "locked" not in str(error):
                raise
            locked += 1
        slowest = max(slowest, time.monotonic() - started)
    os.write(ack, json.dumps({"done": done, "locked": locked, "slowest": slowest}).encode())


# --- Killed -------------------------------------------------------------------------------------
def kill_writers() -> dict[str, Any]:
    edition = factories.make_edition()
    unit = factories.make_unit()
    actor = factories.make_member(unit)
    chance = random.Random(24)
    acknowledged = []
    for number in range(KILLS):
        connections.close_all()
        pid, pipe = fork(lambda ack, number=number: write_until_killed(ack, actor, edition, unit.pk, number))
        with os.fdopen(pipe) as answers:
            acknowledged.append(json.loads(answers.readline()))
            time.sleep(chance.uniform(0, 0.2))
            os.kill(pid, signal.SIGKILL)
            acknowledged += [json.loads(line) for line in answers if line.endswith("\n")]
        os.waitpid(pid, 0)
    with connection.cursor() as cursor:
        integrity = cursor.execute("PRAGMA integrity_check").fetchall()
    kept = dict(Application.objects.values_list("pk", "abstract"))
    lost = [pk for pk, text in acknowledged if kept.get(pk) != text]
    seal_entries()
    report = verify_chain()
    return {
        "kills": KILLS,
        "acknowledged": len(acknowledged),
        "lost": len(lost),
        "integrity": [row[0] for row in integrity],
        "journal": report.problem,
        "sealed": report.count,
    }


def write_until_killed(ack: int, actor: User, edition: Edition, unit_id: int, number: int) -> None:
    """Start, write, withdraw, seal; each entry is told once its text is committed."""
    turn = 0
    while True:
        turn += 1
        draft = start_application(
            actor=actor,
            edition_id=edition.pk,
            unit_id=unit_id,
            domain_id=None,
            group_id=None,
            title=f"Wpis {number}/{turn}",
            form_key=uuid.uuid4(),
        )
        text = f"Treść {number}/{turn}"
        write_abstract(actor, draft.pk, text)
        os.write(ack, (json.dumps([draft.pk, text]) + "\n").encode())
        withdraw_application(actor=actor, application_id=draft.pk, reason="")
        seal_entries()


def fork(act: Any) -> tuple[int, int]:
    """A child that does `act(pipe)`; its number and where to read what it says."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid:
        os.close(writing)
        return pid, reading
    status = 1
    try:
        os.close(reading)
        act(writing)
        status = 0
    finally:
        os._exit(status)


def main(what: str) -> None:
    make_tables()
    match what:
        case "together":
            found = write_together(100)
        case "deferred":
            connection.settings_dict["OPTIONS"]["transaction_mode"] = "DEFERRED"
            connection.close()
            found = write_together(20)
        case "killed":
            found = kill_writers()
    print(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1])
