"""Files that wait to be deleted. Everything else about people's data lives in the tables of other apps."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class FileRemoval(models.Model):
    """A stored file no row needs any more: written in the transaction that let go of it, deleted afterwards.

    A worker killed in between leaves the row, so the file is found and deleted by the next one.
    """

    file = models.FileField(_("file"), max_length=120, unique=True)
    requested_at = models.DateTimeField(_("requested"), auto_now_add=True)

    class Meta:
        verbose_name = _("removal of a file")
        verbose_name_plural = _("removals of files")

    def __str__(self) -> str:
        return str(self.file)
