"""What may not be known is in no answer, and cannot be read from a difference between two answers."""

import re

import pytest

from tests.access import secrets
from tests.access.crowd import Crowd, quiet
from tests.access.observe import bare_404
from tests.own_database import SLOW_ON_POSTGRES

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("access"), *SLOW_ON_POSTGRES]
# Drawn anew for each page: the token of its forms, the key of a new entry's form, the number of a refused request.
TOKEN = re.compile(
    rb'(csrfmiddlewaretoken" value="|X-CSRFToken": ")[A-Za-z0-9]+|name="form_key" value="[^"]+"|'
    rb"<code>[0-9a-f]{16}</code>"
)
# Checkpoints of the journal are public, so that its root and size are (ADR 77): these two, and the signature over them.
# Everything else on these pages is compared, and so is every other page.
THE_LOG = ("portal:checkpoints", "portal:checkpoint_text", "portal:checkpoint_json", "portal:checkpoint_latest")
ROOT_AND_SIZE = re.compile(
    rb'(?<=data-log="size">)\d+|(?<=data-log="root">)[0-9a-f]{64}|(?<="size": )\d+|(?<="root": ")[0-9a-f]{64}|'
    rb'(?<="signature": ")[^"]+|(?<=/dziennik/epoka-1\n)\d+\n\S+|(?<=/dziennik/epoka-1\\n)\d+\\n[A-Za-z0-9+/=]+|'
    rb"(?<= )[A-Za-z0-9+/]{90}[A-Za-z0-9+/=]{2}"
)


def comparable(name: str, body: bytes) -> bytes:
    body = TOKEN.sub(b"", body)
    return ROOT_AND_SIZE.sub(b"", body) if name in THE_LOG else body


@pytest.mark.case(30)
def test_a_planted_word_meets_only_those_who_may_know_it(walk, figure):
    met, leaks = set(), []
    for place in walk.places:
        for method, answers in (("GET", place.got), ("POST", place.sent)):
            for role, answer in answers.items():
                words = secrets.words_in(answer.body)
                met |= words
                leaks += [
                    f"{method} {place.name} {place.sample}, {role}: {word}"
                    for word in words
                    if role not in walk.known[word]
                ]
    asked = sum(len(place.got) + len(place.sent) for place in walk.places)
    kinds = {re.sub(r"\d+x", "", word) for word in met}
    figure(
        f"{len(walk.known)} words planted, {len(met)} met by those who may, {asked} answers read: {len(leaks)} leaks"
    )
    assert not leaks, "\n".join(leaks)
    assert {"KanarekNazwisko", "KanarekKarta", "KanarekSzkic", "KanarekWizyta", "KanarekWerdykt"} <= kinds


@pytest.mark.case(31)
@pytest.mark.slow
def test_those_who_may_not_know_read_the_same_bytes_before_and_after_a_hidden_change(walk, figure):
    """Sealed scores first, then results and decisions that wait for the announcement.

    Without the page that tells how the machine is: it differs by what waited in between. Root and size of the
    published checkpoint do differ, and are exempt by name.
    """
    crowd, compared, differing = Crowd(walk.world), 0, []
    roles = {role for place in walk.places for role in place.roles}
    noticing = secrets.change_sealed_scores(walk.world)
    secrets.sign_the_log_again(walk.world)
    later = roles - secrets.ORGANISERS - {"juror", "other juror", "chair"}  # who may not know of the second either
    for blind, change in (
        (roles - noticing - later, None),
        (later, secrets.change_what_is_not_announced),
    ):
        if change:
            assert not change(walk.world) & blind
        with quiet(), bare_404():
            for place in (place for place in walk.places if place.name != "portal:service_state"):
                for role in blind & place.got.keys():
                    compared += 1
                    now = crowd.ask(role, "GET", place.path).body
                    if comparable(place.name, now) != comparable(place.name, place.got[role].body):
                        differing.append(f"{place.name} {place.sample}, {role}")
    figure(f"{compared} answers compared, {len(differing)} differ")
    assert {"officer", "auditor", "admin", "anonymous", "applicant"} <= roles - noticing
    assert not differing, "\n".join(differing)


@pytest.mark.case(31, control=True)
def test_whoever_may_know_notices_the_change(walk, figure):
    """The comparison can fail: an author reads other bytes after the same change."""
    noticed = []
    noticing = secrets.change_sealed_scores(walk.world)
    crowd = Crowd(walk.world)
    for place in walk.places:
        for role in noticing & place.got.keys():
            if place.name == "jury:sheet" and place.got[role].status == "200":
                now = crowd.ask(role, "GET", place.path).body
                noticed += [role] if TOKEN.sub(b"", now) != TOKEN.sub(b"", place.got[role].body) else []
    figure(f"read other bytes: {', '.join(sorted(set(noticed)))}")
    assert noticed
