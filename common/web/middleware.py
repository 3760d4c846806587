"""Every form and filter gets clean text, whichever app it belongs to and whoever wrote its fields."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict

from common.web.cleaning import clean_text

GetResponse = Callable[[HttpRequest], HttpResponse]


class CleanTextMiddleware:
    """Cleans what an address and a form bring before a view, or the check of the CSRF token, reads it.

    A password is kept as typed: it is nobody's text, and cleaned it would be another one.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: Any) -> None:
        if request.META.get("QUERY_STRING"):
            request.GET = _cleaned(request.GET)  # type: ignore[assignment]
        if request.method == "POST":
            request.POST = _cleaned(request.POST)  # type: ignore[assignment]


def _cleaned(values: QueryDict) -> QueryDict:
    clean = QueryDict(mutable=True, encoding=values.encoding)
    for name, texts in values.lists():
        clean.setlist(name, texts if "password" in name.lower() else [clean_text(text) for text in texts])
    clean._mutable = False
    return clean
