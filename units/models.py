"""The register of local governments: gminas, powiats, cities with powiat rights and their unions."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Voivodeship(models.Model):
    """One of the 16 voivodeships; `code` is the two TERYT digits."""

    code = models.CharField(_("TERYT code"), max_length=2, primary_key=True)
    name = models.CharField(_("name"), max_length=40)  # lower case, as in "województwo dolnośląskie"

    class Meta:
        verbose_name = _("voivodeship")
        verbose_name_plural = _("voivodeships")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class UnitKind(models.TextChoices):
    """The kinds that may enter the contest. RODZ 1, 2, 3 of TERC, powiats, and unions without a code."""

    URBAN = "URBAN", _("urban gmina")  # gmina miejska
    RURAL = "RURAL", _("rural gmina")  # gmina wiejska
    MIXED = "MIXED", _("urban-rural gmina")  # gmina miejsko-wiejska
    CITY_COUNTY = "CITY_COUNTY", _("city with powiat rights")  # miasto na prawach powiatu, listed once
    COUNTY = "COUNTY", _("powiat")
    UNION = "UNION", _("union of local governments")


class Unit(models.Model):
    """One local government. The code identifies it; names repeat (four Osiek, two Jarocin).

    `code` is WWPP for a powiat, WWPPGGR for a gmina, null for a union. A closed unit keeps its row:
    old entries and awards point to it.
    """

    code = models.CharField(_("TERYT code"), max_length=7, unique=True, null=True, blank=True)
    kind = models.CharField(_("kind"), max_length=12, choices=UnitKind)
    name = models.CharField(_("name"), max_length=120)
    voivodeship = models.ForeignKey(Voivodeship, models.PROTECT, related_name="units", verbose_name=_("voivodeship"))
    county = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="gminas", verbose_name=_("powiat")
    )
    search_text = models.CharField(max_length=250, editable=False)  # folded name, powiat and voivodeship
    sort_key = models.CharField(max_length=250, editable=False, db_index=True)  # Polish alphabetical order
    members = models.ManyToManyField("self", symmetrical=False, related_name="unions", blank=True)  # of a union
    register_date = models.DateField(_("state of the register on"), null=True)
    closed_on = models.DateField(_("closed on"), null=True, blank=True)

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        ordering = ["sort_key", "code"]
        constraints = [
            models.CheckConstraint(
                name="unit_code_unless_union",
                condition=models.Q(code__isnull=False) | models.Q(kind=UnitKind.UNION),
            )
        ]

    def __str__(self) -> str:
        return self.official_name

    @property
    def official_name(self) -> str:
        """The name as it stands in a sentence; a proper name, so it is Polish in every language."""
        prefix = {
            UnitKind.COUNTY: "powiat ",
            UnitKind.RURAL: "gmina ",
            UnitKind.MIXED: "gmina ",
            UnitKind.URBAN: "miasto ",
            UnitKind.CITY_COUNTY: "miasto ",
        }
        return f"{prefix.get(UnitKind(self.kind), '')}{self.name}"

    @property
    def location(self) -> str:
        """What tells units of one name apart: powiat, where there is one, and voivodeship."""
        county = f"powiat {self.county.name}, " if self.county else ""
        return f"{county}woj. {self.voivodeship.name}"


class UnitChange(models.Model):
    """What a unit was before a newer register file: its former name, code and kind, until when."""

    unit = models.ForeignKey(Unit, models.CASCADE, related_name="changes")
    name = models.CharField(_("former name"), max_length=120)
    code = models.CharField(_("former code"), max_length=7, blank=True)
    kind = models.CharField(_("former kind"), max_length=12, choices=UnitKind)
    search_text = models.CharField(max_length=120, editable=False)  # folded former name
    until = models.DateField(_("until"))

    class Meta:
        verbose_name = _("former data of a unit")
        verbose_name_plural = _("former data of units")
        ordering = ["unit", "-until"]

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"


class RegisterImport(models.Model):
    """A register file that was read: which, when, and what it changed."""

    file_sha256 = models.CharField(max_length=64)
    register_date = models.DateField(_("state of the register on"))
    imported_at = models.DateTimeField(auto_now_add=True)
    added = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    closed = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("register import")
        verbose_name_plural = _("register imports")

    def __str__(self) -> str:
        return f"TERC {self.register_date}"
