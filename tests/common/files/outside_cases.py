"""Office documents that name something outside not by a relationship: schemas, add-ins, settings of LibreOffice."""

import base64
from functools import partial

from common.files.codes import Code
from tests.common.files import craft_office as craft
from tests.common.files.craft_office import EXE, MS, docx, odf, rel, rels, xlsx
from tests.common.files.office_parts import HTTP, UNC, part

XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
SL = 'xmlns:sl="http://schemas.openxmlformats.org/schemaLibrary/2006/main"'
PANES = MS + "/2011/relationships/webextensiontaskpanes"
EXTENSION = MS + "/2011/relationships/webextension"
REFERENCE = '<we:reference id="wa1" store="%s" storeType="%s"/>'
GML, WFS = "http://schemas.opengis.net/gml/3.1.1/base/gml.xsd", "https://schemas.opengis.net/wfs/1.1.0/wfs.xsd"
INKSCAPE = "http://www.inkscape.org/namespaces/inkscape"
SODIPODI = "http://sodipodi.sourceforge.net/DTD/sodipodi-0.dtd"
DUBLIN = "http://dublincore.org/schemas/xmls/qdc/2003/04/02/dc.xsd"


# --- schemas -----------------------------------------------------------------------------------


def _document(attributes):
    return docx(document=f'<w:document xmlns:w="{craft.W}" {XSI} {attributes}><w:body/></w:document>')


def _settings(inner):
    return part("settings", "settings.xml", f'<w:settings xmlns:w="{craft.W}" {SL}>{inner}</w:settings>')


def _attached(name):
    return _settings(f'<w:attachedSchema w:val="{name}"/>')


def _library(attributes):
    return _settings(f"<sl:schemaLibrary><sl:schema {attributes}/></sl:schemaLibrary>")


def _named(name):
    return _library(f'sl:uri="{name}"')


def _data(content):
    return docx(rel("customXml", "../customXml/item1.xml"), parts=[("customXml/item1.xml", content)])


def _imported(address):
    return _data(f'<xs:schema xmlns:xs="x"><xs:import namespace="n" schemaLocation="{address}"/></xs:schema>')


# --- add-ins -----------------------------------------------------------------------------------


def _with_pane(made, reference):
    return made(
        root=[rel(PANES, "x/webextensions/taskpanes.xml")],
        parts=[
            ("x/webextensions/taskpanes.xml", '<wetp:taskpanes xmlns:wetp="p"><wetp:taskpane/></wetp:taskpanes>'),
            ("x/webextensions/_rels/taskpanes.xml.rels", rels(rel(EXTENSION, "webextension1.xml"))),
            (
                "x/webextensions/webextension1.xml",
                f'<we:webextension xmlns:we="e" id="1">{reference}</we:webextension>',
            ),
        ],
    )


def _property(name, value):
    return docx(
        root=[rel("custom-properties", "docProps/custom.xml", number=3)],
        parts=[
            (
                "docProps/custom.xml",
                f'<Properties xmlns:vt="v"><property pid="2" name="{name}"><vt:lpwstr>{value}</vt:lpwstr></property>'
                "</Properties>",
            )
        ],
    )


# --- settings of LibreOffice -------------------------------------------------------------------


def setting(name, value, kind="string", made=odf):
    names = 'xmlns:office="o" xmlns:config="urn:oasis:names:tc:opendocument:xmlns:config:1.0"'
    return made(
        parts=[
            (
                "settings.xml",
                f"<office:document-settings {names}><office:settings>"
                f'<config:config-item-set config:name="ooo:configuration-settings">'
                f'<config:config-item config:name="{name}" config:type="{kind}">{value}</config:config-item>'
                "</config:config-item-set></office:settings></office:document-settings>",
            )
        ]
    )


def _tables(where):
    return {f"{kind}TableURL": where for kind in ("Color", "Dash", "LineEnd", "Hatch", "Gradient", "Bitmap")}


def _letters(content):
    return base64.b64encode(content).decode()


_ods = partial(odf, "<table:table/>", "spreadsheet")
_PRINTER = b"\x10\x04\xfe\xffHP LaserJet".ljust(96, b"\x00") + b"JobData 1\nprinter=HP LaserJet\norientation=Portrait\n"

