"""The organiser's pages: who opens them, what they show, what they never show, how many statements they take."""

import csv
import io
import json
import re
import zipfile
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from accounts.models import MembershipStatus, Role
from applications.models import Application
from common.models import JournalEntry
from contest.models import ComparisonGroup
from notifications.models import OutboxMessage
from tests.applications.review_cases import make_appealed, make_checks, make_returned, make_sent, make_version
from tests.factories import (
    make_application,
    make_attachment,
    make_edition,
    make_juror,
    make_member,
    make_officer,
    make_unit,
    make_user,
    make_voivodeship,
)
from tests.pressing import press, shown_on
from units.models import UnitKind

pytestmark = pytest.mark.django_db


@pytest.fixture
def edition():
    return make_edition("FORMAL_REVIEW", slug="2026")


@pytest.fixture
def officer(client):
    officer = make_officer()
    client.force_login(officer)
    return officer


def list_url(edition, query=""):
    return reverse("applications:officer_list", args=[edition.slug]) + query


def entry_url(name, application):
    return reverse(f"applications:{name}", args=[application.pk])


def numbers(response):
    return [row.number for row in response.context["rows"]]


def state_of(application):
    return Application.objects.get(pk=application.pk).state


# --- doors ------------------------------------------------------------------------------------------------------

READ = ("officer_list", "officer_detail", "export")
ACT = ("review", "accept", "request_completion", "extend_completion", "reject", "decide_appeal", "bulk_accept")
IN_STATE = {
    "extend_completion": lambda edition: make_returned(edition=edition),
    "decide_appeal": lambda edition: make_appealed(edition=edition),
}


def address(name, edition):
    if name in ("officer_list", "export", "bulk_accept"):
        return reverse(f"applications:{name}", args=[edition.slug])
    make = IN_STATE.get(name, lambda edition: make_sent(edition=edition))
    return entry_url(name, make(edition))


@pytest.mark.parametrize("name", READ + ACT)
def test_anonymous_people_are_sent_to_sign_in(client, edition, name):
    response = client.get(address(name, edition))
    assert response.status_code == 302
    assert reverse("account_login") in response.url


@pytest.mark.parametrize("name", READ + ACT)
@pytest.mark.parametrize("who", ["person", "member", "juror"])
def test_people_without_an_organising_role_find_nothing(client, edition, name, who):
    url = address(name, edition)
    user = {
        "person": lambda: make_user(),
        "member": lambda: make_member(Application.objects.first().unit) if Application.objects.first() else make_user(),
        "juror": lambda: make_juror(edition).user,
    }[who]()
    client.force_login(user)
    assert client.get(url).status_code == 404
    assert client.post(url).status_code == 404


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ADMIN])
@pytest.mark.parametrize("name", READ + ACT)
def test_auditors_read_the_same_pages_and_act_on_none(client, edition, name, role):
    url = address(name, edition)
    client.force_login(make_user("", role))
    assert client.get(url).status_code == (200 if name in READ else 404)
    assert client.post(url).status_code == 404


@pytest.mark.parametrize("name", READ + ACT)
def test_officers_open_every_page(client, edition, officer, name):
    assert client.get(address(name, edition)).status_code == 200


def test_an_auditor_is_shown_no_action(client, edition):
    make_sent(edition=edition)
    client.force_login(make_user("", Role.AUDITOR))
    listed = client.get(list_url(edition)).content.decode()
    detail = client.get(entry_url("officer_detail", Application.objects.get())).content.decode()
    assert "przyjecie" not in listed
    for address_part in ("przyjecie", "ocena-formalna", "odrzucenie", "wezwanie"):
        assert address_part not in detail


def test_an_officer_who_belongs_to_the_unit_reads_why_they_cannot_review_it(client, edition, officer):
    application = make_sent(edition=edition)
    officer.memberships.create(unit=application.unit, status=MembershipStatus.ACTIVE)
    with override("pl"):
        page = client.get(entry_url("officer_detail", application)).content.decode()
    assert "musi je ocenić inny organizator" in page
    assert client.get(entry_url("accept", application)).status_code == 403


