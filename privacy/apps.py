from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    name = "privacy"

    def ready(self) -> None:
        from common.kernel import evidence
        from privacy import sealed

        evidence.describe(checks=sealed.CHECKS, other=sealed.OTHER, emptying=sealed.EMPTYING)
