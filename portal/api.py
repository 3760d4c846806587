"""The open data of the service, assembled from the routers of the apps: read only, for anybody, JSON."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, URLResolver, path, re_path
from ninja import NinjaAPI

from awards.api import router as results_router
from contest.api import router as editions_router
from practices.api import router as practices_router


class OpenDataAPI(NinjaAPI):
    """Every answer, errors included, may be read by a page of any other site: there is nothing private in it."""

    def create_response(self, request: HttpRequest, data: Any, **options: Any) -> HttpResponse:
        response = super().create_response(request, data, **options)
        response.headers["Access-Control-Allow-Origin"] = "*"
        return response


api = OpenDataAPI(
    title="Samorządowy Lider Zarządzania: open data",
    version="1",
    urls_namespace="api-1",
    description="Editions, published results and the base of good practices. Texts are in Polish unless named *_en.",
    docs_url=None,
    openapi_url="openapi.json",
)
api.add_router("/practices", practices_router)
api.add_router("/editions", editions_router)
api.add_router("/editions", results_router)


def not_found(request: HttpRequest, **_kwargs: Any) -> HttpResponse:
    """An unknown address of the API is answered in JSON, as everything else here."""
    response = JsonResponse({"detail": "Not Found"}, status=404)
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", api.urls),
    re_path(r"^api/", not_found),
]
