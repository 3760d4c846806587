"""Setting an edition up: what is proposed, what is saved, what is refused."""

from datetime import date, timedelta

import pytest

from accounts.models import Role
from common.deadlines import last_minute_of
from common.errors import Conflict, Invalid, NotPermitted
from common.models import JournalEntry
from contest import defaults, services
from contest.models import Edition
from contest.queries import rules_of
from contest.readiness import blocking, problems_before_call
from contest.rules import RowChange, Section, SectionChange
from contest.workflow import Phase
from tests import factories
from tests.contest.editions import changed, preparation, reread, unchanged

pytestmark = pytest.mark.django_db

TEXTS = {"slug": "2031", "year": 2031, "title": "Edycja 2031", "theme": "usługi społeczne"}


def create(actor=None, **fields):
    return services.create_edition(actor=actor or factories.make_officer(), **{**TEXTS, **fields})


def update(edition, section, change, actor=None, revision=None):
    return services.update_section(
        actor=actor or factories.make_officer(),
        edition_id=edition.pk,
        section=section,
        revision=revision or edition.revision,
        change=change,
    )


def names(edition, relation):
    return [row.name for row in getattr(reread(edition), relation).all()]


# --- Creating -----------------------------------------------------------------------------------
def test_a_new_edition_lacks_only_its_domains(time_machine):
    time_machine.move_to("2031-03-01 12:00:00+00:00", tick=False)
    edition = create()
    assert edition.phase == Phase.PREPARATION
    assert {problem.section for problem in blocking(problems_before_call(edition))} == {Section.DOMAINS}
    assert sum(row.weight for row in edition.criteria.all()) == 100
    assert edition.groups.count() == 4
    assert JournalEntry.objects.get().action == "edition.create"


def test_only_an_officer_creates_an_edition():
    with pytest.raises(NotPermitted):
        create(actor=factories.make_user("", Role.AUDITOR))
    assert not Edition.objects.exists()


def test_an_address_is_used_once():
    create()
    with pytest.raises(Invalid):
        create()


def test_a_copy_takes_the_rules_over_but_not_the_calendar():
    source = factories.make_edition(Phase.ARCHIVED, finalist_threshold=70, months_in_operation=12)
    source.criteria.filter(code="INNOVATION").update(name="Nowość")
    copy = create(copied_from=source)
    before, after = rules_of(reread(source)), rules_of(reread(copy))
    for key in ("domains", "groups", "criteria", "attachments", "scoring", "entries"):
        assert after[key] == before[key]
    assert copy.submission_deadline != source.submission_deadline
    assert source.domains.count() == 2


def test_what_a_historical_edition_does_not_have_comes_from_the_proposal():
    source = Edition.objects.create(slug="2011", year=2011, title="2011", theme="x", is_historical=True)
    source.domains.create(name="kultura")
    copy = create(copied_from=source)
    assert names(copy, "domains") == ["kultura"]
    assert copy.criteria.count() == 5


@pytest.mark.parametrize(
    ("today", "announced", "closes"),
    [
        (date(2031, 1, 10), date(2031, 3, 1), date(2031, 6, 15)),
        (date(2031, 4, 2), date(2031, 4, 2), date(2031, 6, 15)),
        (date(2031, 5, 20), date(2031, 5, 20), date(2031, 8, 18)),
        (date(2031, 8, 1), date(2031, 8, 1), date(2031, 10, 30)),
    ],
)
def test_the_proposed_calendar_follows_the_habit_of_the_contest_or_starts_today(today, announced, closes):
    proposal = defaults.proposed_calendar(2031, today)
    assert proposal["call_announced_on"] == announced
    assert proposal["submission_deadline"] == last_minute_of(closes)
    assert proposal["submission_deadline"].hour == 23
    days = [value.date() if hasattr(value, "hour") else value for value in proposal.values()]
    assert days == sorted(days)


# --- Saving a section ---------------------------------------------------------------------------
@pytest.mark.parametrize("section", [section for section in Section if section is not Section.JURY])
def test_saving_a_form_untouched_changes_no_rule(section):
    edition = preparation()
    before = rules_of(edition)
    update(edition, section, unchanged(edition, section))
    edition = reread(edition)
    assert rules_of(edition) == before
    assert edition.revision == 2
    assert JournalEntry.objects.get(action="edition.update").data == {"section": section}


def test_fields_of_another_section_are_not_taken():
    edition = preparation()
    update(edition, Section.DATA, SectionChange({"theme": "nowy", "submission_deadline": None, "has_places": True}))
    edition = reread(edition)
    assert edition.theme == "nowy"
    assert edition.submission_deadline is not None
    assert edition.has_places is False


def test_rows_are_added_renamed_removed_and_put_in_order():
    edition = preparation()
    first, second = edition.domains.all()
    change = SectionChange(
        rows=(
            RowChange(first.pk, {}, delete=True),
            RowChange(None, {"name": "sport", "name_en": "sport"}),
            RowChange(second.pk, {"name": "edukacja"}),
        )
    )
    update(edition, Section.DOMAINS, change)
    assert names(edition, "domains") == ["sport", "edukacja"]
    assert reread(edition).domains.get(name="edukacja").pk == second.pk


