"""Timetabled work of the base; every task may run twice or late."""

from celery import shared_task

from practices.services.files import publish_drawn_pictures as publish_pictures
from practices.services.withhold import withhold_infected_files as withhold


@shared_task
def withhold_infected_files() -> int:
    """Documents in which a virus was found leave the public pages: at once, and every five minutes what was missed."""
    return withhold()


@shared_task
def publish_drawn_pictures() -> int:
    """Pictures of practices announced before their renditions were made: at once, and every five minutes."""
    return publish_pictures()
