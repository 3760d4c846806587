"""The applicant's desk."""

from django.urls import URLPattern, path

from applications.views import applicant, contact, writing

applicant_patterns: list[URLPattern] = [
    path("zgloszenia/", applicant.applicant_list, name="applicant_list"),
    path("zgloszenia/nowe/<slug:slug>/", writing.start, name="start"),
    path("zgloszenia/<int:pk>/", applicant.applicant_detail, name="applicant_detail"),
    path("zgloszenia/<int:pk>/formularz/<slug:section>/", writing.edit, name="edit"),
    path("zgloszenia/<int:pk>/zalaczniki/", writing.attachments, name="attachments"),
    path("zgloszenia/<int:pk>/sprawdzenie/", applicant.check, name="check"),
    path("zgloszenia/<int:pk>/wyslanie/", applicant.submit, name="submit"),
    path("zgloszenia/<int:pk>/uzupelnienie/", applicant.complete, name="complete"),
    path("zgloszenia/<int:pk>/wycofanie/", applicant.withdraw, name="withdraw"),
    path("zgloszenia/<int:pk>/zgoda-osoby/", contact.withdraw_contact, name="withdraw_contact"),
    path("zgloszenia/<int:pk>/odwolanie/", applicant.appeal, name="appeal"),
    path("zgloszenia/<int:pk>/wersje/<int:number>/", applicant.version, name="version"),
    path("zgloszenia/zalaczniki/<int:pk>/", applicant.attachment_download, name="attachment_download"),
    path("zgloszenia/zalaczniki/<int:pk>/strony/<int:page>/", applicant.attachment_page, name="attachment_page"),
    path("zgloszenia/zalaczniki/<int:pk>/usuniecie/", writing.attachment_remove, name="attachment_remove"),
    path("zgloszenia/zalaczniki/<int:pk>/przywrocenie/", writing.attachment_restore, name="attachment_restore"),
]
