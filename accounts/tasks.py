"""Background work about accounts; each task may run twice or late without harm."""

from celery import shared_task

from accounts import services


@shared_task
def delete_parked_forms() -> int:
    """Forms that arrived after their session had ended and were not fetched within the hour."""
    return services.delete_parked()
