"""make rush, or: python -m scripts.rush [--seconds 600] [--people 50] [--think 15] [--p95 1.0] [--static FOLDER]

The last minutes before a deadline on real servers: two web processes, a worker, beat, a Redis and a mail
server of its own, a database of its own on PostgreSQL (TEST_DATABASE_URL). A third of the people have a slow line
and a large file. The deadline falls after six tenths of the time. Prints what people met with and what must hold;
ends with 1 when a rule is broken.

--seconds  how long it lasts
--people   how many applicants
--think    seconds between two acts of one person, on average
--p95      seconds within which 95 of 100 answers must come; 0: not judged
--static   a folder of collected static files, where there is one already
"""

import argparse
import os
import sys
import time
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

from scripts.bench import environment

SHARE_BEFORE = 0.6
MAIL_SECONDS = 90
SHOWN = 10  # lines of a log shown when a rule is broken


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.rush", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=int, default=600)
    parser.add_argument("--people", type=int, default=50)
    parser.add_argument("--think", type=float, default=15.0)
    parser.add_argument("--p95", type=float, default=1.0)
    parser.add_argument("--static", default="")
    options = parser.parse_args()
    name = f"slz_rush_{os.getpid()}"
    with environment.prepared(sqlite=False, name=name, own_redis=True, static=options.static) as place:
        holds = run(place, options)
    sys.exit(0 if holds else 1)


def run(place: environment.Place, options: argparse.Namespace) -> bool:
    """The settings are ready from here on, so what needs models is imported here."""
    from django.conf import settings
    from django.core.management import call_command

    from scripts.bench.browser import cookies_of
    from scripts.bench.journeys import pdf
    from scripts.bench.pages import client_of
    from scripts.rush import seed, verdict
    from scripts.rush.people import LARGE_FILE, SLOW_LINE, Clock, Person, Record, Window
    from tests import servers

    settings.SECRET_KEY = servers.SECRET_KEY  # the sessions made here are read by the servers
    os.environ["LOG_LEVEL"] = "INFO"  # a worker tells there that it is ready
    call_command("migrate", "--noinput", verbosity=0)
    edition, members, drafts = seed.make(options.people)
    print(environment.described(place))
    words = f"{options.people} people for {options.seconds} s, {options.think:g} s between two acts of one"
    print(f"{words}; the deadline after {SHARE_BEFORE * options.seconds:.0f} s.")
    print(f"A third send {LARGE_FILE / 1e6:g} MB at {SLOW_LINE // 1000} kB/s.", flush=True)
    logs = {name: place.folder / f"{name}.log" for name in ("web", "worker", "beat")}
    with ExitStack() as stack:
        broker = _redis(stack, place.folder)
        mail = servers.MailSink()
        mail.controller.start()
        stack.callback(mail.controller.stop)
        stack.enter_context(servers.worker(logs["worker"], broker, mail.url))
        stack.enter_context(servers.beat(logs["beat"], broker, place.folder / "schedule", EMAIL_URL=mail.url))
        cache = broker.replace("redis://", "rediscache://")
        web = stack.enter_context(servers.web(logs["web"], broker, workers=2, CACHE_URL=cache, EMAIL_URL=mail.url))
        now = time.time()
        deadline = round(now + SHARE_BEFORE * options.seconds)  # to the second, as an organiser sets it
        clock = Clock(deadline, now + options.seconds, options.think)
        seed.set_deadline(edition, datetime.fromtimestamp(clock.deadline, UTC))
        record, file, large = Record(), pdf(), pdf(LARGE_FILE)
        people = []
        for number, (user, draft) in enumerate(zip(members, drafts, strict=True), start=1):
            is_slow = number % 3 == 0
            window = Window(web.port, cookies_of(client_of(user)), record, line=SLOW_LINE if is_slow else 0)
            people.append(Person(number, window, edition.slug, draft.pk, large if is_slow else file, clock))
        for person in people:
            person.start()
        for person in people:
            person.join()
        until = time.monotonic() + MAIL_SECONDS
        while verdict.waits_for_mail(edition) and time.monotonic() < until:
            time.sleep(0.5)
        verdict.print_times(record.requests)
        holds = verdict.print_rules(verdict.rules(edition, record, clock, mail.received, options.p95))
    if not holds:
        _print_ends(logs)
    return holds


def _redis(stack: ExitStack, folder: Path) -> str:
    """The address of a Redis of its own; TEST_REDIS_URL where redis-server is not installed."""
    from tests import servers

    if not servers.has_redis_server():
        return environment.REDIS
    redis = servers.RedisServer(folder)
    redis.start()
    stack.callback(redis.stop)
    return redis.url


def _print_ends(logs: dict[str, Path]) -> None:
    for name, log in logs.items():
        lines = [line for line in log.read_text(errors="replace").splitlines() if " INFO " not in line]
        print(f"\n{name}:", *lines[-SHOWN:], sep="\n")


if __name__ == "__main__":
    main()
