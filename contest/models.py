"""Editions of the contest and the rules each one locks when its call is published."""

from datetime import date, datetime
from decimal import Decimal

from dateutil.relativedelta import relativedelta
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.deadlines import in_time
from common.kernel.spans import CONTEST
from common.localized import localized
from contest.phases import Activity, allowed, may
from contest.workflow import EditionWorkflow
from units.models import Unit, UnitKind

_YEARS = _("Give a year between 2000 and 2100.")


class Edition(EditionWorkflow):
    """One run of the contest: theme, calendar, rules. Times are instants; days are Warsaw days.

    `locked_sha256` is the digest of the rules last published (the newest RulesVersion).
    A historical edition carries past facts only: it never had a call in this service.
    """

    slug = models.SlugField(_("address"), unique=True, max_length=40)  # the year, where one runs a year
    year = models.PositiveSmallIntegerField(
        _("year"), validators=[MinValueValidator(2000, _YEARS), MaxValueValidator(2100, _YEARS)]
    )
    title = models.CharField(_("title"), max_length=200)
    title_en = models.CharField(_("title in English"), max_length=200, blank=True)
    theme = models.CharField(_("theme"), max_length=200)
    theme_en = models.CharField(_("theme in English"), max_length=200, blank=True)
    description = models.TextField(_("description"), blank=True)
    description_en = models.TextField(_("description in English"), blank=True)
    is_historical = models.BooleanField(_("historical"), default=False)
    is_demo = models.BooleanField(_("demonstration"), default=False)

    call_announced_on = models.DateField(_("call announced on"), null=True, blank=True, validators=[CONTEST])
    submission_deadline = models.DateTimeField(_("submission deadline"), null=True, blank=True, validators=[CONTEST])
    formal_review_until = models.DateField(_("formal review until"), null=True, blank=True, validators=[CONTEST])
    scoring_until = models.DateTimeField(_("scoring until"), null=True, blank=True, validators=[CONTEST])
    visits_from = models.DateField(_("site visits from"), null=True, blank=True, validators=[CONTEST])
    visits_until = models.DateField(_("site visits until"), null=True, blank=True, validators=[CONTEST])
    decision_on = models.DateField(_("decision on"), null=True, blank=True, validators=[CONTEST])
    announcement_on = models.DateField(_("announcement on"), null=True, blank=True, validators=[CONTEST])
    announced_at = models.DateTimeField(_("announced"), null=True, blank=True)

    retention_months = models.PositiveSmallIntegerField(
        _("months personal data is kept after the announcement"),
        default=60,
        validators=[MinValueValidator(1), MaxValueValidator(240)],
    )  # not a rule of the contest: may change at any time, journalled
    persons_removed_at = models.DateTimeField(_("personal data removed"), null=True, blank=True)

    finalist_threshold = models.DecimalField(
        _("finalist threshold (strictly above)"), max_digits=5, decimal_places=2, default=Decimal(60)
    )
    third_juror_gap = models.DecimalField(
        _("gap that calls a third juror"), max_digits=5, decimal_places=2, default=Decimal(30)
    )
    jurors_per_application = models.PositiveSmallIntegerField(
        _("jurors per entry"), default=2, validators=[MinValueValidator(2), MaxValueValidator(5)]
    )
    months_in_operation = models.PositiveSmallIntegerField(
        _("months in operation before the call"), default=6
    )  # counted back from call_announced_on
    entries_per_unit = models.PositiveSmallIntegerField(_("entries a unit may file"), null=True, blank=True)
    has_places = models.BooleanField(_("laureates have places"), default=False)

    locked_sha256 = models.CharField(_("digest of the rules"), max_length=64, blank=True)
    revision = models.PositiveIntegerField(default=1)  # grows with each change of the rules: a stale form is noticed
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("edition")
        verbose_name_plural = _("editions")
        ordering = ["-year", "slug"]

    def __str__(self) -> str:
        return localized(self, "title")

    @property
    def retention_until(self) -> date | None:
        """The last day, in Warsaw, on which personal data of the edition is kept; None before the announcement."""
        if self.announced_at is None:
            return None
        return timezone.localdate(self.announced_at) + relativedelta(months=self.retention_months)

    @property
    def may(self) -> dict[str, bool]:
        """What its phase allows, for templates: `edition.may.score`."""
        return allowed(self)

    def is_call_open(self, now: datetime) -> bool:
        """Whether entries may be started and sent. The clock decides, also before the phase has followed it."""
        return may(self, Activity.FILE) and in_time(now, self.submission_deadline)


class Domain(models.Model):
    """A field in which entries compete, such as culture or public transport."""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="domains")
    name = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("name in English"), max_length=120, blank=True)
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("domain")
        verbose_name_plural = _("domains")
        ordering = ["edition", "position", "id"]
        constraints = [models.UniqueConstraint(fields=["edition", "name"], name="domain_once")]

    def __str__(self) -> str:
        return localized(self, "name")