def test_an_officer_on_the_jury_organises_nothing_in_that_edition(client, edition, officer):
    make_juror(edition, user=officer)
    application = make_sent(edition=edition)
    assert client.get(reverse("applications:bulk_accept", args=[edition.slug])).status_code == 404
    assert client.get(entry_url("review", application)).status_code == 404


def test_whoever_sits_on_the_jury_reads_no_entry_of_that_edition_as_an_organiser(client, edition, officer):
    """A juror reads what they declared to be impartial about; their other role is no way round (ADR 60)."""
    seat = make_juror(edition, user=officer)
    application, elsewhere = make_sent(edition=edition), make_sent(edition=make_edition(slug="inna"))
    file = make_attachment(application)
    for address in (
        entry_url("officer_detail", application),
        reverse("applications:attachment_download", args=[file.pk]),
    ):
        assert client.get(address).status_code == 404
    assert client.get(list_url(edition)).context["rows"] == []
    seat.is_active = False
    seat.save()
    assert client.get(entry_url("officer_detail", application)).status_code == 404
    assert client.get(entry_url("officer_detail", elsewhere)).status_code == 200


# --- drafts -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["DRAFT", "WITHDRAWN"])
def test_an_entry_that_was_never_sent_is_counted_but_not_shown(client, edition, officer, state):
    draft = make_application(edition, state=state, title="Tajny szkic", submitted_at=None, number=None)
    make_sent(edition=edition)
    listed = client.get(list_url(edition))
    assert len(listed.context["rows"]) == 1
    assert listed.context["drafts"] == (1 if state == "DRAFT" else 0)
    assert listed.context["total"] == 1
    for url in (list_url(edition), reverse("applications:export", args=[edition.slug])):
        response = client.get(url)
        body = b"".join(response.streaming_content) if response.streaming else response.content
        assert "Tajny szkic" not in body.decode()
    assert client.get(entry_url("officer_detail", draft)).status_code == 404


def test_while_an_entry_is_being_completed_officers_see_what_was_sent(client, edition, officer):
    application = make_returned(edition=edition, title="Tytuł wysłany")
    Application.objects.filter(pk=application.pk).update(title="Nowy niewysłany", abstract="Nowe niewysłane")
    listed = client.get(list_url(edition))
    detail = client.get(entry_url("officer_detail", application)).content.decode()
    assert listed.context["rows"][0].title == "Tytuł wysłany"
    assert "niewysłan" not in detail


# --- the list ---------------------------------------------------------------------------------------------------


def test_an_edition_without_entries_says_what_will_be_here(client, edition, officer):
    with override("pl"):
        page = client.get(list_url(edition))
    assert "Nie złożono jeszcze żadnego zgłoszenia" in page.content.decode()


def test_an_unknown_edition_is_not_found(client, officer):
    assert client.get(reverse("applications:officer_list", args=["nie-ma"])).status_code == 404


def test_the_list_names_a_unit_in_full(client, edition, officer):
    make_sent(edition=edition, unit=make_unit("gryficki", kind=UnitKind.COUNTY))
    page = client.get(list_url(edition))
    assert [row.unit for row in page.context["rows"]] == ["powiat gryficki"]
    assert "powiat gryficki" in page.content.decode()


def test_on_a_phone_the_parts_of_an_edition_fold_behind_the_name_of_the_present_one(client, edition, officer):
    page = client.get(list_url(edition)).content.decode()
    folded = page.split('<details class="parts">')[1].split("</details>")[0]
    assert "<summary>Części edycji: <strong>Zgłoszenia</strong></summary>" in folded
    assert folded.count("aria-current") == 1
    assert reverse("jury:progress", args=[edition.slug]) in folded


