from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        from accounts import sealed
        from common.kernel import evidence

        evidence.describe(*sealed.EVIDENCE, other=sealed.OTHER)
