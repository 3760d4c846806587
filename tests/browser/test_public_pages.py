"""The pages everybody meets: readable by all, in light and dark, at 320 px, with nothing in the console."""

import pytest

from accounts.models import Role
from tests.factories import make_user

PUBLIC = [
    "/",
    "/?lang=en",
    "/konto/login/",
    "/konto/signup/",
    "/konto/password/reset/",
    "/deklaracja-dostepnosci/",
    "/prywatnosc/",
]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", PUBLIC)
def test_a_public_page_is_accessible_and_fits_a_phone(page, axe, fits, path, scheme):
    page.emulate_media(color_scheme=scheme)
    response = page.goto(path)
    assert response.status == 200
    axe(page)
    fits(page)
    axe(page)
    assert page.complaints == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_missing_page_is_accessible(page, axe, fits, scheme):
    page.emulate_media(color_scheme=scheme)
    assert page.goto("/nie-ma-takiej-strony/").status == 404
    axe(page)
    fits(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_desk_is_accessible(page, sign_in, axe, fits, scheme):
    sign_in(page, make_user("Anna Bardzo-Długonazwiskowa-Przykładowska", Role.OFFICER))
    page.emulate_media(color_scheme=scheme)
    assert page.goto("/pulpit/").status == 200
    axe(page)
    fits(page)
    axe(page)
    assert page.complaints == []


def test_the_keyboard_reaches_the_content_first(page):
    page.goto("/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#main"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_the_menu_of_a_person_opens_and_closes_by_keyboard(page, sign_in):
    sign_in(page, make_user("Anna Przykładowa"))
    page.goto("/pulpit/")
    summary = page.locator("details.menu > summary")
    summary.focus()
    page.keyboard.press("Enter")
    assert page.locator("details.menu[open]").count() == 1
    page.keyboard.press("Escape")
    assert page.locator("details.menu[open]").count() == 0


def test_the_language_switch_keeps_the_page(page):
    page.goto("/deklaracja-dostepnosci/")
    page.get_by_text("English version").click()
    page.wait_for_url("**/deklaracja-dostepnosci/?lang=en")
    assert page.locator("html").get_attribute("lang") == "en"