def test_the_list_is_filtered_by_what_the_address_says(client, edition, officer):
    north = make_voivodeship("22", "pomorskie")
    group = ComparisonGroup.objects.create(edition=edition, name="druga", unit_kinds=["URBAN"])
    domain = edition.domains.last()
    a = make_sent(edition=edition, number="SLZ-A", title="Łódzkie żłobki", domain=domain)
    b = make_sent("ELIGIBLE", edition=edition, number="SLZ-B", group=group)
    c = make_sent(edition=edition, number="SLZ-C", unit=make_unit("Słupsk", voivodeship=north))
    make_sent(number="SLZ-OTHER")  # another edition

    def found(query):
        return numbers(client.get(list_url(edition, query)))

    assert found("") == ["SLZ-A", "SLZ-B", "SLZ-C"]
    assert found("?state=ELIGIBLE") == ["SLZ-B"]
    assert found(f"?domain={domain.pk}") == ["SLZ-A"]
    assert found(f"?group={group.pk}") == ["SLZ-B"]
    assert found("?voivodeship=22") == ["SLZ-C"]
    assert found("?q=slz-b") == ["SLZ-B"]
    assert found("?q=slupsk") == found("?q=Słupsk") == ["SLZ-C"]
    assert found("?q=łódzkie") == found("?q=ŻŁOBKI") == ["SLZ-A"]
    assert found("?q=%25") == []
    assert found("?state=SUBMITTED&voivodeship=22") == ["SLZ-C"]
    assert {a.pk, b.pk, c.pk} == set(Application.objects.filter(edition=edition).values_list("pk", flat=True))


def test_an_empty_result_offers_the_whole_list(client, edition, officer):
    make_sent(edition=edition)
    with override("pl"):
        page = client.get(list_url(edition, "?q=xyz")).content.decode()
    assert "Pokaż wszystkie zgłoszenia" in page


@pytest.mark.parametrize(
    "query",
    [
        *("?state=NONSENSE", "?state=DRAFT", "?domain=abc", "?domain=999999", "?voivodeship=99"),
        *("?sort=title;drop", "?page=zero", "?per_page=7", "?q=" + "x" * 500),
    ],
)
def test_nonsense_in_the_address_is_no_error(client, edition, officer, query):
    make_sent(edition=edition)
    assert client.get(list_url(edition, query)).status_code == 200


def test_needs_me_shows_what_waits_for_this_officer(client, edition, officer):
    waits = [
        make_sent(edition=edition, number="SLZ-1"),
        make_returned(edition=edition, number="SLZ-2", overdue=True),
        make_appealed(edition=edition, number="SLZ-3"),
    ]
    make_returned(edition=edition, number="SLZ-4")
    make_sent("ELIGIBLE", edition=edition, number="SLZ-5")
    make_sent("INELIGIBLE", edition=edition, number="SLZ-6")
    own = make_sent(edition=edition, number="SLZ-7")
    officer.memberships.create(unit=own.unit, status=MembershipStatus.ACTIVE)
    assert numbers(client.get(list_url(edition, "?needs_me=1"))) == [entry.number for entry in waits]


@pytest.mark.parametrize("sort", ["number", "unit", "voivodeship", "domain", "group", "state", "submitted"])
def test_the_list_sorts_both_ways(client, edition, officer, sort):
    for place, name in enumerate(("Łask", "Lubin", "Zgierz")):
        make_sent(
            ["SUBMITTED", "ELIGIBLE", "WITHDRAWN"][place],
            edition=edition,
            number=f"SLZ-{place}",
            unit=make_unit(name),
            submitted_at=timezone.now() + timedelta(hours=place),
        )
    up = numbers(client.get(list_url(edition, f"?sort={sort}")))
    down = numbers(client.get(list_url(edition, f"?sort=-{sort}")))
    assert up == list(reversed(down))
    if sort in ("unit", "voivodeship"):
        assert up == ["SLZ-1", "SLZ-0", "SLZ-2"]  # Lubin, Łask, Zgierz: ł after l
    else:
        assert up == ["SLZ-0", "SLZ-1", "SLZ-2"]


