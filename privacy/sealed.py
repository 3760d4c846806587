"""Versions emptied of people still begin with what was sent: checked by the chain of removals in the journal."""

from collections.abc import Iterator

from applications.models import ApplicationVersion
from common.kernel.evidence import Check
from common.kernel.seals import REMOVAL
from privacy.queries import version_holds


def _sent_versions() -> Iterator[str]:
    for version in ApplicationVersion.objects.order_by("pk").iterator(chunk_size=200):
        if not version_holds(version):
            yield f"applications.applicationversion {version.pk}: it is not what was sent"


CHECKS = (Check("sent versions (verify_entries)", _sent_versions),)
EMPTYING = (REMOVAL, "application.remove_persons")
OTHER = {"privacy.fileremoval": "files waiting to be deleted"}
