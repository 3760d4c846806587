from django.apps import AppConfig


class UnitsConfig(AppConfig):
    name = "units"

    def ready(self) -> None:
        from common.kernel import evidence
        from units import sealed

        evidence.describe(*sealed.EVIDENCE, checks=sealed.CHECKS, other=sealed.OTHER)
