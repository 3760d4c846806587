"""Entries and their formal review in Django's admin: looked at, never changed; saving would bypass the services."""

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from accounts.admin import ReadOnlyAdmin
from applications.models import Appeal, Application, CompletionRequest, EligibilityCheck


@admin.register(Application)
class ApplicationAdmin(ReadOnlyAdmin):
    """Sent entries only: a draft is its authors' business, here too."""

    list_display = ("number", "unit", "edition", "state", "submitted_at")
    list_filter = ("edition", "state")
    list_select_related = ("unit", "edition")
    search_fields = ("number", "unit__name")
    fields = ("number", "edition", "unit", "domain", "group", "state", "submitted_at", "decision_reason")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Model]:
        return super().get_queryset(request).filter(submitted_at__isnull=False)


@admin.register(EligibilityCheck)
class EligibilityCheckAdmin(ReadOnlyAdmin):
    list_display = ("version", "criterion", "met", "checked_at")
    list_filter = ("criterion", "met")
    list_select_related = ("version",)


@admin.register(CompletionRequest)
class CompletionRequestAdmin(ReadOnlyAdmin):
    list_display = ("application", "due_at", "requested_at", "answered_at")
    list_select_related = ("application",)


@admin.register(Appeal)
class AppealAdmin(ReadOnlyAdmin):
    list_display = ("application", "status", "filed_at", "decided_at")
    list_filter = ("status",)
    list_select_related = ("application",)
