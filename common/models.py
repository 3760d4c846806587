"""The journal: every state change, score version and decision, in the order it was sealed.

Rows refer to people, entries and editions by number, not by foreign key: the journal lies below
every other app, and removing personal data elsewhere must leave it provable.
"""

from datetime import UTC

from django.db import models
from django.utils.translation import gettext_lazy as _

from common.kernel.notes import fingerprint


class JournalEntry(models.Model):
    """One thing that happened, written in the same transaction as the thing itself. Never changed."""

    happened_at = models.DateTimeField(_("when"))
    actor_id = models.BigIntegerField(_("person"), null=True)  # null: the service itself (a timetable)
    action = models.CharField(_("action"), max_length=60)  # "application.submit"
    target_type = models.CharField(_("object"), max_length=60)  # "applications.application"
    target_id = models.BigIntegerField(_("object number"))
    edition_id = models.BigIntegerField(_("edition"), null=True, db_index=True)
    data = models.JSONField(_("details"), default=dict)
    # The number of its transaction, written by the database itself (common/kernel/guards.py): tells a row that a long
    # transaction committed late from one that was dated back. Null on SQLite and in rows older than this column.
    transaction_number = models.BigIntegerField(_("transaction"), null=True, editable=False)
    # Digests of the rows the act wrote or took away (common/kernel/evidence.py): {table: {number: digest or null}}.
    facts = models.JSONField(_("digests of facts"), default=dict)

    class Meta:
        verbose_name = _("journal row")
        verbose_name_plural = _("journal rows")
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
    format = models.PositiveSmallIntegerField(default=1)  # what is hashed: common/sealing.py

    class Meta:
        verbose_name = _("journal seal")
        verbose_name_plural = _("journal seals")

    def __str__(self) -> str:
        return f"{self.sequence}: {self.entry_hash}"


class JournalEpoch(models.Model):
    """From here the log goes on from a restored backup. The first epoch, number 1, has no row; never changed.

    `base` is how many seals stood in what was restored: up to there old and new epoch are one tree.
    """

    number = models.BigIntegerField(primary_key=True)
    started_at = models.DateTimeField()
    reason = models.CharField(max_length=20)  # "restore"
    set_made_at = models.DateTimeField()  # when the restored set was made
    sealed_until = models.DateTimeField(null=True)  # when the last seal of the set was made
    base = models.BigIntegerField()
    sealed_to = models.BigIntegerField()  # with what had waited for its seal in the set, sealed by the restore
    last_known = models.TextField(blank=True)  # the newest checkpoint of the database that was replaced, as signed

    class Meta:
        verbose_name = _("epoch of the journal")
        verbose_name_plural = _("epochs of the journal")

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """Its name in checkpoints. With the moment, because a backup may be restored twice under the same number."""
        return f"{self.number}-{self.started_at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


class SigningKey(models.Model):
    """The public half of a key that signs checkpoints; the newest one is in use. Never changed.

    The private half is a file that only the sealer reads (SIGNING_KEY_FILE).
    """

    public_key = models.CharField(max_length=64, unique=True)  # Ed25519, 32 bytes in hexadecimal
    valid_from = models.DateTimeField()
    previous = models.OneToOneField("self", models.PROTECT, null=True, related_name="next")
    handover = models.CharField(max_length=128, blank=True)  # signature of the previous key; empty: it was lost
    self_made = models.BooleanField(default=False)  # the service made it for itself, beside its own data

    class Meta:
        verbose_name = _("signing key")
        verbose_name_plural = _("signing keys")

    def __str__(self) -> str:
        return self.public_key

    @property
    def fingerprint(self) -> str:
        """What people compare: SHA-256 of the public key in DER."""
        return fingerprint(bytes.fromhex(self.public_key))


class FileSignature(models.Model):
    """The sealer's signature over the bytes of a published file. Never changed; the key stays with it."""

    sha256 = models.CharField(max_length=64, primary_key=True)  # of the bytes that were signed
    signature = models.CharField(max_length=128)  # Ed25519, 64 bytes in hexadecimal
    key = models.ForeignKey(SigningKey, models.PROTECT, related_name="files")
    signed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("signature of a file")
        verbose_name_plural = _("signatures of files")

    def __str__(self) -> str:
        return self.sha256


class JournalCheckpoint(models.Model):
    """A signed root over all seals at a moment, published so that others keep it. Never changed."""

    number = models.BigIntegerField(primary_key=True)
    epoch = models.BigIntegerField()  # number of the epoch
    size = models.BigIntegerField()  # seals under the root
    root = models.CharField(max_length=64)  # RFC 9162, in hexadecimal
    made_at = models.DateTimeField(db_index=True)
    reason = models.CharField(max_length=20)  # "hour", "announcement", "epoch", "key"
    key = models.ForeignKey(SigningKey, models.PROTECT, related_name="checkpoints")
    note = models.TextField()  # the signed text, as it is published
    frontier = models.JSONField()  # roots of the full subtrees: the next checkpoint goes on from them

    class Meta:
        verbose_name = _("checkpoint of the journal")
        verbose_name_plural = _("checkpoints of the journal")

    def __str__(self) -> str:
        return f"{self.number}: {self.size} {self.root}"


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


class EvidenceKey(models.Model):
    """The one row with the key under which digests of facts are made (common/kernel/evidence.py).

    Not a secret of the server but of the journal: who reads digests without it cannot try values out. It goes
    with the database into every backup, so a restored installation still verifies.
    """

    key = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("key of the digests")
        verbose_name_plural = _("keys of the digests")
        constraints = [models.CheckConstraint(name="evidence_key_one_row", condition=models.Q(pk=1))]

    def __str__(self) -> str:
        return f"{self.pk}"


class Verification(models.Model):
    """The one row that tells how the last `verify_all` ended."""

    finished_at = models.DateTimeField(_("finished"))
    rows = models.PositiveIntegerField(_("rows compared"))
    emptied = models.PositiveIntegerField(_("rows emptied of personal data"), default=0)
    seconds = models.FloatField(_("seconds"))
    count = models.PositiveIntegerField(_("differences"))
    differences = models.JSONField(default=list)  # the first of them, in words; tables and numbers only

    class Meta:
        verbose_name = _("outcome of the verification")
        verbose_name_plural = _("outcomes of the verification")
        constraints = [models.CheckConstraint(name="verification_one_row", condition=models.Q(pk=1))]

    def __str__(self) -> str:
        return f"{self.finished_at}: {self.count}"
