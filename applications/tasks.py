"""Timetabled work of entries; every task may run twice or late."""

from celery import shared_task
from django.utils import timezone

from applications.services.attachments import sweep_removed_files as sweep_files
from applications.services.completion_reminders import remind_of_completions
from applications.services.drawing import draw_attachments as draw_waiting_attachments
from applications.services.reminders import remind_of_deadlines
from applications.services.scanning import scan_attachments as scan_waiting_attachments


@shared_task
def send_deadline_reminders() -> int:
    """7 days and 1 day before a call closes, to the members of units with a draft."""
    return remind_of_deadlines(now=timezone.now())


@shared_task
def send_completion_reminders() -> int:
    """2 days before the date of a call for completion, to the members of the unit."""
    return remind_of_completions()


@shared_task
def sweep_removed_files() -> int:
    """Files that applicants removed more than a day ago, every hour."""
    return sweep_files(timezone.now())


@shared_task
def scan_attachments() -> int:
    """Files the virus scanner did not answer about, every five minutes; nothing where there is no scanner."""
    return scan_waiting_attachments()


@shared_task
def draw_attachments() -> int:
    """Pages of files of sent entries, every half a minute."""
    return draw_waiting_attachments()
