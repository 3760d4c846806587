"""Documents with one hostile thing that no relationship leads to, and honest ones that look alike."""

import base64

from common.files.codes import Code
from tests.common.files import craft_office as craft
from tests.common.files.craft_office import docx, odf, picture, rel
from tests.common.files.office_parts import HTTP, part, sheet_part


def _with_base(address):
    return docx(
        root=[rel("extended-properties", "docProps/app.xml", number=5)],
        parts=[("docProps/app.xml", f"<Properties><HyperlinkBase>{address}</HyperlinkBase></Properties>")],
    )


def _object(program):
    return f'<w:object xmlns:o="o"><o:OLEObject Type="Embed" ProgID="{program}" r:id="rId1"/></w:object>'


def _written(content):
    letters = base64.encodebytes(content).decode()
    return odf(f"<draw:frame><draw:image><office:binary-data>{letters}</office:binary-data></draw:image></draw:frame>")


def _styled(instruction):
    return odf(parts=[("styles.xml", f'{instruction}<office:document-styles xmlns:office="o"/>')])


REFUSED = {
    "control without its part": (
        lambda: docx(body='<w:object><w:control r:id="rId1" w:name="a" w:shapeid="b"/></w:object>'),
        Code.MACROS,
    ),
    "object without its part": (lambda: docx(body=_object("Package")), Code.OBJECT),
    "object of a script": (lambda: docx(body=_object("htmlfile")), Code.OBJECT),
    "links that begin with a script": (lambda: _with_base("javascript:"), Code.LINK),
    "links that begin with a script in pieces": (lambda: _with_base("<![CDATA[java]]>script:x//"), Code.LINK),
    "odt with an object in letters": (lambda: _written(craft.OLE), Code.OBJECT),
    "odt with a program in letters": (lambda: _written(craft.EXE), Code.UNKNOWN_PART),
    "odt with a picture and an archive in letters": (
        lambda: _written(picture() + craft.archive()),
        Code.UNKNOWN_PART,
    ),
    "odt with a style sheet of the net": (
        lambda: _styled(f'<?xml-stylesheet type="text/xsl" href="{HTTP}"?>'),
        Code.OUTSIDE_PART,
    ),
    "ods with a macro for an error": (
        lambda: odf(
            '<table:content-validation table:name="a"><table:error-macro table:execute="true"/>'
            "</table:content-validation>",
            "spreadsheet",
        ),
        Code.MACROS,
    ),
}
TAKEN = {
    "table of Excel with its object": lambda: part(
        "package", "embeddings/a.xlsx", craft.xlsx(), body=_object("Excel.Sheet.12")
    ),
    "links that begin with the address of the office": lambda: _with_base("https://gmina.pl/bip/"),
    "links that begin with a folder": lambda: _with_base(r"S:\\Uchwaly"),
    "links that begin with nothing": lambda: _with_base(""),
    "sheet with a list to choose from": lambda: sheet_part(
        "drawing", "drawings/d.xml", '<x:control xmlns:x="x" shapeId="1025" name="Lista 1"/>'
    ),
    "odt with a picture in letters": lambda: _written(picture()),
    "odt with an instruction of a program": lambda: _styled('<?mso-application progid="Word.Document"?>'),
    "ods with a message for an error": lambda: odf(
        '<table:content-validation table:name="a"><table:error-message table:message-type="stop"/>'
        "</table:content-validation>",
        "spreadsheet",
    ),
}
