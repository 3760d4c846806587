"""Sessions, awards and certificates in Django's admin: looked up, never changed (services do that)."""

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from awards.models import Announcement, Award, Certificate, Decision, JurySession
from contest.admin import EditionRowsAdmin
from contest.phases import PHASES, Activity


@admin.register(JurySession)
class JurySessionAdmin(EditionRowsAdmin):
    list_display = ("edition", "number", "held_on", "closed_at")
    list_select_related = ("edition",)
    exclude = ("minutes",)


@admin.register(Decision)
class DecisionAdmin(EditionRowsAdmin):
    """Announced ones only: under embargo decisions are read in the protocol, by those who may."""

    edition = "session__edition"

    list_display = ("application", "kind", "place", "decided_at")
    list_select_related = ("application",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Model]:
        return super().get_queryset(request).filter(session__edition__phase__in=PHASES[Activity.SHOW_RESULTS])


@admin.register(Award)
class AwardAdmin(EditionRowsAdmin):
    list_display = ("edition", "kind", "unit_name", "title")
    list_filter = ("kind", "edition")
    list_select_related = ("edition",)
    search_fields = ("unit_name", "title")


@admin.register(Certificate)
class CertificateAdmin(EditionRowsAdmin):
    list_display = ("number", "kind", "status", "edition")
    list_filter = ("status", "kind")
    list_select_related = ("edition",)
    search_fields = ("number", "code")


@admin.register(Announcement)
class AnnouncementAdmin(EditionRowsAdmin):
    list_display = ("edition", "announced_at")
    list_select_related = ("edition",)
