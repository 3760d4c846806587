"""Translations: collect, fill in, list what is missing, compile.

    python -m scripts.messages collect             needs gettext: finds every text in code and templates
    python -m scripts.messages missing             prints untranslated texts as JSON, {"msgid": ""}
    python -m scripts.messages translate FILE      fills in from such a JSON file ("-": standard input)
    python -m scripts.messages compile             writes django.mo; needs no gettext
    python -m scripts.messages check               fails when a text is untranslated or not collected yet

A plural is given as a list of its Polish forms: {"%(n)s entry": ["…", "…", "…", "…"]} (1, 2–4, 5+, fractions).
A text with a context is given as "context|text".
"""

import fcntl
import json
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = ROOT / "locale" / "pl" / "LC_MESSAGES" / "django.po"


@contextmanager
def catalogue_lock() -> Iterator[None]:
    """One writer of the catalogue at a time."""
    lock = ROOT / "var" / "messages.lock"
    lock.parent.mkdir(exist_ok=True)
    with lock.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def collect() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.chdir(ROOT)
    import django
    from django.core.management import call_command
    from django.core.management.commands import makemessages

    class Command(makemessages.Command):
        msgmerge_options = [*makemessages.Command.msgmerge_options, "--no-fuzzy-matching"]

    django.setup()
    call_command(
        Command(),
        locale=["pl"],
        extensions=["py", "html", "txt"],
        ignore_patterns=[".venv", "var", "tests", "scripts", "docs"],
        no_location=True,
        no_obsolete=True,
        verbosity=0,
    )


def missing() -> dict[str, str | list[str]]:
    found: dict[str, str | list[str]] = {}
    for entry in polib.pofile(str(CATALOGUE)):
        if entry.translated():
            continue
        key = f"{entry.msgctxt}|{entry.msgid}" if entry.msgctxt else entry.msgid
        found[key] = ["", "", "", ""] if entry.msgid_plural else ""
    return found


def translate(texts: dict[str, str | list[str]]) -> int:
    catalogue = polib.pofile(str(CATALOGUE), wrapwidth=100)
    filled = 0
    for entry in catalogue:
        key = f"{entry.msgctxt}|{entry.msgid}" if entry.msgctxt else entry.msgid
        value = texts.get(key)
        if not value:
            continue
        if isinstance(value, str) == bool(entry.msgid_plural):
            sys.exit(f"{key}: a plural takes a list of its forms, any other text a string")
        if entry.msgid_plural:
            entry.msgstr_plural = dict(enumerate(value))
        else:
            entry.msgstr = str(value)
        entry.flags = [flag for flag in entry.flags if flag != "fuzzy"]
        filled += 1
    catalogue.save()
    return filled


def check() -> None:
    """Nothing untranslated; where gettext is installed, also nothing new in the code and nothing gone from it."""
    before = CATALOGUE.read_bytes()
    known = _texts()
    if shutil.which("xgettext"):
        try:
            collect()
            found = _texts()
        finally:
            CATALOGUE.write_bytes(before)
        if found != known:
            sys.exit(f"Run `make messages`: these texts are new or gone: {sorted(found ^ known)}")
    if untranslated := missing():
        sys.exit(f"Without a Polish translation: {json.dumps(list(untranslated), ensure_ascii=False, indent=1)}")
    print(f"{len(known)} texts, all translated")


def _texts() -> set[tuple[str, str]]:
    return {(entry.msgctxt or "", entry.msgid) for entry in polib.pofile(str(CATALOGUE))}


def compile_catalogue() -> None:
    for source in (ROOT / "locale").glob("*/LC_MESSAGES/*.po"):
        polib.pofile(str(source)).save_as_mofile(str(source.with_suffix(".mo")))


def main(arguments: list[str]) -> None:
    with catalogue_lock():
        match arguments:
            case ["collect"]:
                collect()
            case ["missing"]:
                print(json.dumps(missing(), ensure_ascii=False, indent=1))
            case ["translate", source]:
                text = sys.stdin.read() if source == "-" else Path(source).read_text()
                print(f"filled in: {translate(json.loads(text))}")
            case ["check"]:
                check()
            case ["compile"]:
                compile_catalogue()
            case _:
                sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
