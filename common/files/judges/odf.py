"""ODT and ODS: no scripts, nothing of another program, nothing fetched; hyperlinks are free.

Every part is judged by its bytes: XML is read, pictures and fonts are recognised, and there is nothing else but what
LibreOffice keeps of the layout.
"""

import base64
import posixpath

from common.files.codes import Code, Refused
from common.files.judges import magic, marks, odf_settings, schemas, targets
from common.files.judges.formulas import judge_formula
from common.files.judges.lists import words
from common.files.judges.markup import Attributes, Listener, read, values
from common.files.judges.package import Package

MANIFEST = "meta-inf/manifest.xml"
_MIMETYPES = {
    "application/vnd.oasis.opendocument.text": "odt",
    "application/vnd.oasis.opendocument.spreadsheet": "ods",
}
_FOREIGN_ROOTS = {"html": Code.DISGUISED, "module": Code.MACROS, "window": Code.MACROS}
_MACRO_FOLDERS = ("basic/", "dialogs/", "scripts/")
# Empty in a document without macros; a name in them is refused.
_LISTS_OF_MACROS = ("script-lc.xml", "script-lb.xml", "dialog-lc.xml", "dialog-lb.xml")
_ACTING = {
    "event-listener": Code.MACROS,
    "library-linked": Code.MACROS,
    "library-embedded": Code.MACROS,
    "library": Code.MACROS,
    "execute-macro": Code.MACROS,
    "error-macro": Code.MACROS,
    "dde-source": Code.DDE,
    "dde-link": Code.DDE,
    "dde-connection": Code.DDE,
    "dde-connection-decl": Code.DDE,
    "object-ole": Code.OBJECT,
    "applet": Code.OBJECT,
    "plugin": Code.OBJECT,
    "floating-frame": Code.OUTSIDE_PART,
    "database-source-sql": Code.OUTSIDE_DATA,
    "database-source-query": Code.OUTSIDE_DATA,
    "database-source-table": Code.OUTSIDE_DATA,
    "connection-resource": Code.OUTSIDE_DATA,
    "submission": Code.OUTSIDE_DATA,
}
# Elements whose address a reader follows by a click.
_LINKS = words("a hyperlink button image-frame image-map area-rectangle area-circle area-polygon")
_PICTURES = words("image background-image fill-image list-level-style-image image-data font-face-uri")
_FORMULAS = frozenset({"formula", "expression", "condition", "content-validation", "base-cell-address"})
_ADDRESSES = frozenset({"href", "src", "action", "datasource", "target-url", "image-src"})


class _Part(Listener):
    """One XML part of the package, or of an object within it, which stands in a folder."""

    def __init__(self, folder: str) -> None:
        self.root = ""
        self._folder = folder
        self._written: list[str] | None = None  # bytes in letters instead of a part of their own, or a setting
        self._setting: tuple[str, str] | None = None  # its name and type

    def start(self, name: str, attributes: Attributes) -> None:
        if not self.root:
            self.root = name
            if name in _FOREIGN_ROOTS:
                raise Refused(_FOREIGN_ROOTS[name])
        if name in _ACTING:
            raise Refused(_ACTING[name])
        if name in ("script", "binary-data", "config-item"):
            self._written = None if name == "script" else []
            said = dict(attributes)
            self._setting = (said.get("name", ""), said.get("type", "")) if name == "config-item" else None
            self.listen(True)
        schemas.judge(name, attributes)
        for key, value in attributes:
            if not value:
                continue
            if key in _ADDRESSES:
                self._judge_address(name, key, value)
            elif key in _FORMULAS:
                judge_formula(value)
            elif key == "database-name":
                odf_settings.judge("CurrentDatabaseDataSource", "string", value)
            elif key == "base":
                raise Refused(Code.DISGUISED)
            elif key in ("macro-name", "dde-application", "dde-topic"):
                raise Refused(Code.MACROS if key == "macro-name" else Code.DDE)
            elif "sun.star.script" in value:
                raise Refused(Code.MACROS)

    def _judge_address(self, element: str, key: str, address: str) -> None:
        kind = targets.scheme(address)
        if element == "script" or kind in ("vnd.sun.star.script", "macro", "service", "javascript", "vbscript"):
            raise Refused(Code.MACROS if element == "script" or kind == "vnd.sun.star.script" else Code.LINK)
        if key in ("action", "datasource"):
            if kind:
                raise Refused(Code.OUTSIDE_DATA)
            return
        if element in _LINKS:
            if not targets.may_be_clicked(address):
                raise Refused(Code.LINK)
        elif element == "template":
            if not targets.is_on_a_drive(address) and not targets.is_beside(address):
                raise Refused(Code.OUTSIDE_TEMPLATE)
        elif element == "table-source":
            if not targets.is_on_a_drive(address) and not targets.is_beside(address):
                raise Refused(Code.OUTSIDE_DATA)
        elif not _stays_inside(self._folder, address):
            _refuse_outside(element, address)

    def text(self, data: str) -> None:
        if self._written is not None:
            self._written.append(data)
        elif data.strip():
            raise Refused(Code.MACROS)

    def end(self, name: str) -> None:
        self.listen(False)
        if self._written is not None:
            written = "".join(self._written)
            if self._setting:
                odf_settings.judge(*self._setting, written)
            else:
                _judge_written(written)
            self._written = None

    def instruction(self, target: str, data: str) -> None:
        """A style sheet that a browser would fetch; office programs write none."""
        if target == "xml-stylesheet":
            raise Refused(Code.OUTSIDE_PART)


