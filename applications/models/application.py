"""The entry: its working copy, and the snapshots that were submitted."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from applications.workflow import ApplicationWorkflow
from common.kernel.spans import PRACTICE
from contest.models import ComparisonGroup, Domain, Edition
from units.models import Unit


class PracticeDescription(models.Model):
    """What an entry says about its practice. Every text may be empty while it is a draft."""

    title = models.CharField(_("title of the practice"), max_length=200)
    abstract = models.TextField(_("abstract"), blank=True)
    implemented_on = models.DateField(_("in operation since"), null=True, blank=True, validators=[PRACTICE])
    context = models.TextField(_("context and problem"), blank=True)
    goals = models.TextField(_("goals"), blank=True)
    actions = models.TextField(_("actions"), blank=True)
    cost = models.TextField(_("cost and funding"), blank=True)
    results = models.TextField(_("results"), blank=True)
    integration = models.TextField(_("link with strategic management"), blank=True)
    difficulties = models.TextField(_("difficulties"), blank=True)
    advice = models.TextField(_("advice for those who copy it"), blank=True)
    tools = models.JSONField(_("management tools used"), default=list, blank=True)  # codes: practices taxonomy
    indicators = models.JSONField(
        _("indicators"), default=list, blank=True
    )  # [{"name", "unit", "before", "after", "year"}] all strings as typed

    implementing_unit = models.CharField(_("implementing unit"), max_length=200, blank=True)
    locality = models.CharField(_("locality"), max_length=120, blank=True)
    postal_code = models.CharField(_("postal code"), max_length=6, blank=True)
    post_office = models.CharField(_("post office"), max_length=120, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    email = models.EmailField(_("e-mail of the office"), blank=True)
    population = models.PositiveIntegerField(_("population"), null=True, blank=True)
    contact_name = models.CharField(_("contact person"), max_length=150, blank=True)
    contact_position = models.CharField(_("position of the contact person"), max_length=150, blank=True)
    contact_phone = models.CharField(_("phone of the contact person"), max_length=40, blank=True)
    contact_email = models.EmailField(_("e-mail of the contact person"), blank=True)

    accepts_rules = models.BooleanField(_("accepts the rules"), default=False)
    data_notice_read = models.BooleanField(_("has read the data protection notice"), default=False)
    licence_consent = models.BooleanField(_("agrees to publish the practice for reuse"), default=False)
    contact_consent = models.BooleanField(_("contact person agrees to be published"), default=False)

    class Meta:
        abstract = True


DESCRIPTION_FIELDS = tuple(field.name for field in PracticeDescription._meta.local_fields)


class Application(ApplicationWorkflow, PracticeDescription):
    """One entry of one unit. `revision` grows with each save, so a stale form is noticed.

    `number` is given at the first submission ("SLZ-2026-0042") and never changes.
    """

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="applications")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="applications")
    domain = models.ForeignKey(
        Domain, models.PROTECT, null=True, blank=True, related_name="applications", verbose_name=_("domain")
    )
    group = models.ForeignKey(
        ComparisonGroup,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="applications",
        verbose_name=_("comparison group"),
    )
    number = models.CharField(_("number"), max_length=20, unique=True, null=True, blank=True)
    revision = models.PositiveIntegerField(default=1)
    form_key = models.UUIDField(unique=True, null=True)  # of the form that created it: a double click makes one
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)
    submitted_at = models.DateTimeField(_("submitted"), null=True, blank=True)  # first submission
    contact_withdrawn_at = models.DateTimeField(_("contact consent withdrawn"), null=True, blank=True)
    decision_reason = models.TextField(_("reason"), blank=True)  # of a rejection, withdrawal or disqualification

    class Meta:
        verbose_name = _("application")
        verbose_name_plural = _("applications")
        ordering = ["-id"]
        indexes = [
            # Lists, their search and their counts by state are answered from this index alone: a row of the table
            # has kilobytes of texts.
            models.Index(
                fields=["edition", "state", "submitted_at", "id", "unit", "number", "title"],
                name="application_edition_state",
            ),
            models.Index(fields=["unit", "edition"], name="application_unit"),
            models.Index(fields=["edition", "number"], name="application_number"),
        ]
        constraints = [
            models.CheckConstraint(
                name="application_submitted_has_number",
                condition=models.Q(submitted_at__isnull=True) | models.Q(number__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.number or self.title


class ApplicationVersion(models.Model):
    """What was submitted, frozen. Later edits of the application never rewrite it."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField(_("version"))
    content = models.JSONField()  # DESCRIPTION_FIELDS, domain, group, unit, and "attachments": [{id, name, sha256…}]
    sha256 = models.CharField(_("digest"), max_length=64)  # of the canonical JSON of `content`
    submitted_at = models.DateTimeField(_("submitted"))
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = _("submitted version")
        verbose_name_plural = _("submitted versions")
        ordering = ["application", "number"]
        constraints = [models.UniqueConstraint(fields=["application", "number"], name="version_once")]

    def __str__(self) -> str:
        return f"{self.application_id} v{self.number}"


class NumberSequence(models.Model):
    """The last entry number given in an edition; its row lock makes numbers gapless."""

    edition = models.OneToOneField(Edition, models.PROTECT, related_name="number_sequence")
    last = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("number sequence")
        verbose_name_plural = _("number sequences")

    def __str__(self) -> str:
        return f"{self.edition_id}: {self.last}"
