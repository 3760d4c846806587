from django.urls import path

from portal.views import desk, public

app_name = "portal"

urlpatterns = [
    path("", public.home, name="home"),
    path("pulpit/", desk.desk, name="desk"),
    path("deklaracja-dostepnosci/", public.accessibility, name="accessibility"),
    path("prywatnosc/", public.privacy, name="privacy"),
]
