"""The organiser's page of diplomas: their state, files, corrections and revocations."""

from django.contrib import messages
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.access import SignedInRequest, organiser_desk
from awards import services
from awards.exports import zip_of
from awards.facts import CORRECTABLE
from awards.forms import REPLACE, REVOKE, ReplaceForm, RevokeForm
from awards.models import Certificate, CertificateKind
from awards.permissions import can_manage_certificates
from awards.queries import certificates as queries
from awards.queries import shown as pages
from common.errors import Invalid
from common.paging import page_of
from common.web.shown import answers_changes, is_pressed, sent_by
from contest.queries import by_slug


@organiser_desk
@require_safe
def certificates(request: SignedInRequest, slug: str) -> HttpResponse:
    edition = by_slug(request.user, slug)
    context = {
        "edition": edition,
        "page": page_of(request, queries.of_edition(edition)),
        "counts": queries.counts_of(edition),
        "may_manage": bool(can_manage_certificates(request.user, edition)),
    }
    return render(request, "awards/certificates.html", context)


@organiser_desk
@require_safe
def certificates_zip(request: SignedInRequest, slug: str) -> StreamingHttpResponse:
    """Every ready diploma in force, in one file that begins to arrive at once."""
    edition = by_slug(request.user, slug)
    response = StreamingHttpResponse(zip_of(queries.ready_files(edition)), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="dyplomy-{edition.slug}.zip"'
    return response


@organiser_desk
@require_POST
def certificates_retry(request: SignedInRequest, slug: str) -> HttpResponse:
    edition = by_slug(request.user, slug)
    count = services.retry_failed(actor=request.user, edition_id=edition.pk)
    text = ngettext("%(count)s certificate will be tried again.", "%(count)s certificates will be tried again.", count)
    messages.success(request, text % {"count": count})
    return redirect("awards:certificates", slug)


@organiser_desk
@answers_changes
def certificate_replace(request: SignedInRequest, code: str) -> HttpResponse:
    """Correct a diploma: the page shows what changes and what becomes of the old one."""
    certificate = _certificate(request, code)
    can_manage_certificates(request.user, certificate.edition).require()
    initial = {name: certificate.facts.get(name, "") for name in CORRECTABLE}
    form = ReplaceForm(request.POST or None, initial=initial)
    status = 200
    if is_pressed(request):
        if form.is_valid():
            try:
                new = services.replace_certificate(
                    actor=request.user,
                    certificate_id=certificate.pk,
                    corrections={name: form.cleaned_data[name] for name in CORRECTABLE},
                    reason=form.cleaned_data["reason"],
                    shown=sent_by(request),
                )
            except Invalid as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, _("The new diploma has the number %(number)s.") % {"number": new.number})
                return redirect("awards:certificates", certificate.edition.slug)
        status = 422
    context = {
        "certificate": certificate,
        "edition": certificate.edition,
        "form": form,
        "word": REPLACE,
        "shown": pages.replacing.page(request, certificate),
    }
    return render(request, "awards/certificate_replace.html", context, status=status)


@organiser_desk
@answers_changes
def certificate_revoke(request: SignedInRequest, code: str) -> HttpResponse:
    certificate = _certificate(request, code)
    can_manage_certificates(request.user, certificate.edition).require()
    form = RevokeForm(request.POST or None)
    if is_pressed(request) and form.is_valid():
        services.revoke_certificate(
            actor=request.user,
            certificate_id=certificate.pk,
            reason=form.cleaned_data["reason"],
            shown=sent_by(request),
        )
        messages.success(request, _("The certificate %(number)s is revoked.") % {"number": certificate.number})
        return redirect("awards:certificates", certificate.edition.slug)
    context = {
        "certificate": certificate,
        "edition": certificate.edition,
        "form": form,
        "word": REVOKE,
        "shown": pages.revoking.page(request, certificate),
    }
    return render(request, "awards/certificate_revoke.html", context, status=422 if form.errors else 200)


def _certificate(request: SignedInRequest, code: str) -> Certificate:
    certificate = queries.by_code(request.user, code)
    if certificate is None or certificate.kind != CertificateKind.DIPLOMA:
        raise Http404
    return certificate
