from django.apps import AppConfig


class JuryConfig(AppConfig):
    name = "jury"

    def ready(self) -> None:
        from common.kernel import evidence
        from jury import sealed

        evidence.describe(*sealed.EVIDENCE, checks=sealed.CHECKS, other=sealed.OTHER)
