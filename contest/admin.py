"""Editions in Django's admin: shown, never saved, because a save here would bypass the services."""

from typing import Any, ClassVar, cast

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.admin import ReadOnlyAdmin
from accounts.models import User
from contest.models import (
    AttachmentRequirement,
    ComparisonGroup,
    Criterion,
    Domain,
    Edition,
    JuryMember,
    RulesVersion,
)
from contest.permissions import own_juries


class EditionRowsAdmin(ReadOnlyAdmin):
    """An administrator who ever sat on the jury of an edition sees none of its rows here: no second door (ADR 60)."""

    edition: ClassVar[str] = "edition"  # the way from a row to its edition

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).exclude(**{f"{self.edition}__in": own_juries(cast("User", request.user))})


@admin.register(Edition)
class EditionAdmin(EditionRowsAdmin):
    edition = "pk"
    list_display = ("slug", "title", "theme", "phase", "submission_deadline", "is_historical")
    list_filter = ("phase", "is_historical")
    search_fields = ("slug", "title", "theme")


@admin.register(Domain, ComparisonGroup, Criterion, AttachmentRequirement)
class PartAdmin(EditionRowsAdmin):
    list_display = ("name", "edition", "position")
    list_filter = ("edition",)


@admin.register(JuryMember)
class JuryMemberAdmin(EditionRowsAdmin):
    list_display = ("user", "edition", "role", "is_active")
    list_filter = ("edition", "role", "is_active")
    list_select_related = ("user", "edition")


@admin.register(RulesVersion)
class RulesVersionAdmin(EditionRowsAdmin):
    list_display = ("edition", "number", "sha256", "published_at")
    list_filter = ("edition",)
