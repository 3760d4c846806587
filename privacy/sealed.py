"""Removals of personal data: what they left still begins with what was sent, and each has its act in the journal."""

from collections.abc import Iterator

from accounts.models import User
from applications.models import ApplicationVersion
from common.kernel.baseline import ACT
from common.kernel.evidence import Check
from common.kernel.seals import BASELINE, REMOVAL
from common.models import JournalEntry
from common.persons import REMOVED_DOMAIN
from contest.models import Edition
from notifications.models import OutboxMessage
from privacy.queries import version_holds

EDITION, PERSON, MAIL = Edition._meta.label_lower, User._meta.label_lower, OutboxMessage._meta.label_lower
_ACTS = {EDITION: "edition.remove_persons", PERSON: "account.remove"}


def _sent_versions() -> Iterator[str]:
    for version in ApplicationVersion.objects.order_by("pk").iterator(chunk_size=200):
        if not version_holds(version):
            yield f"applications.applicationversion {version.pk}: it is not what was sent"


def _removals() -> Iterator[str]:
    """What was sealed anew stands before its act, and what the act removed is removed.

    Entries from before the newest baseline do not say what act they belong to. Of somebody without an account only
    mail is emptied under no act of its own.
    """
    entries = JournalEntry.objects.filter(action=REMOVAL, pk__gt=_newest_baseline()).order_by("pk")
    told = list(entries.values_list("pk", "target_type", "data"))
    if not told:
        return
    acts = _acts()
    done = {
        (EDITION, pk) for pk in Edition.objects.filter(persons_removed_at__isnull=False).values_list("pk", flat=True)
    }
    gone = User.objects.filter(email__endswith=f"@{REMOVED_DOMAIN}")
    done |= {(PERSON, pk) for pk in gone.values_list("pk", flat=True)}
    for number, table, data in told:
        match data.get(ACT):
            case [str() as label, int() as pk] if acts.get((label, pk), 0) > number and (label, pk) in done:
                continue
            case [] if table == MAIL:
                continue
        yield f"common.journalentry {number}: {table} was sealed anew, and no removal of personal data is behind it"


def _newest_baseline() -> int:
    rows = JournalEntry.objects.filter(action=BASELINE).order_by("-pk")
    return rows.values_list("pk", flat=True).first() or 0


def _acts() -> dict[tuple[str, int], int]:
    """The newest entry of each removal."""
    rows = JournalEntry.objects.filter(action__in=_ACTS.values()).order_by("pk")
    return {(label, pk): number for label, pk, number in rows.values_list("target_type", "target_id", "pk")}


CHECKS = (
    Check("sent versions (verify_entries)", _sent_versions),
    Check("removals of personal data", _removals),
)
EMPTYING = (REMOVAL, "application.remove_persons")
OTHER = {"privacy.fileremoval": "files waiting to be deleted"}
