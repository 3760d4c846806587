"""Removing the persons of an edition: results, journal and certificates stay provable."""

from dataclasses import asdict, dataclass
from functools import partial

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from applications.models import ApplicationVersion
from common import journal
from common.copies import public_content_changed
from common.errors import Conflict, Invalid
from common.persons import REMOVED_TEXT
from common.web.typed_word import is_word, refusal
from contest.models import Edition
from contest.services import locked_edition
from privacy.permissions import can_keep_register, is_removable
from privacy.queries import editions as rows
from privacy.queries import shown as pages
from privacy.services.accounts import end_sessions, remove_account
from privacy.services.emptying import (
    empty_columns,
    empty_confirmations,
    empty_contacts,
    empty_files,
    empty_mail,
    empty_versions,
)
from privacy.services.irreversible import WORD, rehearse


@dataclass(frozen=True, slots=True)
class Removed:
    """How many rows were emptied; all zero where nothing was left to do."""

    contacts: int
    versions: int
    files: int
    letters: int
    jurors: int
    mails: int
    accounts: int

    def __bool__(self) -> bool:
        return any(asdict(self).values())


def confirm_removal(*, actor: User, edition_id: int, typed_word: str, shown: str | None = None) -> Removed:
    """The organiser's act: it cannot be undone, so a word typed by hand says that they mean it."""
    if not is_word(typed_word, WORD):
        raise Invalid(refusal(WORD))
    with transaction.atomic():
        return _remove(actor, edition_id, shown)


def remove_persons(*, actor: User | None, edition_id: int) -> Removed:
    """Empty every row of the edition that holds people, all or nothing. Repeating it finishes what is left.

    `actor` None is the command line. Diplomas, results, bundles, published practices and the journal stay
    as they are. Files are deleted after the commit.
    """
    with transaction.atomic():
        return _remove(actor, edition_id)


def rehearse_removal(*, edition_id: int) -> Removed:
    """What `remove_persons` would do, done and rolled back."""
    return rehearse(lambda: _remove(None, edition_id))


def set_retention(*, actor: User, edition_id: int, months: int, shown: str | None = None) -> Edition:
    """How many months after the announcement personal data is kept. No rule of the contest, so no amendment."""
    with transaction.atomic():
        edition = locked_edition(edition_id)
        can_keep_register(actor, edition).require()
        if not 1 <= months <= 240:
            raise Invalid(_("Give a number of months between 1 and 240."))
        if edition.persons_removed_at:
            raise Conflict(_("The personal data of this edition was removed already."))
        if edition.retention_months == months:
            return edition
        pages.retention.require(shown, edition, actor)
        before, edition.retention_months = edition.retention_months, months
        edition.save(update_fields=["retention_months"])
        journal.record(
            actor=actor,
            action="edition.set_retention",
            target=edition,
            edition_id=edition.pk,
            before=before,
            after=months,
        )
        public_content_changed()
        return edition


def _remove(actor: User | None, edition_id: int, shown: str | None = None) -> Removed:
    edition = locked_edition(edition_id)
    if actor is not None:
        can_keep_register(actor, edition).require()
    closed = is_removable(edition)
    if not closed:
        raise Conflict(closed.reason)
    if rows.waiting(edition):
        raise Conflict(
            _("Mails or documents of this edition are still on their way. Wait until they are done, then try again.")
        )
    if actor is not None and shown is not None:
        pages.removing_persons.require(shown, edition, actor, preview=rows.preview_of(edition))
    now = timezone.now()
    people = list(rows.leaving_accounts(edition, now).select_for_update(of=("self",)))
    contacts = empty_contacts(rows.entries_with_contact(edition))
    renamed = empty_files(actor=actor, act=edition, files=rows.files(edition))
    empty = partial(empty_columns, actor=actor, act=edition)
    versions = ApplicationVersion.objects.filter(application__edition=edition).select_related("application")
    removed = Removed(
        contacts=contacts,
        versions=empty_versions(actor=actor, versions=versions.iterator(chunk_size=200), renamed=renamed),
        files=len(renamed) + empty_confirmations(actor=actor, act=edition, confirmations=rows.confirmations(edition)),
        letters=empty(rows=rows.notes(edition), note="")
        + empty(rows=rows.requests(edition), message="", points=[])
        + empty(rows=rows.appeals(edition), text=REMOVED_TEXT, reason=""),
        jurors=empty(rows=rows.affiliations(edition), employer=None, residence=None)
        + empty(rows=rows.assignments(edition), juror_employer=None, juror_residence=None)
        + empty(rows=rows.grounds(edition), ground=REMOVED_TEXT)
        + empty(rows=rows.findings(edition), findings=""),
        mails=empty_mail(mails=rows.mails(edition), actor=actor, act=edition, recipients=True),
        accounts=len([remove_account(actor=actor, person=person) for person in people]),
    )
    end_sessions([person.pk for person in people])
    edition.removed_rows.all().delete()  # forgotten after a day anyway
    if removed or not edition.persons_removed_at:
        edition.persons_removed_at = edition.persons_removed_at or now
        edition.save(update_fields=["persons_removed_at"])
        journal.record(
            actor=actor, action="edition.remove_persons", target=edition, edition_id=edition.pk, **asdict(removed)
        )
        public_content_changed()
    return removed
