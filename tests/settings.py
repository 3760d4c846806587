"""Settings of the test suite: the service's own, on SQLite in memory or on TEST_DATABASE_URL."""

import os
import tempfile

os.environ.setdefault("SECRET_KEY", "tests-only-not-a-secret")
os.environ["DATABASE_URL"] = os.environ.get("TEST_DATABASE_URL") or "sqlite://:memory:"
os.environ["REQUIRE_SECOND_FACTOR"] = "0"

from config.settings import *  # noqa: F403
from config.settings import CACHES, DATABASES, STORAGES

if DATABASES["default"]["NAME"] == ":memory:":
    # pytest-django knows only Django's own backend by name; of ours it would make a file in the work tree.
    DATABASES["default"]["TEST"] = {"NAME": ":memory:"}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES = STORAGES | {
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
MEDIA_ROOT = tempfile.mkdtemp(prefix="slz-tests-")
STATIC_ROOT = tempfile.mkdtemp(prefix="slz-tests-static-")
READERS_FOLDER = tempfile.mkdtemp(prefix="slz-tests-readers-")
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
CELERY_TASK_ALWAYS_EAGER = False
# Most tests write rows as no service would, so nothing tells copies of public pages to go; tests of copies keep them.
CACHES = CACHES | {"copies": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