def test_pages_are_cut_in_sql_and_no_entry_is_lost_between_them(client, edition, officer):
    for _ in range(53):
        make_application(edition, state="SUBMITTED")
    first = numbers(client.get(list_url(edition)))
    second = numbers(client.get(list_url(edition, "?page=2")))
    assert (len(first), len(second)) == (50, 3)
    assert len({*first, *second}) == 53
    assert len(numbers(client.get(list_url(edition, "?per_page=100")))) == 53


def test_the_list_takes_the_same_number_of_statements_at_one_and_at_three_entries(client, edition, officer):
    def statements():
        with CaptureQueriesContext(connection) as captured:
            assert client.get(list_url(edition)).status_code == 200
        return len(captured)

    make_sent(edition=edition)
    one = statements()
    make_sent(edition=edition)
    make_returned(edition=edition)
    make_appealed(edition=edition)
    assert one == statements() <= 12


def test_an_entry_with_files_takes_at_most_twelve_statements(client, officer):
    entry = make_appealed()
    file = make_attachment(entry)
    version = entry.versions.get()
    listed = [{"id": file.pk, "name": file.name, "sha256": file.sha256}]
    type(version).objects.filter(pk=version.pk).update(content=version.content | {"attachments": listed})
    address = reverse("applications:officer_detail", args=[entry.pk])
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert file.name in client.get(address).content.decode()
    assert len(captured) <= 12


def test_a_search_reads_the_titles_once_for_its_count_and_its_page(client, edition, officer):
    for number in range(53):
        make_application(edition, state="SUBMITTED", title=f"Transport {number}")
    make_application(edition, state="SUBMITTED", title="Kultura")
    query = "?q=transport&sort=-number"
    with CaptureQueriesContext(connection) as captured:
        first = client.get(list_url(edition, query))
    assert sum("LIKE" in query["sql"] for query in captured) == 1
    assert first.context["page"].paginator.count == 53
    assert len(captured) <= 12
    second = numbers(client.get(list_url(edition, f"{query}&page=2")))
    assert (len(numbers(first)), len(second)) == (50, 3)
    assert len({*numbers(first), *second}) == 53


def test_the_funnel_counts_how_far_entries_came(client, edition, officer):
    for state in ("SUBMITTED", "WITHDRAWN", "INELIGIBLE", "ELIGIBLE", "SCORED", "NOT_SELECTED", "FINALIST"):
        make_application(edition, state=state)
    make_application(edition, state="HONOURABLE_MENTION")
    make_application(edition, state="LAUREATE")
    make_application(edition)
    steps = [count for _label, count in client.get(list_url(edition)).context["steps"]]
    assert steps == [9, 6, 5, 3, 2]


def test_tabs_count_each_state(client, edition, officer):
    make_sent(edition=edition)
    make_sent("ELIGIBLE", edition=edition)
    make_sent("ELIGIBLE", edition=edition)
    tabs = client.get(list_url(edition)).context["tabs"]
    assert [(state, count) for state, _label, count in tabs] == [("SUBMITTED", 1), ("ELIGIBLE", 2)]


# --- one entry --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("make", "address_part"),
    [
        (lambda **more: make_sent(checked=3, **more), "ocena-formalna"),
        (lambda **more: make_sent(**more), "przyjecie"),
        (lambda **more: make_sent(unmet=("COMPLETE",), **more), "wezwanie"),
        (lambda **more: make_sent(unmet=("COMPLETE", "IN_DOMAIN"), **more), "odrzucenie"),
        (lambda **more: make_returned(overdue=True, **more), "termin"),
        (lambda **more: make_appealed(**more), "odwolanie"),
    ],
)
def test_the_one_primary_action_follows_from_the_findings(client, edition, officer, make, address_part):
    application = make(edition=edition)
    page = client.get(entry_url("officer_detail", application)).content.decode()
    primary = re.findall(r'class="button button--primary" href="([^"]+)"', page)
    assert primary == [f"/organizator/zgloszenia/{application.pk}/{address_part}/"]


def test_after_the_formal_review_there_is_no_action(client, officer):
    application = make_sent(edition=make_edition("SCORING"))
    page = client.get(entry_url("officer_detail", application)).content.decode()
    assert "button--primary" not in page