def _judge_written(letters: str) -> None:
    try:
        content = base64.b64decode(letters, validate=False)
    except ValueError as error:
        raise Refused(Code.DAMAGED) from error
    if content.startswith(marks.OLE):
        raise Refused(Code.OBJECT)
    if content and not magic.is_picture(content):
        raise Refused(Code.UNKNOWN_PART)


def _stays_inside(folder: str, address: str) -> bool:
    """An address within the package, such as "Pictures/1.png", "#Table" or, in an object's folder, ".."."""
    clear = targets.plain(address)
    if targets.scheme(clear) or clear.startswith(("/", "\\")):
        return False
    return not posixpath.normpath(posixpath.join(folder, clear.split("#")[0])).startswith("..")


def _refuse_outside(element: str, address: str) -> None:
    if element in _PICTURES:
        if targets.is_on_a_drive(address) or targets.is_mail_part(address) or targets.is_beside(address):
            return
        raise Refused(Code.OUTSIDE_PICTURE)
    if element == "form" and targets.is_beside(address):
        return  # where a page of the web was saved that the document was made of
    if element in ("section-source", "cell-range-source", "form", "index-source", "dataset"):
        raise Refused(Code.OUTSIDE_DATA)
    raise Refused(Code.OUTSIDE_PART)


class _Manifest(Listener):
    def start(self, name: str, attributes: Attributes) -> None:
        if name in ("encryption-data", "encrypted-key", "encryptedkey"):
            raise Refused(Code.OFFICE_PASSWORD)
        for kind in values(attributes, "media-type"):
            if "opendocument" in kind and kind.rpartition("-")[2] in ("base", "database"):
                raise Refused(Code.UNKNOWN_PART)


def declared(package: Package) -> str:
    """What the part `mimetype` says; "" without one."""
    return package.read("mimetype")[:200].decode("ascii", "replace").strip() if "mimetype" in package else ""


def kind_of(package: Package) -> str:
    """ "odt", "ods" or ""."""
    return _MIMETYPES.get(declared(package), "")


def judge_parts(package: Package) -> None:
    if MANIFEST in package:
        read(package.read(MANIFEST), _Manifest())
    if "encrypted-package" in package:
        raise Refused(Code.OFFICE_PASSWORD)
    if "content.xml" not in package:
        raise Refused(Code.DAMAGED)
    for part in package:
        if part not in ("mimetype", MANIFEST):
            _judge_part(part, package.read(part))


def _judge_part(part: str, content: bytes) -> None:
    if not content:
        return
    if content.startswith(marks.OLE):
        raise Refused(Code.OBJECT)
    if part.startswith(_MACRO_FOLDERS) and not part.endswith(_LISTS_OF_MACROS):
        raise Refused(Code.MACROS)
    if marks.looks_like_markup(content) and not magic.is_drawing(content):
        heard = _Part(posixpath.dirname(part))
        read(content, heard)
        return
    if part == "layout-cache":
        if not magic.is_foreign(content):
            return
    elif magic.is_picture(content) or magic.is_font(content):
        return
    raise Refused(Code.UNKNOWN_PART)
