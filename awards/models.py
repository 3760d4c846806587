"""Jury sessions and their decisions, the awards made public, and the certificates that prove them."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from applications.models import Application, ApplicationVersion
from common.kernel.spans import CONTEST
from contest.models import ComparisonGroup, Domain, Edition, JuryMember
from units.models import Unit


class AwardKind(models.TextChoices):
    """Ordered from the highest. A finalist without an award is FINALIST."""

    LAUREATE = "LAUREATE", _("laureate")
    HONOURABLE_MENTION = "HONOURABLE_MENTION", _("honourable mention")
    SPECIAL_MENTION = "SPECIAL_MENTION", _("special mention")
    FINALIST = "FINALIST", _("finalist")


class JurySession(models.Model):
    """A meeting of the jury, with a numbered protocol. Closed minutes are never edited."""

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="sessions")
    number = models.PositiveSmallIntegerField(_("protocol number"))  # within the edition, from 1
    held_on = models.DateField(_("held on"), validators=[CONTEST])
    place = models.CharField(_("place"), max_length=150, blank=True)
    attendees = models.ManyToManyField(JuryMember, related_name="sessions", verbose_name=_("present"))
    minutes = models.TextField(_("minutes"), blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)

    class Meta:
        verbose_name = _("jury session")
        verbose_name_plural = _("jury sessions")
        ordering = ["edition", "number"]
        constraints = [models.UniqueConstraint(fields=["edition", "number"], name="session_once")]

    def __str__(self) -> str:
        return f"{self.number}/{self.edition.year}"


class Decision(models.Model):
    """What a session decided on one finalist. At most one per entry; published with its justification."""

    session = models.ForeignKey(JurySession, models.PROTECT, related_name="decisions")
    application = models.OneToOneField(Application, models.PROTECT, related_name="decision")
    kind = models.CharField(_("award"), max_length=20, choices=AwardKind)
    place = models.PositiveSmallIntegerField(_("place"), null=True, blank=True)  # in editions with places
    special_title = models.CharField(_("special title"), max_length=150, blank=True)
    justification = models.TextField(_("justification"))
    justification_en = models.TextField(_("justification in English"), blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    decided_at = models.DateTimeField(_("decided"))

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")

    def __str__(self) -> str:
        return f"{self.application_id}: {self.kind}"


class DecisionDraft(models.Model):
    """What was right of a decision that could not be recorded yet: each person's own. It decides nothing."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="decision_drafts")
    kind = models.CharField(max_length=20, choices=AwardKind, blank=True)
    place = models.PositiveSmallIntegerField(_("place"), null=True, blank=True)
    special_title = models.CharField(_("special title"), max_length=150, blank=True)
    justification = models.TextField(_("justification"), blank=True)
    justification_en = models.TextField(_("justification in English"), blank=True)
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    saved_at = models.DateTimeField(_("saved"))

    class Meta:
        verbose_name = _("unfinished decision")
        verbose_name_plural = _("unfinished decisions")
        constraints = [models.UniqueConstraint(fields=["application", "saved_by"], name="decision_draft_once")]

    def __str__(self) -> str:
        return str(self.application_id)


class Award(models.Model):
    """A published award: a snapshot, never rewritten. Historical ones have no application."""

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="awards")
    application = models.OneToOneField(Application, models.PROTECT, null=True, blank=True, related_name="award_record")
    kind = models.CharField(_("award"), max_length=20, choices=AwardKind)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="awards")
    unit_name = models.CharField(_("unit as published"), max_length=200)
    title = models.CharField(_("title of the practice"), max_length=300, blank=True)
    domain = models.ForeignKey(Domain, models.PROTECT, null=True, blank=True, related_name="awards")
    group = models.ForeignKey(ComparisonGroup, models.PROTECT, null=True, blank=True, related_name="awards")
    place = models.PositiveSmallIntegerField(_("place"), null=True, blank=True)
    ex_aequo = models.BooleanField(_("ex aequo"), default=False)
    special_title = models.CharField(_("special title"), max_length=150, blank=True)
    justification = models.TextField(_("justification"), blank=True)
    justification_en = models.TextField(_("justification in English"), blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)  # what a source adds where it gives no title
    source = models.CharField(_("source"), max_length=300, blank=True)  # of a historical award
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("award")
        verbose_name_plural = _("awards")
        indexes = [models.Index(fields=["edition", "kind"], name="award_edition_kind")]

    def __str__(self) -> str:
        return f"{self.unit_name}: {self.get_kind_display()}"


