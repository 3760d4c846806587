from django.apps import AppConfig


class AwardsConfig(AppConfig):
    name = "awards"

    def ready(self) -> None:
        from awards import sealed
        from common.kernel import evidence

        evidence.describe(*sealed.EVIDENCE, checks=sealed.CHECKS, other=sealed.OTHER)
