"""Editions in Django's admin: shown, never saved, because a save here would bypass the services."""

from django.contrib import admin

from accounts.admin import ReadOnlyAdmin
from contest.models import (
    AttachmentRequirement,
    ComparisonGroup,
    Criterion,
    Domain,
    Edition,
    JuryMember,
    RulesVersion,
)


@admin.register(Edition)
class EditionAdmin(ReadOnlyAdmin):
    list_display = ("slug", "title", "theme", "phase", "submission_deadline", "is_historical")
    list_filter = ("phase", "is_historical")
    search_fields = ("slug", "title", "theme")


@admin.register(Domain, ComparisonGroup, Criterion, AttachmentRequirement)
class PartAdmin(ReadOnlyAdmin):
    list_display = ("name", "edition", "position")
    list_filter = ("edition",)


@admin.register(JuryMember)
class JuryMemberAdmin(ReadOnlyAdmin):
    list_display = ("user", "edition", "role", "is_active")
    list_filter = ("edition", "role", "is_active")
    list_select_related = ("user", "edition")


@admin.register(RulesVersion)
class RulesVersionAdmin(ReadOnlyAdmin):
    list_display = ("edition", "number", "sha256", "published_at")
    list_filter = ("edition",)
