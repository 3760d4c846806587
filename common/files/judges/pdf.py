"""PDF: every object is looked at, however it hangs in the file, and judged by what it does.

The rules, with what honest programs write in mind:
- opens without a password (one that only forbids printing or copying is no obstacle);
- its cross-references stand: a file whose end is missing is half a file, though a reader may show some of it;
- nothing runs, sends, plays or opens a program; what happens by itself only moves within the document;
- a click may open an address of the net, or another PDF beside this one;
- files within are judged like files without (judges/embedded.py).
"""

import io
import re
from collections.abc import Iterator

import pikepdf

from common.files.codes import Code, Refused
from common.files.judges import pdf_head, pdf_outside, pdf_scripts, tails, targets
from common.files.judges.embedded import judge_embedded
from common.files.judges.marks import BLANK, ZIP
from common.files.judges.markup import Attributes, Listener, read
from common.files.judges.pdf_once import Once

MAX_OBJECTS = 200_000
MAX_DEPTH = 2  # a PDF in a PDF in a PDF
MAX_NAME = 1000  # of a file within
DECODED = 100 * 1024 * 1024
_END = re.compile(rb"startxref\s+\d+\s*(?:%%?E?O?F?)?")
_OBJECTS = re.compile(rb"(?:%[^\r\n]*+[\r\n]\s*+)*+(?:\d+\s+\d+\s+obj|xref\s)")
_REMARKS = re.compile(rb"(?:%[ -;=-~]{0,100}+\s*+){1,5}+")
_REBUILT = ("reconstruct", "unable to recover", "unable to find trailer")

# What one stream may unfold to, and one array or dictionary hold.
pikepdf.settings.set_qpdf_limits(
    flate_max_memory=DECODED,
    run_length_max_memory=DECODED,
    png_max_memory=DECODED,
    tiff_max_memory=DECODED,
    parser_max_container_size=1_000_000,
)

# Actions that only show or move, by who starts them.
_BY_ITSELF = frozenset(
    ["/GoTo", "/GoToDp", "/Named", "/JavaScript", "/SetOCGState", "/Hide", "/Trans", "/ResetForm", "/Thread"]
)
_BY_A_CLICK = _BY_ITSELF | {"/URI", "/GoToR"}
_ACTING = {
    "/Launch": Code.PDF_PROGRAM,
    "/SubmitForm": Code.PDF_SENDS,
    "/ImportData": Code.PDF_SENDS,
    "/GoToE": Code.PDF_OTHER_FILE,
    "/Rendition": Code.PDF_MEDIA,
    "/Movie": Code.PDF_MEDIA,
    "/Sound": Code.PDF_MEDIA,
    "/RichMediaExecute": Code.PDF_MEDIA,
    "/GoTo3DView": Code.PDF_MEDIA,
}
_MEDIA = {"/RichMedia", "/Movie", "/Sound", "/3D", "/RichMediaContent", "/RichMediaConfiguration"}
_MEDIA_KEYS = {"/RichMediaContent", "/RichMediaSettings", "/3DD"}
_CLICKED_EVENTS = {"/U", "/D"}  # of /AA: the button of the mouse goes up, down


def judge(content: bytes) -> str:
    """The code of what is wrong with the PDF, "" when nothing is."""
    return _judge(content, 0)


def _judge(content: bytes, depth: int) -> str:
    try:
        if depth > MAX_DEPTH:
            return Code.PDF_ATTACHMENT
        if not pdf_head.is_alone(content):
            return Code.PDF_CARRIES
        content = content.rstrip(BLANK)  # scanners fill up the last block
        _refuse_tail(content)
        _judge_document(content, depth)
    except Refused as refused:
        return refused.code
    except pikepdf.PasswordError:
        return Code.PDF_PASSWORD
    except (MemoryError, RecursionError):
        return Code.PDF_COMPLICATED
    except pikepdf.PdfError as error:
        return Code.PDF_PASSWORD if "encrypt" in str(error).lower() else Code.DAMAGED
    except (ValueError, RuntimeError, TypeError, KeyError):
        return Code.DAMAGED
    return ""


