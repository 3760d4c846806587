from django.urls import path

from jury.views import chair, files, juror, officer

app_name = "jury"

EDITION = "jury/edycje/<slug:slug>"
ORGANISER = "organizator/edycje/<slug:slug>"

urlpatterns = [
    path("jury/", juror.desk, name="desk"),
    path("jury/oswiadczenia/", juror.declare_many, name="declare_many"),
    path("jury/karty/<int:pk>/", juror.sheet, name="sheet"),
    path("jury/karty/<int:pk>/oswiadczenie/", juror.declare, name="declare"),
    path("jury/karty/<int:pk>/wylaczenie/", juror.recuse, name="recuse"),
    path("jury/karty/<int:pk>/zamkniecie/", juror.submit_sheet, name="submit_sheet"),
    path("jury/karty/<int:pk>/pliki/<int:attachment_pk>/", juror.attachment, name="attachment"),
    path("jury/karty/<int:pk>/pliki/<int:attachment_pk>/strony/<int:page>/", juror.page, name="page"),
    path("jury/zgloszenia/<int:pk>/", chair.entry, name="entry"),
    path("jury/zgloszenia/<int:pk>/pliki/<int:attachment_pk>/", files.entry_attachment, name="entry_attachment"),
    path("jury/zgloszenia/<int:pk>/pliki/<int:attachment_pk>/strony/<int:page>/", files.entry_page, name="entry_page"),
    path("jury/zgloszenia/<int:pk>/dyskwalifikacja/", chair.disqualify, name="disqualify"),
    path(f"{EDITION}/ranking/", chair.ranking, name="ranking"),
    path(f"{EDITION}/ranking.json", chair.bundle, name="bundle"),
    path(f"{EDITION}/zamkniecie-ocen/", chair.close_scoring, name="close_scoring"),
    path(f"{EDITION}/wznowienie-ocen/", chair.reopen, name="reopen"),
    path(f"{EDITION}/finalisci/", chair.shortlist, name="shortlist"),
    path(f"{EDITION}/wizytacje/", chair.visits, name="visits"),
    path(f"{EDITION}/wizytacje/nowa/<int:pk>/", chair.plan_visit, name="plan_visit"),
    path(f"{EDITION}/wizytacje/<int:pk>/", chair.record_visit, name="record_visit"),
    path(f"{EDITION}/rozpoczecie-decyzji/", chair.begin_decision, name="begin_decision"),
    path(f"{ORGANISER}/otwarcie-ocen/", officer.open_scoring, name="open_scoring"),
    path(f"{ORGANISER}/przydzialy/", officer.assignments, name="assignments"),
    path(f"{ORGANISER}/przydzialy/propozycja/", officer.proposal, name="proposal"),
    path(f"{ORGANISER}/przydzialy/<int:pk>/usun/", officer.remove_assignment, name="remove_assignment"),
    path(f"{ORGANISER}/przydzialy/<int:pk>/zwolnij/", officer.release_juror, name="release_juror"),
    path(f"{ORGANISER}/postep/", officer.progress, name="progress"),
]
