"""The organiser's desk."""

from django.urls import path

from applications.views import officer, review

officer_patterns = [
    path("organizator/edycje/<slug:slug>/zgloszenia/", officer.officer_list, name="officer_list"),
    path("organizator/edycje/<slug:slug>/zgloszenia/przyjecie/", officer.bulk_accept, name="bulk_accept"),
    path("organizator/edycje/<slug:slug>/zgloszenia/eksport/", officer.export, name="export"),
    path("organizator/zgloszenia/<int:pk>/", officer.officer_detail, name="officer_detail"),
    path("organizator/zgloszenia/<int:pk>/ocena-formalna/", review.review, name="review"),
    path("organizator/zgloszenia/<int:pk>/przyjecie/", review.accept, name="accept"),
    path("organizator/zgloszenia/<int:pk>/wezwanie/", review.request_completion, name="request_completion"),
    path("organizator/zgloszenia/<int:pk>/termin/", review.extend_completion, name="extend_completion"),
    path("organizator/zgloszenia/<int:pk>/odrzucenie/", review.reject, name="reject"),
    path("organizator/zgloszenia/<int:pk>/odwolanie/", review.decide_appeal, name="decide_appeal"),
]
