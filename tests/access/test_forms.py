"""Every form the pages offer, sent late or with more in it than it has."""

import re

import pytest
from django.apps import apps
from django.db.models import F
from django.utils import timezone

from contest.models import Edition
from contest.workflow import Phase
from tests.access.crowd import Answer, Crowd, quiet
from tests.access.forms import PostForm, every_form
from tests.access.observe import bare_404

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("access"), pytest.mark.slow]
OURS = {"accounts", "applications", "awards", "contest", "jury", "notifications", "practices", "units"}
RANDOM = re.compile(
    r"UUID\('[^']+'\)|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32,64}|[0-9A-Z]{4}(-[0-9A-Z]{4}){2,}"
)
OF_AN_EDITION = ("applications:", "awards:", "contest:", "jury:", "practices:announce")
# A new edition is none of the closed ones. An open session and a returned entry keep an edition from ending, and
# removing a file from a draft that was never sent concerns nobody else.
NOT_CLOSED = {"contest:edition_create", "awards:session_edit", "applications:complete", "applications:attachments"}


def done(answer: Answer) -> tuple[str, list[str]]:
    """What came of it; numbers drawn at random left out."""
    return answer.status, [RANDOM.sub("", text) for text in answer.writes]


def columns() -> set[str]:
    """Every column of every table of ours, by both of its names, and what else people try."""
    models = (model for app in OURS for model in apps.get_app_config(app).get_models())
    fields = {field for model in models for field in model._meta.concrete_fields}
    return {name for field in fields for name in (field.name, field.attname)} | {"pk", "_method", "actor", "user_ptr"}


@pytest.mark.case(36)
def test_fields_that_a_form_does_not_have_are_ignored(walk, figure):
    """The names of all columns are sent along: nothing else is written than without them."""
    crowd, extra = Crowd(walk.world), columns()
    asked, acted, differing = 0, 0, []
    with quiet(), bare_404():
        for place, role, form in every_form(walk.places):
            data = form.data()
            more = dict.fromkeys(extra - data.keys(), "1")
            plain = crowd.ask(role, "POST", form.address, data)
            stuffed = crowd.ask(role, "POST", form.address, {**more, **data})
            asked, acted = asked + 1, acted + bool(plain.writes)
            if done(plain) != done(stuffed):
                differing.append(f"{place.name} {place.sample}, {role}: {plain.status}, {stuffed.status}")
    figure(f"{asked} forms, {acted} of them act, {len(extra)} names of columns added to each: {len(differing)} differ")
    assert acted > 10
    assert not differing, "\n".join(differing)


def end_every_edition() -> None:
    """Every edition that was going on is over."""
    now = timezone.now()
    going_on = Edition.objects.exclude(phase=Phase.ARCHIVED)
    going_on.update(phase=Phase.ARCHIVED, announced_at=now, revision=F("revision") + 1)


@pytest.mark.case(35)
def test_a_form_whose_phase_has_closed_is_refused_and_changes_nothing(walk, figure):
    """Those that acted a moment ago, sent again from the same tab after every edition ended."""
    crowd, wrong = Crowd(walk.world), []
    with quiet(), bare_404():
        acting: list[tuple[str, str, PostForm]] = [
            (place.name, role, form)
            for place, role, form in every_form(walk.places)
            if place.name.startswith(OF_AN_EDITION)
            and place.name not in NOT_CLOSED
            and crowd.ask(role, "POST", form.address, form.data()).writes
        ]
        end_every_edition()
        statuses = []
        for name, role, form in acting:
            answer = crowd.ask(role, "POST", form.address, form.data())
            statuses.append(answer.status)
            if answer.status != "409" or answer.writes:
                wrong.append(f"{name}, {role}, {form.address}: {answer.status}, {len(answer.writes)} writes")
    figure(f"{len(acting)} forms: {statuses.count('409')} answered 409")
    assert not wrong, "\n".join(wrong)
