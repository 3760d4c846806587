"""The journal: every state change, score version and decision, in the order it was sealed.

Rows refer to people, entries and editions by number, not by foreign key: the journal lies below
every other app, and removing personal data elsewhere must leave it provable.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class JournalEntry(models.Model):
    """One thing that happened, written in the same transaction as the thing itself. Never changed."""

    happened_at = models.DateTimeField(_("when"))
    actor_id = models.BigIntegerField(_("person"), null=True)  # null: the service itself (a timetable)
    action = models.CharField(_("action"), max_length=60)  # "application.submit"
    target_type = models.CharField(_("object"), max_length=60)  # "applications.application"
    target_id = models.BigIntegerField(_("object number"))
    edition_id = models.BigIntegerField(_("edition"), null=True, db_index=True)
    data = models.JSONField(_("details"), default=dict)

    class Meta:
        verbose_name = _("journal entry")
        verbose_name_plural = _("journal entries")
        indexes = [
            models.Index(fields=["target_type", "target_id", "id"], name="journal_target"),
            models.Index(fields=["action"], name="journal_action"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.target_type}:{self.target_id}"


class JournalSeal(models.Model):
    """The place of a committed entry in the hash chain; added by the one sealer, never changed."""

    sequence = models.BigIntegerField(primary_key=True)
    entry = models.OneToOneField(JournalEntry, models.PROTECT, related_name="seal")
    previous_hash = models.CharField(max_length=64)
    entry_hash = models.CharField(max_length=64, unique=True)
    sealed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("journal seal")
        verbose_name_plural = _("journal seals")

    def __str__(self) -> str:
        return f"{self.sequence}: {self.entry_hash}"


class PublicStamp(models.Model):
    """The one row that says which state of the public pages is the present one (common/copies.py).

    The stamp is random and not a count, so that a restored backup never brings an old one back.
    """

    stamp = models.UUIDField()

    class Meta:
        verbose_name = _("stamp of the public pages")
        verbose_name_plural = _("stamps of the public pages")
        constraints = [models.CheckConstraint(name="public_stamp_one_row", condition=models.Q(pk=1))]

    def __str__(self) -> str:
        return str(self.stamp)


class TaskRun(models.Model):
    """How the latest runs of one task ended: what tells that the worker and the timetable are alive."""

    name = models.CharField(_("task"), max_length=100, primary_key=True)
    succeeded_at = models.DateTimeField(_("last success"), null=True)
    failing_since = models.DateTimeField(_("failing since"), null=True)
    error = models.CharField(_("error"), max_length=100, blank=True)  # the kind of the exception only

    class Meta:
        verbose_name = _("run of a task")
        verbose_name_plural = _("runs of tasks")

    def __str__(self) -> str:
        return self.name
