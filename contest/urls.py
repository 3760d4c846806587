"""Public pages of editions and the organiser's desk of one edition."""

from django.urls import path

from contest.views import amendments, jury, organiser, public, removed, service, setup

app_name = "contest"

DESK = "organizator/edycje/"
EDITION = f"{DESK}<slug:slug>/"

urlpatterns = [
    path("edycje/", public.edition_list, name="edition_list"),
    path("edycje/<slug:slug>/", public.edition_detail, name="edition_detail"),
    path("edycje/<slug:slug>/regulamin/<int:number>.json", public.rules, name="rules"),
    path(DESK, organiser.organiser_editions, name="organiser_editions"),
    path(f"{DESK}nowa/", organiser.edition_create, name="edition_create"),
    path(EDITION, organiser.organiser_edition, name="organiser_edition"),
    path(f"{EDITION}zamkniecie-naboru/", organiser.close_call, name="close_call"),
    path(f"{EDITION}archiwum/", organiser.archive, name="archive"),
    path(f"{EDITION}ustawienia/", setup.edition_tasks, name="edition_tasks"),
    path(f"{EDITION}ustawienia/jury/<int:pk>/", jury.jury_member, name="jury_member"),
    path(f"{EDITION}ustawienia/jury/<int:pk>/usun/", jury.jury_member_remove, name="jury_member_remove"),
    path(f"{EDITION}ustawienia/jury/", jury.jury, name="jury"),
    path(f"{EDITION}ustawienia/<slug:section>/przywroc/<int:pk>/", removed.put_back, name="put_back"),
    path(f"{EDITION}ustawienia/<slug:section>/", setup.edition_setup, name="edition_setup"),
    path(f"{EDITION}nabor/", setup.publish_call, name="publish_call"),
    path(f"{EDITION}zmiana/<slug:section>/", amendments.amend, name="amend"),
    path("organizator/wiadomosci/", service.messages, name="messages"),
    path("organizator/wiadomosci/<int:pk>/", service.message_detail, name="message_detail"),
    path("organizator/wiadomosci/<int:pk>/html/", service.message_html, name="message_html"),
    path("organizator/wiadomosci/<int:pk>/ponow/", service.message_retry, name="message_retry"),
    path("organizator/dziennik/", service.journal, name="journal"),
]
