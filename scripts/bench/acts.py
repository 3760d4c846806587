"""Acts that touch many rows, the making of certificates, and the work in the background."""

import os
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from django.conf import settings
from django.db import transaction

from applications.queries.acceptance import judge
from applications.services.bulk_review import accept_many
from awards.models import Certificate, CertificateStatus
from awards.queries.shown import announcing
from common.journal import draft_entry, record_bulk
from common.models import JournalSeal
from common.sealing import seal_entries, verify_chain
from notifications.outbox_types import Message, Recipient
from notifications.services import deliver_due, enqueue_bulk
from practices.services.announce import announce_edition, preview
from scripts.bench.environment import Place, set_up
from scripts.bench.report import line, median_ms, queries_of, seconds_of, title
from scripts.bench.seed import World

TOGETHER = 100
DIPLOMAS = 40
ROWS = 1_000


def review_and_announcement(world: World) -> None:
    title(f"Acts on many entries, {world.size:,} entries")
    entries = world.review.applications.all()
    ready = [row.pk for row in judge(world.officer, entries).ready]
    groups = [ready[start : start + TOGETHER] for start in range(0, 4 * TOGETHER, TOGETHER)]

    def accept(ids: list[int]) -> None:
        accept_many(actor=world.officer, edition_id=world.review.pk, application_ids=ids)

    queries = queries_of(lambda: accept(groups[0]))
    times = [seconds_of(lambda ids=ids: accept(ids)) for ids in groups[1:]]
    line(f"accepting {TOGETHER} entries", f"{median_ms(times):9.1f} ms, {queries} queries")
    started = time.perf_counter()
    queries = queries_of(lambda: _announce(world))
    line(
        "announcing 300 awards, 400 entries told",
        f"{(time.perf_counter() - started) * 1000:9.1f} ms, {queries} queries",
    )


def _announce(world: World) -> None:
    shown = announcing.token(world.decision, world.officer, preview=preview(world.decision).results)
    announce_edition(actor=world.officer, edition_id=world.decision.pk, shown=shown, typed_word="OGŁASZAM")


def certificates(place: Place, world: World) -> None:
    """Diplomas with everything kept of them, beside WeasyPrint used in the plain way on the same documents."""
    title(f"Diplomas, {DIPLOMAS} of them, 2 processes")
    rows = list(world.past.certificates.order_by("pk")[: DIPLOMAS + 2])
    facts = [row.facts for row in rows[2:]]
    os.environ["DATABASE_URL"] = place.url_of(world.size)
    with ProcessPoolExecutor(2, mp_context=get_context("spawn"), initializer=set_up) as pool:
        list(pool.map(_plain, [facts[:1], facts[:1]]))
        plain = DIPLOMAS / seconds_of(lambda: list(pool.map(_plain, [facts[::2], facts[1::2]])))
        _make_wait([row.pk for row in rows[:2]])
        list(pool.map(_build, [1, 1]))
        _make_wait([row.pk for row in rows[2:]])
        started = time.perf_counter()
        built = sum(pool.map(_build, [DIPLOMAS, DIPLOMAS]))
        ours = built / (time.perf_counter() - started)
    if built != DIPLOMAS:
        raise SystemExit(f"{built} diplomas of {DIPLOMAS} were built")
    line("plain WeasyPrint, nothing kept", f"{plain:9.1f}/s")
    line("this service: claimed, built, kept, journal, mail", f"{ours:9.1f}/s, ratio {ours / plain:.2f}")


def _make_wait(pks: list[int]) -> None:
    """As just announced. The other certificates of this world are not due."""
    from django.utils import timezone

    Certificate.objects.filter(status=CertificateStatus.PENDING).update(status=CertificateStatus.FAILED)
    Certificate.objects.filter(pk__in=pks).update(status=CertificateStatus.PENDING, due_at=timezone.now(), attempts=0)


def _build(limit: int) -> int:
    from awards.services.building import build_due

    return build_due(limit=limit)


def _plain(all_facts: list[dict[str, object]]) -> int:
    """As its documentation shows: template and style sheet in, file out, each time anew."""
    from django.template.loader import render_to_string
    from weasyprint import CSS, HTML

    from awards import certificates as module

    css = module._font_faces() + (module._TEMPLATE_DIR / module.STYLESHEETS[module.DIPLOMA]).read_text()
    for facts in all_facts:
        html = render_to_string(module.TEMPLATES[module.DIPLOMA], module._context(facts, module._first_fit(facts)))
        HTML(string=html).write_pdf(stylesheets=[CSS(string=css)], pdf_tags=True, pdf_variant="pdf/ua-1")
    return len(all_facts)


def background(world: World) -> None:
    title(f"In the background, {ROWS:,} rows")

    def write() -> None:
        with transaction.atomic():
            record_bulk(
                [draft_entry(actor=None, action="bench", target=world.officer, number=number) for number in range(ROWS)]
            )

    people = [Recipient(f"p{number}@example.org") for number in range(ROWS)]
    context = {"at": "2026-05-04T08:00:00+00:00", "link": settings.SITE_URL}
    messages = [Message("bench", person, context) for person in people]
    seal_entries()
    deliver_due()
    for name, act in (
        ("journal: write", write),
        ("journal: seal", seal_entries),
        ("mail: enqueue", lambda: enqueue_bulk(kind="outbox_alert", messages=messages)),
        ("mail: render and hand to the mail server", deliver_due),
    ):
        seconds = seconds_of(act)
        line(name, f"{seconds * 1000:9.1f} ms, {ROWS / seconds:9,.0f}/s")
    seconds = seconds_of(verify_chain)
    rows = JournalSeal.objects.count()
    line(f"journal: verify the whole chain, {rows:,} rows", f"{seconds * 1000:9.1f} ms, {rows / seconds:9,.0f}/s")