class CertificateKind(models.TextChoices):
    DIPLOMA = "DIPLOMA", _("diploma")
    CONFIRMATION = "CONFIRMATION", _("confirmation of submission")


class CertificateStatus(models.TextChoices):
    PENDING = "PENDING", _("being prepared")
    BUILDING = "BUILDING", _("being built")
    READY = "READY", _("ready")
    FAILED = "FAILED", _("failed")


class CertificateSequence(models.Model):
    """The last number given in an edition and series (a letter per kind); its row lock makes numbers gapless."""

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="certificate_sequences")
    series = models.CharField(_("series"), max_length=1)
    last = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("sequence of certificate numbers")
        verbose_name_plural = _("sequences of certificate numbers")
        constraints = [models.UniqueConstraint(fields=["edition", "series"], name="certificate_sequence_once")]

    def __str__(self) -> str:
        return f"{self.edition_id}/{self.series}: {self.last}"


class Certificate(models.Model):
    """One document; exactly one current row for an award or a submitted version.

    `facts` is what the document says, frozen; the file is built from it alone and never rebuilt
    once READY. A correction makes a new certificate and sets `replaced_at` and `replaced_by` on the
    old one. `build_key` names the file a builder is writing, so that a builder killed half-way
    leaves nothing behind: the next one removes it.
    """

    kind = models.CharField(_("kind"), max_length=12, choices=CertificateKind)
    award = models.ForeignKey(Award, models.PROTECT, null=True, blank=True, related_name="certificates")
    version = models.ForeignKey(ApplicationVersion, models.PROTECT, null=True, blank=True, related_name="certificates")
    edition = models.ForeignKey(Edition, models.PROTECT, related_name="certificates")
    number = models.CharField(_("number"), max_length=60, unique=True)  # "SLZ/2026/L/001"
    code = models.CharField(_("verification code"), max_length=24, unique=True)  # random, unguessable
    facts = models.JSONField()
    status = models.CharField(_("status"), max_length=10, choices=CertificateStatus, default=CertificateStatus.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(null=True)
    claim_token = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    build_key = models.CharField(max_length=120, blank=True)
    last_error = models.CharField(max_length=500, blank=True)
    file = models.FileField(_("file"), max_length=120, blank=True)
    sha256 = models.CharField(_("digest of the file"), max_length=64, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    built_at = models.DateTimeField(_("built"), null=True)
    replaced_at = models.DateTimeField(_("replaced"), null=True, blank=True)
    replaced_reason = models.CharField(_("reason of the correction"), max_length=500, blank=True)
    replaced_by = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="replaces")
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    revoked_reason = models.CharField(_("reason"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        indexes = [models.Index(fields=["status", "due_at"], name="certificate_due")]
        constraints = [
            models.UniqueConstraint(
                fields=["award"], condition=models.Q(replaced_at__isnull=True), name="certificate_one_per_award"
            ),
            models.UniqueConstraint(
                fields=["version"], condition=models.Q(replaced_at__isnull=True), name="certificate_one_per_version"
            ),
            models.CheckConstraint(
                name="certificate_about_one_thing",
                condition=models.Q(award__isnull=False, version__isnull=True)
                | models.Q(award__isnull=True, version__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.number


class Announcement(models.Model):
    """The moment results became public: at most one per edition, with the digest of what was previewed."""

    edition = models.OneToOneField(Edition, models.PROTECT, related_name="announcement")
    announced_at = models.DateTimeField(_("announced"))
    announced_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    preview_sha256 = models.CharField(max_length=64)
    counts = models.JSONField()  # {"awards": {kind: n}, "mail": n, "certificates": n, "practices": n}
    figures = models.JSONField(default=dict)  # as published: applications.queries.figures.PublishedFigures

    class Meta:
        verbose_name = _("announcement")
        verbose_name_plural = _("announcements")

    def __str__(self) -> str:
        return f"{self.edition_id}"


class ResultPackage(models.Model):
    """The published results of an edition as one file, made at the announcement and never again.

    `content` is kept as text because its bytes (UTF-8) are what `sha256` is of and what is handed out: whoever
    downloads the file computes the digest that the results page prints.
    """

    edition = models.OneToOneField(Edition, models.PROTECT, related_name="result_package")
    content = models.TextField()
    sha256 = models.CharField(_("digest"), max_length=64)
    made_at = models.DateTimeField(_("made"))

    class Meta:
        verbose_name = _("result package")
        verbose_name_plural = _("result packages")

    def __str__(self) -> str:
        return f"{self.edition_id}: {self.sha256}"
