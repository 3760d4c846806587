"""The documents of one's own unit."""

import io

from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.access import SignedInRequest, signed_in
from applications.queries import visible_to as visible_applications
from awards.exports import file_name
from awards.models import CertificateStatus
from awards.queries import certificates as queries
from awards.tasks import build_certificates, confirm_submissions
from common.background import wake
from common.files.uploads import read_stored


@signed_in
@require_safe
def confirmation(request: SignedInRequest, pk: int) -> HttpResponse:
    """The confirmation of the newest submitted version: its file, or word that it is being made; its diploma, too.

    Reading creates nothing; a missing confirmation only hurries the worker that makes them.
    """
    application = get_object_or_404(visible_applications(request.user), pk=pk)
    found = queries.confirmation_of(application)
    if found is None:
        raise Http404
    version, certificate = found
    ready = certificate is not None and certificate.status == CertificateStatus.READY
    if not ready and not request.headers.get("HX-Request"):
        wake(build_certificates if certificate else confirm_submissions)
    context = {
        "application": application,
        "version": version,
        "certificate": certificate,
        "ready": ready,
        "failed": certificate is not None and certificate.status == CertificateStatus.FAILED,
        "attachments": version.content.get("attachments", []),
        "diploma": queries.diploma_of(request.user, application),
    }
    return render(request, "awards/confirmation.html", context)


@signed_in
@require_safe
def certificate_file(request: SignedInRequest, code: str) -> HttpResponse | FileResponse:
    """The PDF itself, as a download, for the unit and the organisers."""
    certificate = queries.by_code(request.user, code)
    if certificate is None:
        raise Http404
    if certificate.status != CertificateStatus.READY:
        return render(request, "awards/preparing.html", {"certificate": certificate})
    return FileResponse(
        io.BytesIO(read_stored(certificate.file, certificate.sha256)),
        as_attachment=True,
        filename=file_name(certificate),
        content_type="application/pdf",
    )
