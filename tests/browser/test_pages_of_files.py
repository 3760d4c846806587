"""A juror sees pages of files beside the entry, and need not open an original."""

import io
import os

import pytest
from PIL import Image

from applications.models import ApplicationVersion
from applications.services.drawing import draw_attachments
from tests import factories
from tests.common.files import hostile
from tests.jury.helpers import assign, make_jury

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LOADED = "() => [...document.querySelectorAll('.pages[open] img')].every(i => i.complete && i.naturalWidth > 0)"


def photograph():
    out = io.BytesIO()
    Image.effect_noise((600, 400), 60).convert("RGB").save(out, "JPEG")
    return out.getvalue()


@pytest.mark.parametrize("width", [1280, 390])
def test_pages_stand_below_the_name_of_the_file(page, sign_in, live_server, width):
    jury = make_jury(entries=1)
    entry = jury.entries[0]
    paper = hostile.pdf(lambda document: document.add_blank_page(page_size=(595, 842)))
    files = [
        factories.make_attachment(entry, content=paper, name="Uchwała.pdf"),
        factories.make_attachment(entry, content=photograph(), name="Rynek.jpg", media_type="image/jpeg"),
    ]
    draw_attachments()
    files.append(factories.make_attachment(entry, content=paper, name="Czeka.pdf"))
    ApplicationVersion.objects.filter(application=entry).update(
        content={"title": "Praktyka", "attachments": [{"id": f.pk, "name": f.name, "size": f.size} for f in files]}
    )
    row = assign(entry, jury.jurors[0])
    sign_in(page, jury.jurors[0].user)
    page.set_viewport_size({"width": width, "height": 900})
    page.set_default_timeout(60_000)
    page.goto(f"{live_server.url}/jury/karty/{row.pk}/", wait_until="domcontentloaded")
    page.locator(".pages").first.scroll_into_view_if_needed()
    page.locator(".pages summary").nth(1).click()
    page.locator(".pages img").last.scroll_into_view_if_needed()
    page.wait_for_function(LOADED)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator(".pages img").first.get_attribute("alt") == "strona 1 z 2 pliku Uchwała.pdf"
    if folder := os.environ.get("LOOK"):
        page.screenshot(path=f"{folder}/pages-{width}.png", full_page=True)