REFUSED = {
    "schema of the net, of the document": (
        partial(_document, 'xsi:schemaLocation="http://gmina.pl/n http://zly.example/x.xsd"'),
        Code.SCHEMA,
    ),
    "schema of a server": (partial(_document, rf'xsi:noNamespaceSchemaLocation="{UNC}"'), Code.SCHEMA),
    "schema of the net behind an honest one": (
        partial(_document, 'xsi:schemaLocation="a a.xsd b http://zly.example/x.xsd"'),
        Code.SCHEMA,
    ),
    "schema of a publisher's name within another": (
        partial(_document, 'xsi:schemaLocation="a http://www.w3.org.zly.example/x.xsd"'),
        Code.SCHEMA,
    ),
    "schema of the net with another prefix": (
        lambda: docx(document=f'<d xmlns:q="q" q:schemaLocation="a {HTTP}"/>'),
        Code.SCHEMA,
    ),
    "schema of the net, of data": (partial(_data, f'<a {XSI} xsi:schemaLocation="a {HTTP}"/>'), Code.SCHEMA),
    "schema of the net, imported": (partial(_imported, HTTP), Code.SCHEMA),
    "schema of the net, of a part nobody refers to": (
        lambda: docx(parts=[("word/stary.xml", f'<a {XSI} xsi:noNamespaceSchemaLocation="{HTTP}"/>')]),
        Code.SCHEMA,
    ),
    **{
        f"schema {how}, of a server: {name}": (partial(make, name), Code.SCHEMA)
        for how, make in (("attached", _attached), ("of a library", _named))
        for name in (r"\\zly\dane\x.xsd", "//zly/x.xsd", UNC, "file://zly/x.xsd", r"..\..\\zly\x.xsd")
    },
    "schema of a name like a publisher's of maps": (
        partial(_data, f'<a {XSI} xsi:schemaLocation="a http://schemas.opengis.net.zly.example/x.xsd"/>'),
        Code.SCHEMA,
    ),
    "schema of the net behind names of Inkscape": (
        partial(_data, f'<a {XSI} xsi:schemaLocation="{INKSCAPE} {SODIPODI} a {HTTP}"/>'),
        Code.SCHEMA,
    ),
    "schema of another's place at a publisher's host": (
        partial(_data, f'<a {XSI} xsi:schemaLocation="a http://zly.sourceforge.net/x.xsd"/>'),
        Code.SCHEMA,
    ),
    "library of schemas, of the net": (partial(_library, f'sl:uri="urn:a" sl:schemaLocation="{HTTP}"'), Code.SCHEMA),
    "library of schemas with a pack of the net": (
        partial(_library, f'sl:uri="urn:a" sl:manifestLocation="{HTTP}"'),
        Code.SCHEMA,
    ),
    "transformation of the net": (partial(_settings, f'<w:saveThroughXslt w:xslt="{HTTP}"/>'), Code.SCHEMA),
    "sheet with a schema of the net": (
        lambda: xlsx(sheet=f'<a {XSI} xsi:noNamespaceSchemaLocation="{HTTP}"/>'),
        Code.SCHEMA,
    ),
    "odt with a schema of the net": (lambda: odf(f'<a {XSI} xsi:schemaLocation="a {HTTP}"/>'), Code.SCHEMA),
    "add-in of the shop": (partial(_with_pane, docx, REFERENCE % ("pl-PL", "OMEX")), Code.ADD_IN),
    "add-in of the net": (partial(_with_pane, docx, REFERENCE % (HTTP, "SPCatalog")), Code.ADD_IN),
    "add-in of a server": (partial(_with_pane, docx, REFERENCE % (UNC, "FileSystem")), Code.ADD_IN),
    "add-in of a workbook": (partial(_with_pane, xlsx, REFERENCE % ("pl-PL", "OMEX")), Code.ADD_IN),
    "add-in under a theme's name": (partial(part, "theme", "theme1.xml", "<we:webextension/>"), Code.ADD_IN),
    "add-in nobody refers to": (lambda: docx(parts=[("word/stary.xml", "<wetp:taskpanes/>")]), Code.ADD_IN),
    "add-in in the text": (lambda: docx(body='<we:webextensionref xmlns:we="e" r:id="rId1"/>'), Code.ADD_IN),
    "reference of an add-in alone": (lambda: docx(body='<we:reference xmlns:we="e" store="pl-PL"/>'), Code.ADD_IN),
    "add-in of a property": (partial(_property, "_AssemblyLocation", HTTP), Code.ADD_IN),
    **{
        f"odt with {name} of the net": (partial(setting, name, HTTP), Code.OUTSIDE_PART)
        for name in (*_tables(HTTP), "PrinterSetup", "NieznaneUstawienie")
    },
    "odt with data of the net": (partial(setting, "CurrentDatabaseDataSource", HTTP), Code.OUTSIDE_DATA),
    "odt with data of a server": (partial(setting, "CurrentDatabaseDataSource", UNC), Code.OUTSIDE_DATA),
    "odt with data within": (
        partial(setting, "EmbeddedDatabaseName", "vnd.sun.star.pkg://zly/baza.odb"),
        Code.OUTSIDE_DATA,
    ),
    **{
        f"odt with data of {address}": (partial(setting, "CurrentDatabaseDataSource", address), Code.OUTSIDE_DATA)
        for address in (
            "sdbc:mysql:jdbc:zly.example",
            "jdbc:mysql:zly",
            "SDBC:odbc:zly",
            "http:zly.example",
            "file:zly.odb",
            "ftp:zly",
            "Adresaci://zly/a",
            r"Adresaci:\\zly\a",
            "vnd.sun.star.webdav:zly",
            "%73dbc:odbc:zly",
            "a;jdbc:zly",
        )
    },
    "odt with data that runs a macro": (partial(setting, "CurrentDatabaseDataSource", "macro:a.b.c()"), Code.MACROS),
    "odt with a field of data of a driver": (
        lambda: odf('<text:database-display text:database-name="jdbc:zly" text:table-name="a"/>'),
        Code.OUTSIDE_DATA,
    ),
    "odt with a field of data of the net": (
        lambda: odf(f'<text:database-display text:database-name="{HTTP}" text:table-name="a"/>'),
        Code.OUTSIDE_DATA,
    ),
    "ods with colours of a server": (partial(setting, "ColorTableURL", "//zly/x.soc", made=_ods), Code.OUTSIDE_PART),
    "odt with colours of the net behind others": (
        partial(setting, "ColorTableURL", f"$(inst)/share/palette%3B{HTTP}"),
        Code.OUTSIDE_PART,
    ),
    "odt with colours of the net behind a variable": (
        partial(setting, "ColorTableURL", f"$(x){HTTP}"),
        Code.OUTSIDE_PART,
    ),
    "odt with colours of the net, said to be bytes": (
        partial(setting, "ColorTableURL", HTTP, kind="base64Binary"),
        Code.OUTSIDE_PART,
    ),
    "odt with a setting that runs a macro": (
        partial(setting, "ColorTableURL", "vnd.sun.star.script:a.b?language=Basic"),
        Code.MACROS,
    ),
    "odt with a program for a printer's setup": (
        partial(setting, "PrinterSetup", _letters(EXE), kind="base64Binary"),
        Code.UNKNOWN_PART,
    ),
}

