"""Files of an entry after scoring, for those who read its results."""

from typing import cast

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from accounts.access import SignedInRequest, signed_in
from applications.queries import submitted_version
from common.files.uploads import attachment_response, page_response
from jury.queries import desk as queries
from jury.queries.organising import entry_for_results


@signed_in
@require_safe
def entry_attachment(request: SignedInRequest, pk: int, attachment_pk: int) -> HttpResponse:
    found = entry_for_results(request.user, pk)
    attachment = queries.entry_file(submitted_version(found), attachment_pk)
    if attachment is None:
        raise Http404
    return cast("HttpResponse", attachment_response(attachment, is_infected=attachment.is_infected))


@signed_in
@require_safe
def entry_page(request: SignedInRequest, pk: int, attachment_pk: int, page: int) -> HttpResponse:
    """A page of a file of the entry, for whoever may download the file."""
    drawn = queries.entry_page(submitted_version(entry_for_results(request.user, pk)), attachment_pk, page)
    if drawn is None:
        raise Http404
    return page_response(drawn)
