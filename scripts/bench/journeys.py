"""What people do, request by request, as a browser would: every form opened before it is sent."""

import io
import re

import pikepdf

from applications.sections import ATTACHMENTS, SECTION_BY_CODE
from applications.views.writing import PAGES
from scripts.bench.browser import Answer, Fields, Visitor, follow, value_in
from scripts.bench.texts import description, prose

CRITERION = re.compile(r'name="why_(\d+)"')


def pdf(padding: int = 0) -> bytes:
    buffer = io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        if padding:
            document.pages[0].obj["/PieceInfo"] = document.make_stream(bytes(padding))
        document.save(buffer, compress_streams=False)
    return buffer.getvalue()


class UnexpectedAnswer(SystemExit):
    """A page that should have opened did not; ends a measurement."""


def submit_entry(visitor: Visitor, edition_slug: str, number: int, file: bytes) -> None:
    """Start, seven sections, one file, check, send: 24 requests, redirects and next pages included."""
    entry = write_entry(visitor, edition_slug, number, file)
    if "SLZ-" not in send_entry(visitor, entry).text:
        raise UnexpectedAnswer("the entry was not sent")


def write_entry(visitor: Visitor, edition_slug: str, number: int, file: bytes) -> str:
    """Start an entry and fill every page of its form; the address it got."""
    start = f"/zgloszenia/nowe/{edition_slug}/"
    page = _need(visitor.get(start))
    said = _fields(number)
    first = {name: value_in(page.text, name) for name in ("form_key", "domain", "group")}
    page = _need(follow(visitor, visitor.post(start, first | {"title": said["title"]})))
    found = re.search(r"/zgloszenia/(\d+)/", page.text)
    if not found:
        raise UnexpectedAnswer("the started entry was not shown")
    entry = f"/zgloszenia/{found.group(1)}/"
    page = _need(visitor.get(f"{entry}formularz/{PAGES[0]}/"))
    for code in PAGES:
        if code == ATTACHMENTS:
            page = _attach(visitor, entry, page, file)
            page = _need(visitor.get(f"{entry}formularz/{PAGES[-1]}/"))
        else:
            page = _section(visitor, entry, code, page, first | said)
    return entry


def send_entry(visitor: Visitor, entry: str) -> Answer:
    """Read the whole and send it; the page shown after that, or the refusal."""
    page = _need(visitor.get(f"{entry}sprawdzenie/"))
    return follow(visitor, visitor.post(f"{entry}wyslanie/", {"shown": value_in(page.text, "shown")}))


def save_page(visitor: Visitor, entry: str, code: str, number: int) -> Answer:
    """Open one page of the form and save it with what this number says."""
    page = _need(visitor.get(f"{entry}formularz/{code}/"))
    return _section(visitor, entry, code, page, _fields(number))


def _section(visitor: Visitor, entry: str, code: str, page: Answer, said: Fields) -> Answer:
    fields: Fields = {"seen": value_in(page.text, "seen"), "next": "1"}
    for name in SECTION_BY_CODE[code].fields:
        fields |= {key: value for key, value in said.items() if key == name or key.startswith(f"{name}-")}
    return _need(follow(visitor, visitor.post(f"{entry}formularz/{code}/", fields)))


def _attach(visitor: Visitor, entry: str, page: Answer, file: bytes) -> Answer:
    requirement = re.search(r'<option value="(\d+)"', page.text)
    fields: Fields = {"requirement": requirement.group(1) if requirement else "", "description": ""}
    return _need(follow(visitor, visitor.post(f"{entry}zalaczniki/", fields, file)))


def _fields(number: int) -> Fields:
    """The description as a form sends it."""
    sent: Fields = {}
    for name, value in description(number).items():
        if name == "indicators":
            sent |= {f"indicators-{row}-{key}": cell for row, cells in enumerate(value) for key, cell in cells.items()}
        elif isinstance(value, bool):
            sent[name] = "on"
        else:
            sent[name] = list(value) if isinstance(value, list) else str(value)
    return sent


def sheet_fields(page: Answer, number: int) -> Fields:
    """A filled score sheet, as sent from its page."""
    fields: Fields = {"summary": prose(number, 2)}
    for place, criterion in enumerate(CRITERION.findall(page.text)):
        fields |= {f"points_{criterion}": str((number + place) % 11), f"why_{criterion}": prose(number + place, 2)}
    return fields


def _need(answer: Answer) -> Answer:
    if answer.status != 200:
        raise UnexpectedAnswer(f"a page answered {answer.status}")
    return answer
