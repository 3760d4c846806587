"""Pages: who may open them, what they keep, how many queries they take."""

import re

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role
from applications.models import Application, ApplicationVersion, Attachment
from contest.models import Edition
from contest.workflow import Phase
from jury import services
from jury.models import Assignment, AssignmentStatus, Score, ScoreSheet, SiteVisit
from jury.queries.results import current_round
from tests.factories import make_juror, make_user
from tests.jury.helpers import add_entry, assign, close_sheet, closed_jury, make_jury, score, scored_jury

pytestmark = pytest.mark.django_db


def url(name, *args):
    return reverse(f"jury:{name}", args=args)


def sheet_data(edition, points=5, why="Bo tak.", revision=0, **more):
    data = {"revision": revision, "summary": "Opinia."}
    for criterion in edition.criteria.all():
        data[f"points_{criterion.pk}"] = points
        data[f"why_{criterion.pk}"] = why
    return data | more


@pytest.fixture
def jury():
    return make_jury(entries=2)


@pytest.fixture
def juror(jury, client):
    client.force_login(jury.jurors[0].user)
    return jury.jurors[0]


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
    assert client.post(url("recuse", row.pk), {"ground": "Znam autorów."}).status_code == 302
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
    assert len([q for q in queries if "SAVEPOINT" not in q["sql"]]) <= 12
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


def test_wrong_points_are_named_and_nothing_typed_is_lost(jury, juror, client):
    row = assign(jury.entries[0], juror)
    response = client.post(url("sheet", row.pk), sheet_data(jury.edition, 11, "Zachowane"))
    assert response.status_code == 422
    assert "Zachowane" in response.content.decode()
    assert not Score.objects.exists()


def test_a_complete_sheet_is_previewed_with_its_total_and_then_closed(jury, juror, client):
    row = assign(jury.entries[0], juror)
    response = client.post(url("sheet", row.pk), sheet_data(jury.edition, 7, action="close"))
    assert response.url == url("submit_sheet", row.pk)
    page = client.get(response.url).content.decode()
    assert "70,00" in page
    assert client.post(url("submit_sheet", row.pk), {"revision": "x"}).status_code == 409
    assert client.post(url("submit_sheet", row.pk), {"revision": 1}).status_code == 302
    page = client.get(url("sheet", row.pk)).content.decode()
    assert "<textarea" not in page
    assert "70,00" in page
    assert client.get(url("submit_sheet", row.pk)).status_code == 302


def test_an_incomplete_sheet_has_no_closing_page(jury, juror, client):
    row = assign(jury.entries[0], juror)
    assert client.get(url("submit_sheet", row.pk)).url == url("sheet", row.pk)


def test_a_stale_tab_keeps_what_was_typed_and_shows_what_is_saved(jury, juror, client):
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


@pytest.fixture
def attached(jury):
    entry = jury.entries[0]
    name = default_storage.save("attachments/test", ContentFile(b"%PDF-1.4"))
    found = Attachment.objects.create(
        application=entry, file=name, name="plan.pdf", media_type="application/pdf", size=8, sha256="0" * 64
    )
    version = ApplicationVersion.objects.get(application=entry)
    version.content["attachments"] = [{"id": found.pk, "name": "plan.pdf", "size": 8, "description": ""}]
    version.save()
    return found


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


# --- Officer ------------------------------------------------------------------------------------
def test_the_officer_opens_the_scoring_after_a_preview(client):
    jury = make_jury(entries=0, phase=Phase.FORMAL_REVIEW)
    client.force_login(jury.officer)
    address = url("open_scoring", jury.edition.slug)
    assert 'class="empty"' in client.get(address).content.decode()
    add_entry(jury.edition, state="ELIGIBLE")
    undecided = add_entry(jury.edition, state="SUBMITTED")
    assert undecided.number in client.get(address).content.decode()
    assert client.post(address).status_code == 409
    Application.objects.filter(pk=undecided.pk).update(state="INELIGIBLE")
    assert "<form" in client.get(address).content.decode()
    assert client.post(address).url == url("assignments", jury.edition.slug)


def test_the_officer_sees_the_proposal_and_confirms_what_was_shown(jury, client):
    client.force_login(jury.officer)
    slug = jury.edition.slug
    page = client.get(url("proposal", slug)).content.decode()
    pairs = re.findall(r'name="pair" value="(\d+-\d+)"', page)
    assert len(pairs) == 4
    assert not Assignment.objects.exists()
    client.post(url("proposal", slug), {"pair": [*pairs, "x"]})
    assert {f"{a.application_id}-{a.juror_id}" for a in Assignment.objects.all()} == set(pairs)
    assert 'class="empty"' in client.get(url("proposal", slug)).content.decode()


