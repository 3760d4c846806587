"""Case 62: a form opened before somebody else saved overwrites nothing; both texts are shown, one's own is kept."""

import pytest

from common.web.shown import EDITS, Act
from tests.shown.edits import SCENES, decide_first

pytestmark = pytest.mark.django_db
FORMS = {**SCENES, "a first decision": decide_first}


def test_every_form_of_the_register_has_its_scene() -> None:
    assert set(SCENES) == set(EDITS)


@pytest.mark.case(62)
@pytest.mark.parametrize("code", FORMS)
def test_a_stale_form_saves_nothing_and_keeps_what_was_typed(code: str, figure) -> None:
    names = list(FORMS[code]().changes)
    for name in names:
        scene = FORMS[code]()
        client = scene.client()
        form = scene.open(client)
        scene.changes[name]()
        answer = client.post(scene.address, form)
        assert answer.status_code == 409, f"{code}: {name} was overwritten ({answer.status_code})"
        assert not scene.done()
        assert answer.context["shown"].differences, f"{code}: {name}: nothing is said of what differs"
        if scene.typed:
            assert scene.typed in answer.content.decode()
        assert client.post(scene.address, scene.again(answer)).status_code == 302, f"{code}: {name}"
        assert scene.done(), f"{code}: {name}: having read both, one may save"
    figure(f"{code}: {len(names)} changes by others, {len(names)} × 409, own text kept")


@pytest.mark.case(62)
@pytest.mark.parametrize("code", FORMS)
def test_the_same_form_sent_twice_is_no_conflict(code: str) -> None:
    scene = FORMS[code]()
    client = scene.client()
    form = scene.open(client)
    assert [client.post(scene.address, form).status_code for _ in range(2)] == [302, 302]
    assert scene.done()


@pytest.mark.case(62)
@pytest.mark.parametrize("code", FORMS)
def test_a_form_that_does_not_say_what_it_showed_saves_nothing(code: str) -> None:
    scene = FORMS[code]()
    client = scene.client()
    form = scene.open(client)
    assert client.post(scene.address, {**form, "shown": ""}).status_code == 409
    assert not scene.done()


@pytest.mark.case(62, control=True)
@pytest.mark.parametrize("code", ["awards.decide", "jury.record_visit"])
def test_without_the_check_the_last_write_wins(code: str, monkeypatch, figure) -> None:
    monkeypatch.setattr(Act, "require", lambda *_given, **_more: None)
    scene = SCENES[code]()
    client = scene.client()
    form = scene.open(client)
    next(iter(scene.changes.values()))()
    assert client.post(scene.address, form).status_code == 302
    assert scene.done()
    figure(f"{code}: a colleague's text was overwritten unseen")
