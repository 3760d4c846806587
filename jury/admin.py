"""Read-only: an admin save would bypass the services. Scores are not shown: the admin is no door to them."""

from django.contrib import admin

from contest.admin import EditionRowsAdmin
from jury.models import Assignment, ImpartialityDeclaration, ScoringRound, SiteVisit


@admin.register(Assignment)
class AssignmentAdmin(EditionRowsAdmin):
    edition = "application__edition"
    list_display = ("application", "juror", "status", "is_third", "assigned_at")
    list_select_related = ("application", "juror__user")
    list_filter = ("status",)


@admin.register(ImpartialityDeclaration)
class DeclarationAdmin(EditionRowsAdmin):
    edition = "assignment__application__edition"
    list_display = ("assignment", "is_impartial", "declared_at")
    list_select_related = ("assignment",)
    exclude = ("ground",)


@admin.register(ScoringRound)
class RoundAdmin(EditionRowsAdmin):
    list_display = ("edition", "number", "closed_at", "superseded_at")
    list_select_related = ("edition",)
    exclude = ("bundle", "sha256", "shortlist_reason", "superseded_reason")


@admin.register(SiteVisit)
class VisitAdmin(EditionRowsAdmin):
    edition = "application__edition"
    list_display = ("application", "planned_on", "visited_on")
    list_select_related = ("application",)
    exclude = ("findings",)
