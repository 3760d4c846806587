"""Numbers of certificates: gapless within an edition and series."""

from collections import Counter
from collections.abc import Sequence

from awards.facts import certificate_number
from awards.models import CertificateSequence
from common.locking import lock_row
from contest.models import Edition


def take_numbers(edition: Edition, series: Sequence[str]) -> list[str]:
    """The next number of each series asked for, in order, in the caller's transaction.

    The row of each series stays locked until the commit, so a rollback leaves no gap and two
    writers never get the same number. Series are locked in one order, so they cannot deadlock.
    """
    following: dict[str, int] = {}
    for letter, count in sorted(Counter(series).items()):
        CertificateSequence.objects.get_or_create(edition=edition, series=letter)
        row = lock_row(CertificateSequence.objects.all(), edition=edition, series=letter)
        following[letter] = row.last + 1
        row.last += count
        row.save(update_fields=["last"])
    numbers = []
    for letter in series:
        numbers.append(certificate_number(edition.slug, letter, following[letter]))
        following[letter] += 1
    return numbers