def test_every_version_can_be_read_and_changes_are_marked(client, edition, officer):
    application = make_sent(edition=edition, unmet=("COMPLETE",))
    make_version(application, goals="Nowe cele.")
    newest = client.get(entry_url("officer_detail", application))
    first = client.get(entry_url("officer_detail", application) + "?version=1")
    assert "Nowe cele." in newest.content.decode()
    assert "Nowe cele." not in first.content.decode()
    changed = [answer for section in newest.context["reading"].sections for answer in section.answers if answer.changed]
    assert [answer.text for answer in changed] == ["Nowe cele."]
    assert newest.context["reading"].rows[5].earlier.note == "Brak: COMPLETE."
    assert client.get(entry_url("officer_detail", application) + "?version=3").status_code == 404


def test_an_entry_without_a_version_is_not_found(client, edition, officer):
    assert client.get(entry_url("officer_detail", make_application(edition, state="SUBMITTED"))).status_code == 404


def test_the_history_tells_who_did_what_but_not_what_was_done_to_the_draft(client, edition, officer):
    application = make_sent(edition=edition)
    entry = {"target_type": "applications.application", "target_id": application.pk, "happened_at": timezone.now()}
    JournalEntry.objects.create(action="application.start", data={}, **entry)
    JournalEntry.objects.create(action="application.submit", data={"version": 1}, actor_id=officer.pk, **entry)
    press(client, entry_url("accept", application), {"version": 1})
    events = client.get(entry_url("officer_detail", application)).context["events"]
    assert len(events) == 2
    assert officer.full_name in events[0].detail


def test_the_detail_takes_the_same_number_of_statements_however_long_its_history(client, edition, officer):
    def statements(application):
        with CaptureQueriesContext(connection) as captured:
            assert client.get(entry_url("officer_detail", application)).status_code == 200
        return len(captured)

    short, long = make_sent(edition=edition), make_appealed(edition=edition)
    for _ in range(3):
        make_checks(make_version(long))
    assert statements(short) == statements(long) <= 20


# --- decisions --------------------------------------------------------------------------------------------------


def test_acceptance_shows_the_mail_and_its_readers_first(client, edition, officer):
    application = make_sent(edition=edition)
    member = application.unit.memberships.get().user
    page = client.get(entry_url("accept", application)).content.decode()
    assert member.email in page
    assert application.number in page
    assert state_of(application) == "SUBMITTED"
    assert not OutboxMessage.objects.exists()
    assert press(client, entry_url("accept", application), {"version": 1}).status_code == 302
    assert state_of(application) == "ELIGIBLE"


