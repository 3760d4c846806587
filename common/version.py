"""Which version of the service this is."""

import tomllib
from functools import cache

from django.conf import settings


@cache
def service_version() -> str:
    text = (settings.BASE_DIR / "pyproject.toml").read_text(encoding="utf-8")
    return str(tomllib.loads(text)["project"]["version"])
