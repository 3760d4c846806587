"""The formal review: a checklist, calls for completion, appeals."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from applications.models.application import Application, ApplicationVersion
from common.kernel.spans import CONTEST


class FormalCriterion(models.TextChoices):
    """The formal criteria. CORRECTABLE ones may be asked to be completed."""

    IN_TIME = "IN_TIME", _("submitted in time")
    ELIGIBLE_UNIT = "ELIGIBLE_UNIT", _("eligible unit, right comparison group")
    IN_DOMAIN = "IN_DOMAIN", _("within a domain of the edition")
    SIGNED = "SIGNED", _("signed by an authorised person")
    IN_OPERATION = "IN_OPERATION", _("in operation long enough before the call")
    COMPLETE = "COMPLETE", _("complete: all fields and attachments")
    CONSENTS = "CONSENTS", _("consents given")


CORRECTABLE = (
    FormalCriterion.ELIGIBLE_UNIT,
    FormalCriterion.SIGNED,
    FormalCriterion.COMPLETE,
    FormalCriterion.CONSENTS,
)


class EligibilityCheck(models.Model):
    """An officer's finding on one formal criterion of one submitted version."""

    version = models.ForeignKey(ApplicationVersion, models.PROTECT, related_name="checks")
    criterion = models.CharField(_("criterion"), max_length=20, choices=FormalCriterion)
    met = models.BooleanField(_("met"))
    note = models.CharField(_("note"), max_length=1000, blank=True)
    checked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    checked_at = models.DateTimeField()

    class Meta:
        verbose_name = _("formal check")
        verbose_name_plural = _("formal checks")
        constraints = [models.UniqueConstraint(fields=["version", "criterion"], name="check_once")]

    def __str__(self) -> str:
        return f"{self.version_id} {self.criterion}"


class CompletionRequest(models.Model):
    """A call to complete an entry by a date; open until answered or the entry is rejected."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="completion_requests")
    points = models.JSONField(_("points"))  # [{"criterion": FormalCriterion, "note": str}], correctable ones only
    message = models.TextField(_("message"), blank=True)
    due_at = models.DateTimeField(_("complete by"), validators=[CONTEST])
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    requested_at = models.DateTimeField(_("requested"))
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)

    class Meta:
        verbose_name = _("call for completion")
        verbose_name_plural = _("calls for completion")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["application"], condition=models.Q(answered_at__isnull=True), name="completion_one_open"
            )
        ]

    def __str__(self) -> str:
        return f"{self.application_id} → {self.due_at}"


class AppealStatus(models.TextChoices):
    OPEN = "OPEN", _("waiting for a decision")
    UPHELD = "UPHELD", _("upheld")
    DISMISSED = "DISMISSED", _("dismissed")


class Appeal(models.Model):
    """An applicant's appeal against a rejection; upheld, it reinstates the entry."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="appeals")
    text = models.TextField(_("grounds"))
    filed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    filed_at = models.DateTimeField(_("filed"))
    status = models.CharField(_("status"), max_length=10, choices=AppealStatus, default=AppealStatus.OPEN)
    reason = models.TextField(_("reason of the decision"), blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)

    class Meta:
        verbose_name = _("appeal")
        verbose_name_plural = _("appeals")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["application"], condition=models.Q(status="OPEN"), name="appeal_one_open")
        ]

    def __str__(self) -> str:
        return f"{self.application_id} {self.status}"
