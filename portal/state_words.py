"""The state of the service in the words of the people who organise the contest: what it means and what to do."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from awards.queries.certificates import failed_by_edition
from common.heartbeats import SEALER, Beat
from common.kernel.guards import protection
from common.templatetags.ui import filesize
from common.todo import Todo
from notifications.models import OutboxStatus
from portal.service_state import (
    BACKUP_AT_MOST,
    DISK_FREE_AT_LEAST,
    BrokerFull,
    BrokerRefuses,
    WorkState,
    ask_broker,
    ask_storage,
    disk_free,
)
from practices.queries import with_withheld_files

# What each task of the timetable (celery_app.py) does for people.
TASKS = {
    "accounts.tasks.delete_parked_forms": gettext_lazy("Deleting forms kept for people whose session had ended"),
    "applications.tasks.draw_attachments": gettext_lazy("Drawing pages of attachments"),
    "applications.tasks.scan_attachments": gettext_lazy("Scanning attachments for viruses"),
    "applications.tasks.send_completion_reminders": gettext_lazy("Reminding of calls for completion"),
    "applications.tasks.send_deadline_reminders": gettext_lazy("Reminding of the deadline for entries"),
    "applications.tasks.sweep_removed_files": gettext_lazy("Deleting files that applicants removed"),
    "awards.tasks.build_certificates": gettext_lazy("Building diplomas and confirmations"),
    "awards.tasks.confirm_submissions": gettext_lazy("Preparing confirmations of submission"),
    "common.tasks.tick": gettext_lazy("Sign of life"),
    "common.tasks.verify_everything": gettext_lazy("Comparing data with what was sealed"),
    SEALER: gettext_lazy("Sealing the journal"),
    "contest.tasks.advance_phases": gettext_lazy("Closing calls after their deadline"),
    "contest.tasks.sweep_removed_rows": gettext_lazy("Forgetting what was removed from the set-up of editions"),
    "jury.tasks.remind_jurors": gettext_lazy("Reminding jurors"),
    "notifications.tasks.deliver": gettext_lazy("Sending mail"),
    "practices.tasks.publish_drawn_pictures": gettext_lazy("Publishing pictures of practices"),
    "practices.tasks.withhold_infected_files": gettext_lazy("Withholding published documents with a virus"),
    "privacy.tasks.delete_files": gettext_lazy("Deleting files of persons removed"),
    "privacy.tasks.remind_of_retention": gettext_lazy("Reminding of personal data to remove"),
}
SHOWN = 5  # differences told on the page; the command verify_all names them all
GIGABYTE = 1_000_000_000
WORKS, ATTENTION, BROKEN, UNKNOWN = "success", "warning", "danger", "neutral"
LABELS = {
    WORKS: gettext_lazy("works"),
    ATTENTION: gettext_lazy("needs attention"),
    BROKEN: gettext_lazy("does not work"),
    UNKNOWN: gettext_lazy("not known"),
}


@dataclass(frozen=True, slots=True)
class Link:
    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the service. `meaning` and `step` only where something is wrong."""

    name: str
    tone: str
    what: str
    meaning: str = ""
    step: str = ""
    links: tuple[Link, ...] = ()

    @property
    def label(self) -> str:
        return str(LABELS[self.tone])


def parts(state: WorkState) -> list[Part]:
    """Every part of the service. Asks the broker and the storage, each for a bounded time."""
    return [*work_parts(state), *_journal_rights(), _broker(), _files(), *_viruses(), _backup(state)]


def work_parts(state: WorkState) -> list[Part]:
    """The parts that rows tell about: no question to anybody but the database."""
    return [_background(state), _mail(state), _certificates(state), _journal(state), _verification(state)]


def troubles(found: Iterable[Part]) -> list[Part]:
    return [part for part in found if part.tone in (ATTENTION, BROKEN)]


def warning(state: WorkState) -> Todo | None:
    """For the organiser's desk: what does not work. Mail and documents given up stand there by themselves."""
    broken = [part for part in work_parts(state) if part.tone == BROKEN]
    if not broken:
        return None
    return Todo(
        title=broken[0].what,
        detail=broken[0].meaning,
        url=reverse("portal:service_state"),
        action=_("See what to do"),
        count=len(broken),
        urgent=True,
    )


def moment(value: datetime) -> str:
    """14:05; with the day when it was not today."""
    here = timezone.localtime(value)
    clock = formats.date_format(here, "TIME_FORMAT")
    if here.date() == timezone.localdate():
        return clock
    return f"{formats.date_format(here, 'DATE_FORMAT')}, {clock}"


def task_name(beat: Beat) -> str:
    return str(TASKS.get(beat.task, beat.task))


def _tell_the_administrator() -> str:
    return _("Pass this on to the administrator of the server, with the hour. Nothing waiting is lost.")


