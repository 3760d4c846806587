"""Who may open what, and what comes of it: every address × role × own or another's × method.

`python -m scripts.access_table` writes the table; its difference is read before it is committed.
"""

import pytest

from tests.access.addresses import names
from tests.access.observe import by_key, observe, read
from tests.access.world import ROLES, build

REFUSED = {"403", "404", "405"}
CLOSED = REFUSED | {"login"}
OURS = ("applications:", "awards:", "contest:", "jury:", "practices:", "privacy:")
# Everybody reads these; nothing on them belongs to anybody.
PUBLIC = {
    "portal:home", "portal:accessibility", "portal:privacy", "portal:healthz", "portal:readyz",
    "contest:edition_list", "contest:edition_detail", "contest:rules",
    "awards:results", "awards:results_bundle", "awards:verify_form", "awards:verify",
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
    "applications:version", "applications:attachment_remove",
}  # fmt: skip


@pytest.fixture(scope="module")
def table():
    return dict(by_key(read()))


def test_every_address_is_in_the_table_and_no_other(table):
    assert {address for address, _sample, _method in table} == set(names())


@pytest.mark.django_db
def test_the_service_answers_as_the_table_says(table):
    """One world for all: each request is rolled back."""
    answers = dict(by_key(observe(build())))
    differing = [
        f"{' '.join(key)}, {role}: {table.get(key, {}).get(role)} in the table, {row[role]} now"
        for key, row in answers.items()
        for role in ROLES
        if row[role] != table.get(key, {}).get(role)
    ]
    assert not differing, "\n".join(differing)
    assert table.keys() == answers.keys()


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
