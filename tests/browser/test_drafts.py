"""Nothing written is lost in a real browser: line cut, tab closed, session ended; with scripts and without."""

from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse

from accounts.models import User
from tests.access.addresses import samples
from tests.access.world import DECISION, World, build
from tests.awards import makers
from tests.factories import PASSWORD, make_application, make_user

TEXT = "Tekst, którego nie wolno zgubić: zażółć gęślą jaźń."
# Address, which of its objects, who writes there, and the field.
FORMS = {
    "entry": ("applications:edit", "draft", "applicant", "textarea"),
    "sheet": ("jury:sheet", "open_sheet", "juror", "[name=summary]"),
    "justification": ("awards:decide", "open", "chair", "textarea"),
    "visit": ("jury:record_visit", DECISION, "chair", "textarea"),
    "completion": ("applications:request_completion", "submitted", "officer", "textarea"),
}
OFFER = ".draft"
pytestmark = [pytest.mark.slow, pytest.mark.case(60)]


@pytest.fixture
def world(live_server: Any) -> World:
    return build()


def address(world: World, kind: str) -> str:
    name, label, _role, _field = FORMS[kind]
    return reverse(name, args=next(arguments for found, arguments in samples(name, world) if found == label))


def field_of(page: Any, kind: str) -> Any:
    return page.locator(f"main form[method=post] {FORMS[kind][3]}").first


def send(page: Any, kind: str) -> None:
    field_of(page, kind).evaluate("field => { field.form.noValidate = true; field.form.requestSubmit() }")


def sign_in_again(page: Any, user: User) -> None:
    page.fill("[name=login]", user.email)
    page.fill("[name=password]", PASSWORD)
    page.click("main button.button--primary")


def sign_out(page: Any) -> None:
    with page.expect_navigation():
        page.evaluate("document.querySelector('form[action$=\"/logout/\"]').requestSubmit()")


def write(page: Any, world: World, kind: str, sign_in: Any) -> tuple[User, str]:
    """The person of the form writes into it; gives them and the address."""
    user = world.people[FORMS[kind][2]]
    user.set_password(PASSWORD)
    user.save()
    sign_in(page, user)
    page.goto(address(world, kind))
    page.evaluate("localStorage.clear()")
    field_of(page, kind).fill(TEXT)
    return user, address(world, kind)


def restore(page: Any, kind: str) -> None:
    """It is offered with its time, changes nothing by itself, and is there after one press."""
    offer = page.locator(OFFER)
    offer.wait_for()
    assert field_of(page, kind).input_value() != TEXT
    assert "Ta przeglądarka przechowuje tekst" in offer.inner_text()
    offer.locator("button").first.click()
    assert field_of(page, kind).input_value() == TEXT


def without_asking(page: Any) -> None:
    """Leaving a page with unsaved text asks; here the machine is switched off."""
    page.on("dialog", lambda dialog: dialog.accept())


def test_a_line_cut_and_a_closed_tab_lose_nothing_and_no_other_account_sees_it(page, world, sign_in, figure):
    """One world, which takes long to make, for all that is asked of it."""
    without_asking(page)
    the_script_is_away_and_the_text_lost(page, world, sign_in)
    newer_text_of_the_server_is_shown_beside(page, world, sign_in)
    another_account_sees_nothing_and_signing_out_forgets(page, world, sign_in)
    line_cut_and_tab_closed(page, world, sign_in)
    figure(f"{len(FORMS)} forms, line cut and tab closed: offered with its time, beside what the server holds")


def line_cut_and_tab_closed(page: Any, world: World, sign_in: Any) -> None:
    for kind in FORMS:
        _user, path = write(page, world, kind, sign_in)
        page.context.set_offline(True)
        with page.expect_event("requestfailed"):
            send(page, kind)
        page.context.set_offline(False)
        page.goto(path)
        restore(page, kind)
        write(page, world, kind, sign_in)
        tab = page.context.new_page()
        page.close()
        page = tab
        without_asking(page)
        page.goto(path)
        restore(page, kind)
        page.locator(OFFER).locator("button").nth(1).click()  # thrown away: offered no more
        page.goto(path)
        field_of(page, kind).wait_for()
        page.wait_for_timeout(100)
        assert page.locator(OFFER).count() == 0


def another_account_sees_nothing_and_signing_out_forgets(page: Any, world: World, sign_in: Any) -> None:
    _user, path = write(page, world, "sheet", sign_in)
    sign_in(page, world.people["officer"])
    page.goto(reverse("accounts:profile"))
    page.wait_for_timeout(100)
    assert page.locator(OFFER).count() == 0
    assert TEXT not in page.content()
    sign_out(page)
    sign_in(page, world.people["juror"])
    page.goto(path)
    restore(page, "sheet")  # another account's sign-out took nothing away
    sign_out(page)
    assert TEXT not in page.evaluate("JSON.stringify(localStorage)")


def newer_text_of_the_server_is_shown_beside(page: Any, world: World, sign_in: Any) -> None:
    _user, path = write(page, world, "sheet", sign_in)
    sheet = world.objects["open_sheet"].sheet
    newer = "Nowszy tekst, zapisany w innym oknie."
    type(sheet).objects.filter(pk=sheet.pk).update(summary=newer)
    page.goto(path)
    offer = page.locator(OFFER)
    offer.wait_for()
    assert field_of(page, "sheet").input_value() == newer  # nothing is put over it
    text = offer.inner_text()
    assert newer in text
    assert TEXT in text
    assert "Twoje, niezapisane (" in text
    assert "W serwisie (zapisano " in text or "W serwisie teraz:" in text
    offer.locator("button").first.click()
    assert field_of(page, "sheet").input_value() == TEXT
    offer.locator("button").first.click()
    assert field_of(page, "sheet").input_value() == newer


