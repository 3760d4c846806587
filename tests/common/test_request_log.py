"""Each request has a number and one line, and is counted by the name of its address."""

import json
import logging

import pytest
from django.core import mail
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import path, reverse
from prometheus_client import generate_latest

from common.logs import JsonLines, current
from common.metrics import counted
from common.request_log import RequestLogMiddleware, request_id
from config.urls import urlpatterns as site
from contest.models import Edition
from tests.factories import make_user

CANARY = "kanarek-7f3a"


def breaks(request, key):
    Edition.objects.count()
    raise ValueError(f"cannot understand {request.POST.get('name')}")


urlpatterns = [path("breaks/<str:key>/", breaks, name="breaks"), *site]
handler403 = "common.views.permission_denied"
handler500 = "common.views.server_error"


@pytest.fixture
def lines(caplog):
    """What a machine would read, one dict a line."""
    caplog.set_level(logging.DEBUG)
    caplog.handler.setFormatter(JsonLines())
    return lambda logger="access": [
        line for line in map(json.loads, caplog.text.splitlines()) if line["logger"] == logger
    ]


def count_of(sample: str) -> float:
    found = [line for line in generate_latest(counted()).decode().splitlines() if line.startswith(sample + " ")]
    return float(found[0].rpartition(" ")[2]) if found else 0.0


@pytest.mark.django_db
def test_a_request_has_one_line_with_its_figures(client, lines):
    person = make_user()
    client.force_login(person)
    answer = client.get(reverse("portal:desk"))
    [line] = lines()
    assert line.pop("duration_ms") > 0
    assert line.pop("queries") >= 2
    assert line.pop("request_id") == answer["X-Request-ID"]
    assert {name: line[name] for name in ("method", "route", "status", "actor")} == {
        "method": "GET", "route": "portal:desk", "status": 200, "actor": person.pk,
    }  # fmt: skip


@pytest.mark.django_db
def test_probes_and_styles_are_told_only_when_asked(client, lines):
    client.get("/healthz")
    client.get("/static/css/none.css")
    assert [(line["route"], line["level"]) for line in lines()] == [("portal:healthz", "DEBUG"), ("static", "INFO")]


@pytest.mark.django_db
def test_the_number_comes_from_a_proxy_of_ours_only(client, settings):
    sent = {"X-Request-ID": "0123456789abcdef"}
    assert client.get("/healthz", headers=sent)["X-Request-ID"] != sent["X-Request-ID"]
    settings.BEHIND_PROXY = True
    assert client.get("/healthz", headers=sent)["X-Request-ID"] == sent["X-Request-ID"]


@pytest.mark.parametrize("sent", ["", "short", "x" * 65, "zażółć gęślą", "12345678\nlevel=ERROR", "<script>alert(1)"])
def test_a_number_that_is_not_well_formed_is_replaced(settings, sent):
    settings.BEHIND_PROXY = True
    request = RequestFactory().get("/", HTTP_X_REQUEST_ID=sent)
    assert request_id(request) != sent
    assert len(request_id(request)) == 16


def test_a_number_ends_with_its_request():
    seen = []

    def answer(request):
        seen.append(current().request_id)
        return HttpResponse()

    middleware = RequestLogMiddleware(answer)
    middleware(RequestFactory().get("/"))
    middleware(RequestFactory().get("/"))
    assert len(set(seen)) == 2
    assert current().request_id == ""


@pytest.mark.django_db
@pytest.mark.urls(__name__)
def test_a_page_that_breaks_shows_the_number_and_tells_nothing_of_what_was_sent(client, lines, settings, caplog):
    settings.ADMINS = [("Administrator", "admin@example.org")]
    client.raise_request_exception = False
    answer = client.post(f"/breaks/{CANARY}/", {"name": CANARY})
    assert answer.status_code == 500
    assert answer["X-Request-ID"] in answer.content.decode()
    [told] = lines("django.request")
    assert told["request_id"] == answer["X-Request-ID"]
    assert told["route"] == "breaks"
    assert "in breaks" in told["exception"]
    assert "ValueError" in told["exception"]
    assert CANARY not in caplog.text
    assert mail.outbox == []


@pytest.mark.django_db
def test_a_refused_form_shows_the_number(settings):
    from django.test import Client

    answer = Client(enforce_csrf_checks=True).post(reverse("account_login"))
    assert answer.status_code == 403
    assert answer["X-Request-ID"] in answer.content.decode()


@pytest.mark.django_db
def test_a_page_that_may_be_compared_shows_no_number(client):
    answer = client.get("/nie-ma/")
    assert answer.status_code == 404
    assert answer["X-Request-ID"] not in answer.content.decode()


@pytest.mark.django_db
def test_requests_are_counted_by_route_and_never_by_path(client):
    sample = 'slz_http_requests_total{method="GET",route="%s",status="%s"}'
    known, lost = sample % ("portal:privacy", "2xx"), sample % ("unknown", "4xx")
    before = count_of(known), count_of(lost)
    client.get(reverse("portal:privacy"))
    client.get(f"/{CANARY}/a/")
    client.get(f"/{CANARY}/b/")
    assert (count_of(known) - before[0], count_of(lost) - before[1]) == (1, 2)
    assert CANARY not in generate_latest(counted()).decode()


@pytest.mark.django_db
def test_wrong_passwords_are_counted(client):
    make_user(email="anna@example.org")
    before = count_of("slz_sign_in_failures_total")
    client.post(reverse("account_login"), {"login": "anna@example.org", "password": "nie to hasło"})
    client.post(reverse("account_login"), {"login": "nikt@example.org", "password": "nie to hasło"})
    assert count_of("slz_sign_in_failures_total") - before == 2


def test_refused_files_are_counted():
    from django.core.files.uploadedfile import SimpleUploadedFile

    from common.errors import Invalid
    from common.files.uploads import check_upload

    before = count_of("slz_uploads_refused_total")
    with pytest.raises(Invalid):
        check_upload(SimpleUploadedFile("a.pdf", b""))
    assert count_of("slz_uploads_refused_total") - before == 1