def _background(state: WorkState) -> Part:
    name, pulse = _("Work in the background"), state.pulse
    part = partial(Part, name, step=_tell_the_administrator())
    heard = moment(pulse.heard_at) if pulse.heard_at else ""
    if pulse.stopped:
        what = (
            _("Work in the background has stood still since %(at)s.") % {"at": heard}
            if heard
            else _("Work in the background has not started yet.")
        )
        meaning = _(
            "Pages work, entries can be filed. Mail, diplomas and reminders wait, and calls do not close by themselves."
        )
        return part(BROKEN, what, meaning)
    if pulse.late:
        what = _("Not done in time: %(tasks)s.") % {"tasks": ", ".join(task_name(beat) for beat in pulse.late)}
        return part(ATTENTION, what, _("The rest of the work in the background goes on."))
    if failing := [task_name(beat) for beat in pulse.beats if beat.failing_since]:
        what = _("Failed at the last try: %(tasks)s.") % {"tasks": ", ".join(failing)}
        return part(ATTENTION, what, _("It is tried again by itself."))
    return Part(name, WORKS, _("It goes on; the last task ended at %(at)s.") % {"at": heard})


def _mail(state: WorkState) -> Part:
    name, outbox = _("Mail"), state.outbox
    waiting = outbox.waiting + outbox.sending
    links = _given_up(state)
    if state.mail_is_late and outbox.due_since:
        what = ngettext(
            "%(count)s message waits to be sent, since %(at)s.",
            "%(count)s messages wait to be sent, the oldest since %(at)s.",
            outbox.due,
        ) % {"count": outbox.due, "at": moment(outbox.due_since)}
        meaning = _("People do not get their confirmations and calls. The messages go out by themselves later.")
        return Part(name, BROKEN, what, meaning, _tell_the_administrator(), links)
    if links:
        what = _("Some messages reached nobody.")
        step = _("Read why. Correct the address or ask the person for another one, then send the message again.")
        return Part(name, ATTENTION, what, _("The people they were meant for do not know."), step, links)
    if waiting:
        told = ngettext("%(count)s message is on its way.", "%(count)s messages are on their way.", waiting)
        return Part(name, WORKS, told % {"count": waiting})
    return Part(name, WORKS, _("Everything was sent."))


def _given_up(state: WorkState) -> tuple[Link, ...]:
    outbox = state.outbox
    counts = [
        (
            outbox.dead,
            OutboxStatus.DEAD,
            ngettext("%(count)s message given up", "%(count)s messages given up", outbox.dead),
        ),
        (
            outbox.bounced,
            OutboxStatus.BOUNCED,
            ngettext(
                "%(count)s message refused by the recipient's server",
                "%(count)s messages refused by the recipients' servers",
                outbox.bounced,
            ),
        ),
    ]
    page = reverse("contest:messages")
    return tuple(Link(text % {"count": count}, f"{page}?status={status}") for count, status, text in counts if count)


def _certificates(state: WorkState) -> Part:
    name, queue = _("Diplomas and confirmations"), state.certificates
    waiting = queue.waiting + queue.building
    if state.certificates_are_late and queue.due_since:
        what = ngettext(
            "%(count)s document waits to be made, since %(at)s.",
            "%(count)s documents wait to be made, the oldest since %(at)s.",
            waiting,
        ) % {"count": waiting, "at": moment(queue.due_since)}
        meaning = _("They are valid already and can be checked by their codes; only the files are missing.")
        return Part(name, BROKEN, what, meaning, _tell_the_administrator())
    if queue.failed:
        what = ngettext(
            "%(count)s document could not be made.", "%(count)s documents could not be made.", queue.failed
        ) % {"count": queue.failed}
        step = _("Try again on the page of the edition's diplomas. If it fails again, tell the administrator.")
        links = tuple(
            Link(str(edition), reverse("awards:certificates", args=[edition.slug]))
            for edition, _count in failed_by_edition()
        )
        return Part(name, ATTENTION, what, _("Their owners cannot download them."), step, links)
    if waiting:
        told = ngettext("%(count)s document is being made.", "%(count)s documents are being made.", waiting)
        return Part(name, WORKS, told % {"count": waiting})
    return Part(name, WORKS, _("Every document is ready."))


def _journal(state: WorkState) -> Part:
    name, journal = _("Journal"), state.journal
    if state.journal_is_late and journal.since:
        what = ngettext(
            "%(count)s row of the journal has no seal, since %(at)s.",
            "%(count)s rows of the journal have no seal, the oldest since %(at)s.",
            journal.count,
        ) % {"count": journal.count, "at": moment(journal.since)}
        meaning = _("Everything is written down, but until it is sealed a change of it could not be proved.")
        return Part(name, BROKEN, what, meaning, _tell_the_administrator())
    if (sealer := state.pulse.sealer).late:
        what = (
            _("The sealer has stood still since %(at)s.") % {"at": moment(sealer.succeeded_at)}
            if sealer.succeeded_at
            else _("The sealer has not started yet.")
        )
        meaning = _("Everything is written down, but nothing is sealed and no public checkpoint is made.")
        return Part(name, BROKEN, what, meaning, _tell_the_administrator())
    return Part(name, WORKS, _("Every change is written down and sealed within seconds."))