def test_the_proposal_names_entries_without_enough_jurors(client):
    jury = make_jury(entries=1, jurors=0)
    client.force_login(jury.officer)
    assert jury.entries[0].number in client.get(url("proposal", jury.edition.slug)).content.decode()


def test_the_officer_adds_removes_and_releases_by_hand(jury, client):
    client.force_login(jury.officer)
    slug, entry = jury.edition.slug, jury.entries[0]
    data = {"entry": entry.pk, "juror": jury.jurors[0].pk}
    assert client.post(url("assignments", slug), data).status_code == 302
    row = Assignment.objects.get()
    assert client.post(url("remove_assignment", slug, row.pk)).status_code == 302
    assert not Assignment.objects.exists()
    assert client.post(url("assignments", slug), {"entry": "x"}).status_code == 422
    row = assign(entry, jury.jurors[0])
    address = url("release_juror", slug, row.pk)
    assert client.get(address).status_code == 200
    assert client.post(address, {"ground": ""}).status_code == 422
    assert client.post(address, {"ground": "Choroba."}).status_code == 302
    assert Assignment.objects.get().status == AssignmentStatus.RECUSED
    shown = client.get(url("assignments", slug), {"show": "recused"}).content.decode()
    assert entry.number in shown
    assert jury.entries[1].number not in shown


def test_the_assignments_page_leaves_out_jurors_in_conflict_and_says_why(jury, client):
    client.force_login(jury.officer)
    juror = jury.jurors[0]
    juror.employer = jury.entries[0].unit
    juror.save()
    page = client.get(url("assignments", jury.edition.slug)).content.decode()
    first = page[page.index(f'id="z{jury.entries[0].pk}"') : page.index(f'id="z{jury.entries[1].pk}"')]
    assert f'<option value="{juror.pk}">' not in first
    assert "Juror 1:" in first


@pytest.mark.parametrize("name", ["assignments", "proposal", "progress", "open_scoring"])
def test_the_organisers_pages_take_constant_queries_and_are_404_for_others(jury, client, name):
    address = url(name, jury.edition.slug)
    assert client.get(address).status_code == 302
    for person in (jury.jurors[0].user, jury.chair.user, make_user()):
        client.force_login(person)
        assert client.get(address).status_code == 404
    client.force_login(make_user("Auditor", Role.AUDITOR))
    assert client.get(address).status_code == 200
    if name not in ("progress",):
        assert client.post(address).status_code in (404, 405)
    client.force_login(jury.officer)
    counts = []
    for size in (1, 3):
        for _n in range(size):
            score(add_entry(jury.edition), (jury.jurors[0], 9), (jury.jurors[1], 2))
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 16


def test_an_officer_who_sits_on_the_jury_sees_no_organisers_page(jury, client):
    make_juror(jury.edition, user=jury.officer, is_active=False)
    client.force_login(jury.officer)
    assert client.get(url("progress", jury.edition.slug)).status_code == 404


@pytest.mark.parametrize("phase", [Phase.CALL, Phase.FORMAL_REVIEW, Phase.VISITS, Phase.ANNOUNCED])
def test_the_organisers_pages_stand_in_every_phase(client, phase):
    jury = make_jury(entries=0, phase=phase)
    client.force_login(jury.officer)
    for name in ("assignments", "proposal", "progress", "open_scoring"):
        assert client.get(url(name, jury.edition.slug)).status_code == 200


# --- Chair --------------------------------------------------------------------------------------
def word(client, address):
    page = client.get(address).content.decode()
    found = re.search(r"<strong>([^<]+)</strong></label>", page)
    return found[1] if found else ""


def test_the_chair_closes_with_a_typed_word(client):
    jury = scored_jury((8, 7))
    client.force_login(jury.chair.user)
    address = url("close_scoring", jury.edition.slug)
    assert client.post(address, {"typed_word": "nie"}).status_code == 422
    assert Edition.objects.get(pk=jury.edition.pk).phase == Phase.SCORING
    assert client.post(address, {"typed_word": word(client, address).lower()}).status_code == 302
    assert Edition.objects.get(pk=jury.edition.pk).phase == Phase.VISITS
    assert client.get(address).status_code == 200


