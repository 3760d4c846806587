"""Files that were taken out of entries and deleted a day later, before the journal was told of the second step.

Their digests stood on as if the rows were missing, which would stop every closing and announcement of the edition.
Once: a row that somebody deletes later is excused by nothing, and so is one that a sent version names.
"""

from django.db import migrations
from django.utils import timezone

LABEL = "applications.attachment"
DETACHED = "application.detach"
DISCARDED = "application.discard_file"


def tell(apps, schema_editor):
    entries = apps.get_model("common", "JournalEntry").objects
    acts = ("application.attach", DETACHED, "application.reattach", DISCARDED)
    newest = {}
    rows = entries.filter(action__in=acts).order_by("pk")
    for action, entry, edition, data in rows.values_list("action", "target_id", "edition_id", "data").iterator():
        newest[data.get("attachment")] = (action, entry, edition)
    taken_out = {number: where for number, (action, *where) in newest.items() if number and action == DETACHED}
    present = apps.get_model("applications", "Attachment").objects.values_list("pk", flat=True)
    for number in set(present.iterator()) & taken_out.keys():
        del taken_out[number]
    versions = apps.get_model("applications", "ApplicationVersion").objects
    of = versions.filter(application__in={entry for entry, _edition in taken_out.values()})
    for content in of.values_list("content", flat=True).iterator():
        for item in content["attachments"]:
            taken_out.pop(item["id"], None)
    for number, (entry, edition) in taken_out.items():
        entries.create(
            happened_at=timezone.now(),
            action=DISCARDED,
            target_type="applications.application",
            target_id=entry,
            edition_id=edition,
            data={"attachment": number},
            facts={LABEL: {str(number): None}},
        )


class Migration(migrations.Migration):
    dependencies = [
        ("applications", "0006_sensible_dates"),
        ("common", "0008_one_word_for_journal_rows"),
    ]

    operations = [migrations.RunPython(tell, migrations.RunPython.noop)]
