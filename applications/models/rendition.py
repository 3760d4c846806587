"""What people are shown of a file: its pages as pictures, or the picture itself without what is not seen of it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from applications.models.attachment import Attachment


class Rendition(models.Model):
    """One page of an attachment, drawn from its original by the limited reader (common.files.pages).

    Made after the entry is sent, and anew whenever it is missing: the original is the evidence, this is not. A
    picture that is published with a practice is this one, because an original may tell where it was taken.
    """

    attachment = models.ForeignKey(Attachment, models.CASCADE, related_name="renditions")
    page = models.PositiveSmallIntegerField(_("page"))  # from 1
    file = models.FileField(_("file"), max_length=120)
    media_type = models.CharField(_("type"), max_length=100)
    width = models.PositiveSmallIntegerField(_("width"))  # pixels
    height = models.PositiveSmallIntegerField(_("height"))
    size = models.PositiveIntegerField(_("size"))  # bytes
    sha256 = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("rendition")
        verbose_name_plural = _("renditions")
        ordering = ["attachment", "page"]
        constraints = [models.UniqueConstraint(fields=["attachment", "page"], name="one_rendition_of_a_page")]

    def __str__(self) -> str:
        return f"{self.attachment_id}/{self.page}"

    @property
    def name(self) -> str:
        return f"{self.attachment_id}-{self.page}"