def test_what_blocks_is_shown_instead_of_the_closing_form(jury, client):
    client.force_login(jury.chair.user)
    page = client.get(url("close_scoring", jury.edition.slug)).content.decode()
    assert all(entry.number in page for entry in jury.entries)
    assert "typed_word" not in page


@pytest.mark.parametrize("name", ["close_scoring", "reopen", "shortlist", "begin_decision"])
def test_the_chairs_pages_are_404_for_others(client, name):
    jury, other = closed_jury((8, 7)), make_jury(entries=0)
    for person in (jury.officer, jury.jurors[0].user, other.chair.user):
        client.force_login(person)
        assert client.get(url(name, jury.edition.slug)).status_code == 404
        assert client.post(url(name, jury.edition.slug)).status_code == 404


def test_the_ranking_shows_totals_with_a_comma_the_threshold_and_ties(client):
    jury = closed_jury((8, 7), (5, 6), (8, 7))
    client.force_login(jury.chair.user)
    page = client.get(url("ranking", jury.edition.slug)).content.decode()
    assert page.count("75,00") == 2
    assert page.count("ex aequo") == 2
    assert page.count('class="threshold"') == 1
    assert page.index("55,00") > page.index('class="threshold"')


def test_the_ranking_says_which_criterion_decided(client):
    jury = make_jury(entries=2, jurors=2)
    even = {"INNOVATION": 5, "EFFECTIVENESS": 5, "EFFICIENCY": 5, "INTEGRATION": 5, "REPLICABILITY": 5}
    shifted = even | {"INNOVATION": 4, "REPLICABILITY": 6}
    for entry, points in zip(jury.entries, (shifted, even), strict=True):
        score(entry, (jury.jurors[0], points), (jury.jurors[1], points))
    services.close_scoring(actor=jury.chair.user, edition_id=jury.edition.pk)
    client.force_login(jury.chair.user)
    page = client.get(url("ranking", jury.edition.slug)).content.decode()
    assert page.index(jury.entries[1].number) < page.index(jury.entries[0].number)
    assert page.count("Innowacyjność") == 2


def test_the_bundle_is_a_file_that_verifies(client, tmp_path):
    from django.core.management import call_command

    jury = closed_jury((8, 7))
    client.force_login(jury.officer)
    response = client.get(url("bundle", jury.edition.slug))
    path = tmp_path / "b.json"
    path.write_bytes(response.content)
    call_command("verify_results", str(path), sha256=current_round(jury.edition).sha256)
    client.force_login(jury.chair.user)
    jury.chair.employer = jury.entries[0].unit
    jury.chair.save()
    assert client.get(url("bundle", jury.edition.slug)).status_code == 404


def test_finalists_are_chosen_in_two_steps(client):
    jury = closed_jury((8, 7), (5, 6))
    client.force_login(jury.chair.user)
    address = url("shortlist", jury.edition.slug)
    page = client.get(address).content.decode()
    assert re.findall(r'name="entry" value="(\d+)" checked', page) == [str(jury.entries[0].pk)]
    data = {"entry": [e.pk for e in jury.entries], "round": current_round(jury.edition).pk}
    preview = client.post(address, data)
    text = re.search(r"<strong>([^<]+)</strong></label>", preview.content.decode())[1]
    assert preview.status_code == 200
    assert "55,00" in preview.content.decode()
    assert client.post(address, data | {"confirm": "1", "typed_word": "x"}).status_code == 422
    refused = client.post(address, data | {"confirm": "1", "typed_word": text})
    assert refused.status_code == 422
    done = client.post(address, data | {"confirm": "1", "typed_word": text, "reason": "Wyjątek."})
    assert done.url == url("visits", jury.edition.slug)
    assert client.post(address, data | {"round": "x", "confirm": "1", "typed_word": text}).status_code == 409
    for name in ("shortlist", "ranking", "reopen"):
        assert client.get(url(name, jury.edition.slug)).status_code == 200


def test_before_the_closing_the_shortlist_leads_to_the_ranking(jury, client):
    client.force_login(jury.chair.user)
    assert client.get(url("shortlist", jury.edition.slug)).url == url("ranking", jury.edition.slug)
    assert 'class="empty"' in client.get(url("ranking", jury.edition.slug)).content.decode()


def test_scoring_is_reopened_with_a_reason_and_a_typed_word(client):
    jury = closed_jury((8, 7))
    client.force_login(jury.chair.user)
    address = url("reopen", jury.edition.slug)
    typed = word(client, address)
    assert client.post(address, {"reason": "Błąd", "typed_word": ""}).status_code == 422
    assert client.post(address, {"reason": "", "typed_word": typed}).status_code == 422
    data = {"reason": "Błąd", "typed_word": typed, "entry": [jury.entries[0].pk]}
    assert client.post(address, data).status_code == 302
    assert ScoreSheet.objects.filter(closed_at__isnull=True).count() == 2


