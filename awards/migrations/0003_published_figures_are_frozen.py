"""The figures of editions announced before this release are frozen as the one definition counts them now."""

from collections import Counter

from django.db import migrations, models

STAGES = ("filed", "accepted", "scored", "finalists", "awarded")
STATES = {
    "ELIGIBLE": 1,
    "IN_SCORING": 1,
    "SCORED": 2,
    "NOT_SELECTED": 2,
    "FINALIST": 3,
    "LAUREATE": 4,
    "HONOURABLE_MENTION": 4,
    "SPECIAL_MENTION": 4,
}
ACTIONS = {"application.accept": 1, "application.shortlist": 3}


def freeze(apps, _schema_editor):
    """Of entries that left the contest, results and journal say how far they came."""
    announcement = apps.get_model("awards", "Announcement")
    application = apps.get_model("applications", "Application")
    result = apps.get_model("jury", "Result")
    entry = apps.get_model("common", "JournalEntry")
    for row in announcement.objects.all():
        sent = application.objects.filter(edition=row.edition_id, submitted_at__isnull=False)
        reached = {pk: STATES.get(state, 0) for pk, state in sent.values_list("pk", "state")}
        left = set(sent.filter(state__in=("WITHDRAWN", "DISQUALIFIED")).values_list("pk", flat=True))
        for pk in result.objects.filter(application__in=left).values_list("application", flat=True):
            reached[pk] = max(reached[pk], 2)
        told = entry.objects.filter(
            target_type="applications.application", edition_id=row.edition_id, action__in=ACTIONS
        )
        for pk, action in told.values_list("target_id", "action"):
            if pk in left:
                reached[pk] = max(reached[pk], ACTIONS[action])
        counted = Counter(reached.values())
        row.figures = {
            name: sum(count for stage, count in counted.items() if stage >= place) for place, name in enumerate(STAGES)
        }
        row.save(update_fields=["figures"])


class Migration(migrations.Migration):
    dependencies = [
        ("awards", "0002_sensible_dates_and_drafts"),
        ("applications", "0004_index_covers_the_list"),
        ("jury", "0001_initial"),
        ("common", "0003_task_run"),
    ]

    operations = [
        migrations.AddField(
            model_name="announcement", name="figures", field=models.JSONField(default=dict)
        ),
        migrations.RunPython(freeze, migrations.RunPython.noop),
    ]
