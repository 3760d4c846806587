"""What the service tells by mail about itself to whoever runs it (ALERT_EMAIL)."""

from django.urls import reverse
from django.utils import timezone

from common.kernel.comparison import Outcome
from notifications.services import alert


def of_differences(outcome: Outcome) -> None:
    """Facts that are not what was sealed: each night until the cause is found. The mail names no row and no value."""
    if not outcome.clean:
        alert(
            kind="verification_alert",
            about="verification",
            link=reverse("portal:service_state"),
            now=timezone.now(),
        )
