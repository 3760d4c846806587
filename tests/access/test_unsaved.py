"""Every form of the service: sent after its session ended, its text is in the fields when its writer is back."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.core.handlers.base import BaseHandler
from django.db import transaction
from django.http import HttpResponse
from django.test import RequestFactory

from accounts.models import ParkedForm
from common.web import kept, written_by
from tests.access.crowd import Crowd, quiet
from tests.access.forms import PostForm, every_form, forms_in
from tests.access.observe import Place, bare_404

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("access"), pytest.mark.slow]
FOR_EVERYBODY = {"/certyfikaty/"}  # answered without a session
MEANT_ANEW = ("typed_word", "password")  # words typed to confirm, and secrets


def typed_into(form: PostForm) -> dict[str, str]:
    """A text of its own for each field that a person types into."""
    names = form.values.keys() - form.offered.keys() - form.hidden - form.files - {written_by.FIELD}
    return {name: f"Niezapisane {number} „ą” <b>" for number, name in enumerate(sorted(names))}


class Browser:
    """One handler; keeps the cookie that leads to what was parked."""

    def __init__(self, crowd: Crowd) -> None:
        self._crowd, self._handler, self._key = crowd, BaseHandler(), ""
        self._handler.load_middleware()

    def send_too_late(self, form: PostForm, page: str, data: dict[str, list[str]]) -> HttpResponse:
        request = RequestFactory().post(form.address, data, headers={"referer": f"http://testserver{page}"})
        request._dont_enforce_csrf_checks = True  # type: ignore[attr-defined]
        answer = self._handler.get_response(request)
        self._key = answer.cookies[kept.KEY].value if kept.KEY in answer.cookies else ""
        return answer

    def open(self, page: str, role: str) -> str:
        factory = RequestFactory()
        factory.cookies[settings.SESSION_COOKIE_NAME] = self._crowd.session_of(role)
        factory.cookies[kept.KEY] = self._key
        return self._handler.get_response(factory.get(page)).content.decode()


def lost(crowd: Crowd, places: list[Place]) -> Iterator[tuple[str, str, list[str]]]:
    """Each form with what its writer does not find in its fields again."""
    for place, role, form in every_form(places):
        texts = typed_into(form)
        data = {**form.data(), **{name: [text] for name, text in texts.items()}}
        with transaction.atomic():
            browser = Browser(crowd)
            answer = browser.send_too_late(form, place.path, data)
            where = f"{place.name} {place.sample}, {role}: {form.address}"
            if form.address in FOR_EVERYBODY:
                continue
            assert answer.headers.get("Location", "").startswith("/konto/login/"), f"{where}: {answer.status_code}"
            page = browser.open(place.path, role)
            shown = [found for found in _forms(place.path, page) if found.address == form.address]
            values = {text for found in shown for sent in found.values.values() for text in sent}
            again = {name for name in texts if name.startswith(MEANT_ANEW)}
            missing = [name for name, text in texts.items() if name not in again and text not in values]
            assert not [name for name in again if texts[name] in page], where
            assert ParkedForm.objects.exists()
            transaction.set_rollback(True)
        yield where, "said" if _says_so(page, texts) else "not said", missing


def _says_so(page: str, texts: dict[str, str]) -> bool:
    """In the form; of a mere button, in which nothing was written, at the beginning of its page."""
    return "Jeszcze nie zapisano" in page or (not texts and "Formularza nie dało się zapisać" in page)


def _forms(path: str, page: str) -> list[PostForm]:
    class Page:
        status, media_type, body = "200", "text/html", page.encode()

    return forms_in(path, Page)  # type: ignore[arg-type]


@pytest.mark.case(60)
def test_no_form_of_the_service_loses_what_was_typed_when_its_session_had_ended(walk, figure):
    wrong, forms, fields = [], 0, 0
    with quiet(), bare_404():
        for where, said, missing in lost(Crowd(walk.world), walk.places):
            forms += 1
            if said != "said" or missing:
                wrong.append(f"{where}: {said}, lost {missing}")
        fields = sum(len(typed_into(form)) for _place, _role, form in every_form(walk.places))
    figure(f"{forms} forms with {fields} texts sent after their session had ended: {len(wrong)} lost one")
    assert forms > 60
    assert not wrong, "\n".join(wrong)


@pytest.mark.case(60, control=True)
def test_without_filling_in_every_text_is_lost(walk, figure, monkeypatch):
    monkeypatch.setattr("accounts.middleware.fill", lambda page, **_rest: None)
    with quiet(), bare_404():
        found = [missing for _where, _said, missing in lost(Crowd(walk.world), walk.places[:200])]
    figure(f"{sum(map(len, found))} texts of {len(found)} forms lost")
    assert sum(map(len, found)) > 5
