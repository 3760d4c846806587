"""The open data: read only, JSON always, right for any parameters (schemathesis walks the whole schema)."""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from practices.models import PracticeContact
from tests.factories import make_edition
from tests.practices.makers import make_practice

pytestmark = pytest.mark.django_db
BASE = "/api/v1/practices/"


def test_the_list_has_count_next_previous_and_results(client) -> None:
    for number in range(3):
        make_practice(f"Szkoła {number}")
    body = client.get(f"{BASE}?per_page=2&q=szkoły").json()
    assert body["count"] == 3
    assert body["previous"] is None
    assert body["next"].endswith("/api/v1/practices/?q=szko%C5%82y&page=2&per_page=2")
    second = client.get(body["next"]).json()
    assert len(second["results"]) == 1
    assert second["next"] is None
    assert "page=1" in second["previous"]
    assert client.get(f"{BASE}?page=99").json()["results"] == []


def test_filters_are_those_of_the_page(client) -> None:
    make_practice("Szukana", section="PARTNERSHIP", tools=("CAF",), award_kind="LAUREATE")
    make_practice("Inna")
    for query in ("section=INSTITUTIONAL", "tool=CAF", "award=LAUREATE", "q=szukanej"):
        assert [row["title"] for row in client.get(f"{BASE}?{query}").json()["results"]] == ["Szukana"], query
    assert client.get(f"{BASE}?year=2024&voivodeship=02&unit_type=URBAN&sort=date").json()["count"] == 2


def test_one_practice_has_all_its_parts(client) -> None:
    practice = make_practice("Pełna", tools=("CAF",), indicators=[{"name": "Czas", "before": "2"}])
    PracticeContact.objects.create(practice=practice, name="Jan Przykładowy")
    body = client.get(f"{BASE}{practice.pk}/").json()
    assert body["title"] == "Pełna"
    assert body["population"] is None
    assert body["tools"] == ["CAF"]
    assert body["indicators"] == [{"name": "Czas", "unit": "", "before": "2", "after": "", "year": ""}]
    assert body["contacts"][0]["name"] == "Jan Przykładowy"
    assert body["address"].endswith(practice.get_absolute_url())
    assert "search_tokens" not in body


@pytest.mark.parametrize(
    "query",
    [
        "section=NOPE",
        "page=0",
        "page=x",
        "per_page=1000",
        "year=1",
        "year=2999",
        "year=2012r",
        "voivodeship=2",
        "voivodeship=03",
        "voivodeship=śląskie",
        "tool=x",
        "q=" + "a" * 201,
        "sort=x",
    ],
)  # fmt: skip
def test_bad_parameters_are_422_in_json_and_named(client, query: str) -> None:
    response = client.get(f"{BASE}?{query}")
    assert response.status_code == 422
    (error,) = response.json()["detail"]
    assert error["msg"].startswith(f"{query.partition('=')[0]}: ")


def test_a_value_that_does_not_exist_is_answered_with_those_that_do(client) -> None:
    def said(query: str) -> str:
        return client.get(f"{BASE}?{query}").json()["detail"][0]["msg"]

    assert said("voivodeship=03").startswith("voivodeship: should be one of: 02, 04, 06")
    assert said("year=2999").startswith("year: should be a year from 1990 to ")
    assert said("year=dwa").startswith("year: Input should be a valid integer")
    assert said("sort=best") == "sort: should be one of: relevance, date"


@pytest.mark.parametrize("address", [f"{BASE}999/", "/api/v1/nothing/", "/api/v2/", "/api/v1/editions/nope/"])
def test_what_is_not_there_is_404_in_json(client, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 404
    assert response.headers["Content-Type"].startswith("application/json")
    assert response.headers["Access-Control-Allow-Origin"] == "*"


def test_a_withdrawn_practice_is_not_in_the_data(client) -> None:
    practice = make_practice("Wycofana", withdrawn_at=timezone.now())
    assert client.get(f"{BASE}{practice.pk}/").status_code == 404
    assert client.get(BASE).json()["count"] == 0


def test_any_other_site_may_read_and_nobody_may_write(client) -> None:
    assert client.get(BASE).headers["Access-Control-Allow-Origin"] == "*"
    for method in ("post", "put", "patch", "delete"):
        assert getattr(client, method)(BASE).status_code == 405


@pytest.mark.parametrize("address", [BASE, f"{BASE}?q=szkoła&tool=CAF"])
def test_the_number_of_queries_does_not_grow(client, address: str) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(address)
        return len(captured)

    make_practice("Szkoła", tools=("CAF",))
    one = queries()
    for _ in range(3):
        make_practice("Szkoła", tools=("CAF",))
    assert queries() == one <= 4


def test_the_schema_is_published_and_no_page_of_foreign_scripts(client) -> None:
    schema = client.get("/api/v1/openapi.json").json()
    assert {BASE, f"{BASE}{{practice_id}}/", "/api/v1/editions/", "/api/v1/editions/{slug}/results/"} <= set(
        schema["paths"]
    )
    assert all(set(methods) == {"get"} for methods in schema["paths"].values())
    assert client.get("/api/v1/docs").status_code == 404


# --- Schemathesis: bounded examples over every operation of the published schema ----------------
CHECKS = [not_a_server_error, content_type_conformance, response_schema_conformance, status_code_conformance]
PATHS = [
    BASE,
    f"{BASE}{{practice_id}}/",
    "/api/v1/editions/",
    "/api/v1/editions/{slug}/",
    "/api/v1/editions/{slug}/results/",
]


@pytest.fixture
def kept_connection() -> Iterator[None]:
    """A real WSGI request closes the database connection, and with it the transaction the test lives in."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def operations(db, kept_connection) -> dict[str, Any]:
    make_practice("Szkoła", tools=("CAF",))
    make_edition("ANNOUNCED")
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())
    return {found.ok().full_path: found.ok() for found in schema.get_all_operations()}


def test_the_examples_below_walk_every_operation(operations) -> None:
    assert sorted(operations) == sorted(PATHS)


@pytest.mark.parametrize("path", PATHS)
def test_the_api_keeps_what_its_schema_promises(operations, path: str) -> None:
    """Parameters right and wrong, made from the schema: never 5xx, always what the schema says."""

    @settings(max_examples=40, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(case=operations[path].as_strategy())
    def right(case) -> None:
        case.call_and_validate(checks=CHECKS)

    @settings(max_examples=40, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(case=operations[path].as_strategy(generation_mode=GenerationMode.NEGATIVE))
    def wrong(case) -> None:
        case.call_and_validate(checks=[not_a_server_error])

    right()
    if path.startswith(BASE):  # any text may be a slug
        wrong()
