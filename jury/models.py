"""Scoring: who reads what, with which declaration, the sheets, the frozen results, the visits."""

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from applications.models import Application
from common.kernel.spans import CONTEST
from contest.models import Criterion, Edition, JuryMember
from units.models import Unit


class AssignmentStatus(models.TextChoices):
    ASSIGNED = "ASSIGNED", _("waiting for the declaration")
    DECLARED = "DECLARED", _("declared impartial")
    RECUSED = "RECUSED", _("recused")


class Assignment(models.Model):
    """A juror reads an entry. Nothing of it is open to them before the declaration of impartiality.

    The three unit columns repeat the entry's unit and the juror's own units at the time of
    assignment, so that the database itself refuses a juror of the same unit.
    """

    application = models.ForeignKey(Application, models.PROTECT, related_name="assignments")
    juror = models.ForeignKey(JuryMember, models.PROTECT, related_name="assignments")
    status = models.CharField(_("status"), max_length=10, choices=AssignmentStatus, default=AssignmentStatus.ASSIGNED)
    is_third = models.BooleanField(_("called by a gap"), default=False)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    juror_employer = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    juror_residence = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    assigned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    assigned_at = models.DateTimeField(_("assigned"))

    class Meta:
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        constraints = [
            models.UniqueConstraint(fields=["application", "juror"], name="assignment_once"),
            models.CheckConstraint(
                name="assignment_not_own_unit",
                condition=~models.Q(unit=models.F("juror_employer")) | models.Q(juror_employer__isnull=True),
            ),
            models.CheckConstraint(
                name="assignment_not_home_unit",
                condition=~models.Q(unit=models.F("juror_residence")) | models.Q(juror_residence__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.juror_id} → {self.application_id}"


class ImpartialityDeclaration(models.Model):
    """A juror's declaration on one entry: impartial, or recused with the ground."""

    assignment = models.OneToOneField(Assignment, models.PROTECT, related_name="declaration")
    is_impartial = models.BooleanField(_("impartial"))
    ground = models.CharField(_("ground of the recusal"), max_length=500, blank=True)
    declared_at = models.DateTimeField(_("declared"))

    class Meta:
        verbose_name = _("declaration of impartiality")
        verbose_name_plural = _("declarations of impartiality")
        constraints = [
            models.CheckConstraint(
                name="recusal_has_ground", condition=models.Q(is_impartial=True) | ~models.Q(ground="")
            )
        ]

    def __str__(self) -> str:
        return f"{self.assignment_id}"


class ScoreSheet(models.Model):
    """A juror's sheet for one entry. `revision` grows with each save; a stale tab is refused.

    `total` is kept while the sheet is closed: whether two sheets lie far apart is asked of whole
    editions at once, and adding up every score for that would grow with them.
    """

    assignment = models.OneToOneField(Assignment, models.PROTECT, related_name="sheet")
    revision = models.PositiveIntegerField(default=0)
    summary = models.TextField(_("overall opinion"), blank=True)
    saved_at = models.DateTimeField(_("saved"), null=True)
    closed_at = models.DateTimeField(_("closed"), null=True)
    total = models.DecimalField(_("points"), max_digits=6, decimal_places=1, null=True)

    class Meta:
        verbose_name = _("score sheet")
        verbose_name_plural = _("score sheets")
        constraints = [
            models.CheckConstraint(
                name="sheet_total_when_closed",
                condition=models.Q(closed_at__isnull=True, total__isnull=True)
                | models.Q(closed_at__isnull=False, total__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.assignment_id}"


class Score(models.Model):
    """Whole points 0–10 on one criterion, with a justification; both may be missing until closing."""

    sheet = models.ForeignKey(ScoreSheet, models.CASCADE, related_name="scores")
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="+")
    points = models.PositiveSmallIntegerField(_("points"), null=True, validators=[MaxValueValidator(10)])
    justification = models.TextField(_("justification"), blank=True)

    class Meta:
        verbose_name = _("score")
        verbose_name_plural = _("scores")
        constraints = [
            models.UniqueConstraint(fields=["sheet", "criterion"], name="score_once"),
            models.CheckConstraint(
                name="score_points_0_to_10", condition=models.Q(points__isnull=True) | models.Q(points__lte=10)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sheet_id}/{self.criterion_id}"


class ScoreSheetVersion(models.Model):
    """Every saved version of a sheet, kept; the journal holds its digest, not its values (sealing)."""

    sheet = models.ForeignKey(ScoreSheet, models.PROTECT, related_name="versions")
    revision = models.PositiveIntegerField()
    content = models.JSONField()  # {"scores": {code: {"points", "justification"}}, "summary", "closed"}
    sha256 = models.CharField(max_length=64)
    saved_at = models.DateTimeField()

    class Meta:
        verbose_name = _("version of a score sheet")
        verbose_name_plural = _("versions of score sheets")
        constraints = [models.UniqueConstraint(fields=["sheet", "revision"], name="sheet_version_once")]

    def __str__(self) -> str:
        return f"{self.sheet_id} r{self.revision}"


class ScoringRound(models.Model):
    """One closing of scoring. Reopening marks it superseded; the next closing makes another."""

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="scoring_rounds")
    number = models.PositiveSmallIntegerField()
    closed_at = models.DateTimeField(_("closed"))
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    bundle = models.JSONField()  # everything needed to recompute the ranking, jurors as numbers
    sha256 = models.CharField(max_length=64)  # of the bundle's canonical JSON
    superseded_at = models.DateTimeField(null=True, blank=True)
    superseded_reason = models.TextField(_("reason of reopening"), blank=True)
    shortlisted_at = models.DateTimeField(_("finalists chosen"), null=True, blank=True)
    shortlist_reason = models.TextField(_("reason for departing from the threshold"), blank=True)

    class Meta:
        verbose_name = _("scoring round")
        verbose_name_plural = _("scoring rounds")
        constraints = [
            models.UniqueConstraint(fields=["edition", "number"], name="round_once"),
            models.UniqueConstraint(
                fields=["edition"], condition=models.Q(superseded_at__isnull=True), name="round_one_current"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.edition_id}/{self.number}"


class Result(models.Model):
    """The frozen result of one entry in one round; `total` is exact, compared unrounded."""

    round = models.ForeignKey(ScoringRound, models.PROTECT, related_name="results")
    application = models.ForeignKey(Application, models.PROTECT, related_name="round_results")
    total = models.DecimalField(_("points"), max_digits=24, decimal_places=18)
    by_criterion = models.JSONField()  # {code: decimal string}: mean points × weight/10
    sheet_count = models.PositiveSmallIntegerField()
    method = models.CharField(max_length=20)  # "mean" or "closest_two"
    place = models.PositiveIntegerField(_("place"))  # within domain and group; equal places are ex aequo
    above_threshold = models.BooleanField(_("above the threshold"))

    class Meta:
        verbose_name = _("result")
        verbose_name_plural = _("results")
        constraints = [models.UniqueConstraint(fields=["round", "application"], name="result_once")]
        indexes = [models.Index(fields=["round", "-total"], name="result_order")]

    def __str__(self) -> str:
        return f"{self.application_id}: {self.total}"


class SiteVisit(models.Model):
    """A visit of the jury to a finalist."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="visits")
    planned_on = models.DateField(_("planned on"), validators=[CONTEST])
    visited_on = models.DateField(_("visited on"), null=True, blank=True, validators=[CONTEST])
    visitors = models.ManyToManyField(JuryMember, related_name="visits", blank=True, verbose_name=_("visitors"))
    findings = models.TextField(_("findings"), blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = _("site visit")
        verbose_name_plural = _("site visits")
        ordering = ["planned_on", "id"]
        constraints = [models.UniqueConstraint(fields=["application", "planned_on"], name="visit_once_a_day")]

    def __str__(self) -> str:
        return f"{self.application_id} {self.planned_on}"
