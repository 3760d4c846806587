"""The base in Django's admin: read only, because a record is a snapshot and changes through services."""

from typing import ClassVar

from django.contrib import admin

from accounts.admin import ReadOnlyAdmin
from practices.models import Practice, PracticeAttachment, PracticeContact


@admin.register(Practice)
class PracticeAdmin(ReadOnlyAdmin):
    list_display = ("title", "unit_name", "section", "award_kind", "added_on", "withdrawn_at")
    list_filter = ("section", "award_kind", "is_example")
    search_fields = ("title", "unit_name")
    exclude: ClassVar = ("search_tokens",)


@admin.register(PracticeContact)
class PracticeContactAdmin(ReadOnlyAdmin):
    list_display = ("name", "practice")
    list_select_related = ("practice",)


@admin.register(PracticeAttachment)
class PracticeAttachmentAdmin(ReadOnlyAdmin):
    list_display = ("name", "practice", "media_type", "size")
    list_select_related = ("practice",)