def _refuse_tail(content: bytes) -> None:
    """Nothing but a remark stands behind the end that the last reference to the table belongs to."""
    ends = list(_END.finditer(content))
    tail = content[ends[-1].end() :].lstrip(BLANK) if ends else b""
    if tail and not _REMARKS.fullmatch(tail):
        # A change whose own end is missing; otherwise another file.
        raise Refused(Code.PDF_INCOMPLETE if _OBJECTS.match(tail) else Code.PDF_CARRIES)


def _judge_document(content: bytes, depth: int) -> None:
    with _opened(content) as document:
        if len(document.objects) > MAX_OBJECTS:
            raise Refused(Code.PDF_COMPLICATED)
        if not len(document.pages):
            raise Refused(Code.PDF_INCOMPLETE if _is_rebuilt(document) else Code.DAMAGED)
        _judge_form(document)
        pdf_outside.judge_base(document.Root)
        walk = _Walk(depth)
        for item in document.objects:
            walk.visit(item)
        walk.visit(document.trailer)
        walk.judge_files()
        if tails.holds_archive(content, walk.written_archives()):
            raise Refused(Code.PDF_CARRIES)
        for page in document.pages:
            if walk.once.is_new("contents", page.obj.get("/Contents")):
                _judge_page(page)
        if _is_rebuilt(document):
            raise Refused(Code.PDF_INCOMPLETE)


def _opened(content: bytes) -> pikepdf.Pdf:
    document = pikepdf.open(io.BytesIO(content), suppress_warnings=True)
    if not _is_rebuilt(document):
        return document
    if content.startswith(b"%PDF-"):
        raise Refused(Code.PDF_INCOMPLETE)
    # Some programs count their offsets with the bytes before the head, some without: both are read.
    return pikepdf.open(io.BytesIO(b"%PDF-1.7" + content[8:]), suppress_warnings=True)


def _is_rebuilt(document: pikepdf.Pdf) -> bool:
    """By the warnings since the last time this was asked."""
    return any(mark in str(warning) for warning in document.get_warnings() for mark in _REBUILT)


def _judge_page(page: pikepdf.Page) -> None:
    """The drawing of a page is there as a whole."""
    contents = page.obj.get("/Contents")
    for part in contents if isinstance(contents, pikepdf.Array) else [contents]:
        if part is not None and not isinstance(part, pikepdf.Stream):
            raise Refused(Code.PDF_INCOMPLETE)


