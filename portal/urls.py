from django.urls import path

from portal.views import desk, health, log, public, state

app_name = "portal"

urlpatterns = [
    path("", public.home, name="home"),
    path("pulpit/", desk.desk, name="desk"),
    path("deklaracja-dostepnosci/", public.accessibility, name="accessibility"),
    path("dziennik/", log.checkpoints, name="checkpoints"),
    path("dziennik/ostatni.txt", log.latest_text, name="checkpoint_latest"),
    path("dziennik/<int:number>.txt", log.checkpoint_text, name="checkpoint_text"),
    path("dziennik/<int:number>.json", log.checkpoint_json, name="checkpoint_json"),
    path("dziennik/klucz-<int:number>.pem", log.key_pem, name="signing_key"),
    path(".well-known/slz-keys.json", log.signing_keys, name="signing_keys"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
    path("organizator/stan/", state.service_state, name="service_state"),
    path("prywatnosc/", public.privacy, name="privacy"),
]
