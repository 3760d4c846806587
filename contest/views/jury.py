"""Who sits on the jury: appointing, changing, removing."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import SignedInRequest, organiser_desk
from common.errors import Conflict, Invalid
from common.web.shown import Changed, Shown, answers_changes, is_pressed, sent_by
from contest import queries, services
from contest.forms import JuryMemberForm, NewJuryMemberForm
from contest.models import Edition, JuryMember
from contest.permissions import can_organise
from contest.queries import shown as pages
from contest.readiness import problems_before_call
from contest.rules import Section
from contest.sections import section_title


@organiser_desk
def jury(request: SignedInRequest, slug: str) -> HttpResponse:
    edition = queries.by_slug(request.user, slug)
    form = NewJuryMemberForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            services.add_jury_member(
                actor=request.user,
                edition_id=edition.pk,
                person=values["email"],
                role=values["role"],
                employer=values["employer"],
                residence=values["residence"],
            )
        except (Conflict, Invalid) as refusal:
            form.add_error("email", str(refusal))
        else:
            messages.success(request, _("The person is on the jury."))
            return redirect("contest:jury", slug)
    context = {
        "edition": edition,
        "title": section_title(Section.JURY),
        "members": queries.jury_of(edition),
        "problems": [problem for problem in problems_before_call(edition) if problem.section is Section.JURY],
        "form": form,
        "section": Section.JURY,
        "removed": queries.removed_rows(edition, Section.JURY, timezone.now()),
        "can_act": can_organise(request.user, edition),
    }
    return render(request, "contest/jury.html", context, status=422 if form.errors else 200)


@organiser_desk
@answers_changes
def jury_member(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    edition = queries.by_slug(request.user, slug)
    member = get_object_or_404(queries.jury_of(edition), pk=pk)
    form = JuryMemberForm.of(member, request.POST or None)
    if is_pressed(request) and form.is_valid():
        try:
            services.update_jury_member(
                actor=request.user, member_id=member.pk, shown=sent_by(request), **form.cleaned_data
            )
        except Changed:
            raise
        except (Conflict, Invalid) as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Changes are saved."))
            return redirect("contest:jury", slug)
    return _member_page(request, edition, member, form, pages.jury_member.page(request, member), saving=True)


def _member_page(
    request: SignedInRequest, edition: Edition, member: JuryMember, form: JuryMemberForm, shown: Shown, *, saving: bool
) -> HttpResponse:
    context = {
        "edition": edition,
        "member": member,
        "form": form,
        "can_act": can_organise(request.user, edition),
        "shown": shown,
        "saving": saving,
        "edit_token": pages.jury_member.token(member, request.user),
        "remove_token": pages.removing_jury_member.token(member, request.user),
    }
    return render(request, "contest/jury_member.html", context, status=422 if form.errors else 200)


@organiser_desk
@answers_changes
@require_POST
def jury_member_remove(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    edition = queries.by_slug(request.user, slug)
    member = get_object_or_404(queries.jury_of(edition), pk=pk)
    if not is_pressed(request):
        shown = pages.removing_jury_member.page(request, member)
        return _member_page(request, edition, member, JuryMemberForm.of(member), shown, saving=False)
    services.remove_jury_member(actor=request.user, member_id=member.pk, shown=sent_by(request))
    messages.success(request, _("The person is no longer on the jury. Below the list you can put them back for a day."))
    return redirect("contest:jury", slug)
