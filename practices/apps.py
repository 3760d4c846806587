from django.apps import AppConfig


class PracticesConfig(AppConfig):
    name = "practices"

    def ready(self) -> None:
        from common.kernel import evidence
        from practices import sealed

        evidence.describe(*sealed.EVIDENCE, checks=sealed.CHECKS, other=sealed.OTHER)
