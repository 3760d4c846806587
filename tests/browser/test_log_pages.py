"""The journal under seal, results that are signed and protocols: pages that people compare with paper."""

from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from common.kernel import epochs, keys
from common.kernel.sealer import Sealer
from tests.browser.test_every_page import look_at
from tests.common.kernel.world import announce, decided_world

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(settings, tmp_path, live_server):
    """Announced under a sealer: two keys, two epochs, a page and more of checkpoints, a signed package."""
    settings.MEDIA_ROOT = tmp_path
    path: Path = tmp_path / "key.pem"
    keys.make_key(path)
    began = timezone.now() - timedelta(hours=40)
    with time_machine.travel(began) as clock:
        for hour in range(30):
            if hour == 10:
                epochs.begin(epochs.known(), set_made_at=timezone.now())
            if hour == 20:
                keys.rotate(path)
            Sealer(lambda: keys.signer(path)).run_once()
            clock.shift(timedelta(hours=1))
        world = decided_world()
        announce(world)
        Sealer(lambda: keys.signer(path)).run_once()
    return world


def test_pages_of_proof_are_accessible_in_both_schemes_and_fit_a_phone(page, sign_in, axe, fits, world):
    slug = world.edition.slug
    sign_in(page, world.jury.officer)
    addresses = [
        reverse("portal:checkpoints"),
        reverse("portal:checkpoints") + "?page=2",
        reverse("awards:results", args=[slug]),
        reverse("awards:session_detail", args=[slug, 1]),
    ]
    for path in addresses:
        page.set_viewport_size({"width": 1280, "height": 900})
        page.emulate_media(color_scheme="light")
        page.goto(path)
        look_at(page, axe, fits)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            page.set_viewport_size({"width": 390, "height": 844})
            axe(page)
            wide, shown = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
            assert wide <= shown, f"{path}: {wide} px wide at 390 px"
