"""Every form the pages offer, sent late or with more in it than it has."""

import pytest
from django.apps import apps
from django.db.models import F
from django.forms import MultipleChoiceField
from django.utils import timezone

from contest.models import Edition, JuryMember
from contest.workflow import Phase
from tests.access.crowd import Answer, Crowd, quiet
from tests.access.forms import PostForm, every_form
from tests.access.observe import bare_404
from tests.access.swaps import OURS, RANDOM, accepted, forms_to_swap, swaps
from tests.access.world import SCORING

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("access"), pytest.mark.slow]
OF_AN_EDITION = ("applications:", "awards:", "contest:", "jury:", "practices:announce")
# A new edition is none of the closed ones. An open session and a returned entry keep an edition from ending, and
# removing a file from a draft that was never sent concerns nobody else. Diplomas can be corrected for ever.
NOT_CLOSED = {
    "contest:edition_create",
    "awards:session_edit",
    "awards:certificate_replace",
    "awards:certificate_revoke",
    "applications:complete",
    "applications:attachments",
}


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
                told = set(done(plain)[1]) ^ set(done(stuffed)[1])
                differing.append(f"{place.name} {place.sample}, {role}: {plain.status}, {stuffed.status}, {told}")
    figure(f"{asked} forms, {acted} of them act, {len(extra)} names of columns added to each: {len(differing)} differ")
    assert acted > 10
    assert not differing, "\n".join(differing)


@pytest.mark.case(36)
def test_an_id_of_somebody_elses_row_is_refused_or_ignored_in_every_field(walk, figure):
    """Every hidden field, choice, button and numbered name of every form gets ids that its page did not offer.

    Refused: nothing is written. Ignored: what is written is what the form without it writes.
    """
    crowd, acted, wrong = Crowd(walk.world), set(), []
    tried = 0
    with quiet(), bare_404():
        for where, role, form, data, plain in forms_to_swap(crowd, walk.places):
            acted |= {form.address} if plain.writes else set()
            for label in accepted(crowd, role, form, data, plain):
                if not _is_a_pair_of_the_edition(label):
                    wrong.append(f"{where}, {role}, {form.address}: {label}")
            tried += sum(1 for _swap in swaps(form, data))
    figure(f"{tried} ids of others sent in the place of ids, {len(acted)} forms act: {len(wrong)} accepted")
    assert tried > 1000
    assert len(acted) > 40
    assert not wrong, "\n".join(wrong)


def _is_a_pair_of_the_edition(label: str) -> bool:
    """The proposal of assignments may be answered with any other entry and juror of its own edition."""
    if not label.startswith("pair="):
        return False
    entry, juror = label.removeprefix("pair=").partition(":")[0].split("-")
    edition = Edition.objects.get(slug=SCORING)
    return edition.applications.filter(pk=entry).exists() and edition.jury.filter(pk=juror).exists()


@pytest.mark.case(36, control=True)
def test_without_the_check_of_what_may_be_chosen_a_swapped_id_is_noticed(walk, figure, monkeypatch):
    """Jurors of other editions get into a session when neither form nor service looks whose they are."""

    def whoever(edition: Edition, ids: list[int]) -> list[JuryMember]:
        return list(JuryMember.objects.filter(pk__in=ids))

    monkeypatch.setattr(MultipleChoiceField, "valid_value", lambda field, value: True)
    monkeypatch.setattr("awards.services.sessions._attendees", whoever)
    crowd, found = Crowd(walk.world), []
    sessions = [place for place in walk.places if place.name == "awards:session_edit"]
    with quiet(), bare_404():
        for _where, role, form, data, plain in forms_to_swap(crowd, sessions):
            found += accepted(crowd, role, form, data, plain)
    figure(f"{len(found)} jurors of other editions got into a session")
    assert any(label.startswith("attendees=") for label in found)


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
