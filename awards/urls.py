from django.urls import path

from awards.views import applicant, chair, officer, public

app_name = "awards"

_SESSION = "jury/edycje/<slug:slug>/posiedzenia/<int:number>/"

urlpatterns = [
    path("edycje/<slug:slug>/wyniki/", public.results, name="results"),
    path("edycje/<slug:slug>/wyniki/pakiet.json", public.results_bundle, name="results_bundle"),
    path("edycje/<slug:slug>/wyniki/pakiet.json.sig", public.results_signature, name="results_signature"),
    path("certyfikaty/", public.verify_form, name="verify_form"),
    path("certyfikaty/<str:code>/", public.verify, name="verify"),
    path("certyfikaty/<str:code>/plik/", applicant.certificate_file, name="certificate_file"),
    path("zgloszenia/<int:pk>/potwierdzenie/", applicant.confirmation, name="confirmation"),
    path("jury/edycje/<slug:slug>/posiedzenia/", chair.sessions, name="sessions"),
    path(_SESSION, chair.session_detail, name="session_detail"),
    path(f"{_SESSION}dane/", chair.session_edit, name="session_edit"),
    path(f"{_SESSION}zamkniecie/", chair.session_close, name="session_close"),
    path(f"{_SESSION}zgloszenia/<int:pk>/", chair.decide, name="decide"),
    path(f"{_SESSION}zgloszenia/<int:pk>/cofniecie/", chair.take_back, name="take_back"),
    path("organizator/edycje/<slug:slug>/dyplomy/", officer.certificates, name="certificates"),
    path("organizator/edycje/<slug:slug>/dyplomy/pakiet.zip", officer.certificates_zip, name="certificates_zip"),
    path("organizator/edycje/<slug:slug>/dyplomy/ponowienie/", officer.certificates_retry, name="certificates_retry"),
    path("organizator/dyplomy/<str:code>/korekta/", officer.certificate_replace, name="certificate_replace"),
    path("organizator/dyplomy/<str:code>/uniewaznienie/", officer.certificate_revoke, name="certificate_revoke"),
]