class ComparisonGroup(models.Model):
    """Units compared with one another. Which unit belongs to which: contest/queries/groups.py."""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="groups")
    name = models.CharField(_("name"), max_length=160)
    name_en = models.CharField(_("name in English"), max_length=160, blank=True)
    unit_kinds = models.JSONField(_("kinds of units"), default=list)  # list of UnitKind values
    population_above = models.PositiveIntegerField(_("population above"), null=True, blank=True)
    population_up_to = models.PositiveIntegerField(_("population up to"), null=True, blank=True)
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("comparison group")
        verbose_name_plural = _("comparison groups")
        ordering = ["edition", "position", "id"]
        constraints = [models.UniqueConstraint(fields=["edition", "name"], name="comparison_group_once")]

    def __str__(self) -> str:
        return localized(self, "name")

    @property
    def kind_labels(self) -> list[str]:
        return [str(kind.label) for kind in UnitKind if kind in self.unit_kinds]

    def admits_kind(self, kind: str) -> bool:
        return kind in self.unit_kinds


class Criterion(models.Model):
    """What a juror scores 0–10; points count × weight/10. Weights of an edition sum to 100.

    `tie_break` 1, 2, … says in which order criteria decide between equal totals; null: never.
    """

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="criteria")
    code = models.CharField(_("code"), max_length=30)
    name = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("name in English"), max_length=120, blank=True)
    guidance = models.TextField(_("guidance for jurors"), blank=True)
    guidance_en = models.TextField(_("guidance in English"), blank=True)
    weight = models.PositiveSmallIntegerField(_("weight"), validators=[MinValueValidator(1), MaxValueValidator(100)])
    tie_break = models.PositiveSmallIntegerField(_("order in ties"), null=True, blank=True)
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("criterion")
        verbose_name_plural = _("criteria")
        ordering = ["edition", "position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "code"], name="criterion_once"),
            models.UniqueConstraint(fields=["edition", "tie_break"], name="criterion_tie_break_once"),
            models.CheckConstraint(condition=models.Q(weight__gte=1, weight__lte=100), name="criterion_weight"),
        ]

    def __str__(self) -> str:
        return localized(self, "name")


class AttachmentRequirement(models.Model):
    """A document that an entry must or may carry, such as the declaration signed by the mayor."""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="attachment_requirements")
    name = models.CharField(_("name"), max_length=160)
    name_en = models.CharField(_("name in English"), max_length=160, blank=True)
    hint = models.CharField(_("hint"), max_length=300, blank=True)
    hint_en = models.CharField(_("hint in English"), max_length=300, blank=True)
    required = models.BooleanField(_("required"), default=True)
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("required attachment")
        verbose_name_plural = _("required attachments")
        ordering = ["edition", "position", "id"]
        constraints = [models.UniqueConstraint(fields=["edition", "name"], name="attachment_requirement_once")]

    def __str__(self) -> str:
        return localized(self, "name")


class JuryRole(models.TextChoices):
    JUROR = "JUROR", _("juror")
    CHAIR = "CHAIR", _("chair")


class JuryMember(models.Model):
    """A person on the jury of one edition; the units of their work and home show conflicts."""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="jury")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="jury_memberships")
    role = models.CharField(_("role"), max_length=10, choices=JuryRole, default=JuryRole.JUROR)
    employer = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("works for")
    )
    residence = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("lives in")
    )
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("member of the jury")
        verbose_name_plural = _("members of the jury")
        constraints = [
            models.UniqueConstraint(fields=["edition", "user"], name="jury_member_once"),
            models.UniqueConstraint(
                fields=["edition"], condition=models.Q(role="CHAIR", is_active=True), name="jury_one_chair"
            ),
        ]

    def __str__(self) -> str:
        return str(self.user)


class RemovedRow(models.Model):
    """A row of the set-up that was removed: all it held, kept for a day so that it can be put back (ADR 82).

    `number` was its primary key and is so again. `person`: of a member of the jury.
    """

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="removed_rows")
    section = models.CharField(_("section"), max_length=20)  # contest.rules.Section
    number = models.PositiveBigIntegerField(_("number"))
    name = models.CharField(_("name"), max_length=160, blank=True)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+")
    values = models.JSONField(_("values"))
    removed_at = models.DateTimeField(_("removed"))
    removed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = _("removed row")
        verbose_name_plural = _("removed rows")
        ordering = ["-removed_at", "-id"]
        constraints = [models.UniqueConstraint(fields=["section", "number"], name="removed_row_once")]

    def __str__(self) -> str:
        return str(self.person or self.name)


class RulesVersion(models.Model):
    """Rules as published: canonical JSON and its SHA-256. Number 1 is the lock, the next are amendments."""

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="rules_versions")
    number = models.PositiveSmallIntegerField(_("number"))
    canonical_json = models.TextField()  # contest.rules.assemble(), spelled by common.canonical
    sha256 = models.CharField(_("digest"), max_length=64)
    reason = models.TextField(_("reason"), blank=True)  # empty for number 1 only
    published_at = models.DateTimeField(_("published"))
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = _("published rules")
        verbose_name_plural = _("published rules")
        ordering = ["edition", "number"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "number"], name="rules_version_once"),
            models.CheckConstraint(
                condition=models.Q(number=1) | ~models.Q(reason=""), name="rules_amendment_has_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.edition_id}/{self.number}"
