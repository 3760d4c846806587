"""Who may open what, and what comes of it: every address × role × own or another's × method.

`python -m scripts.access_table` writes the table; its difference is read before it is committed.
"""

from unittest import mock

import pytest
from django.http import HttpResponse

from tests.access.addresses import names
from tests.access.crowd import Crowd, quiet
from tests.access.observe import bare_404, by_key, read, rows
from tests.access.world import ANNOUNCED, CALL, DECISION, ROLES, VISITS
from tests.own_database import SLOW_ON_POSTGRES

pytestmark = [pytest.mark.xdist_group("access"), *SLOW_ON_POSTGRES]
REFUSED = {"403", "404", "405"}
CLOSED = REFUSED | {"login"}
OURS = ("applications:", "awards:", "contest:", "jury:", "practices:", "privacy:")
# Everybody reads these; nothing on them belongs to anybody.
PUBLIC = {
    "portal:checkpoints", "portal:checkpoint_latest", "portal:checkpoint_json", "portal:checkpoint_text",
    "portal:signing_keys", "portal:signing_key",
    "portal:home", "portal:accessibility", "portal:privacy", "portal:healthz", "portal:readyz",
    "contest:edition_list", "contest:edition_detail", "contest:rules",
    "awards:results", "awards:results_bundle", "awards:results_signature", "awards:verify_form", "awards:verify",
    "practices:list", "practices:map", "practices:atom", "practices:export", "practices:attachment",
    "practices:record", "practices:record_by_number", "accounts:home",
}  # fmt: skip
# A person's own: an auditor is a person too. Checking a certificate changes nothing.
PERSONAL = {
    "applications:start", "awards:verify", "awards:verify_form",
    "privacy:copy_html", "privacy:copy_json", "privacy:close",
}  # fmt: skip
# Desks of those who act for a unit or sit on a jury; strangers must meet a wall, not an empty room.
OF_THE_UNIT = {
    "applications:applicant_detail", "applications:edit", "applications:attachments", "applications:check",
    "applications:submit", "applications:complete", "applications:withdraw", "applications:appeal",
    "applications:version", "applications:attachment_remove", "applications:attachment_restore",
}  # fmt: skip
# Where HEAD is not answered as GET.
GET_ALONE = {
    "api-1:list_practices", "api-1:get_practice", "api-1:editions", "api-1:edition", "api-1:results", "admin:login",
}  # fmt: skip
# Who is given which file. Everybody else is told that there is none.
EVERYBODY, READERS = set(ROLES), {"officer", "auditor", "admin"}
JURY = {"officer on the jury", "juror", "other juror", "chair"}
FILES: dict[tuple[str, str], set[str]] = {
    ("practices:export", ""): EVERYBODY,
    ("practices:attachment", "practice_file"): EVERYBODY,
    ("contest:rules", CALL): EVERYBODY,
    ("awards:results_bundle", ANNOUNCED): EVERYBODY,
    ("awards:results_signature", ANNOUNCED): EVERYBODY,
    ("portal:signing_key", "own"): EVERYBODY,
    ("awards:certificates_zip", ANNOUNCED): READERS | {"officer on the jury"},
    ("awards:certificates_zip", DECISION): READERS | {"officer on the jury"},
    ("applications:attachment_download", "draft_file"): {"applicant"},
    ("applications:attachment_download", "sent_file"): READERS | {"applicant"},
    ("applications:attachment_page", "draft_file"): {"applicant"},
    ("applications:attachment_page", "sent_file"): READERS | {"applicant"},
    ("applications:export", CALL): READERS | {"officer on the jury"},  # an empty one
    ("jury:attachment", "open_sheet"): {"juror"},
    ("jury:entry_attachment", "scored"): READERS | JURY,
    ("jury:page", "open_sheet"): {"juror"},
    ("jury:entry_page", "scored"): READERS | JURY,
    ("jury:bundle", VISITS): READERS | JURY,
}


@pytest.fixture(scope="module")
def table():
    return dict(by_key(read()))


def test_every_address_is_in_the_table_and_no_other(table):
    assert {address for address, _sample, _method in table} == set(names())


@pytest.mark.django_db
@pytest.mark.case(29)
def test_the_service_answers_as_the_table_says(table, walk, figure):
    answers = dict(by_key(rows(walk.places)))
    differing = [
        f"{' '.join(key)}, {role}: {table.get(key, {}).get(role)} in the table, {row[role]} now"
        for key, row in answers.items()
        for role in ROLES
        if row[role] != table.get(key, {}).get(role)
    ]
    figure(f"{len(answers)} rows x {len(ROLES)} roles compared, {len(differing)} differ")
    assert not differing, "\n".join(differing)
    assert table.keys() == answers.keys()