TAKEN = {
    "schema beside": partial(_document, 'xsi:schemaLocation="http://gmina.pl/n wniosek.xsd"'),
    "schema of a publisher": partial(
        _document, 'xsi:schemaLocation="http://a.pl/n http://www.w3.org/2001/03/xml.xsd b https://schemas.microsoft.com/b"'
    ),
    "schema on a drive of the office": partial(_document, r'xsi:noNamespaceSchemaLocation="file:///S:/Wzory/a.xsd"'),
    "schema of an electronic letter among the data": partial(
        _data, f'<pismo {XSI} xsi:schemaLocation="http://crd.gov.pl/a http://crd.gov.pl/wzor/2024/schemat.xsd"/>'
    ),
    "schema of the data of SharePoint": partial(_imported, DUBLIN),
    "schema attached, of a firm": partial(_attached, "http://www.firma.pl/umowa"),
    "library of schemas of a firm": partial(
        _library, r'sl:uri="http://www.firma.pl/umowa" sl:schemaLocation="S:\Wzory\umowa.xsd"'
    ),
    "schema of maps among the data": partial(
        _data, f'<a {XSI} xsi:schemaLocation="http://www.opengis.net/gml {GML} http://www.opengis.net/wfs {WFS}"/>'
    ),
    "schemas that are names of Inkscape": partial(
        _data, f'<a {XSI} xsi:schemaLocation="{INKSCAPE} {SODIPODI} {SODIPODI} {INKSCAPE}"/>'
    ),
    "schema attached, by name": partial(_attached, "ActionsPane3"),
    "schema attached, by a name of the office": partial(_attached, "urn:gmina:wniosek"),
    "schema attached, of Visual Studio": partial(_attached, "http://tempuri.org/XMLSchemaReport.xsd"),
    "library of schemas on a drive": partial(_library, r'sl:uri="urn:a" sl:schemaLocation="c:\wzory\a.xsd"'),
    "library of schemas of Word": partial(_library, 'sl:uri="http://schemas.microsoft.com/office/word/2003/a"'),
    "transformation on a drive": partial(_settings, r'<w:saveThroughXslt w:xslt="C:\wzory\a.xsl"/>'),
    "control that an add-in once filled": lambda: docx(
        body='<w:sdt><w:sdtPr><w15:webExtensionLinked xmlns:w15="x"/><w15:webExtensionCreated xmlns:w15="x"/></w:sdtPr>'
        "<w:sdtContent><w:p/></w:sdtContent></w:sdt>"
    ),
    "text about an add-in": lambda: docx(body="<w:p><w:r><w:t>we:reference, webextension, taskpanes</w:t></w:r></w:p>"),
    "property of the office": partial(_property, "Znak sprawy", "OR.0050.1.2026, https://gmina.pl"),
    "table of figures by what it counts": partial(
        part, "theme", "theme1.xml", '<reference field="4294967294" count="1"/>'
    ),
    **{f"odt with {name} of LibreOffice": partial(setting, name, "$(brandbaseurl)/share/palette%3B$(user)/config/a")
       for name in _tables("")},
    **{f"ods with {name} of the author's computer": partial(setting, name, "file:///C:/Program%20Files/a", made=_ods)
       for name in _tables("")},
    "odt with data by a name with a colon": partial(setting, "CurrentDatabaseDataSource", "Adresaci: 2012"),
    "odt with a field of data by a name with a colon": lambda: odf(
        '<text:database-display text:database-name="Adresaci:2012" text:table-name="Arkusz1" text:column-name="a"/>'
    ),
    "odt with data by name": partial(setting, "CurrentDatabaseDataSource", "Adresy mieszkańców"),
    "odt with data of the author's computer": partial(
        setting, "CurrentDatabaseDataSource", "file:///home/jan/Adresy.odb"
    ),
    "odt with a command": partial(setting, "CurrentDatabaseCommand", "SELECT * FROM a WHERE b = 1"),
    "odt with a field of data by name": lambda: odf(
        '<text:database-display text:database-name="Adresy" text:table-name="Arkusz1" text:column-name="Imię"/>'
    ),
    "odt with a printer of a server": partial(setting, "PrinterName", r"\\serwer\HP LaserJet: biuro"),
    "odt with a printer's setup": partial(setting, "PrinterSetup", _letters(_PRINTER), kind="base64Binary"),
    "odt with a printer's setup in lines": partial(
        setting, "PrinterSetup", "\n".join((_letters(_PRINTER)[:40], _letters(_PRINTER)[40:])), kind="base64Binary"
    ),
    "odt with bytes of slashes": partial(setting, "RedlineProtectionKey", "//8//w==", kind="base64Binary"),
    "odt with signs that begin no line": partial(setting, "BeginLine", "!%),.:;?]}¢°'†‡›℃∶"),
    "odt opened for reading": partial(setting, "LoadReadonly", "true", kind="boolean"),
    "odt with nothing": partial(setting, "PrintFaxName", ""),
}  # fmt: skip
