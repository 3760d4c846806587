"""Pages: who may open them, what they keep, how many queries they take."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from jury import services
from jury.models import Assignment, Score, ScoreSheet
from tests.factories import make_juror
from tests.jury.helpers import add_entry, assign, close_sheet
from tests.pressing import press, shown_on

pytestmark = pytest.mark.django_db


def url(name, *args):
    return reverse(f"jury:{name}", args=args)


def sheet_data(edition, points=5, why="Bo tak.", revision=0, **more):
    data = {"revision": revision, "summary": "Opinia."}
    for criterion in edition.criteria.all():
        data[f"points_{criterion.pk}"] = points
        data[f"why_{criterion.pk}"] = why
    return data | more


# --- Desk ---------------------------------------------------------------------------------------
def test_the_desk_lists_the_own_entries_with_their_state(jury, juror, client):
    one, two = jury.entries
    assign(one, juror, declared=False)
    close_sheet(assign(two, juror), 5)
    assign(add_entry(jury.edition, title="Cudze zgłoszenie"), jury.jurors[1])
    page = client.get(url("desk")).content.decode()
    assert one.number in page
    assert two.number in page
    assert "Cudze" not in page
    closed = client.get(url("desk"), {"state": "closed"}).content.decode()
    assert one.number not in closed
    assert two.number in closed


def test_an_empty_desk_says_what_will_be_here(juror, client):
    assert 'class="empty"' in client.get(url("desk")).content.decode()


def test_the_desk_takes_as_many_queries_for_one_entry_as_for_many(jury, juror, client):
    counts = []
    for size in (1, 3):
        while Assignment.objects.count() < size:
            assign(add_entry(jury.edition), juror)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(url("desk")).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 14


def test_only_jurors_have_a_desk(jury, client):
    assert client.get(url("desk")).status_code == 302
    client.force_login(jury.officer)
    assert client.get(url("desk")).status_code == 404
    former = make_juror(jury.edition, is_active=False)
    client.force_login(former.user)
    assert client.get(url("desk")).status_code == 404


def test_before_the_declaration_only_unit_title_and_number_are_shown(jury, juror, client):
    entry = add_entry(jury.edition, abstract="Tajne streszczenie", context="Tajny kontekst")
    row = assign(entry, juror, declared=False)
    response = client.get(url("sheet", row.pk))
    assert response.status_code == 302
    for address in (url("desk"), url("declare", row.pk), url("recuse", row.pk)):
        page = client.get(address).content.decode()
        assert entry.title in page
        assert "Tajn" not in page
    assert client.get(url("submit_sheet", row.pk), follow=True).status_code == 200


# --- Declarations -------------------------------------------------------------------------------
def test_many_entries_are_declared_after_their_units_were_shown(jury, juror, client):
    rows = [assign(entry, juror, declared=False) for entry in jury.entries]
    ids = [row.pk for row in rows]
    page = client.post(url("declare_many"), {"assignment": ids}).content.decode()
    assert all(entry.unit.name in page for entry in jury.entries)
    assert not ScoreSheet.objects.exists()
    assert client.post(url("declare_many"), {"assignment": ids, "confirm": "1"}).status_code == 302
    assert ScoreSheet.objects.count() == 2
    assert client.post(url("declare_many"), {"assignment": ids}).status_code == 302


def test_one_entry_is_declared_and_opens(jury, juror, client):
    row = assign(jury.entries[0], juror, declared=False)
    assert "disabled" not in client.get(url("declare", row.pk)).content.decode()
    assert client.post(url("declare", row.pk)).url == url("sheet", row.pk)
    assert client.get(url("declare", row.pk)).url == url("sheet", row.pk)
    assert client.get(url("sheet", row.pk)).status_code == 200


def test_a_conflict_in_the_register_offers_the_recusal_only(jury, juror, client):
    row = assign(jury.entries[0], juror, declared=False)
    juror.employer = jury.entries[0].unit
    juror.save()
    page = client.get(url("declare", row.pk)).content.decode()
    assert url("recuse", row.pk) in page
    assert client.post(url("declare", row.pk)).status_code == 409


def test_a_recusal_closes_the_entry_to_the_juror(jury, juror, client):
    row = assign(jury.entries[0], juror)
    assert client.post(url("recuse", row.pk), {"ground": ""}).status_code == 422
    assert press(client, url("recuse", row.pk), {"ground": "Znam autorów."}).status_code == 302
    for name in ("sheet", "submit_sheet"):
        assert client.get(url(name, row.pk), follow=True).status_code == 404
    assert client.get(url("declare", row.pk)).status_code == 302
    assert client.post(url("sheet", row.pk), sheet_data(jury.edition)).status_code in (403, 404)


# --- Sheet --------------------------------------------------------------------------------------
def test_another_jurors_sheet_does_not_exist(jury, juror, client):
    row = assign(jury.entries[0], jury.jurors[1])
    for name in ("sheet", "declare", "recuse", "submit_sheet"):
        assert client.get(url(name, row.pk)).status_code == 404
    assert client.post(url("sheet", row.pk), sheet_data(jury.edition)).status_code == 404
    assert not Score.objects.exists()


def test_saving_takes_few_queries(jury, juror, client):
    row = assign(jury.entries[0], juror)
    client.post(url("sheet", row.pk), sheet_data(jury.edition))
    with CaptureQueriesContext(connection) as queries:
        response = client.post(url("sheet", row.pk), sheet_data(jury.edition, 6, revision=1))
    assert response.status_code == 302
    assert len([q for q in queries if "SAVEPOINT" not in q["sql"]]) <= 11
    assert set(Score.objects.values_list("points", flat=True)) == {6}


def test_blanks_are_saved_and_closing_names_what_is_missing_after_keeping_the_rest(jury, juror, client):
    row = assign(jury.entries[0], juror)
    data = sheet_data(jury.edition, "", "Część uzasadnienia")
    response = client.post(url("sheet", row.pk), data | {"action": "close"})
    assert response.status_code == 422
    page = response.content.decode()
    assert page.count("Część uzasadnienia") >= 5
    assert 'name="revision" value="1"' in page
    assert Score.objects.filter(justification="Część uzasadnienia").count() == 5


def test_wrong_points_are_named_and_the_right_fields_saved(jury, juror, client):
    row = assign(jury.entries[0], juror)
    client.post(url("sheet", row.pk), sheet_data(jury.edition, 6, "Najpierw"))
    first, *rest = jury.edition.criteria.all()
    data = sheet_data(jury.edition, 8, "Potem", revision=1, action="close") | {f"points_{first.pk}": "11"}
    response = client.post(url("sheet", row.pk), data)
    page = response.content.decode()
    assert response.status_code == 422
    assert "Zapisano 10 pól. 1 pole wymaga poprawy" in page
    assert 'name="revision" value="2"' in page
    saved = {score.criterion_id: (score.points, score.justification) for score in Score.objects.all()}
    assert saved == {first.pk: (6, "Potem")} | {criterion.pk: (8, "Potem") for criterion in rest}
    assert ScoreSheet.objects.get().closed_at is None


def test_a_stale_sheet_with_a_wrong_field_overwrites_nothing(jury, juror, client):
    row = assign(jury.entries[0], juror)
    client.post(url("sheet", row.pk), sheet_data(jury.edition, 6, "Nowsze"))
    response = client.post(url("sheet", row.pk), sheet_data(jury.edition, 11, "Starsze", revision=0))
    assert response.status_code == 409
    assert set(Score.objects.values_list("justification", flat=True)) == {"Nowsze"}


def test_a_complete_sheet_is_previewed_with_its_total_and_then_closed(jury, juror, client):
    row = assign(jury.entries[0], juror)
    response = client.post(url("sheet", row.pk), sheet_data(jury.edition, 7, action="close"))
    assert response.url == url("submit_sheet", row.pk)
    page = client.get(response.url).content.decode()
    assert "70,00" in page
    assert client.post(url("submit_sheet", row.pk)).status_code == 409
    assert press(client, url("submit_sheet", row.pk)).status_code == 302
    page = client.get(url("sheet", row.pk)).content.decode()
    assert "<textarea" not in page
    assert "70,00" in page
    assert client.get(url("submit_sheet", row.pk)).status_code == 302


def test_a_sheet_that_changed_before_closing_shows_both_texts_and_the_way_back(jury, juror, client):
    row = assign(jury.entries[0], juror)
    client.post(url("sheet", row.pk), sheet_data(jury.edition, 7, "Dawne"))
    address = url("submit_sheet", row.pk)
    shown = shown_on(client.get(address))
    client.post(url("sheet", row.pk), sheet_data(jury.edition, 7, "Nowe", revision=1))
    answer = client.post(address, {"shown": shown})
    assert answer.status_code == 409
    assert {(row.before, row.after) for row in answer.context["shown"].differences} == {("Dawne", "Nowe")}
    assert url("sheet", row.pk) in answer.content.decode()
    assert client.post(address, {"shown": shown_on(answer)}).status_code == 302


def test_a_sheet_that_lost_a_mark_before_closing_is_shown_without_the_button(jury, juror, client):
    row = assign(jury.entries[0], juror)
    client.post(url("sheet", row.pk), sheet_data(jury.edition, 7))
    shown = shown_on(client.get(url("submit_sheet", row.pk)))
    Score.objects.filter(criterion__code="INNOVATION").update(points=None)
    answer = client.post(url("submit_sheet", row.pk), {"shown": shown})
    assert answer.status_code == 409
    (difference,) = answer.context["shown"].differences
    assert (difference.before, difference.after) == ("7 / 10, waga 20", "– / 10, waga 20")
    page = answer.content.decode()
    assert "Zamknij kartę" not in page
    assert url("sheet", row.pk) in page


def test_the_same_marks_saved_once_more_are_closed(jury, juror, client):
    row = assign(jury.entries[0], juror)
    client.post(url("sheet", row.pk), sheet_data(jury.edition, 7))
    shown = shown_on(client.get(url("submit_sheet", row.pk)))
    client.post(url("sheet", row.pk), sheet_data(jury.edition, 7, revision=1))
    assert client.post(url("submit_sheet", row.pk), {"shown": shown}).status_code == 302


def test_an_incomplete_sheet_has_no_closing_page(jury, juror, client):
    row = assign(jury.entries[0], juror)
    assert client.get(url("submit_sheet", row.pk)).url == url("sheet", row.pk)


@pytest.mark.case(17)
def test_a_stale_tab_keeps_what_was_typed_and_shows_what_is_saved(jury, juror, client, figure):
    figure("a stale tab: 409 with both texts")
    row = assign(jury.entries[0], juror)
    client.post(url("sheet", row.pk), sheet_data(jury.edition, 7, "Z pierwszego okna"))
    response = client.post(url("sheet", row.pk), sheet_data(jury.edition, 2, "Z drugiego okna", summary="Druga"))
    assert response.status_code == 409
    page = response.content.decode()
    assert page.count("Z drugiego okna") >= 5
    assert page.count("Z pierwszego okna") >= 5
    assert "Druga" in page
    assert set(Score.objects.values_list("points", flat=True)) == {7}
    again = sheet_data(jury.edition, 2, "Z drugiego okna", revision=1)
    assert client.post(url("sheet", row.pk), again).status_code == 302
    assert set(Score.objects.values_list("points", flat=True)) == {2}


@pytest.mark.case(35)
def test_text_typed_into_a_sheet_closed_meanwhile_is_shown_back(jury, juror, client):
    row = assign(jury.entries[0], juror)
    close_sheet(row, 5)
    response = client.post(url("sheet", row.pk), sheet_data(jury.edition, 2, "Spóźniony tekst", revision=1))
    assert response.status_code == 409
    assert "Spóźniony tekst" in response.content.decode()


def test_the_next_sheet_is_one_press_away(jury, juror, client):
    one, two = (assign(entry, juror) for entry in jury.entries)
    assert url("sheet", two.pk) in client.get(url("sheet", one.pk)).content.decode()
    assert url("sheet", one.pk) in client.get(url("sheet", two.pk)).content.decode()
    assert url("sheet", one.pk) in client.get(url("desk")).content.decode()


def test_files_open_to_the_declared_juror_only(jury, juror, client, attached):
    row = assign(jury.entries[0], juror, declared=False)
    address = url("attachment", row.pk, attached.pk)
    assert client.get(address).status_code == 404
    services.declare_impartiality(actor=juror.user, assignment_ids=[row.pk])
    assert client.get(address).status_code == 200
    assert url("attachment", row.pk, attached.pk) in client.get(url("sheet", row.pk)).content.decode()
    assert client.get(url("attachment", row.pk, attached.pk + 1)).status_code == 404
    client.force_login(jury.jurors[1].user)
    assert client.get(address).status_code == 404
