"""What people do all day, in a real browser: with scripts, without them, and with the keyboard alone."""

from typing import Any

import pytest
from django.urls import reverse

from accounts.models import MembershipRole
from applications.models import Application, FormalCriterion
from applications.services.submission import submit_application
from applications.workflow import State
from common.errors import Refusal
from common.kernel.baseline import reseal
from contest.models import JuryRole
from jury.models import Assignment, ScoreSheet
from jury.services import assign_jurors
from tests.factories import (
    make_complete_draft,
    make_edition,
    make_juror,
    make_member,
    make_officer,
    make_unit,
)
from tests.journeys.test_entry_to_practice import ANSWERS, a_pdf

SUBMIT = "main form:not([role=search]) button.button--primary"
ALL_MET = [f"met_{code}" for code in FormalCriterion.values]


@pytest.fixture
def look(axe, fits):
    """`look(page)`: readable by all and, on a phone, no wider than the screen."""

    def check(page: Any) -> None:
        axe(page)
        fits(page)
        page.set_viewport_size({"width": 1280, "height": 900})

    return check


@pytest.fixture
def entrant():
    return make_member(make_unit("Jarzębinowo nad Wielką Wodą"), MembershipRole.SIGNATORY)


def open_call():
    edition = make_edition(slug="nabor")
    for requirement in edition.attachment_requirements.all():
        requirement.required = True
        requirement.save()
    return edition


def write_and_send(page: Any, edition: Any, look: Any) -> Application:
    """From the first page to the number, the way the buttons lead."""
    page.goto(f"/zgloszenia/nowe/{edition.slug}/")
    page.click(SUBMIT)
    look(page)  # nothing was filled in: the errors are as readable as the page
    assert page.locator("[aria-invalid=true]").count() or page.locator(".field--error").count()
    page.fill("[name=title]", ANSWERS["title"])
    for name in ("domain", "group"):
        page.locator(f"[name={name}]").first.check()
    page.click(SUBMIT)
    entry = Application.objects.get()
    page.goto(f"/zgloszenia/{entry.pk}/formularz/podstawowe/")
    for _page in range(8):
        if page.url.endswith("/zalaczniki/"):
            attach(page)
            page.click("main .button >> text=/Dalej|dalej/")
            continue
        for name, value in ANSWERS.items():
            box = page.locator(f"main [name={name}]")
            if box.count():
                box.check() if value is True else box.fill(value)
        page.click("main [name=next]")
    page.goto(f"/zgloszenia/{entry.pk}/sprawdzenie/")
    look(page)
    page.click(f"form[action$='/{entry.pk}/wyslanie/'] button")
    return Application.objects.get()


def attach(page: Any) -> None:
    file = a_pdf("Oświadczenie")
    page.set_input_files("main [name=file]", {"name": file.name, "mimeType": "application/pdf", "buffer": file.read()})
    page.click("main form[enctype] button.button--primary")
    assert "oswiadczenie.pdf" in page.content()


def test_an_applicant_writes_attaches_checks_and_sends(page, sign_in, look, entrant):
    sign_in(page, entrant)
    entry = write_and_send(page, open_call(), look)
    assert entry.state == State.SUBMITTED
    assert entry.number in page.content()
    look(page)
    assert [words for words in page.complaints if "422" not in words] == []


def test_an_entry_is_sent_without_scripts(browser, live_server, sign_in, entrant):
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False, locale="pl-PL")
    page = context.new_page()
    sign_in(page, entrant)
    entry = write_and_send(page, open_call(), lambda _page: None)
    assert entry.state == State.SUBMITTED
    assert entry.number in page.content()
    context.close()


def sent_entry(edition: Any = None) -> Application:
    entry = make_complete_draft(edition or open_call())
    return submit_application(actor=make_member(entry.unit, MembershipRole.SIGNATORY), application_id=entry.pk)


