"""Background work about people's data; each task may run twice or late without harm."""

from celery import shared_task

from privacy import services


@shared_task
def delete_files() -> int:
    """Files that a worker killed after the commit left behind."""
    return services.delete_files()


@shared_task
def remind_of_retention() -> int:
    """Tells organisers what is due; removes nothing."""
    return services.remind_of_retention()
