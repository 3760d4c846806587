"""The open data of the service, assembled from the routers of the apps: read only, for anybody, JSON."""

import logging
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, URLResolver, path, re_path
from ninja import NinjaAPI
from ninja.errors import ValidationError
from ninja.openapi.schema import OpenAPISchema

from awards.api import router as results_router
from common.logs import route_of
from common.views import DATABASE_AWAY, RETRY_AFTER
from contest.api import router as editions_router
from practices.api import router as practices_router

logger = logging.getLogger(__name__)


class OpenDataAPI(NinjaAPI):
    """Every answer, errors included, may be read by a page of any other site: there is nothing private in it."""

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        """With the refusals that every operation may answer, said in one place."""
        schema = super().get_openapi_schema(**options)
        for path_name, operations in schema["paths"].items():
            for operation in operations.values():
                operation["responses"][422] = _refusal("A parameter is not what it should be", {"type": "array"})
                if "{" in path_name:
                    operation["responses"][404] = _refusal("There is no such thing", {"type": "string"})
        return schema

    def create_response(self, request: HttpRequest, data: Any, **options: Any) -> HttpResponse:
        response = super().create_response(request, data, **options)
        response.headers["Access-Control-Allow-Origin"] = "*"
        return response


def _refusal(description: str, detail: dict[str, str]) -> dict[str, Any]:
    answer = {"type": "object", "required": ["detail"], "properties": {"detail": detail}}
    return {"description": description, "content": {"application/json": {"schema": answer}}}


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


def database_away(request: HttpRequest, exception: Exception | type[Exception]) -> HttpResponse:
    """The same as the page of `common.views.server_error`, for programs."""
    logger.error("%s: the database is away: %r", route_of(request), exception)
    response = api.create_response(request, {"detail": "Service Unavailable"}, status=503)
    response.headers["Retry-After"] = str(RETRY_AFTER)
    return response


for error in DATABASE_AWAY:
    api.add_exception_handler(error, database_away)


@api.exception_handler(ValidationError)
def not_understood(request: HttpRequest, exception: ValidationError) -> HttpResponse:
    """Each sentence names its parameter, so that it stands alone in the log of whoever asked."""
    errors = [error | {"msg": f"{error['loc'][-1]}: {error['msg']}"} for error in exception.errors]
    return api.create_response(request, {"detail": errors}, status=422)


def not_found(request: HttpRequest, **_kwargs: Any) -> HttpResponse:
    """An unknown address of the API is answered in JSON, as everything else here."""
    response = JsonResponse({"detail": "Not Found"}, status=404)
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", api.urls),
    re_path(r"^api/", not_found),
]
