from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "portal"

    def ready(self) -> None:
        from common.kernel.comparison import HEARERS
        from portal.alerts import of_differences

        HEARERS.append(of_differences)