class _Walk:
    """Looks at one object after another; what is written in place is followed, the rest comes on its own."""

    def __init__(self, depth: int) -> None:
        self.depth = depth
        self.once = Once()
        self._files: dict[tuple[int, int], tuple[pikepdf.Stream, set[str]]] = {}

    def visit(self, item: pikepdf.Object) -> None:
        waiting = [item]
        while waiting:
            part = waiting.pop()
            if isinstance(part, pikepdf.Dictionary | pikepdf.Stream):
                self._judge_dictionary(part)
            waiting.extend(_written_in_place(part))

    def _judge_dictionary(self, part: pikepdf.Object) -> None:
        keys = set(part.keys())
        kinds = {self.once.name(part.get("/Type")), self.once.name(part.get("/Subtype"))}
        if kinds & _MEDIA or keys & _MEDIA_KEYS:
            raise Refused(Code.PDF_MEDIA)
        if isinstance(part, pikepdf.Stream):
            self._judge_stream(part, kinds)
        if "/JS" in keys:
            self._judge_script(part["/JS"])
        if "/S" in keys:
            self._judge_action(part, _BY_A_CLICK, is_certain=False)
        pdf_outside.judge_outside(part, keys, kinds, self.once)
        if "/EF" in keys:
            self._find_files(part)
        if "/Names" in keys and self.once.is_new("names", part["/Names"]):
            self._find_names(part["/Names"])
        self._judge_triggers(part, keys)

    def _judge_stream(self, stream: pikepdf.Stream, kinds: set[str]) -> None:
        if "/F" in stream or ("/PS" in kinds and "/XObject" in kinds):
            raise Refused(Code.PDF_OTHER_FILE)  # its content would be read from elsewhere
        if "/EmbeddedFile" in kinds:
            self._find_file(stream, [])

    def _find_files(self, specification: pikepdf.Object) -> None:
        """The streams of a file within, with the names it goes by; whether they say so in their type or not."""
        files = specification["/EF"]
        if not isinstance(files, pikepdf.Dictionary) or "/RF" in specification or len(files) > len(pdf_outside.NAMES):
            raise Refused(Code.PDF_ATTACHMENT)
        names = [_file_name(specification[key]) for key in pdf_outside.NAMES if key in specification]
        for key in files.keys():  # noqa: SIM118 - a dictionary of pikepdf iterates otherwise
            value = files[key]
            if isinstance(value, pikepdf.Stream):
                self._find_file(value, names)
            elif not isinstance(value, pikepdf.String):
                raise Refused(Code.PDF_ATTACHMENT)

    def _find_names(self, listed: pikepdf.Object) -> None:
        """A leaf of a tree of names: the names under which files within are listed are names of theirs too."""
        if not isinstance(listed, pikepdf.Array):
            return
        for name, specification in zip(list(listed)[::2], list(listed)[1::2], strict=False):
            if not isinstance(name, pikepdf.String) or not isinstance(specification, pikepdf.Dictionary):
                continue
            files = specification.get("/EF")
            if isinstance(files, pikepdf.Dictionary) and len(files) <= len(pdf_outside.NAMES):
                for key in files.keys():  # noqa: SIM118
                    if isinstance(held := files[key], pikepdf.Stream):
                        self._find_file(held, [_file_name(name)])

    def _find_file(self, stream: pikepdf.Stream, names: list[str]) -> None:
        self._files.setdefault(stream.objgen, (stream, set()))[1].update(names)

    def judge_files(self) -> None:
        for stream, names in self._files.values():
            try:
                content = stream.read_bytes()
            except pikepdf.PdfError as error:
                raise Refused(Code.PDF_ATTACHMENT) from error
            judge_embedded(content, names, lambda inner: _judge(inner, self.depth + 1))

    def written_archives(self) -> list[bytes]:
        """Documents within that stand in the file unpacked, as archives; they were judged."""
        written = [stream.read_raw_bytes() for stream, _names in self._files.values()]
        return [content for content in written if content.startswith(ZIP)]

    def _judge_triggers(self, part: pikepdf.Object, keys: set[str]) -> None:
        """Actions where actions stand: there an unknown kind is refused too."""
        if "/OpenAction" in keys:
            self._judge_chain(part["/OpenAction"], _BY_ITSELF)
        if "/AA" in keys and isinstance(part["/AA"], pikepdf.Dictionary) and self.once.is_new("events", part["/AA"]):
            events = part["/AA"]
            for event in events.keys():  # noqa: SIM118
                self._judge_chain(events[event], _BY_A_CLICK if event in _CLICKED_EVENTS else _BY_ITSELF)
        for key in ("/A", "/PA"):
            if key in keys:
                self._judge_chain(part[key], _BY_A_CLICK, is_structure=True)

    def _judge_chain(self, first: pikepdf.Object, allowed: frozenset[str], *, is_structure: bool = False) -> None:
        """An action and what follows it; attributes of a structure stand under the name of an action too."""
        question = f"actions: {sorted(allowed)} {is_structure}"
        waiting = [] if isinstance(first, pikepdf.Array) else [first]  # an array there is a place to go to
        while waiting:
            item = waiting.pop()
            if not self.once.is_new(question, item):
                continue
            if isinstance(item, pikepdf.Dictionary):
                self._judge_action(item, allowed, is_certain=not (is_structure and "/O" in item))
                if "/Next" in item:
                    waiting.append(item["/Next"])
            elif isinstance(item, pikepdf.Array):
                waiting.extend(item)

    def _judge_action(self, action: pikepdf.Object, allowed: frozenset[str], *, is_certain: bool) -> None:
        """`is_certain`: it stands where only actions do; elsewhere /S also names kinds of structure and borders."""
        kind = self.once.name(action.get("/S"))
        if kind in _ACTING:
            raise Refused(_ACTING[kind])
        if kind == "/JavaScript" and "/JS" not in action:
            raise Refused(Code.PDF_SCRIPT)
        if kind == "/URI" and self.once.is_new("address", action.get("/URI")):
            _judge_address(action.get("/URI"))
        if kind in ("/GoToR", "/Thread"):
            pdf_outside.judge_other_file(action.get("/F"), self.once)
        if is_certain and kind and kind not in allowed:
            raise Refused({"/URI": Code.PDF_SENDS, "/GoToR": Code.PDF_OTHER_FILE}.get(kind, Code.PDF_PROGRAM))

    def _judge_script(self, script: object) -> None:
        if not self.once.is_new("script", script):
            return
        if not isinstance(script, pikepdf.String | pikepdf.Stream) or not pdf_scripts.is_standard(_text(script)):
            raise Refused(Code.PDF_SCRIPT)


