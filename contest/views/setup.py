"""Setting an edition up section by section, and publishing its call."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import SignedInRequest, organiser_desk
from common.canonical import sha256_of
from common.errors import Conflict, Invalid
from contest import queries, services
from contest.forms import PublishCallForm, SectionEditor
from contest.forms.edition import PUBLISH
from contest.models import Edition
from contest.permissions import can_organise
from contest.phases import Activity, may
from contest.readiness import blocking, is_amendable, problems_before_call
from contest.rules import RULE_SECTIONS, Section
from contest.sections import section_list, section_title


@organiser_desk
def edition_tasks(request: SignedInRequest, slug: str) -> HttpResponse:
    edition = queries.by_slug(request.user, slug)
    preparing = may(edition, Activity.SET_UP)
    problems = problems_before_call(edition) if preparing else []
    context = {
        "edition": edition,
        "sections": section_list(problems, locked=not preparing),
        "preparing": preparing,
        "problems": problems,
        "ready": preparing and not blocking(problems),
        "can_act": can_organise(request.user, edition),
    }
    return render(request, "contest/edition_tasks.html", context)


@organiser_desk
def edition_setup(request: SignedInRequest, slug: str, section: str) -> HttpResponse:
    """One section: its form before the call, its published content after it."""
    edition = queries.by_slug(request.user, slug)
    part = rule_section(section)
    locked = not may(edition, Activity.SET_UP)
    if request.method != "POST":
        editor = None if locked else editor_of(edition, part)
        return _section_page(request, edition, part, editor)
    editor = editor_of(edition, part, request.POST)
    if not editor.is_valid():
        return _section_page(request, edition, part, editor, status=422)
    change = editor.change()
    try:
        services.update_section(
            actor=request.user, edition_id=edition.pk, section=part, revision=editor.revision, change=change
        )
    except (Conflict, Invalid) as refusal:
        # the lock wins over what was typed, but what was typed stays on the page
        fresh = queries.by_slug(request.user, slug)
        editor = editor_of(fresh, part, with_revision(request.POST, fresh.revision))
        return _section_page(request, fresh, part, editor, status=refusal.status, refusal=str(refusal))
    messages.success(request, _("Saved: %(section)s.") % {"section": section_title(part)})
    if any(row.delete for row in change.rows):
        messages.info(request, _("What was removed can be put back for a day, below the list it stood in."))
    if "stay" in request.POST:
        return redirect("contest:edition_setup", slug, part)
    return redirect("contest:edition_tasks", slug)


@organiser_desk
def publish_call(request: SignedInRequest, slug: str) -> HttpResponse:
    """Everything that will be locked, on one page, before the word that locks it."""
    edition = queries.by_slug(request.user, slug)
    form = PublishCallForm(request.POST or None)
    refusal = ""
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            services.publish_call(
                actor=request.user, edition_id=edition.pk, expected_sha256=form.cleaned_data["sha256"]
            )
        except Conflict as conflict:
            refusal, status = str(conflict), conflict.status
            edition = queries.by_slug(request.user, slug)
        else:
            messages.success(request, _("The call is published and the rules are locked."))
            return redirect("contest:organiser_edition", slug)
    elif form.errors:
        status = 422
    problems = problems_before_call(edition) if may(edition, Activity.SET_UP) else []
    context = {
        "edition": edition,
        "form": form,
        "refusal": refusal,
        "word": PUBLISH,
        "problems": problems,
        "ready": may(edition, Activity.SET_UP) and not blocking(problems),
        "sha256": sha256_of(queries.rules_of(edition)),
        "can_act": can_organise(request.user, edition),
        **queries.rules_context(edition),
    }
    return render(request, "contest/publish_call.html", context, status=status)


def rule_section(name: str) -> Section:
    """The section of the rules at this address, else 404."""
    if name not in RULE_SECTIONS:
        raise Http404
    return Section(name)


def editor_of(edition: Edition, section: Section, data: QueryDict | None = None) -> SectionEditor:
    return SectionEditor(edition, section, queries.rows_of(edition, section), data)


def with_revision(data: QueryDict, revision: int) -> QueryDict:
    """The posted values on top of the present state, so that saving again is a decision, not a slip."""
    copy = data.copy()
    copy["revision"] = str(revision)
    return copy


def _section_page(
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
        "locked": not may(edition, Activity.SET_UP),
        "amendable": is_amendable(edition, section),
        "can_act": can_organise(request.user, edition),
        "removed": queries.removed_rows(edition, section, timezone.now()) if editor and section in queries.ROWS else [],
        **queries.rules_context(edition),
    }
    return render(request, "contest/edition_setup.html", context, status=status)
