"""Is a submitted version still what was sent, also after people were taken out of it?

While whole, its content has the digest it was sent with. Removing people changes the content; the act
wrote both digests to the sealed journal, so what remains can be checked against it.
"""

from applications.models import ApplicationVersion
from common.canonical import sha256_of
from common.models import JournalEntry

ACTION = "application.remove_persons"


def version_holds(version: ApplicationVersion) -> bool:
    """Whole, or emptied of people by an act of the journal that began with the digest it was sent with."""
    found = sha256_of(version.content)
    if found == version.sha256:
        return True
    acts = JournalEntry.objects.filter(
        action=ACTION, target_type="applications.application", target_id=version.application_id
    ).order_by("pk")
    expected = version.sha256
    for act in acts:
        if act.data.get("version") == version.number and act.data.get("before") == expected:
            expected = act.data.get("after", "")
    return found == expected
