"""Putting back what was removed from the set-up by a slip."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import SignedInRequest, organiser_desk
from common.errors import Invalid
from contest import queries, services
from contest.models import Edition
from contest.rules import Section

SECTIONS = (*queries.ROWS, Section.JURY)


@organiser_desk
@require_POST
def put_back(request: SignedInRequest, slug: str, section: str, pk: int) -> HttpResponse:
    edition = queries.by_slug(request.user, slug)
    if section not in SECTIONS:
        raise Http404
    try:
        name = _put_back(request, edition, Section(section), pk)
    except Invalid as refusal:  # something to correct first; a conflict is a page of its own (409)
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("“%(name)s” was put back.") % {"name": name})
    if section == Section.JURY:
        return redirect("contest:jury", slug)
    return redirect("contest:edition_setup", slug, section)


def _put_back(request: SignedInRequest, edition: Edition, section: Section, pk: int) -> str:
    if section is Section.JURY:
        return str(services.put_back_jury_member(actor=request.user, edition_id=edition.pk, removed_id=pk))
    return services.put_back_row(actor=request.user, edition_id=edition.pk, section=section, removed_id=pk)
