"""The organiser sets an edition up in the browser."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role
from contest.models import Edition, JuryRole
from contest.rules import RULE_SECTIONS, Section
from contest.views.setup import editor_of
from contest.workflow import Phase
from tests import factories
from tests.contest.editions import form_data, preparation, reread
from tests.pressing import press

pytestmark = pytest.mark.django_db

PAGES = ["organiser_edition", "edition_tasks", "publish_call", "archive", "jury"]


@pytest.fixture
def officer(client):
    person = factories.make_officer()
    client.force_login(person)
    return person


def address(name, *args):
    return reverse(f"contest:{name}", args=args)


def setup_page(edition, section):
    return address("edition_setup", edition.slug, section)


def posted(edition, section, **changes):
    return {**form_data(editor_of(edition, Section(section))), **changes}


# --- Doors --------------------------------------------------------------------------------------
def test_strangers_do_not_find_the_organisers_pages(client):
    edition = factories.make_edition()
    member = factories.make_juror(edition, JuryRole.CHAIR)
    addresses = [address(name, edition.slug) for name in PAGES]
    addresses += [address("organiser_editions"), address("edition_create"), setup_page(edition, "dane")]
    addresses += [address("amend", edition.slug, "dane"), address("jury_member", edition.slug, member.pk)]
    for url in addresses:
        client.logout()
        assert client.get(url).status_code == 302
        for person in (factories.make_user(), member.user):
            client.force_login(person)
            assert client.get(url).status_code == 404
            assert client.post(url).status_code == 404


def test_an_auditor_reads_every_page_and_posts_to_none(client):
    client.force_login(factories.make_user("", Role.AUDITOR))
    edition = preparation()
    member = factories.make_juror(edition)
    addresses = [address(name, edition.slug) for name in PAGES]
    addresses += [setup_page(edition, section) for section in RULE_SECTIONS]
    addresses += [address("organiser_editions"), address("jury_member", edition.slug, member.pk)]
    for url in addresses:
        response = client.get(url)
        assert response.status_code == 200
        assert 'class="button button--primary" name' not in response.content.decode()
        assert client.post(url).status_code == 404


def test_acts_that_change_something_want_a_post(client, officer):
    edition = factories.make_edition()
    member = factories.make_juror(edition)
    for url in (address("close_call", edition.slug), address("jury_member_remove", edition.slug, member.pk)):
        assert client.get(url).status_code == 405


# --- List and overview --------------------------------------------------------------------------
def test_the_list_of_editions_costs_the_same_for_one_and_three(client, officer):
    counts = []
    for more in (1, 2):
        for _edition in range(more):
            preparation()
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address("organiser_editions")).status_code == 200
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 12


@pytest.mark.parametrize("role", [Role.OFFICER, Role.AUDITOR, Role.ADMIN])
def test_the_list_leads_only_to_pages_that_open_for_its_reader(client, role):
    client.force_login(factories.make_user("", role))
    text = client.get(address("organiser_editions")).content.decode()
    links = set(re.findall(r'<h3><a href="([^"]+)"', text))
    assert len(links) == (4 if role == Role.AUDITOR else 5)
    for link in links:
        assert client.get(link).status_code == 200


@pytest.mark.parametrize("phase", [Phase.PREPARATION, Phase.CALL, Phase.DECISION])
@pytest.mark.parametrize("role", [Role.OFFICER, Role.AUDITOR])
def test_every_tab_opens_for_officers_and_auditors(client, role, phase):
    client.force_login(factories.make_user("", role))
    text = client.get(address("organiser_edition", factories.make_edition(phase).slug)).content.decode()
    tabs = re.findall(r'<a href="([^"]+)"', text.partition('class="tabs tabs--wide"')[2].partition("</nav>")[0])
    assert (
        len(tabs) == {Phase.PREPARATION: 2, Phase.CALL: 11, Phase.DECISION: 12}[phase]
    )  # the ranking comes after scoring
    for tab in tabs:
        assert client.get(tab).status_code == 200


def test_a_historical_edition_offers_nothing_to_do(client, officer):
    edition = factories.make_edition(Phase.ANNOUNCED, is_historical=True)
    text = client.get(address("organiser_edition", edition.slug)).content.decode()
    assert address("archive", edition.slug) not in text
    assert address("edition_tasks", edition.slug) not in text


@pytest.mark.parametrize("phase", Phase)
def test_the_overview_opens_in_every_phase(client, officer, phase):
    edition = factories.make_edition(phase)
    assert client.get(address("organiser_edition", edition.slug)).status_code == 200


def test_the_overview_offers_to_close_a_call_only_after_its_deadline(client, officer):
    running = factories.make_edition()
    over = factories.make_edition(submission_deadline=timezone.now() - timedelta(seconds=2))
    for edition, offered in ((running, False), (over, True)):
        text = client.get(address("organiser_edition", edition.slug)).content.decode()
        assert (address("close_call", edition.slug) in text) is offered
    assert client.post(address("close_call", running.slug)).status_code == 409
    page = address("organiser_edition", over.slug)
    assert press(client, address("close_call", over.slug), page=page).status_code == 302
    assert reread(over).phase == Phase.FORMAL_REVIEW


def test_an_edition_is_archived_after_the_word_is_typed(client, officer):
    edition = factories.make_edition(Phase.ANNOUNCED)
    url = address("archive", edition.slug)
    assert url in client.get(address("organiser_edition", edition.slug)).content.decode()
    assert client.post(url, {"typed_word": "coś"}).status_code == 422
    assert press(client, url, {"typed_word": client.get(url).context["word"].upper()}).status_code == 302
    assert reread(edition).phase == Phase.ARCHIVED


# --- Creating -----------------------------------------------------------------------------------
def test_an_edition_is_created_and_its_set_up_opens(client, officer):
    form = {"year": "2031", "title": "SLZ 2031", "theme": "kultura", "slug": "2031", "copied_from": ""}
    response = client.post(address("edition_create"), form)
    assert response.headers["Location"] == address("edition_tasks", "2031")
    edition = Edition.objects.get(slug="2031")
    assert edition.created_by == officer
    assert edition.criteria.count() == 5


@pytest.mark.parametrize("wrong", [{"slug": "nowa"}, {"slug": "2 0"}, {"year": "1031"}, {"title": ""}])
def test_a_wrong_form_keeps_every_value(client, officer, wrong):
    form = {"year": "2031", "title": "SLZ 2031", "theme": "kultura „lokalna”", "slug": "2031", **wrong}
    response = client.post(address("edition_create"), form)
    assert response.status_code == 422
    assert "kultura „lokalna”" in response.content.decode()
    assert not Edition.objects.exists()


def test_an_address_in_use_is_told_beside_the_form(client, officer):
    edition = factories.make_edition(slug="2031")
    form = {"year": "2031", "title": "SLZ", "theme": "kultura", "slug": "2031", "copied_from": edition.pk}
    assert client.post(address("edition_create"), form).status_code == 422


# --- Sections -----------------------------------------------------------------------------------
@pytest.mark.parametrize("section", RULE_SECTIONS)
def test_a_section_saved_untouched_stays_as_it_was(client, officer, section):
    from contest.queries import rules_of

    edition = preparation(finalist_threshold="62.50")
    edition = reread(edition)
    before = rules_of(edition)
    assert client.get(setup_page(edition, section)).status_code == 200
    response = client.post(setup_page(edition, section), posted(edition, section))
    assert response.headers["Location"] == address("edition_tasks", edition.slug)
    assert rules_of(reread(edition)) == before


def test_a_row_is_added_and_the_section_stays_open_for_more(client, officer):
    edition = preparation()
    data = posted(edition, "dziedziny", stay="1", **{"rows-2-name": "sport", "rows-2-ORDER": "1"})
    response = client.post(setup_page(edition, "dziedziny"), data)
    assert response.headers["Location"] == setup_page(edition, "dziedziny")
    assert [row.name for row in edition.domains.all()] == ["kultura", "sport", "oświata"]


def test_a_row_is_removed_and_others_change_places(client, officer):
    edition = preparation()
    data = posted(edition, "kryteria", **{"rows-4-DELETE": "on", "rows-0-ORDER": "9"})
    assert client.post(setup_page(edition, "kryteria"), data).status_code == 302
    codes = [row.code for row in edition.criteria.all()]
    assert codes == ["EFFECTIVENESS", "EFFICIENCY", "INTEGRATION", "INNOVATION"]


@pytest.mark.parametrize(
    ("section", "wrong"),
    [
        ("dane", {"theme": ""}),
        ("kalendarz", {"submission_deadline": "jutro"}),
        ("dziedziny", {"rows-1-name": "Kultura"}),
        ("dziedziny", {"rows-2-name_en": "without a Polish name"}),
        ("grupy", {"rows-0-unit_kinds": ["MOON"]}),
        ("grupy", {"rows-0-population_above": "50000", "rows-0-population_up_to": "50000"}),
        ("kryteria", {"rows-0-weight": "101"}),
        ("kryteria", {"rows-0-tie_break": "1"}),
        ("kryteria", {"finalist_threshold": "101"}),
        ("zalaczniki", {"months_in_operation": "-1"}),
        ("dane", {"revision": ""}),
    ],
)
def test_a_wrong_value_is_told_and_everything_typed_is_kept(client, officer, section, wrong):
    edition = preparation()
    response = client.post(setup_page(edition, section), posted(edition, section, **wrong))
    assert response.status_code == 422
    text = response.content.decode()
    assert "error-summary" in text
    for name, value in wrong.items():
        if isinstance(value, str) and value and name != "revision":
            assert value in text
    assert reread(edition).revision == edition.revision


def test_the_sum_of_weights_stands_on_the_page_as_typed(client, officer):
    edition = preparation()
    data = posted(edition, "kryteria", **{"rows-0-weight": "35", "rows-1-name": ""})
    response = client.post(setup_page(edition, "kryteria"), data)
    assert "<strong>115</strong>" in response.content.decode()


def test_a_stale_form_is_refused_with_its_values_kept_and_may_be_saved_again(client, officer):
    edition = preparation()
    stale = posted(edition, "dane", theme="mój temat")
    client.post(setup_page(edition, "dane"), posted(edition, "dane", theme="cudzy temat"))
    response = client.post(setup_page(edition, "dane"), stale)
    assert response.status_code == 409
    assert "mój temat" in response.content.decode()
    assert reread(edition).theme == "cudzy temat"
    again = {**stale, "revision": response.context["editor"].form["revision"].value()}
    assert client.post(setup_page(edition, "dane"), again).status_code == 302
    assert reread(edition).theme == "mój temat"


def test_a_form_posted_after_the_call_was_published_is_refused_with_its_values_kept(client, officer):
    edition = preparation()
    data = posted(edition, "dane", theme="za późno")
    Edition.objects.filter(pk=edition.pk).update(phase=Phase.CALL)
    response = client.post(setup_page(edition, "dane"), data)
    assert response.status_code == 409
    assert "za późno" in response.content.decode()


@pytest.mark.case(36)
def test_extra_fields_and_swapped_keys_of_a_form_change_nothing_else(client, officer):
    edition, other = preparation(), preparation()
    extra = posted(edition, "dane", phase="CALL", locked_sha256="x", has_places="on", slug="inny")
    assert client.post(setup_page(edition, "dane"), extra).status_code == 302
    after = reread(edition)
    assert (after.phase, after.locked_sha256, after.has_places, after.slug) == ("PREPARATION", "", False, edition.slug)
    swapped = posted(after, "dziedziny", **{"rows-0-pk": str(other.domains.first().pk), "rows-0-name": "obca"})
    assert client.post(setup_page(edition, "dziedziny"), swapped).status_code == 409
    assert not other.domains.filter(name="obca").exists()


@pytest.mark.parametrize("section", RULE_SECTIONS)
@pytest.mark.parametrize(("phase", "offered"), [(Phase.CALL, True), (Phase.ANNOUNCED, False)])
def test_a_locked_section_shows_its_rules_and_offers_an_amendment_while_it_may(
    client, officer, section, phase, offered
):
    edition = factories.make_edition(phase)
    response = client.get(setup_page(edition, section))
    assert response.context["editor"] is None
    assert (address("amend", edition.slug, section) in response.content.decode()) is offered


@pytest.mark.parametrize("section", ["nie-ma", "Dane"])
def test_an_unknown_section_is_not_found(client, officer, section):
    edition = preparation()
    assert client.get(setup_page(edition, section)).status_code == 404
    assert client.get(address("amend", edition.slug, section)).status_code == 404


def test_the_task_list_leads_to_publishing_once_nothing_blocks(client, officer):
    edition = preparation()
    tasks = client.get(address("edition_tasks", edition.slug))
    assert tasks.context["ready"]
    edition.domains.all().delete()
    tasks = client.get(address("edition_tasks", edition.slug))
    assert not tasks.context["ready"]
    states = {item.section: item.state for item in tasks.context["sections"]}
    assert states[Section.DOMAINS] == "TODO"
    assert states[Section.DATA] == "DONE"
    assert states[Section.JURY] == "OPEN"


def test_the_task_list_of_a_published_call_shows_what_is_locked(client, officer):
    tasks = client.get(address("edition_tasks", factories.make_edition().slug))
    states = {item.section: item.state for item in tasks.context["sections"]}
    assert {section for section, state in states.items() if state == "LOCKED"} == set(RULE_SECTIONS)


# --- Publishing ---------------------------------------------------------------------------------
def test_the_call_is_published_with_the_word_and_the_digest_shown(client, officer):
    edition = preparation()
    url = address("publish_call", edition.slug)
    shown = client.get(url).context
    assert client.post(url, {"sha256": shown["sha256"], "typed_word": ""}).status_code == 422
    assert client.post(url, {"sha256": shown["sha256"], "typed_word": "tak"}).status_code == 422
    assert reread(edition).phase == Phase.PREPARATION
    response = client.post(url, {"sha256": shown["sha256"], "typed_word": str(shown["word"])})
    assert response.headers["Location"] == address("organiser_edition", edition.slug)
    assert reread(edition).locked_sha256 == shown["sha256"]
    assert client.post(url, {"sha256": shown["sha256"], "typed_word": str(shown["word"])}).status_code == 409


def test_rules_changed_since_the_preview_are_shown_again(client, officer):
    edition = preparation()
    url = address("publish_call", edition.slug)
    shown = client.get(url).context
    Edition.objects.filter(pk=edition.pk).update(theme="zmieniony")
    response = client.post(url, {"sha256": shown["sha256"], "typed_word": str(shown["word"])})
    assert response.status_code == 409
    assert response.context["sha256"] != shown["sha256"]
    assert reread(edition).phase == Phase.PREPARATION


def test_a_call_that_is_not_ready_has_no_button(client, officer):
    edition = preparation(submission_deadline=None)
    response = client.get(address("publish_call", edition.slug))
    assert 'name="typed_word"' not in response.content.decode()
    assert setup_page(edition, "kalendarz") in response.content.decode()


def test_a_date_without_which_no_call_is_published_is_not_called_optional(client, officer):
    page = client.get(setup_page(preparation(), Section.CALENDAR)).content.decode()
    labels = dict(re.findall(r'<label for="id_(\w+)">(.*?)</label>', page))
    needed = {name for name, label in labels.items() if "(nieobowiązkowe)" not in label}
    assert needed == {"call_announced_on", "submission_deadline"}