def _journal_rights() -> Iterator[Part]:
    """Only where the database could keep the journal from the service and does not; on SQLite nothing could."""
    found = protection()
    if found.engine == "postgresql" and found.one_role:
        what = _("The service could change its own journal: one role of the database owns and uses its tables.")
        meaning = _("Whoever broke into the service could rewrite what happened; the public checkpoints would show it.")
        step = _("Ask the administrator to set up the second role (DATABASE_OWNER_URL in the manual of operations).")
        yield Part(_("Protection of the journal"), ATTENTION, what, meaning, step)


def _verification(state: WorkState) -> Part:
    """What the nightly verify_all found: whether anybody changed facts past the service."""
    name, found = _("Sealed facts"), state.verified
    if found is None:
        return Part(name, UNKNOWN, _("They were not compared with the journal yet; that is done each night."))
    when = {"at": moment(found.finished_at), "rows": formats.number_format(found.rows, use_l10n=True)}
    if found.count:
        what = ngettext(
            "%(count)s difference from what was sealed was found at %(at)s.",
            "%(count)s differences from what was sealed were found at %(at)s.",
            found.count,
        ) % {"count": found.count, **when}
        meaning = _(
            "Somebody or something changed data past the service. Closing, announcing and making diplomas stop "
            "where they would build on it. The differences: %(differences)s."
        ) % {"differences": "; ".join(found.differences[:SHOWN])}
        return Part(name, BROKEN, what, meaning, _tell_the_administrator())
    told = _("Compared at %(at)s: %(rows)s rows, all as they were sealed.") % when
    if found.emptied:
        told += " " + ngettext(
            "%(count)s of them was emptied when personal data was removed.",
            "%(count)s of them were emptied when personal data was removed.",
            found.emptied,
        ) % {"count": formats.number_format(found.emptied, use_l10n=True)}
    if state.verification_is_late:
        return Part(name, ATTENTION, told, _("It should be done each night."), _tell_the_administrator())
    return Part(name, WORKS, told)


def _broker() -> Part:
    name = _("Queue of tasks (Redis)")
    try:
        ask_broker()
    except BrokerFull:
        what = _("It is full: it answers and takes nothing new.")
        meaning = _("Pages work. Mail, diplomas and reminders are late until it has room, then follow by themselves.")
        return Part(name, BROKEN, what, meaning, _tell_the_administrator())
    except BrokerRefuses:
        what = _("It answers and takes nothing new.")
        meaning = _("Pages work. Mail, diplomas and reminders are late until it does, then follow by themselves.")
        return Part(name, BROKEN, what, meaning, _tell_the_administrator())
    except Exception:  # whatever it says, the reader needs the consequence; /readyz logs the reason
        what = _("It does not answer.")
        meaning = _("Pages work. Mail, diplomas and reminders are late until it is back, then follow by themselves.")
        return Part(name, BROKEN, what, meaning, _tell_the_administrator())
    return Part(name, WORKS, _("It answers."))


def _files() -> Part:
    name = _("Files")
    try:
        ask_storage()
        free = disk_free()
    except Exception:  # as above
        what = _("Files cannot be saved.")
        meaning = _("Nobody can add an attachment, and no diploma can be made. What was saved before stays.")
        return Part(name, BROKEN, what, meaning, _tell_the_administrator())
    if free is None:
        return Part(name, WORKS, _("The storage answers."))
    room = _("There is room for another %(size)s.") % {"size": _size(free)}
    if free < DISK_FREE_AT_LEAST:
        meaning = _("When the disk is full nobody can add an attachment.")
        step = _("Ask the administrator for more room soon, before a deadline above all.")
        return Part(name, ATTENTION, room, meaning, step)
    return Part(name, WORKS, room)


def _viruses() -> Iterator[Part]:
    """Only where one was found in what the public could download."""
    found = with_withheld_files()
    if not found:
        return
    count = sum(files for _practice, files in found)
    what = ngettext(
        "A virus was found in %(count)s document published with a practice.",
        "A virus was found in %(count)s documents published with practices.",
        count,
    ) % {"count": count}
    meaning = _("Nobody can download it any more. Whoever did earlier may have it on their computer.")
    step = _("Warn the unit. The practice stays without the document; withdraw it if it should not.")
    links = tuple(Link(practice.title, reverse("practices:manage", args=[practice.pk])) for practice, _files in found)
    yield Part(_("Published documents"), ATTENTION, what, meaning, step, links)


def _size(free: int) -> str:
    return filesize(free) if free < GIGABYTE else f"{formats.number_format(free // GIGABYTE, use_l10n=True)} GB"


def _backup(state: WorkState) -> Part:
    name, made_at = _("Backup"), state.pulse.backed_up_at
    if made_at is None:
        what = _("The service knows of no backup of its own; it does not see those made by other means.")
        return Part(name, UNKNOWN, what, step=_("Ask the administrator when the last one was made, and tried."))
    told = _("The last one was made: %(at)s.") % {"at": moment(made_at)}
    if state.late(made_at, BACKUP_AT_MOST):
        meaning = _("If the disk failed now, everything since then would be lost.")
        return Part(name, ATTENTION, told, meaning, _("Ask the administrator why no newer one was made."))
    return Part(name, WORKS, told)
