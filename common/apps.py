from django.apps import AppConfig


class CommonConfig(AppConfig):
    name = "common"

    def ready(self) -> None:
        from config import checks  # noqa: F401 — registers the refusal of unsafe settings
