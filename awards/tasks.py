"""Background work of awards; each task may run twice or late without harm."""

from celery import shared_task

from awards import services


@shared_task
def build_certificates() -> int:
    """Build the files that wait, several in one process; the beat table calls it for what a lost message left."""
    return services.build_due()


@shared_task
def confirm_submissions() -> int:
    """Make the confirmations that submitted versions still lack; building follows by itself."""
    return services.confirm_submissions()