def the_script_is_away_and_the_text_lost(page: Any, world: World, sign_in: Any) -> None:
    """The control: without the script nothing is kept."""
    page.route("**/drafts*.js", lambda route: route.abort())
    _user, path = write(page, world, "sheet", sign_in)
    page.goto(path)
    page.wait_for_timeout(200)
    assert page.locator(OFFER).count() == 0
    assert field_of(page, "sheet").input_value() != TEXT
    page.unroute("**/drafts*.js")


def test_a_draft_goes_when_the_server_says_saved_and_stays_when_it_refuses(page, sign_in):
    without_asking(page)
    sign_in(page, make_user())
    path = reverse("accounts:profile")
    page.goto(path)
    page.fill("[name=full_name]", "")
    page.locator("[name=full_name]").evaluate("field => { field.form.noValidate = true; field.form.requestSubmit() }")
    page.locator(".error-summary").wait_for()
    assert "full_name" in page.evaluate("JSON.stringify(localStorage)")
    page.fill("[name=full_name]", "Nowe Nazwisko")
    page.click("main button.button--primary")
    page.locator(".callout--success").wait_for()
    page.wait_for_timeout(100)
    assert "full_name" not in page.evaluate("JSON.stringify(localStorage)")
    assert page.locator(OFFER).count() == 0


def test_a_session_that_ended_loses_nothing_with_and_without_scripts(browser, live_server, world, sign_in, figure):
    for scripts in (True, False):
        context = browser.new_context(base_url=live_server.url, java_script_enabled=scripts, locale="pl-PL")
        page = context.new_page()
        page.set_default_timeout(15_000)
        without_asking(page)
        for kind in FORMS:
            user, path = write(page, world, kind, sign_in)
            Session.objects.all().delete()
            send(page, kind)
            page.wait_for_url("**/konto/login/**")
            assert "Nic jeszcze nie zostało zapisane" in page.content()
            assert TEXT not in page.content()
            sign_in_again(page, user)
            page.wait_for_url(f"**{path}")
            assert field_of(page, kind).input_value() == TEXT
            assert "Jeszcze nie zapisano" in page.content()
        context.close()
    figure(f"{len(FORMS)} forms, with scripts and without: text in the field, unsaved")


@pytest.fixture
def decision(live_server: Any, page: Any, sign_in: Any) -> str:
    """The address of a decision whose form the chair has begun: a text, and no English one."""
    edition, chair = makers.deciding_edition(slug="2026")
    makers.open_session(edition, chair)
    entry = make_application(edition, state="FINALIST")
    path = reverse("awards:decide", args=["2026", 1, entry.pk])
    without_asking(page)
    sign_in(page, chair.user)
    page.goto(path)
    page.fill("[name=justification]", TEXT)
    return path


def alter(page: Any, change: str) -> None:
    """Change what the browser keeps, as an earlier page with other fields would have written it."""
    page.evaluate(
        f"""() => Object.keys(localStorage).filter((key) => key.startsWith("draft|")).forEach((key) => {{
            const draft = JSON.parse(localStorage.getItem(key)), values = draft.values, base = draft.base;
            {change};
            localStorage.setItem(key, JSON.stringify(draft));
        }})"""
    )


def test_nothing_an_empty_text_and_no_field_at_all_are_the_same(page, decision):
    alter(page, "delete values.justification_en; values.kind = ['']; values.gone = ['']; delete base.special_title")
    page.goto(decision)
    page.locator(OFFER).wait_for()
    assert [text.strip() for text in page.locator(f"{OFFER} dt").all_text_contents()] == ["Uzasadnienie"]
    assert "zmieniło się" not in page.locator(OFFER).inner_text()
    alter(page, "values.justification = []")
    page.goto(decision)
    page.wait_for_timeout(100)
    assert page.locator(OFFER).count() == 0
    assert TEXT not in page.evaluate("JSON.stringify(localStorage)")


def test_a_value_without_a_field_on_the_page_is_shown_and_stays_after_restoring(page, decision):
    alter(page, "values.place = ['Zaginiona wartość']; draft.labels = {place: 'Miejsce'}; values.kind = ['OLD_AWARD']")
    for _time in range(2):
        page.goto(decision)
        offer = page.locator(OFFER)
        offer.wait_for()
        offer.locator("summary").click()
        assert "Miejsce" in offer.locator("dt").all_inner_texts()
        assert "Zaginiona wartość" in offer.inner_text()
        assert "OLD_AWARD" in offer.inner_text()
        offer.locator("button").first.click()
        page.fill("[name=justification]", TEXT + " Dalej.")
    page.check("[name=kind][value=LAUREATE]")
    page.click("main form[method=post] button.button--primary")
    page.locator(".callout--success").wait_for()
    page.goto(decision)
    page.locator(OFFER).wait_for()
    assert "Zaginiona wartość" in page.evaluate("JSON.stringify(localStorage)")
    page.locator(OFFER).locator("button").nth(1).click()
    assert "Zaginiona wartość" not in page.evaluate("JSON.stringify(localStorage)")


def test_labels_are_kept_for_a_page_that_will_not_have_the_field(page, decision):
    assert "Uzasadnienie" in page.evaluate("JSON.stringify(localStorage)")
