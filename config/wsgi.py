"""The WSGI entry point that config/web.py serves; it refuses to start with an unsafe setting."""

import gc
import os
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
# A thread that serves pages waits no longer for one answer of PostgreSQL; commands and workers may.
os.environ.setdefault("DATABASE_ANSWER_SECONDS", "20")

application = get_wsgi_application()

from config.checks import refuse_unsafe  # noqa: E402 — needs the settings made ready above

refuse_unsafe()

from common.kernel.guards import warn_of_one_role  # noqa: E402 — asks the database

warn_of_one_role()

import_module(settings.ROOT_URLCONF)  # now, not in the first request
gc.freeze()  # what is loaded by now stays: looking through it again and again costs a request 0.1 s now and then