def _written_in_place(part: pikepdf.Object) -> Iterator[pikepdf.Object]:
    if isinstance(part, pikepdf.Array):
        children = iter(part)
    elif isinstance(part, pikepdf.Dictionary | pikepdf.Stream):
        children = (part[key] for key in part.keys())  # noqa: SIM118
    else:
        return
    for child in children:
        if isinstance(child, pikepdf.Array | pikepdf.Dictionary) and not child.is_indirect:
            yield child


def _file_name(value: object) -> str:
    name = _text(value)
    if len(name) > MAX_NAME:
        raise Refused(Code.PDF_ATTACHMENT)
    return name


def _judge_address(address: object) -> None:
    if address is not None and not targets.may_be_clicked(_text(address)):
        raise Refused(Code.LINK)


def _text(value: object) -> str:
    if isinstance(value, pikepdf.Stream):
        content = value.read_bytes()
        if content.startswith((b"\xfe\xff", b"\xff\xfe")):
            return content.decode("utf-16", "replace")
        return content.decode("utf-8-sig" if content.startswith(b"\xef\xbb\xbf") else "latin-1")
    return str(value)


# --- XFA --------------------------------------------------------------------------------------


class _Xfa(Listener):
    def start(self, name: str, attributes: Attributes) -> None:
        if name in ("script", "submit", "execute", "connectionSet", "connect", "signData", "image", "exObject"):
            raise Refused(Code.PDF_XFA)


def _judge_form(document: pikepdf.Pdf) -> None:
    """A form that only Adobe's program draws (XFA) is an empty page to the jury; one with ordinary fields shows."""
    form = document.Root.get("/AcroForm")
    if not isinstance(form, pikepdf.Dictionary) or "/XFA" not in form:
        return
    fields = form.get("/Fields")
    if not isinstance(fields, pikepdf.Array) or not len(fields) or bool(document.Root.get("/NeedsRendering", False)):
        raise Refused(Code.PDF_XFA)
    packets = form["/XFA"]
    parts = list(packets) if isinstance(packets, pikepdf.Array) else [packets]
    streams = {part.objgen: part for part in parts if isinstance(part, pikepdf.Stream)}
    content = b"".join(part.read_bytes() for part in streams.values())
    if not content:
        raise Refused(Code.PDF_XFA)
    try:
        read(content, _Xfa())
    except Refused as refused:
        raise Refused(Code.PDF_XFA) from refused
