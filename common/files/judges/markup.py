"""XML of other people, read by a parser that follows nothing.

Names are told apart by their local part: a prefix is anybody's choice, and what a program would not recognise under a
foreign namespace is judged all the same. A document type declaration is refused before anything of it is read, so
there are no entities and nothing to fetch. Encodings are the parser's business: marks are never sought in bytes.
"""

from collections.abc import Iterator
from xml.parsers import expat

from common.files.codes import Code, Refused

Attributes = list[tuple[str, str]]


class Listener:
    """What a judge wants to hear of a document; names come without their prefix.

    `elements` and `keys` say which elements and attributes matter, so that a sheet of a million cells is read quickly:
    an element is told when its name or one of its attributes is among them. None: every one is. The end of elements
    and their text are told only between `listen(True)` and `listen(False)`.
    """

    elements: frozenset[str] | None = None
    keys: frozenset[str] = frozenset()
    may_name_a_type = False  # a declaration that only names the type, as drawings have it, is passed over unread
    _parser: expat.XMLParserType

    def start(self, name: str, attributes: Attributes) -> None:
        """An element begins."""

    def end(self, name: str) -> None:
        """An element ends."""

    def text(self, data: str) -> None:
        """A piece of character data."""

    def instruction(self, target: str, data: str) -> None:
        """A processing instruction."""

    def listen(self, on: bool) -> None:
        self._parser.CharacterDataHandler = self.text if on else None
        self._parser.EndElementHandler = (lambda name: self.end(local(name))) if on else None


def local(name: str) -> str:
    return name.rpartition(":")[2]


def read(content: bytes, listener: Listener) -> None:
    """Tell the listener what stands in the document; Refused when it is not well-formed or declares a type."""
    parser = listener._parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.ordered_attributes = True
    known: dict[str, str] = {}
    elements, keys = listener.elements, listener.keys

    def start(name: str, flat: list[str]) -> None:
        short = known.get(name) or known.setdefault(name, local(name))
        if elements is None or short in elements:
            listener.start(short, list(_attributes(flat)) if flat else [])
            return
        for key in flat[::2]:
            if (known.get(key) or known.setdefault(key, local(key))) in keys:
                listener.start(short, list(_attributes(flat)))
                return

    def declared(*_arguments: object) -> None:
        raise Refused(Code.DISGUISED)

    def typed(_name: str, _system: str | None, _public: str | None, has_more: int) -> None:
        if has_more or not listener.may_name_a_type:
            raise Refused(Code.DISGUISED)

    parser.StartElementHandler = start
    parser.ProcessingInstructionHandler = listener.instruction
    parser.StartDoctypeDeclHandler = typed
    parser.EntityDeclHandler = declared
    try:
        parser.Parse(content, True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise Refused(Code.DAMAGED) from error


def _attributes(flat: list[str]) -> Iterator[tuple[str, str]]:
    """Without the declarations of namespaces, whose values are names and not addresses."""
    for name, value in zip(flat[::2], flat[1::2], strict=True):
        if name != "xmlns" and not name.startswith("xmlns:"):
            yield local(name), value


def values(attributes: Attributes, name: str) -> list[str]:
    """Every value under this local name: two attributes that differ by prefix are both judged."""
    return [value for key, value in attributes if key == name]
