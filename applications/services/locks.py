"""Holding an entry together with its edition."""

from applications.models import Application
from common.locking import lock_row
from contest.services import locked_edition


def entry_with_edition(application_id: int) -> Application:
    """The edition's row first, then the entry's: the order every bulk act uses too.

    A joined edition would be the one of before the wait for the lock, in a phase that is over.
    """
    edition_id = Application.objects.values_list("edition_id", flat=True).get(pk=application_id)
    edition = locked_edition(edition_id)
    application = lock_row(Application.objects.select_related("unit"), pk=application_id)
    application.edition = edition
    return application
