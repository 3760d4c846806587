from django.urls import path

from practices.views import contact, officer, public

app_name = "practices"

urlpatterns = [
    path("praktyki/", public.practice_list, name="list"),
    path("praktyki/mapa/", public.practice_map, name="map"),
    path("praktyki/atom.xml", public.atom, name="atom"),
    path("praktyki/eksport.csv", public.export, name="export"),
    path("praktyki/zalaczniki/<int:pk>/", public.attachment, name="attachment"),
    path("praktyki/kontakt/<int:pk>/wycofanie/", contact.withdraw, name="withdraw_contact"),
    path("praktyki/<int:pk>/", public.record_by_number, name="record_by_number"),
    path("praktyki/<int:pk>-<slug:slug>/", public.record, name="record"),
    path("organizator/praktyki/", officer.manage_list, name="manage_list"),
    path("organizator/praktyki/<int:pk>/", officer.manage, name="manage"),
    path("organizator/praktyki/<int:pk>/dzial/", officer.correct_section, name="correct_section"),
    path("organizator/praktyki/<int:pk>/weryfikacja/", officer.confirm_verified, name="confirm_verified"),
    path("organizator/praktyki/<int:pk>/wycofanie/", officer.withdraw, name="withdraw"),
    path("organizator/edycje/<slug:slug>/ogloszenie/", officer.announce, name="announce"),
    path("organizator/edycje/<slug:slug>/ogloszenie/postep/", officer.progress, name="announce_progress"),
]
