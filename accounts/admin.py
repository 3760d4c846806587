"""People in Django's admin: looked up and deactivated; roles and memberships change through services only."""

from typing import Any, ClassVar, cast

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from accounts.forms import AccountForm
from accounts.models import Membership, StaffRole, User
from accounts.services import change_account, remove_second_step


class NarrowAdmin(admin.ModelAdmin[Any]):
    """The address may filter by what the list offers and by nothing else.

    Django allows every column of the row, shown or not: `?bundle__entries__0__result__total__gt=…` would
    find out sealed points question by question.
    """

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        offered = {str(name) for name in self.get_list_filter(request)} if request else set()
        return lookup.split("__")[0] in offered and super().lookup_allowed(lookup, value, request)  # type: ignore[arg-type]


class ReadOnlyAdmin(NarrowAdmin):
    """Shows rows and changes nothing: a save here would bypass the services."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(User)
class UserAdmin(NarrowAdmin):
    list_display = ("email", "full_name", "is_active", "date_joined")
    list_filter = ("is_active", "is_staff")
    search_fields = ("email", "full_name")
    fields = ("email", "full_name", "language", "is_active", "is_staff", "date_joined", "last_login")
    readonly_fields: ClassVar = ("email", "is_staff", "date_joined", "last_login")  # is_staff follows from the role
    form = AccountForm

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        """Nobody switches off their own account: the last administrator would be gone."""
        own = obj is not None and obj.pk == request.user.pk
        return (*self.readonly_fields, "is_active") if own else self.readonly_fields

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        if form.changed_data:
            change_account(actor=cast("User", request.user), account=obj, changed=form.changed_data)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(Membership)
class MembershipAdmin(ReadOnlyAdmin):
    list_display = ("user", "unit", "role", "status", "requested_at")
    list_select_related = ("user", "unit")


@admin.register(StaffRole)
class StaffRoleAdmin(ReadOnlyAdmin):
    list_display = ("user", "role")
    list_select_related = ("user",)


# Nobody works with groups here: roles are StaffRole. Whoever could give a person another confirmed address
# could have a new password sent to it, and score in that person's name.
admin.site.unregister([Group, Authenticator, EmailAddress])


@admin.register(Authenticator)
class AuthenticatorAdmin(ReadOnlyAdmin):
    """Removed for somebody who lost the phone and the codes; the secret itself is shown to nobody."""

    list_display = ("user", "type", "created_at", "last_used_at")
    list_select_related = ("user",)
    fields = ("user", "type", "created_at", "last_used_at")

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return admin.ModelAdmin.has_delete_permission(self, request, obj)

    def delete_model(self, request: HttpRequest, obj: Authenticator) -> None:
        remove_second_step(actor=cast("User", request.user), authenticators=[obj])

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Authenticator]) -> None:
        remove_second_step(actor=cast("User", request.user), authenticators=queryset.select_related("user"))
