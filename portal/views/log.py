"""The log that leaves the house: checkpoints of the journal for everybody, people and programs (ADR 77)."""

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from common.kernel import checkpoints as log
from common.kernel import keys
from common.models import JournalCheckpoint
from common.paging import page_of


@never_cache
@require_safe
def checkpoints(request: HttpRequest) -> HttpResponse:
    newest = log.latest()
    page = page_of(request, log.published(), per_page=25, count=newest.number if newest else 0)
    context = {
        "newest": newest,
        "page": page,
        "epochs": log.epochs(),
        "keys": list(keys.all_keys()),
        "self_made": newest and newest.key.self_made,
    }
    return render(request, "portal/checkpoints.html", context)


@never_cache
@require_safe
def latest_text(request: HttpRequest) -> HttpResponse:
    """For a script that keeps one every hour: `curl …/dziennik/ostatni.txt >> kept.txt`."""
    return _text(log.latest())


@require_safe
def checkpoint_text(request: HttpRequest, number: int) -> HttpResponse:
    return _text(log.published_one(number))


@require_safe
def checkpoint_json(request: HttpRequest, number: int) -> JsonResponse:
    return JsonResponse(log.as_json(_there(log.published_one(number))))


@never_cache
@require_safe
def signing_keys(request: HttpRequest) -> JsonResponse:
    return JsonResponse(log.keys_as_json())


@require_safe
def key_pem(request: HttpRequest, number: int) -> HttpResponse:
    """One public key as openssl takes it."""
    key = keys.published_one(number)
    if key is None:
        raise Http404
    response = HttpResponse(keys.pem_of(key), content_type="application/x-pem-file")
    response["Content-Disposition"] = f'attachment; filename="klucz-{number}.pem"'
    return response


def _text(row: JournalCheckpoint | None) -> HttpResponse:
    return HttpResponse(_there(row).note, content_type="text/plain; charset=utf-8")


def _there(row: JournalCheckpoint | None) -> JournalCheckpoint:
    if row is None:
        raise Http404
    return row
