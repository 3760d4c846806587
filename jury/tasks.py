"""Celery wrappers; each calls one service and may run twice."""

from celery import shared_task

from jury import services


@shared_task
def remind_jurors() -> int:
    """By beat, several times a day."""
    return services.remind_jurors()
