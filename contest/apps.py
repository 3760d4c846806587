from django.apps import AppConfig


class ContestConfig(AppConfig):
    name = "contest"

    def ready(self) -> None:
        from common.kernel import evidence
        from contest import sealed

        evidence.describe(*sealed.EVIDENCE, checks=sealed.CHECKS, other=sealed.OTHER)
