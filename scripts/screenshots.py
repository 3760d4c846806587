"""Pictures for README.md and the guides: python -m scripts.screenshots (or `make screenshots`).

Starts a demonstration of its own (a database in a temporary folder, a free port), visits the pages as the people
who use them, and writes docs/images/*.png. Dates in the pictures are those of the demonstration on that day.
"""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "docs" / "images"
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--lang=pl"]
WIDE, PHONE = 1280, 390
MAX_BYTES = 120_000


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture: who looks, where, through which links, and how much of the page matters.

    `begin` is a selector whose top edge opens the picture; without it the picture opens with the page.
    """

    name: str
    role: str
    path: str
    follow: tuple[str, ...] = ()
    begin: str = ""
    height: int = 820
    width: int = WIDE


OFFICER = "/organizator/edycje/"
SHOTS = (
    Shot("home", "", "/", height=1130),
    Shot("home-telefon", "", "/", height=844, width=PHONE),
    Shot("logowanie", "", "/konto/login/", height=700),
    Shot("wyniki", "", "/edycje/demo-ogloszona/wyniki/", height=1000),
    Shot("praktyki", "", "/praktyki/"),
    Shot("praktyka", "", "/praktyki/", ("a[href*='dzierzoniow'], a[href*='program-doskonalenia']",)),
    Shot("mapa", "", "/praktyki/mapa/", height=1060),
    Shot("sprawdzenie-dokumentu", "", "/certyfikaty/", height=760),
    Shot("pulpit", "applicant", "/pulpit/", height=760),
    Shot("nowe-zgloszenie", "applicant", "/zgloszenia/nowe/demo-nabor/", height=980),
    Shot("zgloszenie", "applicant", "/zgloszenia/", ("table a:has-text('Biblioteka')",), height=1000),
    Shot("formularz", "applicant", "/zgloszenia/", ("table a:has-text('Biblioteka')", "a:has-text('Opis praktyki')")),
    Shot(
        "formularz-telefon",
        "applicant",
        "/zgloszenia/",
        ("table a:has-text('Biblioteka')", "a:has-text('Opis praktyki')"),
        height=844,
        width=PHONE,
    ),
    Shot("zalaczniki", "applicant", "/zgloszenia/", ("table a:has-text('Biblioteka')", "a:has-text('Załączniki')")),
    Shot(
        "wyslanie",
        "applicant",
        "/zgloszenia/",
        ("table a:has-text('Biblioteka')", "a:has-text('Sprawdź i wyślij')"),
        begin="h2:has-text('Załączniki')",
        height=640,
    ),
    Shot("wezwanie", "applicant", "/zgloszenia/", ("table a:has-text('Mapa potrzeb')",)),
    Shot("pulpit-organizatora", "officer", "/pulpit/", height=900),
    Shot("edycja", "officer", f"{OFFICER}demo-nabor/"),
    Shot("ustawienia", "officer", f"{OFFICER}demo-nabor/ustawienia/", height=780),
    Shot("lista-zgloszen", "officer", f"{OFFICER}demo-nabor/zgloszenia/", height=900),
    Shot(
        "ocena-formalna",
        "officer",
        f"{OFFICER}demo-nabor/zgloszenia/?state=SUBMITTED",
        ("table a:has-text('0006')", "a:has-text('Zmień ustalenia')"),
        height=900,
    ),
    Shot("przydzialy", "officer", f"{OFFICER}demo-ocena/przydzialy/", height=980),
    Shot("postep", "officer", f"{OFFICER}demo-ocena/postep/", height=900),
    Shot("ogloszenie", "officer", f"{OFFICER}demo-decyzja/ogloszenie/", height=900),
    Shot("dyplomy", "officer", f"{OFFICER}demo-ogloszona/dyplomy/", height=760),
    Shot("stan-uslugi", "officer", "/organizator/stan/", height=900),
    Shot("pulpit-jurora", "juror1", "/jury/", height=760),
    Shot("oswiadczenie", "juror3", "/jury/?state=declare", ("table a[href*='/jury/karty/']",), height=700),
    Shot("karta-oceny", "juror1", "/jury/", ("a:has-text('Oceń następne zgłoszenie')",), height=960),
    Shot(
        "karta-oceny-telefon",
        "juror1",
        "/jury/",
        ("a:has-text('Oceń następne zgłoszenie')",),
        begin="h2:has-text('Karta oceny')",
        height=844,
        width=PHONE,
    ),
    Shot("ranking", "chair", "/jury/edycje/demo-wyniki/ranking/", height=900),
    Shot("finalisci", "chair", "/jury/edycje/demo-wyniki/finalisci/", height=860),
    Shot("posiedzenie", "chair", "/jury/edycje/demo-decyzja/posiedzenia/", height=980),
    Shot("dziennik", "auditor", "/organizator/dziennik/", height=860),
    Shot("role", "admin", "/organizator/role/", height=860),
)


@contextmanager
def demonstration() -> Iterator[str]:
    """The address of a running demonstration, gone with its data at the end."""
    folder = Path(tempfile.mkdtemp(prefix="slz-screenshots-"))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    environment = os.environ | {
        "DEMO": "1",
        "DEBUG": "0",
        "PORT": port,
        "SITE_URL": f"http://127.0.0.1:{port}",
        "DATABASE_URL": f"sqlite:///{folder / 'db.sqlite3'}",
        "MEDIA_ROOT": str(folder / "media"),
        "STATIC_ROOT": str(folder / "static"),
        "EMAIL_URL": "dummymail://",
        "CELERY_BROKER_URL": "memory://",
    }
    manage = [sys.executable, str(ROOT / "manage.py")]
    for command in (["migrate", "-v0"], ["collectstatic", "--noinput", "-v0"], ["demo"]):
        subprocess.run([*manage, *command], env=environment, check=True, stdout=subprocess.DEVNULL)
    server = subprocess.Popen([*manage, "serve"], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        address = f"http://127.0.0.1:{port}"
        wait_for(f"{address}/healthz")
        time.sleep(20)  # the worker builds the diplomas that some pictures show
        yield address
    finally:
        server.terminate()
        server.wait(20)
        shutil.rmtree(folder)


def wait_for(address: str) -> None:
    for _attempt in range(100):
        try:
            with urllib.request.urlopen(address, timeout=2):
                return
        except OSError:
            time.sleep(0.2)
    sys.exit(f"{address} does not answer.")


def signed_in(browser: Browser, address: str, role: str, width: int) -> Page:
    """A page of its own, as this person of the demonstration sees it; an empty role is the public."""
    context = browser.new_context(
        base_url=address,
        viewport={"width": width, "height": 900},
        locale="pl-PL",
        timezone_id="Europe/Warsaw",
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.set_default_timeout(10_000)
    if role:
        page.goto("/konto/login/")
        page.fill("input[name=login]", f"{role}@demo.local")
        page.fill("input[name=password]", (ROOT / "var" / "demo_password").read_text().strip())
        page.click("main button[type=submit]")
        page.wait_for_url("**/pulpit/")
    return page


def take(page: Page, shot: Shot) -> bytes:
    page.goto(shot.path)
    for selector in shot.follow:
        page.locator(selector).first.click()
        page.wait_for_load_state()
    top = page.locator(shot.begin).first.bounding_box() if shot.begin else None
    start = max(0.0, top["y"] - 24) if top else 0.0
    whole = page.evaluate("document.documentElement.scrollHeight")
    height = min(float(shot.height), whole - start)
    return page.screenshot(full_page=True, clip={"x": 0, "y": start, "width": shot.width, "height": height})


def small(png: bytes) -> bytes:
    """The same picture in a palette, with as many colours as the limit of size allows."""
    picture = Image.open(BytesIO(png)).convert("RGB")
    for colours in (128, 64, 32, 16):
        written = BytesIO()
        picture.quantize(colours, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(
            written, "PNG", optimize=True
        )
        if written.tell() <= MAX_BYTES:
            return written.getvalue()
    raise ValueError(f"more than {MAX_BYTES} bytes even with 16 colours")


def main(names: list[str]) -> None:
    """All pictures, or those named."""
    chosen = [shot for shot in SHOTS if not names or shot.name in names]
    TARGET.mkdir(parents=True, exist_ok=True)
    with demonstration() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=ARGUMENTS, env={**os.environ, "LANGUAGE": "pl"}
        )
        pages: dict[tuple[str, int], Page] = {}
        for shot in chosen:
            key = (shot.role, shot.width)
            if key not in pages:
                pages[key] = signed_in(browser, address, *key)
            content = small(take(pages[key], shot))
            (TARGET / f"{shot.name}.png").write_bytes(content)
            print(f"{shot.name}.png {len(content) // 1000} kB", flush=True)
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1:])
