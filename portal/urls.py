from django.urls import path

from portal.views import desk, health, public, state

app_name = "portal"

urlpatterns = [
    path("", public.home, name="home"),
    path("pulpit/", desk.desk, name="desk"),
    path("deklaracja-dostepnosci/", public.accessibility, name="accessibility"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
    path("organizator/stan/", state.service_state, name="service_state"),
    path("prywatnosc/", public.privacy, name="privacy"),
]
