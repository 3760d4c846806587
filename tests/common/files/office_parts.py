# ruff: noqa: E501 - tables of cases
"""Office documents with one thing more: the part, the field or the address that a case is about."""

from tests.common.files import craft_office as craft
from tests.common.files.craft_office import R, docx, rel, rels, xlsx

HTTP = "http://zly.example/x"
UNC = r"file:///\\zly\dane\x"
DRIVE = r"file:///S:\Szablony\Pismo.dotx"
VML = (
    '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:x="urn:schemas-microsoft-com:office:excel"><v:shape type="#_x0000_t202"><v:fill color2="#ffffe1"/>'
    '<v:textbox><div style="text-align:left">a<br>b</div></v:textbox><x:ClientData ObjectType="Note"><x:Row>0</x:Row>'
    "</x:ClientData></v:shape>%s</xml>"
)
FONT, FONT_KEY = craft.hidden_font()
LINKED_PICTURE = rel("image", HTTP, outside=True)
OVERRIDE = '<Override PartName="/%s" ContentType="%s"/>'
DDE_LINK = f'<externalLink xmlns="{craft.S}"><ddeLink ddeService="cmd" ddeTopic="/C calc"/></externalLink>'
BOOK = f'<externalLink xmlns="{craft.S}" xmlns:r="{R}"><externalBook r:id="rId1"/></externalLink>'


def part(kind, name, content="<a/>", **more):
    """A DOCX whose main part has one more part, by a relationship of this kind."""
    return docx(rel(kind, name), parts=[(f"word/{name}", content)], **more)


def sheet_part(kind, name, content="<a/>", **more):
    return xlsx(sheet_rels=[rel(kind, f"../{name}")], parts=[(f"xl/{name}", content)], **more)


def outside(kind, target):
    return docx(rel(kind, target, outside=True))


def linked_workbook(target, kind="externalLinkPath"):
    return xlsx(
        rel("externalLink", "externalLinks/externalLink1.xml"),
        parts=[
            ("xl/externalLinks/externalLink1.xml", BOOK),
            ("xl/externalLinks/_rels/externalLink1.xml.rels", rels(rel(kind, target, outside=True))),
        ],
    )


def connection(inner):
    content = f'<connections xmlns="{craft.S}"><connection id="1" name="a" type="6">{inner}</connection></connections>'
    return xlsx(rel("connections", "connections.xml"), parts=[("xl/connections.xml", content)])


def chart_with(data, name="Microsoft_Excel_Sheet1.xlsx"):
    """A chart and the sheet its figures stand in."""
    return docx(
        rel("chart", "charts/chart1.xml"),
        parts=[
            (
                "word/charts/chart1.xml",
                f'<c:chartSpace xmlns:c="x" xmlns:r="{R}"><c:externalData r:id="rId1"/></c:chartSpace>',
            ),
            ("word/charts/_rels/chart1.xml.rels", rels(rel("package", f"../embeddings/{name}"))),
            (f"word/embeddings/{name}", data),
        ],
    )


def with_font(font, key=FONT_KEY):
    table = f'<w:fonts xmlns:w="x" xmlns:r="x"><w:font w:name="Lato"><w:embedRegular r:id="rId1" w:fontKey="{key}"/></w:font></w:fonts>'
    return docx(
        rel("fontTable", "fontTable.xml"),
        parts=[
            ("word/fontTable.xml", table),
            ("word/_rels/fontTable.xml.rels", rels(rel("font", "fonts/font1.odttf"))),
            ("word/fonts/font1.odttf", font),
        ],
    )


def a(target):
    return f'<text:p><text:a xlink:href="{target}">x</text:a></text:p>'


def image(target):
    return f'<text:p><draw:frame><draw:image xlink:href="{target}"/></draw:frame></text:p>'
