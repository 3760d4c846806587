"""Numbers of any length in addresses and forms end in a page, never in an error."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Role
from applications.workflow import State
from common.numbers import whole_number
from contest.models import JuryRole
from contest.workflow import Phase
from tests.factories import make_application, make_edition, make_juror, make_member, make_officer, make_user

HUGE = "9" * 5000  # Python refuses to read more than 4300 digits
LONG = "9" * 30  # readable, and more than a database column holds


def signed_in(user):
    client = Client(raise_request_exception=False)
    client.force_login(user)
    return client


@pytest.mark.parametrize("text", [HUGE, LONG, "", "-1", "1.5", "１２", "٣", "1e3", " 1", "x"])
def test_what_is_no_plain_number_is_none(text):
    assert whole_number(text) is None


def test_a_plain_number_is_read():
    assert whole_number("0042") == 42


@pytest.mark.django_db
@pytest.mark.parametrize("number", [HUGE, LONG])
@pytest.mark.parametrize("field", ["page", "per_page", "target_id", "version", "edition"])
def test_no_length_of_a_number_in_an_address_breaks_a_page(number, field):
    entry = make_application(make_edition(), state=State.SUBMITTED)
    auditor = signed_in(make_user("", Role.AUDITOR))
    addresses = [
        reverse("contest:messages"), reverse("contest:journal"), reverse("practices:manage_list"),
        reverse("applications:officer_list", args=[entry.edition.slug]),
        reverse("awards:certificates", args=[entry.edition.slug]),
    ]  # fmt: skip
    for address in addresses:
        assert auditor.get(address, {field: number}).status_code == 200, address


@pytest.mark.django_db
@pytest.mark.parametrize("number", [HUGE, LONG])
def test_no_length_of_a_number_in_a_form_of_the_jury_breaks_a_page(number):
    edition = make_edition(Phase.SCORING)
    entry = make_application(edition, state=State.IN_SCORING)
    chair = signed_in(make_juror(edition, JuryRole.CHAIR).user)
    officer = signed_in(make_officer())
    slug = edition.slug
    answers = [
        chair.get(reverse("jury:desk"), {"domain": number}),
        chair.post(reverse("jury:declare_many"), {"assignment": number}),
        chair.post(reverse("jury:declare_many"), {"assignment": number, "confirm": "1"}),
        chair.post(reverse("jury:sheet", args=[1]), {"revision": number}),
        chair.post(reverse("jury:reopen", args=[slug]), {"entry": number}),
        chair.post(reverse("jury:shortlist", args=[slug]), {"entry": number, "round": number, "confirm": "1"}),
        officer.post(reverse("jury:assignments", args=[slug]), {"entry": number, "juror": number}),
        officer.post(reverse("jury:assignments", args=[slug]), {"entry": entry.pk, "juror": number}),
        officer.post(reverse("jury:proposal", args=[slug]), {"pair": f"{number}-{number}"}),
    ]
    assert [answer.status_code for answer in answers if answer.status_code >= 500] == []


def addresses_with_numbers():
    """Every address with a number in it, each number far beyond a database column; the admin's too."""
    from django.urls import get_resolver

    def walk(patterns, prefix):
        for pattern in patterns:
            route = prefix + str(pattern.pattern)
            if hasattr(pattern, "url_patterns"):
                yield from walk(pattern.url_patterns, route)
            elif "<int:" in route or "<path:object_id>" in route:
                yield route

    for route in sorted(set(walk(get_resolver().url_patterns, "/"))):
        filled = re.sub(r"<(int:\w+|path:object_id)>", LONG, route)
        yield re.sub(r"<[^>]+>", "x", filled).replace("^", "").replace("$", "")


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["nobody", "applicant", "officer", "chair", "auditor", "admin"])
def test_a_number_beyond_any_row_in_an_address_is_not_found(role, figure):
    edition = make_edition(Phase.SCORING)
    people = {
        "nobody": lambda: None,
        "applicant": lambda: make_member(make_application(edition).unit),
        "officer": make_officer,
        "chair": lambda: make_juror(edition, JuryRole.CHAIR).user,
        "auditor": lambda: make_user("", Role.AUDITOR),
        "admin": lambda: make_user("", Role.ADMIN, is_staff=True, is_superuser=True),
    }
    person = people[role]()
    client = signed_in(person) if person else Client(raise_request_exception=False)
    addresses = list(addresses_with_numbers())
    assert len(addresses) > 50
    # 409: a role taken back meanwhile, a page without its revision; either is a page of ours.
    allowed = {302, 404, 405, 409} | ({403} if role == "admin" else set())
    told = {f"{how.__name__} {path}": how(path).status_code for path in addresses for how in (client.get, client.post)}
    assert {path: status for path, status in told.items() if status not in allowed} == {}
    figure(f"{len(addresses)} addresses as {role}")
