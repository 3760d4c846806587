"""Addresses of the whole site; each app keeps its own full paths (docs: the contract)."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.http import Http404
from django.urls import include, path, re_path
from django.views.generic import RedirectView

from accounts.views import confirmation, credentials, second_factor
from common.views import not_found

admin.autodiscover()
# Django's own admin sign-in knows no rate limit and no second factor: go through allauth.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

urlpatterns = [
    path("", include("portal.urls")),
    path("", include("portal.api")),
    path("", include("privacy.urls")),
    path("", include("practices.urls")),
    path("", include("awards.urls")),
    path("", include("jury.urls")),
    path("", include("applications.urls")),
    path("", include("contest.urls")),
    path("", include("accounts.urls")),
    path("konto/2fa/totp/activate/", second_factor.ActivateView.as_view(), name="mfa_activate_totp"),
    path("konto/2fa/totp/deactivate/", second_factor.DeactivateView.as_view(), name="mfa_deactivate_totp"),
    re_path(
        r"^konto/confirm-email/(?P<key>[-:\w]+)/$",
        confirmation.ConfirmEmailView.as_view(),
        name="account_confirm_email",
    ),
    path(
        "konto/2fa/recovery-codes/generate/",
        credentials.GenerateRecoveryCodesView.as_view(),
        name="mfa_generate_recovery_codes",
    ),
    path("konto/email/", credentials.EmailView.as_view(), name="account_email"),
    path("konto/password/change/", credentials.PasswordChangeView.as_view(), name="account_change_password"),
    path("konto/password/set/", credentials.PasswordSetView.as_view(), name="account_set_password"),
    re_path(
        r"^konto/password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        credentials.PasswordResetFromKeyView.as_view(),
        name="account_reset_password_from_key",
    ),
    path("konto/", include("allauth.urls")),
    # Django's own doors beside allauth's: no limit of attempts, no journal, no mail to the person.
    path("admin/password_change/", RedirectView.as_view(pattern_name="account_change_password")),
    path("admin/password_change/done/", RedirectView.as_view(pattern_name="account_change_password")),
    path("admin/logout/", RedirectView.as_view(pattern_name="account_logout")),
    re_path(r"^admin/r/", not_found, {"exception": Http404()}),
    path("admin/", admin.site.urls),
]

handler400 = "common.views.bad_request"
handler403 = "common.views.permission_denied"
handler404 = "common.views.not_found"
handler429 = "common.views.too_many_requests"  # asked by allauth, not by Django
handler500 = "common.views.server_error"
