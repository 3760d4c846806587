"""Who sees values, and when. Canaries stand in justifications and in totals."""

import pytest
from django.urls import reverse

from accounts.models import MembershipStatus, Role
from contest.workflow import Phase
from jury import services
from jury.models import Assignment, AssignmentStatus, Score
from jury.queries.results import current_round, hidden_from, ranking_for, sheets_visible_to, visible_entries
from jury.queries.todos import todos_for
from tests.factories import make_juror, make_user
from tests.jury.helpers import add_entry, assign, close_sheet, closed_jury, make_jury, score

pytestmark = pytest.mark.django_db
CANARY = "Kanarek-7361"


def url(name, *args):
    return reverse(f"jury:{name}", args=args)


def addresses(jury):
    slug = jury.edition.slug
    rows = Assignment.objects.values_list("pk", flat=True)
    return [
        url("desk"),
        *[url(name, pk) for pk in rows for name in ("sheet", "declare", "recuse", "submit_sheet")],
        *[url("entry", entry.pk) for entry in jury.entries],
        *[url(name, slug) for name in ("ranking", "bundle", "close_scoring", "reopen", "shortlist", "visits")],
        *[url(name, slug) for name in ("assignments", "proposal", "progress", "open_scoring")],
    ]


def everything(client, user, jury):
    client.force_login(user)
    return "".join(client.get(address, follow=True).content.decode() for address in addresses(jury))


@pytest.fixture
def jury():
    """One juror closed a sheet full of canaries; the others have open sheets or none."""
    made = make_jury(entries=1, jurors=4)
    one, two = assign(made.entries[0], made.jurors[0]), assign(made.entries[0], made.jurors[1])
    close_sheet(one, 7, CANARY)
    services.save_scores(
        actor=made.jurors[1].user,
        assignment_id=two.pk,
        revision=0,
        marks={"INNOVATION": services.Mark(3, f"{CANARY}-two")},
        summary="",
    )
    return made


def test_while_scoring_is_open_only_the_author_sees_a_sheet(jury, client):
    assert CANARY in everything(client, jury.jurors[0].user, jury)
    for person in (
        jury.officer,
        jury.chair.user,
        jury.jurors[2].user,
        make_user("Auditor", Role.AUDITOR),
        make_user("Admin", Role.ADMIN),
        make_user(),
    ):
        assert CANARY not in everything(client, person, jury), person


def test_a_juror_sees_no_other_sheet_before_closing_their_own_and_all_closed_ones_after(jury, client):
    second = jury.jurors[1]
    page = everything(client, second.user, jury)
    assert f"{CANARY}-two" in page
    assert f"{CANARY}<" not in page.replace("\n", "<")
    assert sheets_visible_to(second.user, jury.entries[0]) == []
    close_sheet(Assignment.objects.get(juror=second), 6, "Własne")
    assert [sheet.assignment.juror for sheet in sheets_visible_to(second.user, jury.entries[0])] == [
        jury.jurors[0],
        second,
    ]
    assert CANARY in everything(client, second.user, jury)


def test_a_juror_recused_after_closing_sees_nothing(jury, client):
    row = Assignment.objects.get(juror=jury.jurors[0])
    Assignment.objects.filter(pk=row.pk).update(status=AssignmentStatus.RECUSED)
    assert CANARY not in everything(client, jury.jurors[0].user, jury)


def test_pages_of_those_who_may_not_know_do_not_change_by_a_byte_with_a_score(jury, client):
    close_sheet(Assignment.objects.get(juror=jury.jurors[1]), 6, "Inne")
    people = [jury.officer, make_user("Auditor", Role.AUDITOR), jury.chair.user, jury.jurors[3].user]
    names = ("assignments", "proposal", "progress", "open_scoring", "ranking", "close_scoring")
    pages = {}
    for points in (7, 5):
        Score.objects.filter(sheet__assignment__juror=jury.jurors[0]).update(points=points)
        for person in people:
            client.force_login(person)
            for name in (*names, "desk"):
                response = client.get(url(name, *([jury.edition.slug] if name != "desk" else [])))
                body = _without_token(response.content)
                assert pages.setdefault((person.pk, name), body) == body


def _without_token(content):
    import re

    return re.sub(rb'(csrfmiddlewaretoken" value="|X-CSRFToken": ")[A-Za-z0-9]+', b"", content)


def test_todos_tell_of_a_gap_and_of_no_value(jury):
    close_sheet(Assignment.objects.get(juror=jury.jurors[1]), 1, "Inne")
    titles = [todo.title for todo in todos_for(jury.officer)]
    assert len(titles) == 1
    assert not any(figure in titles[0] for figure in ("70", "10", "60"))


# --- After the closing --------------------------------------------------------------------------
def test_after_the_closing_the_jury_officers_and_auditors_see_values_and_nobody_else(client):
    jury = closed_jury((8, 7))
    member = make_user()
    member.memberships.create(unit=jury.entries[0].unit, status=MembershipStatus.ACTIVE)
    for person in (jury.officer, jury.chair.user, jury.jurors[0].user, make_user("A", Role.AUDITOR)):
        client.force_login(person)
        assert "75,00" in client.get(url("ranking", jury.edition.slug)).content.decode()
        assert "75,00" in client.get(url("entry", jury.entries[0].pk)).content.decode()
    for person in (member, make_user(), make_jury(entries=0).chair.user):
        client.force_login(person)
        for address in (url("ranking", jury.edition.slug), url("bundle", jury.edition.slug)):
            assert client.get(address).status_code == 404
        assert client.get(url("entry", jury.entries[0].pk)).status_code == 404


