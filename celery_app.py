"""The Celery app and its beat table, nothing else."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("slz")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
