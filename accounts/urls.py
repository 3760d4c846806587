from django.urls import path

from accounts.views import officer, person, unsaved

app_name = "accounts"

urlpatterns = [
    path("konto/", person.sent_to_desk, name="home"),
    path("konto/profil/", person.profile, name="profile"),
    path("konto/niezapisane/", unsaved.unsaved, name="unsaved"),
    path("konto/jednostki/", person.memberships, name="memberships"),
    path("konto/jednostki/szukaj/", person.unit_search, name="unit_search"),
    path("konto/jednostki/nowa/<int:unit_id>/", person.membership_request, name="membership_request"),
    path("konto/jednostki/wnioski/", officer.membership_approvals, name="membership_approvals"),
    path("konto/jednostki/wnioski/<int:pk>/", person.membership_decide, name="membership_decide"),
    path("konto/jednostki/<int:pk>/koniec/", person.membership_end, name="membership_end"),
    path("organizator/role/", officer.roles, name="roles"),
    path("organizator/role/<int:pk>/odbierz/", officer.role_revoke, name="role_revoke"),
]
