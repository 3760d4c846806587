"""What everybody may see: published results and the check of certificates."""

import hashlib

from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from awards.facts import normal_code
from awards.forms import CodeForm, FileCheckForm
from awards.queries import certificates as certificate_queries
from awards.queries import results as result_queries
from common.copies import kept_until_changed
from common.kernel.signing import signature_of
from contest.models import Edition


@require_safe
@kept_until_changed
def results(request: HttpRequest, slug: str) -> HttpResponse:
    edition = _announced(slug)
    return render(request, "awards/results.html", {"edition": edition, "results": result_queries.results_of(edition)})


@require_safe
def results_bundle(request: HttpRequest, slug: str) -> HttpResponse:
    """Awards and the frozen scoring, jurors as numbers: the kept bytes, whose SHA-256 the results page prints."""
    package = result_queries.package_of(_announced(slug))
    if package is None:
        raise Http404
    response = HttpResponse(package, content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="wyniki-{slug}.json"'
    return response


@require_safe
def results_signature(request: HttpRequest, slug: str) -> HttpResponse:
    """The 64 bytes of Ed25519 over the package, as openssl takes them; the sealer makes them seconds after it."""
    signature = signature_of(result_queries.package_digest(_announced(slug)))
    if signature is None:
        raise Http404
    response = HttpResponse(bytes.fromhex(signature.signature), content_type="application/octet-stream")
    response["Content-Disposition"] = f'attachment; filename="wyniki-{slug}.json.sig"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def verify_form(request: HttpRequest) -> HttpResponse:
    """A code typed by hand leads to its page; a file is looked up by its digest."""
    code_form = CodeForm(request.GET if "code" in request.GET else None)
    if code_form.is_bound and code_form.is_valid() and (code := normal_code(code_form.cleaned_data["code"])):
        return redirect("awards:verify", code)
    file_form = _file_form(request)
    checked = ""
    if request.method == "POST" and file_form.is_valid():
        checked = _digest(file_form.cleaned_data["file"])
        if found := certificate_queries.by_digest(checked):
            return redirect("awards:verify", found.code)
    context = {"code_form": code_form, "file_form": file_form, "unknown_digest": checked}
    return render(request, "awards/verify_form.html", context, status=422 if file_form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest, code: str) -> HttpResponse:
    """Valid, replaced, revoked or unknown. A diploma cannot exist before the announcement."""
    normal = normal_code(code)
    if normal and normal != code:
        return redirect("awards:verify", normal)
    found = certificate_queries.verify(code)
    if found is None:
        return render(request, "awards/verify_unknown.html", {"code": code, "code_form": CodeForm()}, status=404)
    form = _file_form(request)
    compared = None
    if request.method == "POST" and form.is_valid():
        compared = _digest(form.cleaned_data["file"]) == found.certificate.sha256
    context = {"found": found, "certificate": found.certificate, "file_form": form, "compared": compared}
    return render(request, "awards/verify.html", context, status=422 if form.errors else 200)


def _file_form(request: HttpRequest) -> FileCheckForm:
    return FileCheckForm(request.POST, request.FILES) if request.method == "POST" else FileCheckForm()


def _announced(slug: str) -> Edition:
    edition = result_queries.announced_edition(slug)
    if edition is None:
        raise Http404
    return edition


def _digest(upload: UploadedFile) -> str:
    found = hashlib.sha256()
    for chunk in upload.chunks():
        found.update(chunk)
    return found.hexdigest()
