from django.urls import path

from portal.views import desk, health, public

app_name = "portal"

urlpatterns = [
    path("", public.home, name="home"),
    path("pulpit/", desk.desk, name="desk"),
    path("deklaracja-dostepnosci/", public.accessibility, name="accessibility"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("prywatnosc/", public.privacy, name="privacy"),
]