@pytest.fixture
def finals():
    jury = closed_jury((8, 7), (5, 6))
    services.shortlist(
        actor=jury.chair.user,
        edition_id=jury.edition.pk,
        round_id=current_round(jury.edition).pk,
        finalist_ids=[jury.entries[0].pk],
    )
    return jury


def test_visits_are_planned_and_recorded_on_pages(finals, client):
    slug, entry = finals.edition.slug, finals.entries[0]
    client.force_login(finals.chair.user)
    plan = url("plan_visit", slug, entry.pk)
    today = timezone.localdate().isoformat()
    assert client.get(plan).status_code == 200
    assert client.post(plan, {"planned_on": "x"}).status_code == 422
    biased = make_juror(finals.edition, employer=entry.unit)
    assert client.post(plan, {"planned_on": today, "visitors": [biased.pk]}).status_code == 422
    assert client.post(plan, {"planned_on": today, "visitors": [finals.jurors[0].pk]}).status_code == 302
    assert client.get(url("plan_visit", slug, finals.entries[1].pk)).status_code == 404
    visit = SiteVisit.objects.get()
    record = url("record_visit", slug, visit.pk)
    client.force_login(finals.jurors[0].user)
    assert record in client.get(url("visits", slug)).content.decode()
    assert client.get(record).status_code == 200
    data = {"visited_on": today, "findings": "Działa dobrze.", "visitors": [finals.jurors[0].pk]}
    assert client.post(record, data | {"visited_on": "2999-01-01"}).status_code == 422
    assert client.post(record, data).status_code == 302
    assert "Działa dobrze." in client.get(url("entry", entry.pk)).content.decode()
    client.force_login(finals.jurors[1].user)
    assert record not in client.get(url("visits", slug)).content.decode()
    assert client.post(record, data).status_code == 403


def test_visits_are_for_the_jury_and_constant_in_queries(finals, client):
    slug = finals.edition.slug
    client.force_login(finals.officer)
    assert client.get(url("visits", slug)).status_code == 404
    client.force_login(finals.chair.user)
    counts = []
    for _n in range(2):
        with CaptureQueriesContext(connection) as queries:
            client.get(url("visits", slug))
        counts.append(len(queries))
        add_entry(finals.edition, state="FINALIST")
        add_entry(finals.edition, state="FINALIST")
    assert counts[0] == counts[1] <= 16


def test_the_decision_begins_on_its_page(finals, client):
    client.force_login(finals.chair.user)
    address = url("begin_decision", finals.edition.slug)
    assert finals.entries[0].title in client.get(address).content.decode()
    assert client.post(address).status_code == 302
    assert Edition.objects.get(pk=finals.edition.pk).phase == Phase.DECISION
    assert client.get(address).status_code == 200


def test_an_entry_is_disqualified_with_a_reason_and_a_typed_word(finals, client):
    client.force_login(finals.chair.user)
    address = url("disqualify", finals.entries[0].pk)
    typed = word(client, address)
    assert client.post(address, {"reason": "Plagiat.", "typed_word": "x"}).status_code == 422
    assert client.post(address, {"reason": "", "typed_word": typed}).status_code == 422
    assert client.post(address, {"reason": "Plagiat.", "typed_word": typed}).status_code == 302
    assert Application.objects.get(pk=finals.entries[0].pk).state == "DISQUALIFIED"
    client.force_login(finals.officer)
    assert client.get(address).status_code == 404
    client.force_login(make_jury(entries=0).chair.user)
    assert client.get(address).status_code == 404


def test_the_entry_page_opens_its_files_to_those_who_may_see_results(client, jury, attached):
    for entry in jury.entries:
        score(entry, (jury.jurors[0], 8), (jury.jurors[1], 7))
    address = url("entry_attachment", jury.entries[0].pk, attached.pk)
    client.force_login(jury.officer)
    assert client.get(address).status_code == 404
    services.close_scoring(actor=jury.chair.user, edition_id=jury.edition.pk)
    assert client.get(address).status_code == 200
    assert client.get(url("entry_attachment", jury.entries[1].pk, attached.pk)).status_code == 404
    client.force_login(make_user())
    assert client.get(address).status_code == 404