@pytest.mark.django_db
@pytest.mark.case(29)
@pytest.mark.slow
def test_head_is_answered_as_get_and_any_other_method_by_405(walk, figure):
    """HEAD once for each different answer an address gives; the rest is refused before anybody is known.

    The operations of the open data know GET alone, and Django's own sign-in of the admin answers HEAD by the page.
    """
    crowd, heads, others = Crowd(walk.world), 0, 0
    wrong = []
    with quiet(), bare_404():
        for place in walk.places:
            for status, role in {answer.status: role for role, answer in place.got.items()}.items():
                heads += 1
                now = crowd.ask(role, "HEAD", place.path).status
                if now != status and place.name not in GET_ALONE:
                    wrong.append(f"HEAD {place.name}, {role}: {now} instead of {status}")
            for method in ("PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"):
                for role in ("anonymous", "admin"):
                    others += 1
                    if (now := crowd.ask(role, method, place.path).status) != "405":
                        wrong.append(f"{method} {place.name}, {role}: {now}")
    figure(f"{heads} HEAD as GET, {others} of PUT, PATCH, DELETE, OPTIONS, TRACE: {len(wrong)} wrong")
    assert not wrong, "\n".join(wrong)


@pytest.mark.django_db
@pytest.mark.case(37)
def test_reading_changes_nothing(walk, figure):
    """A visit may be remembered in the session; no other row is written, changed or deleted."""
    changed = [
        f"{place.name} {place.sample}, {role}: {answer.writes[0][:120]}"
        for place in walk.places
        for role, answer in place.got.items()
        if answer.writes
    ]
    figure(f"{sum(len(place.got) for place in walk.places)} GET: {len(changed)} wrote")
    assert not changed, "\n".join(changed)
    assert any(answer.writes for place in walk.places for answer in place.sent.values())  # writing would be seen


@pytest.mark.django_db
@pytest.mark.case(37)
def test_a_post_without_the_token_is_refused_everywhere(walk, figure):
    """Asked by a stranger and by whoever the address would let in. The open data know no POST at all."""
    crowd, asked, wrong = Crowd(walk.world), 0, []
    with quiet(), mock.patch("common.views.render", return_value=HttpResponse(status=403)):
        for place in walk.places:
            expected = {"403", "405"} if place.name.startswith("api-1:") else {"403"}
            for role in {"anonymous"} | {role for role, answer in place.sent.items() if answer.writes}:
                asked += 1
                answer = crowd.ask(role, "POST", place.path, {"stray": "1"}, with_token=False)
                if answer.status not in expected or answer.writes:
                    wrong.append(f"{place.name} {place.sample}, {role}: {answer.status}")
    figure(f"{asked} POST without a token, {len(wrong)} let in")
    assert not wrong, "\n".join(wrong)


@pytest.mark.django_db
@pytest.mark.case(32)
def test_a_file_is_there_for_those_who_may_read_it_and_for_nobody_else(walk, figure):
    """Every address that gave anybody a file, and to whom; a new one fails until somebody says who may."""
    given = {}
    for place in walk.places:
        if roles := {role for role, answer in place.got.items() if answer.is_download}:
            given[place.name, place.sample] = roles
            for role in place.roles:
                assert role in roles or place.got[role].status in {"404", "login"}, (place.name, place.sample, role)
    figure(f"{len(given)} files x {len(ROLES)} roles: every refusal a 404, or the sign-in")
    assert given == FILES


def test_what_needs_the_walk_stays_in_one_process(request):
    """Else each process walks for itself, a minute each. pytest-xdist 3.8 groups nothing under pytest 9.2."""
    if getattr(request.config.option, "loadgroup", False):
        assert request.node.nodeid.endswith("@access")


def test_nothing_breaks_whoever_asks(table):
    assert not [key for key, row in table.items() for role in ROLES if row[role].startswith("50")]


def test_a_stranger_meets_the_sign_in_everywhere_but_on_public_pages(table):
    let_in = {
        address
        for (address, _sample, method), row in table.items()
        if address.startswith((*OURS, "portal:", "accounts:")) and row["anonymous"] not in CLOSED
    }
    assert let_in == PUBLIC


def test_an_auditor_writes_nothing(table):
    wrote = {
        address
        for (address, _sample, method), row in table.items()
        if method == "POST" and address.startswith(OURS) and row["auditor"] not in REFUSED
    }
    assert wrote <= PERSONAL


def test_what_belongs_to_a_unit_is_not_there_for_anybody_else(table):
    seen = {
        (key, role)
        for key, row in table.items()
        for role in ROLES
        if key[0] in OF_THE_UNIT and role not in {"anonymous", "applicant"} and row[role] not in {"404", "405"}
    }
    assert not seen


def test_a_sheet_is_its_jurors_alone(table):
    rows = {key: row for key, row in table.items() if key[0] in {"jury:sheet", "jury:declare", "jury:recuse"}}
    assert rows
    assert {row[role] for row in rows.values() for role in ROLES if role not in {"anonymous", "juror"}} == {"404"}


def test_who_chairs_another_jury_or_sits_on_this_one_does_not_run_it(table):
    chairs = {row["other chair"] for key, row in table.items() if key[0].startswith(("jury:", "awards:")) and key[1]}
    of_jury = {
        row["officer on the jury"]
        for key, row in table.items()
        if key[0] in {"practices:announce", "applications:accept", "jury:proposal", "applications:reject"}
    }
    assert chairs <= {"404", "405", "403", "200", "422"}
    assert of_jury <= {"404", "403"}
