"""Changing locked rules in the open: form, differences, reason, publication."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.access import SignedInRequest, organiser_desk
from common.errors import Conflict, Invalid, Refusal
from contest import queries, services
from contest.forms import PublishAmendmentForm, SectionEditor
from contest.forms.edition import PUBLISH
from contest.models import Edition
from contest.permissions import can_organise
from contest.readiness import is_amendable
from contest.rules import Section
from contest.sections import section_title
from contest.views.setup import editor_of, rule_section, with_revision

CONFIRMATION_FIELDS = ("csrfmiddlewaretoken", "written_by", "step", "sha256", "typed_word", "reason")


@organiser_desk
def amend(request: SignedInRequest, slug: str, section: str) -> HttpResponse:
    """Step by step with one form: nothing is stored before the last step."""
    edition = queries.by_slug(request.user, slug)
    part = rule_section(section)
    if request.method != "POST":
        editor = editor_of(edition, part) if is_amendable(edition, part) else None
        return _form_page(request, edition, part, editor)
    editor = editor_of(edition, part, request.POST)
    if not editor.is_valid():
        return _form_page(request, edition, part, editor, status=422)
    if request.POST.get("step") == "back":
        return _form_page(request, edition, part, editor)
    try:
        if request.POST.get("step") == "publish":
            return _publish(request, edition, part, editor)
        return _preview_page(
            request, edition, part, editor, PublishAmendmentForm(initial={"reason": request.POST.get("reason", "")})
        )
    except (Conflict, Invalid) as refusal:
        return _refused(request, slug, part, refusal)


def _publish(request: SignedInRequest, edition: Edition, section: Section, editor: SectionEditor) -> HttpResponse:
    form = PublishAmendmentForm(request.POST)
    if not form.is_valid():
        return _preview_page(request, edition, section, editor, form, status=422)
    version = services.publish_amendment(
        actor=request.user,
        edition_id=edition.pk,
        section=section,
        revision=editor.revision,
        change=editor.change(),
        reason=form.cleaned_data["reason"],
        expected_sha256=form.cleaned_data["sha256"],
    )
    messages.success(request, _("Amendment number %(number)s is published.") % {"number": version.number - 1})
    return redirect("contest:organiser_edition", edition.slug)


def _refused(request: SignedInRequest, slug: str, section: Section, refusal: Refusal) -> HttpResponse:
    """Back to the form with every value kept, on top of the present state."""
    fresh = queries.by_slug(request.user, slug)
    editor = editor_of(fresh, section, with_revision(request.POST, fresh.revision))
    return _form_page(request, fresh, section, editor, status=refusal.status, refusal=str(refusal))


def _form_page(
    request: SignedInRequest,
    edition: Edition,
    section: Section,
    editor: SectionEditor | None,
    status: int = 200,
    refusal: str = "",
) -> HttpResponse:
    context: dict[str, Any] = {
        "edition": edition,
        "section": section,
        "title": section_title(section),
        "editor": editor,
        "refusal": refusal,
        "reason": request.POST.get("reason", ""),
        "can_act": can_organise(request.user, edition),
    }
    return render(request, "contest/amend.html", context, status=status)


def _preview_page(
    request: SignedInRequest,
    edition: Edition,
    section: Section,
    editor: SectionEditor,
    form: PublishAmendmentForm,
    status: int = 200,
) -> HttpResponse:
    preview = services.preview_amendment(
        actor=request.user,
        edition_id=edition.pk,
        section=section,
        revision=editor.revision,
        change=editor.change(),
    )
    context = {
        "edition": edition,
        "section": section,
        "title": section_title(section),
        "preview": preview,
        "form": form,
        "word": PUBLISH,
        "kept": kept_values(request.POST),
    }
    return render(request, "contest/amend_preview.html", context, status=status)


def kept_values(data: QueryDict) -> list[tuple[str, str]]:
    """The amendment as it was typed, to be sent again with the confirmation."""
    return [(name, value) for name, values in data.lists() if name not in CONFIRMATION_FIELDS for value in values]
