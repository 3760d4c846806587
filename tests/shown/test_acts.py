"""Case 61: every irreversible act from a page that is no longer true is refused, and says what differs."""

import pytest

from common.web.shown import ACTS, Act
from tests.shown.acts import SCENES

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def test_every_act_of_the_register_has_its_scene() -> None:
    assert set(SCENES) == set(ACTS)


@pytest.mark.case(61)
@pytest.mark.parametrize("code", SCENES)
def test_each_fact_that_changed_behind_the_page_refuses_the_act(code: str, figure) -> None:
    names = list(SCENES[code]().changes)
    for name in names:
        scene = SCENES[code]()
        client = scene.client()
        form = scene.open(client)
        scene.changes[name]()
        answer = client.post(scene.address, form)
        assert answer.status_code == 409, f"{code}: {name} went unnoticed ({answer.status_code})"
        assert not scene.done(), f"{code}: {name}"
        page = answer.content.decode()
        if scene.typed:
            assert scene.typed in page, f"{code}: {name}: what was typed is gone"
    figure(f"{code}: {len(names)} facts changed, {len(names)} × 409")


@pytest.mark.case(61)
@pytest.mark.parametrize("code", SCENES)
def test_a_form_without_the_token_refuses_the_act(code: str) -> None:
    scene = SCENES[code]()
    client = scene.client()
    form = scene.open(client)
    for token in ({}, {"shown": ""}, {"shown": form["shown"][:-1]}):
        answer = client.post(scene.address, {key: form[key] for key in form if key != "shown"} | token)
        assert answer.status_code == 409, f"{code}: {answer.status_code}"
        assert not scene.done()


@pytest.mark.case(61)
@pytest.mark.parametrize("code", SCENES)
def test_the_page_as_it_stands_does_the_act(code: str) -> None:
    if code == "jury.release":
        pytest.skip("only a declared juror is released: the scene is about the declaration")
    scene = SCENES[code]()
    client = scene.client()
    answer = client.post(scene.address, scene.open(client))
    assert answer.status_code == 302, f"{code}: {answer.status_code}"
    assert scene.done()


@pytest.mark.case(61, control=True)
@pytest.mark.parametrize("code", ["awards.close_session", "application.send", "jury.disqualify", "awards.announce"])
def test_without_the_check_the_act_goes_through_unseen(code: str, monkeypatch, figure) -> None:
    monkeypatch.setattr(Act, "require", lambda *_given, **_more: None)
    scene = SCENES[code]()
    client = scene.client()
    form = scene.open(client)
    name, change = next(iter(scene.changes.items()))
    change()
    assert client.post(scene.address, form).status_code == 302
    assert scene.done()
    figure(f"{code}: {name} changed behind the page and was sealed unseen")


@pytest.mark.case(61)
def test_sending_shows_both_texts_and_one_press_sends_it(figure) -> None:
    scene = SCENES["application.send"]()
    client = scene.client()
    form = scene.open(client)
    scene.changes["a text"]()
    answer = client.post(scene.address, form)
    page = answer.content.decode()
    assert "Opis praktyki na potrzeby testu." in page
    (difference,) = answer.context["shown"].differences
    assert difference.after == "Cele według kolegi."
    assert client.post(scene.address, scene.again(answer)).status_code == 302
    assert scene.done()
    figure("a colleague's text is shown beside the one that was read; one press on that page sends it")
