"""Files of an entry. Stored under random names, served only through permission checks."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from applications.models.application import Application
from contest.models import AttachmentRequirement


class ScanStatus(models.TextChoices):
    NOT_SCANNED = "NOT_SCANNED", _("not scanned")
    CLEAN = "CLEAN", _("clean")
    INFECTED = "INFECTED", _("infected")  # found later than the upload; handed out to nobody


class Drawing(models.TextChoices):
    """How far the pages of a file are drawn for its readers."""

    PENDING = "PENDING", _("pages are being prepared")
    DRAWN = "DRAWN", _("pages shown")
    NONE = "NONE", _("not shown as pages")  # an office document: every program lays it out in its own way
    FAILED = "FAILED", _("pages could not be prepared")


class Attachment(models.Model):
    """One uploaded file. Once part of a submitted version it is only ever set aside, never deleted."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="attachments")
    requirement = models.ForeignKey(
        AttachmentRequirement, models.PROTECT, null=True, blank=True, related_name="attachments"
    )
    file = models.FileField(_("file"), max_length=120)  # "attachments/<random>": common.files gives the name
    name = models.CharField(_("file name"), max_length=200)  # as the sender named it, cleaned
    description = models.CharField(_("description"), max_length=200, blank=True)  # alt text of a picture
    media_type = models.CharField(_("type"), max_length=100)
    size = models.PositiveIntegerField(_("size"))  # bytes
    sha256 = models.CharField(max_length=64)
    scan_status = models.CharField(max_length=12, choices=ScanStatus, default=ScanStatus.NOT_SCANNED)
    drawing = models.CharField(max_length=8, choices=Drawing, default=Drawing.PENDING)
    page_count = models.PositiveIntegerField(default=0)  # of the document; only the first of them are drawn
    draw_attempts = models.PositiveSmallIntegerField(default=0)
    draw_due_at = models.DateTimeField(null=True, blank=True)  # not to be tried before, because somebody is at it
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    uploaded_at = models.DateTimeField(auto_now_add=True)
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        ordering = ["id"]
        indexes = [models.Index(fields=["-id"], name="attachment_to_draw", condition=models.Q(drawing="PENDING"))]

    def __str__(self) -> str:
        return self.name

    @property
    def is_infected(self) -> bool:
        return self.scan_status == ScanStatus.INFECTED

    @property
    def is_clean(self) -> bool:
        return self.scan_status == ScanStatus.CLEAN
