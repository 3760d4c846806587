"""The public base of good practices (BDP). Records are snapshots: later edits elsewhere never reach them."""

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from awards.models import Award
from common.kernel.spans import PRACTICE, RECORDS
from units.models import Unit, UnitKind, Voivodeship


class Practice(models.Model):
    """One record, laid out as on the base's page: abstract and metadata card, full presentation, attachments.

    `population` null means unknown and is never shown as 0. Where a practice comes from the contest,
    `award` names it; otherwise `provenance` says in words where it comes from.
    """

    external_id = models.CharField(_("number in the source"), max_length=80, unique=True, null=True, blank=True)
    section = models.CharField(_("section"), max_length=40, db_index=True)  # code: common.taxonomy.SECTIONS
    title = models.CharField(_("title"), max_length=300)
    slug = models.SlugField(max_length=120)
    abstract = models.TextField(_("abstract"), blank=True)
    added_on = models.DateField(_("added to the base"), db_index=True, validators=[RECORDS])
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="practices")
    unit_name = models.CharField(_("local government"), max_length=200)
    unit_type = models.CharField(_("unit type"), max_length=12, choices=UnitKind, blank=True, db_index=True)
    locality = models.CharField(_("locality"), max_length=120, blank=True)
    county_name = models.CharField(_("powiat"), max_length=120, blank=True)
    voivodeship = models.ForeignKey(Voivodeship, models.PROTECT, null=True, blank=True, related_name="practices")
    postal_code = models.CharField(_("postal code"), max_length=6, blank=True)
    post_office = models.CharField(_("post office"), max_length=120, blank=True)
    implementing_unit = models.CharField(_("implementing unit"), max_length=200, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    fax = models.CharField(_("fax"), max_length=40, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    population = models.PositiveIntegerField(_("population"), null=True, blank=True)
    implemented_on = models.DateField(_("in operation since"), null=True, blank=True, validators=[PRACTICE])

    context = models.TextField(_("context and problem"), blank=True)
    goals = models.TextField(_("goals"), blank=True)
    actions = models.TextField(_("actions"), blank=True)
    cost = models.TextField(_("cost and funding"), blank=True)
    results = models.TextField(_("results"), blank=True)
    integration = models.TextField(_("link with strategic management"), blank=True)
    difficulties = models.TextField(_("difficulties"), blank=True)
    advice = models.TextField(_("advice for those who copy it"), blank=True)
    indicators = models.JSONField(
        _("indicators"), default=list, blank=True
    )  # [{"name", "unit", "before", "after", "year"}]

    award = models.OneToOneField(Award, models.PROTECT, null=True, blank=True, related_name="practice")
    edition_slug = models.CharField(_("address of the edition"), max_length=40, blank=True)  # copied, as are the next
    edition_title = models.CharField(_("edition"), max_length=200, blank=True)
    edition_title_en = models.CharField(_("edition in English"), max_length=200, blank=True)
    award_kind = models.CharField(_("award"), max_length=20, blank=True, db_index=True)
    award_place = models.PositiveSmallIntegerField(_("place"), null=True, blank=True)
    award_title = models.CharField(_("special title"), max_length=150, blank=True)
    application_version = models.PositiveSmallIntegerField(_("version of the entry"), null=True, blank=True)
    justification = models.TextField(_("justification of the jury"), blank=True)
    justification_en = models.TextField(_("justification in English"), blank=True)
    provenance = models.CharField(_("provenance"), max_length=300, blank=True)
    licence = models.CharField(_("licence"), max_length=40, blank=True)
    verified_on = models.DateField(_("last verified on"), null=True, blank=True, validators=[RECORDS])
    is_example = models.BooleanField(_("demonstration example"), default=False)
    contact_withdrawn_at = models.DateTimeField(_("contact consent withdrawn"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    withdrawn_reason = models.CharField(_("reason of the withdrawal"), max_length=500, blank=True)
    search_tokens = models.TextField(
        editable=False, blank=True
    )  # practices.search.tokens_of(); the index itself is not a model
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("practice")
        verbose_name_plural = _("practices")
        ordering = ["-added_on", "-id"]
        indexes = [
            # Filters and their counts are answered from this index alone, without reading the long texts.
            models.Index(
                fields=["withdrawn_at", "added_on", "section", "voivodeship", "unit_type", "award_kind"],
                name="practice_facets",
            )
        ]
        constraints = [
            models.CheckConstraint(
                name="practice_population_known",
                condition=models.Q(population__isnull=True) | models.Q(population__gt=0),
            )
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("practices:record", args=[self.pk, self.slug])


class PracticeTool(models.Model):
    """A management tool the practice used: ISO 9001, CAF, … (codes: common.taxonomy.TOOLS)."""

    practice = models.ForeignKey(Practice, models.CASCADE, related_name="tools")
    code = models.CharField(_("tool"), max_length=40, db_index=True)

    class Meta:
        verbose_name = _("management tool")
        verbose_name_plural = _("management tools")
        constraints = [models.UniqueConstraint(fields=["practice", "code"], name="practice_tool_once")]

    def __str__(self) -> str:
        return self.code


class PracticeContact(models.Model):
    """A person to ask, published with their separate consent; withdrawing it removes the row."""

    practice = models.ForeignKey(Practice, models.CASCADE, related_name="contacts")
    name = models.CharField(_("name"), max_length=150)
    position = models.CharField(_("position"), max_length=150, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    consented_at = models.DateTimeField(_("consent given"), null=True)

    class Meta:
        verbose_name = _("contact person")
        verbose_name_plural = _("contact persons")

    def __str__(self) -> str:
        return self.name


class PracticeAttachment(models.Model):
    """A document published with a record; the file is shared with the entry, or with its rendition."""

    practice = models.ForeignKey(Practice, models.CASCADE, related_name="attachments")
    # What was submitted. Of a picture not that file is published but its rendition; empty until it is drawn.
    source = models.ForeignKey("applications.Attachment", models.SET_NULL, null=True, blank=True, related_name="+")
    file = models.FileField(_("file"), max_length=120, blank=True)
    name = models.CharField(_("name"), max_length=200)
    description = models.CharField(_("description"), max_length=200, blank=True)
    media_type = models.CharField(_("type"), max_length=100)
    size = models.PositiveIntegerField(_("size"))
    sha256 = models.CharField(max_length=64)
    withheld_at = models.DateTimeField(_("withheld at"), null=True, blank=True)  # a virus was found: handed to nobody

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name


class PracticeVersion(models.Model):
    """What a record said publicly from a moment on: every change of its public content makes one.

    `content` is practices.versions.content_of(): all that the record's page shows but its contact persons, who may
    withdraw. Number 1 is the first publication, or what stood when versions were introduced.
    """

    practice = models.ForeignKey(Practice, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    content = models.JSONField()
    sha256 = models.CharField(_("digest"), max_length=64)  # of the canonical JSON of `content`
    # The action of the journal that made it ("practice.publish"); empty: it stood when versions were introduced.
    reason = models.CharField(_("what changed it"), max_length=60, blank=True)
    made_at = models.DateTimeField(_("made"))
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = _("version of a practice")
        verbose_name_plural = _("versions of practices")
        ordering = ["practice", "number"]
        constraints = [models.UniqueConstraint(fields=["practice", "number"], name="practice_version_once")]

    def __str__(self) -> str:
        return f"{self.practice_id} v{self.number}"