STEPS = {
    "request_completion": (
        lambda edition: make_sent(edition=edition, unmet=("COMPLETE",)),
        lambda application: {
            "version": 1,
            "due_on": timezone.localdate() + timedelta(days=7),
            "message": "Proszę o skan.",
        },
        "Proszę o skan.",
        "RETURNED",
    ),
    "extend_completion": (
        lambda edition: make_returned(edition=edition),
        lambda application: {"due_on": timezone.localdate() + timedelta(days=30)},
        "Brak: COMPLETE.",
        "RETURNED",
    ),
    "reject": (
        lambda edition: make_sent(edition=edition, unmet=("IN_DOMAIN",)),
        lambda application: {"version": 1, "reason": "Praktyka poza dziedziną."},
        "Praktyka poza dziedziną.",
        "INELIGIBLE",
    ),
    "decide_appeal": (
        lambda edition: make_appealed(edition=edition),
        lambda application: {
            "appeal": application.appeals.get().pk,
            "decision": "uphold",
            "reason": "Odwołanie zasadne.",
        },
        "Odwołanie zasadne.",
        "SUBMITTED",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", STEPS)
def test_a_decision_is_previewed_then_corrected_then_sent(client, edition, officer, name):
    make, answers, text, becomes = STEPS[name]
    application = make(edition)
    before = state_of(application)
    url, given = entry_url(name, application), answers(application)

    preview = client.post(url, given | {"step": "preview"})
    assert preview.status_code == 200
    assert text in preview.context["mail"].text
    assert (state_of(application), OutboxMessage.objects.count()) == (before, 0)

    corrected = client.post(url, given | {"step": "edit"})
    assert corrected.context["mail"] is None
    assert state_of(application) == before

    sent = client.post(url, given | {"step": "send", "shown": shown_on(preview)})
    assert sent.url == entry_url("officer_detail", application)
    assert state_of(application) == becomes
    assert text in OutboxMessage.objects.get().text


@pytest.mark.parametrize("name", STEPS)
def test_an_empty_decision_is_shown_again_with_its_errors(client, edition, officer, name):
    application = STEPS[name][0](edition)
    response = client.post(entry_url(name, application), {"step": "send", "version": 1})
    assert response.status_code == 422
    assert not OutboxMessage.objects.exists()


@pytest.mark.parametrize("name", ["request_completion", "reject"])
def test_a_decision_on_a_replaced_version_is_refused_and_its_text_kept(client, edition, officer, name):
    make, answers, text, _becomes = STEPS[name]
    application = make(edition)
    make_version(application)
    response = client.post(entry_url(name, application), answers(application) | {"step": "send"})
    assert response.status_code == 409
    assert text in response.content.decode()
    assert not OutboxMessage.objects.exists()


def test_a_dismissed_appeal_is_previewed_as_such(client, edition, officer):
    application = make_appealed(edition=edition)
    given = {"appeal": application.appeals.get().pk, "decision": "dismiss", "reason": "Bez podstaw.", "step": "preview"}
    response = client.post(entry_url("decide_appeal", application), given)
    assert response.context["becomes"] == "INELIGIBLE"
    assert "Bez podstaw." in response.context["mail"].text


@pytest.mark.parametrize(
    ("name", "refused"),
    [
        ("accept", lambda edition: make_sent(edition=edition, checked=4)),
        ("extend_completion", lambda edition: make_returned(edition=edition)),
    ],
)
def test_a_refused_decision_says_why(client, edition, officer, name, refused):
    application = refused(edition)
    given = {"version": 1, "step": "send", "due_on": timezone.localdate() + timedelta(days=1)}
    response = client.post(entry_url(name, application), given)
    assert response.status_code in (409, 422)
    assert str(response.context["refusal"])


@pytest.mark.parametrize(
    "name", ["review", "accept", "request_completion", "extend_completion", "reject", "decide_appeal"]
)
def test_a_page_of_an_action_that_is_over_is_a_conflict(client, edition, officer, name):
    application = make_sent("ELIGIBLE", edition=edition)
    assert client.get(entry_url(name, application)).status_code == 409
    assert client.post(entry_url(name, application)).status_code == 409


def test_a_rejected_entry_without_an_appeal_has_nothing_to_decide(client, edition, officer):
    application = make_sent("INELIGIBLE", edition=edition)
    assert client.get(entry_url("decide_appeal", application)).status_code == 409


def test_an_appeal_that_somebody_else_just_decided_keeps_the_typed_reason(client, edition, officer):
    application = make_appealed(edition=edition)
    given = {"appeal": 0, "decision": "uphold", "reason": "Odwołanie zasadne.", "step": "send"}
    response = client.post(entry_url("decide_appeal", application), given)
    assert response.status_code == 409
    assert "Odwołanie zasadne." in response.content.decode()


# --- many at once -----------------------------------------------------------------------------------------------


def test_ticked_entries_are_previewed_with_those_left_out_and_why(client, edition, officer):
    ready, not_ready = make_sent(edition=edition), make_sent(edition=edition, checked=3)
    foreign = make_sent()
    url = reverse("applications:bulk_accept", args=[edition.slug])
    query = "&".join(f"entry={entry.pk}" for entry in (ready, not_ready, foreign))
    candidates = client.get(f"{url}?{query}&entry=abc").context["candidates"]
    assert [row.pk for row in candidates.ready] == [ready.pk]
    assert [(row.pk, bool(row.reason)) for row in candidates.left_out] == [(not_ready.pk, True)]
    assert state_of(ready) == "SUBMITTED"

    token = {"shown": shown_on(client.get(url, {"entry": [ready.pk]}))}
    assert client.post(url, {"entry": [ready.pk], **token}).url == list_url(edition)
    assert (state_of(ready), state_of(not_ready)) == ("ELIGIBLE", "SUBMITTED")


def test_a_stale_list_of_entries_to_accept_is_refused(client, edition, officer):
    entries = [make_sent(edition=edition), make_sent("ELIGIBLE", edition=edition)]
    url = reverse("applications:bulk_accept", args=[edition.slug])
    assert client.post(url, {"entry": [entry.pk for entry in entries]}).status_code == 409
    assert client.post(url).status_code == 409


def test_only_entries_that_are_ready_can_be_ticked(client, edition, officer):
    ready = make_sent(edition=edition)
    make_sent(edition=edition, checked=5)
    make_sent(edition=edition, unmet=("SIGNED",))
    page = client.get(list_url(edition, "?tick=1")).content.decode()
    assert re.findall(r'name="entry" value="(\d+)"[^>]* checked', page) == [str(ready.pk)]


# --- files ------------------------------------------------------------------------------------------------------


def export(client, edition, query=""):
    response = client.get(reverse("applications:export", args=[edition.slug]) + query)
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return response, body


def test_the_list_is_exported_as_the_filter_leaves_it(client, edition, officer):
    make_sent(edition=edition, number="SLZ-1")
    make_sent("ELIGIBLE", edition=edition, number="SLZ-2")
    response, body = export(client, edition, "?state=ELIGIBLE&format=json")
    rows = json.loads(body)
    assert [row["number"] for row in rows] == ["SLZ-2"]
    assert rows[0]["criteria_met"] == 7
    assert response["Content-Disposition"] == 'attachment; filename="zgloszenia-2026.json"'
    assert json.loads(export(client, edition, "?state=LAUREATE&format=json")[1]) == []


def test_csv_opens_in_a_polish_spreadsheet_and_runs_no_formula(client, edition, officer):
    make_sent(edition=edition, title='=HYPERLINK("http://evil.example";"x")')
    response, body = export(client, edition)
    text = body.decode()
    assert text.startswith("\ufeff")
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff")), delimiter=";"))
    assert rows[1][1].startswith("'=HYPERLINK")
    assert len(rows) == 2
    assert response["Content-Type"].startswith("text/csv")


def test_xlsx_is_a_workbook_whose_cells_are_text(client, edition, officer):
    make_sent(edition=edition, title="=1+1")
    _response, body = export(client, edition, "?format=xlsx")
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    assert 't="inlineStr"><is><t xml:space="preserve">=1+1</t>' in sheet
    assert "<f>" not in sheet


def test_no_export_names_a_person_or_a_point(client, edition, officer):
    application = make_sent(edition=edition, contact_name="Kanarek Kontaktowy")
    for query in ("?format=csv", "?format=json"):
        text = export(client, edition, query)[1].decode()
        assert "Kanarek" not in text
        assert application.unit.memberships.get().user.email not in text


def test_a_long_export_is_fetched_in_waves(client, edition, officer, monkeypatch):
    monkeypatch.setattr("applications.exports.CHUNK", 2)
    for place in range(5):
        make_sent(edition=edition, number=f"SLZ-{place}")
    rows = json.loads(export(client, edition, "?format=json&sort=-number")[1])
    assert [row["number"] for row in rows] == ["SLZ-4", "SLZ-3", "SLZ-2", "SLZ-1", "SLZ-0"]


def test_entries_are_counted_without_what_is_joined_to_show_them(client, edition, officer):
    client.force_login(officer)
    make_application(edition, state="SUBMITTED")
    with CaptureQueriesContext(connection) as captured:
        page = client.get(reverse("applications:officer_list", args=[edition.slug])).context["page"]
    assert page.paginator.count == 1
    (counting,) = [query["sql"] for query in captured if "COUNT(*)" in query["sql"]]
    assert "JOIN" not in counting
