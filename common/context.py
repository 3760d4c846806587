"""What every page may use."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from common.logs import current


def site(request: HttpRequest) -> dict[str, Any]:
    return {
        "site_url": settings.SITE_URL,
        "demo": settings.DEMO,
        "operator": settings.SITE_OPERATOR,
        "request_id": current().request_id,
    }
