from django.urls import path

from privacy.views import officer, person

app_name = "privacy"

urlpatterns = [
    path("konto/dane/", person.own_data, name="own_data"),
    path("konto/dane/kopia.json", person.copy_json, name="copy_json"),
    path("konto/dane/kopia.html", person.copy_html, name="copy_html"),
    path("konto/usun/", person.close, name="close"),
    path("organizator/edycje/<slug:slug>/dane-osobowe/", officer.edition, name="edition"),
    path("organizator/edycje/<slug:slug>/dane-osobowe/czas/", officer.retention, name="retention"),
]
