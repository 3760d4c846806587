"""The WSGI entry point that granian or gunicorn serves; it refuses to start with an unsafe setting."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = get_wsgi_application()

from config.checks import refuse_unsafe  # noqa: E402 — needs the settings made ready above

refuse_unsafe()
