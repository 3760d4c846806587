from django.apps import AppConfig
from django.db.models.signals import post_migrate


class CommonConfig(AppConfig):
    name = "common"

    def ready(self) -> None:
        from common.kernel import epochs, evidence, guards
        from config import checks  # noqa: F401 — registers the refusal of unsafe settings

        evidence.describe(epochs.EVIDENCE)
        post_migrate.connect(guards.ensure, sender=self, dispatch_uid="common.kernel.guards")
