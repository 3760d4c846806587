"""Small middlewares: sizes and methods refused at the door, the language of a page, refusals as readable pages."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.utils import translation

from common.errors import Refusal
from common.views import refusal_page, too_large

# Nothing here needs a camera, a microphone or a place; nothing put into a page may ask for one.
PERMISSIONS = "camera=(), microphone=(), geolocation=(), payment=(), usb=(), display-capture=()"
METHODS = ("GET", "HEAD", "POST")
GetResponse = Callable[[HttpRequest], HttpResponse]


class RequestSizeMiddleware:
    """Refuses a body larger than any form here before anything reads it: anybody may send to any address.

    Django limits fields but no files, and reads them all to find the CSRF token. The web server has read such a body
    to its end and kept its two ends (common/web/server.py), so that a browser comes to show the answer.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        announced = request.META.get("CONTENT_LENGTH") or "0"
        if announced.isdecimal() and len(announced) < 16 and int(announced) <= settings.REQUEST_MAX_BYTES:
            response = self.get_response(request)
            response.headers.setdefault("Permissions-Policy", PERMISSIONS)
            return response
        return self.refuse(request)

    def refuse(self, request: HttpRequest) -> HttpResponse:
        return too_large(request)


class MethodMiddleware:
    """Refuses what no address here knows (PUT, DELETE, OPTIONS …) alike for everybody, before anybody is known."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request) if request.method in METHODS else HttpResponseNotAllowed(METHODS)


class LanguageMiddleware:
    """Polish unless the reader chose otherwise by `?lang=` or the language switch (a cookie).

    The browser's Accept-Language is ignored on purpose: a Polish institution's page is Polish
    by default, and a shared address shows everybody the same text.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.known = {code for code, _name in settings.LANGUAGES}

    def __call__(self, request: HttpRequest) -> HttpResponse:
        asked = request.GET.get("lang", "")
        remembered = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        language = next((code for code in (asked, remembered) if code in self.known), settings.LANGUAGE_CODE)
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        if asked in self.known and asked != remembered:
            response.set_cookie(
                settings.LANGUAGE_COOKIE_NAME,
                asked,
                max_age=60 * 60 * 24 * 365,
                secure=settings.LANGUAGE_COOKIE_SECURE,
                httponly=True,
                samesite="Lax",
            )
        return response


class RefusalMiddleware:
    """A Refusal that no view caught becomes a page that says what happened (403, 409, 422)."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, Refusal):
            return refusal_page(request, exception)
        return None
