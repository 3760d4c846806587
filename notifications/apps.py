from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "notifications"

    def ready(self) -> None:
        from common.kernel import evidence
        from notifications import sealed

        evidence.describe(*sealed.EVIDENCE)
