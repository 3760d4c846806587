"""Documents of the base in which a virus was found after their practice was published."""

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from applications.models import Attachment, ScanStatus
from common import journal
from common.copies import public_content_changed
from practices.models import PracticeAttachment
from practices.versions import make_versions


@transaction.atomic
def withhold_infected_files() -> int:
    """Take documents out of the public pages whose file the scanner found infected; how many. Safe to run twice.

    A published document shares its file with the entry, and the scanner judges the entry's.
    """
    infected = Attachment.objects.filter(scan_status=ScanStatus.INFECTED)
    found = list(
        PracticeAttachment.objects.select_for_update(of=("self",))
        .filter(Q(source__in=infected) | Q(file__in=infected.values("file")), withheld_at__isnull=True)
        .select_related("practice__award")
        .order_by("pk")
    )
    if not found:
        return 0
    PracticeAttachment.objects.filter(pk__in=[file.pk for file in found]).update(withheld_at=timezone.now())
    withheld = {file.practice_id: file.practice for file in found}
    sealed = make_versions(actor=None, practices=withheld.values(), reason="practice.withhold_file")
    journal.record_bulk(
        [
            journal.draft_entry(
                actor=None,
                action="practice.withhold_file",
                target=file.practice,
                edition_id=file.practice.award.edition_id if file.practice.award else None,
                facts=sealed.pop(file.practice_id, []),  # once a record, whatever number of its files
                attachment=file.pk,
            )
            for file in found
        ]
    )
    public_content_changed()
    return len(found)
