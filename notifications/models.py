"""The outbox: mail as rows. The row is the truth; a Celery message only wakes the sender."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class OutboxStatus(models.TextChoices):
    PENDING = "PENDING", _("waiting")
    SENDING = "SENDING", _("being sent")
    SENT = "SENT", _("sent")
    BOUNCED = "BOUNCED", _("refused by the recipient's server")
    DEAD = "DEAD", _("given up")


class OutboxMessage(models.Model):
    """One mail to one address. Unique by (kind, subject_key, recipient), so nothing is sent twice.

    Text is rendered when enqueued; bulk acts store a frozen `context` and the worker renders and
    keeps it. A sender claims a row with a token and a lease; an expired lease is claimed again.
    `message_id` never changes, so an extra copy is recognisable.
    """

    kind = models.CharField(_("kind"), max_length=60)
    subject_key = models.CharField(_("about"), max_length=120)  # "application:12:v1"
    recipient = models.EmailField(_("recipient"))
    language = models.CharField(_("language"), max_length=5)
    edition_id = models.BigIntegerField(_("edition"), null=True, db_index=True)
    context = models.JSONField(default=dict)
    subject = models.CharField(_("subject"), max_length=250, blank=True)
    text = models.TextField(_("text"), blank=True)
    html = models.TextField(_("HTML"), blank=True)
    rendered = models.BooleanField(default=False)
    message_id = models.CharField(max_length=120, unique=True)
    status = models.CharField(_("status"), max_length=10, choices=OutboxStatus, default=OutboxStatus.PENDING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    due_at = models.DateTimeField(_("next attempt"), null=True)
    claim_token = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    last_error = models.CharField(_("last error"), max_length=500, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    sent_at = models.DateTimeField(_("sent"), null=True)

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "subject_key", "recipient"], name="outbox_one_per_subject"),
        ]
        indexes = [models.Index(fields=["status", "due_at"], name="outbox_due")]

    def __str__(self) -> str:
        return f"{self.kind} → {self.recipient}"
