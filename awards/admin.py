"""Sessions, awards and certificates in Django's admin: looked up, never changed (services do that)."""

from django.contrib import admin
from django.http import HttpRequest

from awards.models import Announcement, Award, Certificate, Decision, JurySession


class ReadOnlyAdmin(admin.ModelAdmin):
    """A save here would bypass the services, so there is none."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


@admin.register(JurySession)
class JurySessionAdmin(ReadOnlyAdmin):
    list_display = ("edition", "number", "held_on", "closed_at")
    list_select_related = ("edition",)


@admin.register(Decision)
class DecisionAdmin(ReadOnlyAdmin):
    list_display = ("application", "kind", "place", "decided_at")
    list_select_related = ("application",)


@admin.register(Award)
class AwardAdmin(ReadOnlyAdmin):
    list_display = ("edition", "kind", "unit_name", "title")
    list_filter = ("kind", "edition")
    list_select_related = ("edition",)
    search_fields = ("unit_name", "title")


@admin.register(Certificate)
class CertificateAdmin(ReadOnlyAdmin):
    list_display = ("number", "kind", "status", "edition")
    list_filter = ("status", "kind")
    list_select_related = ("edition",)
    search_fields = ("number", "code")


@admin.register(Announcement)
class AnnouncementAdmin(ReadOnlyAdmin):
    list_display = ("edition", "announced_at")
    list_select_related = ("edition",)