def test_two_rows_may_exchange_names_and_places_in_ties_at_once():
    edition = preparation()
    a, b = edition.criteria.exclude(tie_break=None).order_by("pk")
    swapped = []
    for row in unchanged(edition, Section.CRITERIA).rows:
        other = {a.pk: b, b.pk: a}.get(row.pk)
        values = dict(row.values)
        if other is not None:
            values |= {"name": other.name, "tie_break": other.tie_break}
        swapped.append(RowChange(row.pk, values))
    update(edition, Section.CRITERIA, SectionChange(unchanged(edition, Section.CRITERIA).fields, tuple(swapped)))
    a_after, b_after = reread(edition).criteria.filter(pk__in=[a.pk, b.pk]).order_by("pk")
    assert (a_after.name, a_after.tie_break) == (b.name, b.tie_break)
    assert (b_after.name, b_after.tie_break) == (a.name, a.tie_break)


def test_two_domains_of_one_name_are_refused():
    edition = preparation()
    rows = unchanged(edition, Section.DOMAINS).rows
    with pytest.raises(Invalid):
        update(edition, Section.DOMAINS, SectionChange(rows=(*rows, RowChange(None, dict(rows[0].values)))))
    assert len(names(edition, "domains")) == 2


def test_a_new_criterion_gets_a_code_of_its_own_and_an_old_one_keeps_its():
    edition = preparation()
    rows = list(unchanged(edition, Section.CRITERIA).rows)
    rows[0] = RowChange(rows[0].pk, {**rows[0].values, "name": "Nowość"})
    extra = [RowChange(None, {"name": name, "weight": 5}) for name in ("Trwałość zmian", "Trwałość, zmian", "ąę")]
    update(edition, Section.CRITERIA, SectionChange(rows=(*rows, *extra)))
    codes = [row.code for row in reread(edition).criteria.all()]
    assert codes[0] == "INNOVATION"
    assert codes[5:] == ["TRWAOSC_ZMIAN", "TRWAOSC_ZMIAN_2", "AE"]


def test_rows_of_another_edition_are_out_of_reach():
    edition, other = preparation(), preparation()
    foreign = other.domains.first()
    with pytest.raises(Conflict):
        update(edition, Section.DOMAINS, SectionChange(rows=(RowChange(foreign.pk, {"name": "przejęte"}),)))
    assert "przejęte" not in names(other, "domains")
    with pytest.raises(Conflict):
        update(edition, Section.DOMAINS, SectionChange(rows=(RowChange(foreign.pk, {}, delete=True),)))
    assert len(names(other, "domains")) == 2


@pytest.mark.parametrize("delete", [True, False])
def test_a_row_named_twice_in_one_form_is_refused(delete):
    edition = preparation()
    pk = edition.criteria.all()[0].pk
    with pytest.raises(Conflict):
        update(edition, Section.CRITERIA, SectionChange(rows=(RowChange(pk, {}, delete=delete),) * 2))
    assert edition.criteria.filter(pk=pk).exists()


def test_a_weight_outside_1_to_100_is_refused():
    edition = preparation()
    rows = list(unchanged(edition, Section.CRITERIA).rows)
    rows[0] = RowChange(rows[0].pk, {**rows[0].values, "weight": 0})
    with pytest.raises(Invalid):
        update(edition, Section.CRITERIA, SectionChange(rows=tuple(rows)))


def test_a_form_filled_in_on_an_older_state_is_refused():
    edition = preparation()
    update(edition, Section.DATA, changed(edition, Section.DATA, theme="pierwszy"))
    with pytest.raises(Conflict):
        update(edition, Section.DATA, changed(edition, Section.DATA, theme="drugi"), revision=1)
    assert reread(edition).theme == "pierwszy"


@pytest.mark.parametrize("phase", [phase for phase in Phase if phase != Phase.PREPARATION])
def test_after_the_call_is_published_the_set_up_is_locked(phase):
    edition = factories.make_edition(phase)
    with pytest.raises(Conflict):
        update(edition, Section.DATA, changed(edition, Section.DATA, theme="inny"))
    assert reread(edition).theme == "usługi społeczne"


@pytest.mark.parametrize("roles", [(), (Role.AUDITOR,), (Role.ADMIN,)])
def test_only_an_officer_sets_an_edition_up(roles):
    edition = preparation()
    with pytest.raises(NotPermitted):
        update(edition, Section.DATA, changed(edition, Section.DATA, theme="x"), actor=factories.make_user("", *roles))


def test_deadlines_of_the_proposal_keep_the_wall_clock_across_summer_time():
    winter = last_minute_of(date(2031, 1, 15))
    summer = last_minute_of(date(2031, 7, 15))
    assert (winter.utcoffset(), summer.utcoffset()) == (timedelta(hours=1), timedelta(hours=2))