def test_a_file_that_is_too_large_is_told_before_it_is_sent(page, sign_in, entrant, settings):
    settings.UPLOAD_MAX_BYTES = 1000
    draft = make_complete_draft(open_call(), entrant.memberships.get().unit)
    sign_in(page, entrant)
    page.goto(reverse("applications:attachments", args=[draft.pk]))
    page.fill("main [name=description]", "Opis zdjęcia")
    file = {"name": "skan.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-" + b"x" * 2000}
    page.set_input_files("main [name=file]", file)
    assert "większy" in page.inner_text("#id_file_too_large")
    sent = []
    page.on("request", lambda request: sent.append(request.method))
    page.click("main form[enctype] button.button--primary")
    assert page.input_value("main [name=description]") == "Opis zdjęcia"
    assert "POST" not in sent
    page.set_input_files("main [name=file]", {**file, "buffer": b"%PDF-"})
    assert not page.locator("#id_file_too_large").count()
    page.click("main form[enctype] button.button--primary")
    assert sent.count("POST") == 1


def test_an_officer_checks_and_accepts(page, sign_in, look):
    entry = sent_entry()
    sign_in(page, make_officer())
    page.goto(f"/organizator/zgloszenia/{entry.pk}/ocena-formalna/")
    for name in ALL_MET:
        page.locator(f"[name={name}]").first.check()
    look(page)
    page.click("form.checklist button.button--primary")
    page.click(f"a[href$='/{entry.pk}/przyjecie/']")
    look(page)
    page.click("button[name=step][value=send]")
    assert Application.objects.get(pk=entry.pk).state == State.ELIGIBLE
    look(page)
    assert page.complaints == []


def scoring_for_two() -> list[Assignment]:
    edition = open_call()
    entry = sent_entry(edition)
    jurors = [make_juror(edition), make_juror(edition, JuryRole.CHAIR)]
    type(edition).objects.filter(pk=edition.pk).update(phase="SCORING")
    Application.objects.filter(pk=entry.pk).update(state=State.IN_SCORING)
    reseal(None, Application, [entry.pk])
    return assign_jurors(actor=make_officer(), edition_id=edition.pk, pairs=[(entry.pk, juror.pk) for juror in jurors])


def score_and_close(page: Any, points: str, look: Any) -> None:
    page.click(SUBMIT)  # impartiality
    page.wait_for_selector("[name=summary]")
    for name in page.locator("main [name^=why_]").evaluate_all("all => all.map(one => one.name)"):
        page.fill(f"[name={name}]", "Wskaźniki to potwierdzają.")
        page.locator(f"[name={name.replace('why', 'points')}][value='{points}']").check(force=True)
    look(page)
    page.click("button[name=action][value=save]")
    page.click("button[name=action][value=close]")
    look(page)
    page.click("main form:has([name=shown]) button.button--primary")


def test_jurors_score_and_the_chair_chooses_the_finalist(page, sign_in, look):
    assignments = scoring_for_two()
    for assignment in assignments:
        sign_in(page, assignment.juror.user)
        page.goto(f"/jury/karty/{assignment.pk}/oswiadczenie/")
        score_and_close(page, "9", look)
        assert ScoreSheet.objects.get(assignment=assignment).closed_at
    entry = assignments[0].application
    desk = f"/jury/edycje/{entry.edition.slug}"
    page.goto(f"{desk}/zamkniecie-ocen/")
    type_the_word(page)
    assert "90,00" in page.inner_text("main")
    look(page)
    page.goto(f"{desk}/finalisci/")
    look(page)
    page.click(SUBMIT)
    type_the_word(page)
    assert Application.objects.get(pk=entry.pk).state == State.FINALIST
    assert page.complaints == []


def type_the_word(page: Any) -> None:
    page.fill("[name=typed_word]", page.inner_text("label[for=id_typed_word] strong"))
    page.click("main form:has([name=typed_word]) button.button--primary")


def test_an_entry_is_withdrawn_with_the_keyboard_alone(page, sign_in):
    """Tab to each field, type, Enter: no pointer is touched."""
    entry = sent_entry()
    sign_in(page, entry.unit.memberships.get().user)
    page.goto(f"/zgloszenia/{entry.pk}/wycofanie/")
    word = page.inner_text("label[for=id_typed_word] strong")
    tab_to(page, "typed_word")
    page.keyboard.type(word)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert Application.objects.get(pk=entry.pk).state == State.WITHDRAWN


def tab_to(page: Any, name: str) -> None:
    for _press in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == name:
            return
    raise Refusal(f"{name} cannot be reached with Tab")