@pytest.mark.parametrize("how", ["employer", "recused", "membership"])
def test_a_member_of_the_jury_in_conflict_sees_neither_total_nor_any_place_of_the_field(client, how):
    jury = closed_jury((8, 7), (9, 9), (5, 6))
    entry = jury.entries[0]
    seat = make_juror(jury.edition, employer=entry.unit if how == "employer" else None)
    if how == "recused":
        row = assign(entry, seat)
        Assignment.objects.filter(pk=row.pk).update(status=AssignmentStatus.RECUSED)
    if how == "membership":
        seat.user.memberships.create(unit=entry.unit, status=MembershipStatus.ACTIVE)
    assert hidden_from(seat.user, jury.edition, jury.entries) == {entry.pk}
    (field,) = ranking_for(seat.user, jury.edition, current_round(jury.edition))
    assert [row.place for row in field.rows] == [None] * 3
    assert [row.total is None for row in field.rows] == [False, False, True]
    client.force_login(seat.user)
    page = client.get(url("ranking", jury.edition.slug)).content.decode()
    assert "75,00" not in page
    assert "90,00" in page
    assert client.get(url("entry", entry.pk)).status_code == 404
    assert client.get(url("entry", jury.entries[1].pk)).status_code == 200
    assert client.get(url("bundle", jury.edition.slug)).status_code == 404
    assert sheets_visible_to(seat.user, entry) == []


def test_reopening_seals_everything_again(client):
    jury = closed_jury((8, 7))
    services.reopen_scoring(
        actor=jury.chair.user, edition_id=jury.edition.pk, reason="x", entry_ids=[jury.entries[0].pk]
    )
    for person in (jury.officer, jury.chair.user, jury.jurors[0].user):
        assert not visible_entries(person, jury.edition.__class__.objects.get(pk=jury.edition.pk)).exists()
    client.force_login(jury.officer)
    assert client.get(url("ranking", jury.edition.slug)).status_code == 404
    assert sheets_visible_to(jury.jurors[0].user, type(jury.entries[0]).objects.get(pk=jury.entries[0].pk)) == []


# --- Todos --------------------------------------------------------------------------------------
def test_each_role_is_told_its_next_step():
    jury = make_jury(entries=2, jurors=2)
    assign(jury.entries[0], jury.jurors[0], declared=False)
    assign(jury.entries[1], jury.jurors[0])
    counts = [todo.count for todo in todos_for(jury.jurors[0].user)]
    assert counts == [1, 1]
    assert [todo.count for todo in todos_for(jury.officer)] == [2]
    assert todos_for(jury.chair.user) == []
    for entry in jury.entries:
        for juror in jury.jurors:
            row = Assignment.objects.filter(application=entry, juror=juror).first() or assign(entry, juror)
            Assignment.objects.filter(pk=row.pk).update(status=AssignmentStatus.DECLARED)
            close_sheet(row, 8)
    assert todos_for(jury.officer) == []
    assert [todo.url for todo in todos_for(jury.chair.user)] == [url("close_scoring", jury.edition.slug)]
    services.close_scoring(actor=jury.chair.user, edition_id=jury.edition.pk)
    assert [todo.url for todo in todos_for(jury.chair.user)] == [url("shortlist", jury.edition.slug)]
    services.shortlist(
        actor=jury.chair.user,
        edition_id=jury.edition.pk,
        round_id=current_round(jury.edition).pk,
        finalist_ids=[entry.pk for entry in jury.entries],
    )
    assert [todo.count for todo in todos_for(jury.chair.user)] == [2]
    for entry in jury.entries:
        entry.visits.create(planned_on="2026-01-01", visited_on="2026-01-01")
    assert [todo.url for todo in todos_for(jury.chair.user)] == [url("begin_decision", jury.edition.slug)]


def test_the_officer_is_told_to_open_the_scoring_and_to_call_a_third():
    jury = make_jury(entries=0, phase=Phase.FORMAL_REVIEW)
    assert todos_for(jury.officer) == []
    add_entry(jury.edition, state="ELIGIBLE")
    assert [todo.url for todo in todos_for(jury.officer)] == [url("open_scoring", jury.edition.slug)]
    jury = make_jury(entries=1, jurors=3)
    score(jury.entries[0], (jury.jurors[0], 9), (jury.jurors[1], 1))
    assert any("?show=third" in todo.url for todo in todos_for(jury.officer))


def test_todos_take_constant_queries(django_assert_max_num_queries):
    for size in (1, 3):
        jury = make_jury(entries=size, jurors=2)
        for entry in jury.entries:
            assign(entry, jury.jurors[0])
        for person in (jury.jurors[0].user, jury.chair.user, jury.officer):
            with django_assert_max_num_queries(12):
                todos_for(person)
