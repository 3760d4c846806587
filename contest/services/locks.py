"""The lock of an edition: every act that depends on its phase or its rules holds it first."""

from common.locking import lock_row
from contest.models import Edition


def locked_edition(edition_id: int) -> Edition:
    return lock_row(Edition.objects.all(), pk=edition_id)
