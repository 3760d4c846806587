"""Entries and their formal review in Django's admin: looked at, never changed; saving would bypass the services."""

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from applications.models import Appeal, Application, CompletionRequest, EligibilityCheck
from applications.workflow import State, public_state
from contest.admin import EditionRowsAdmin
from contest.phases import Activity, may


@admin.register(Application)
class ApplicationAdmin(EditionRowsAdmin):
    """Sent entries only: a draft is its authors' business, here too."""

    list_display = ("number", "unit", "edition", "known_state", "submitted_at")
    list_filter = ("edition",)
    list_select_related = ("unit", "edition")
    search_fields = ("number", "unit__name")
    fields = ("number", "edition", "unit", "domain", "group", "known_state", "submitted_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Model]:
        return super().get_queryset(request).filter(submitted_at__isnull=False)

    @admin.display(description=_("state"))
    def known_state(self, entry: Application) -> str:
        """What the jury chose stays under embargo here as everywhere."""
        announced = may(entry.edition, Activity.SHOW_RESULTS)
        return str(State(public_state(str(entry.state), announced=announced)).label)


@admin.register(EligibilityCheck)
class EligibilityCheckAdmin(EditionRowsAdmin):
    edition = "version__application__edition"
    list_display = ("version", "criterion", "met", "checked_at")
    list_filter = ("criterion", "met")
    list_select_related = ("version",)


@admin.register(CompletionRequest)
class CompletionRequestAdmin(EditionRowsAdmin):
    edition = "application__edition"
    list_display = ("application", "due_at", "requested_at", "answered_at")
    list_select_related = ("application",)


@admin.register(Appeal)
class AppealAdmin(EditionRowsAdmin):
    edition = "application__edition"
    list_display = ("application", "status", "filed_at", "decided_at")
    list_filter = ("status",)
    list_select_related = ("application",)
