from django.apps import AppConfig


class AwardsConfig(AppConfig):
    name = "awards"

    def ready(self) -> None:
        from awards import sealed
        from common.kernel import evidence, signing

        evidence.describe(*sealed.EVIDENCE, checks=sealed.CHECKS, other=sealed.OTHER)
        signing.describe(sealed.packages_to_sign)
