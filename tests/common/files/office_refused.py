"""Office documents that nobody honest writes, and why each is refused; made when asked for."""

from functools import partial

from common.files.codes import Code
from tests.common.files import craft_office as craft
from tests.common.files import craft_pdf
from tests.common.files.craft_office import EXE, MS, OLE, docx, field, odf, rel, rels, xlsx
from tests.common.files.office_parts import (
    DDE_LINK,
    DRIVE,
    HTTP,
    LINKED_PICTURE,
    OVERRIDE,
    UNC,
    VML,
    a,
    chart_with,
    connection,
    image,
    linked_workbook,
    outside,
    part,
    sheet_part,
    with_font,
)

REFUSED = {
    # the remote template, in every spelling
    "template from the net": (partial(outside, "attachedTemplate", HTTP), Code.OUTSIDE_TEMPLATE),
    "template of a server": (partial(outside, "attachedTemplate", UNC), Code.OUTSIDE_TEMPLATE),
    "template of a server, by slashes": (
        partial(outside, "attachedTemplate", "file://zly/x.dotm"),
        Code.OUTSIDE_TEMPLATE,
    ),
    "template of a server, quoted": (partial(outside, "attachedTemplate", "%5C%5Czly%5Cx"), Code.OUTSIDE_TEMPLATE),
    "template with a prefix": (
        lambda: docx(raw_rels=rels(rel("attachedTemplate", HTTP, True, element="r:Relationship"), prefix="r")),
        Code.OUTSIDE_TEMPLATE,
    ),
    "template behind a sign in an attribute": (
        lambda: docx(raw_rels=rels(rel("attachedTemplate", "http://zly.example/&gt;x", True).replace("&gt;", ">"))),
        Code.OUTSIDE_TEMPLATE,
    ),
    "template in utf-16": (
        lambda: docx(raw_rels=rels(rel("attachedTemplate", HTTP, True)).replace("UTF-8", "UTF-16").encode("utf-16")),
        Code.OUTSIDE_TEMPLATE,
    ),
    "template by a character reference": (
        lambda: docx(raw_rels=rels(rel("attachedTemplate", "&#104;ttp://zly.example", True))),
        Code.OUTSIDE_TEMPLATE,
    ),
    "template that says it is inside": (lambda: docx(rel("attachedTemplate", HTTP)), Code.OUTSIDE_TEMPLATE),
    "template of the strict format": (
        lambda: docx(rel("http://purl.oclc.org/ooxml/officeDocument/relationships/attachedTemplate", HTTP, True)),
        Code.OUTSIDE_TEMPLATE,
    ),
    "template of the settings": (
        lambda: docx(parts=[("word/_rels/settings.xml.rels", rels(rel("attachedTemplate", HTTP, True)))]),
        Code.OUTSIDE_TEMPLATE,
    ),
    "relationships declared by a base": (
        lambda: docx(raw_rels=rels('<Relationship xml:base="http://zly.example/" Id="a" Type="x" Target="y"/>')),
        Code.DISGUISED,
    ),
    "relationships with an entity": (
        lambda: docx(raw_rels='<!DOCTYPE a [<!ENTITY x "http://zly.example">]>' + rels()),
        Code.DISGUISED,
    ),
    "picture from the net": (lambda: docx(LINKED_PICTURE), Code.OUTSIDE_PICTURE),
    "picture of a server": (partial(outside, "image", UNC), Code.OUTSIDE_PICTURE),
    "frame from the net": (partial(outside, "frame", HTTP), Code.OUTSIDE_PART),
    "part of another document": (partial(outside, "subDocument", DRIVE), Code.OUTSIDE_PART),
    "object of another file": (partial(outside, "oleObject", DRIVE), Code.OUTSIDE_DATA),
    "link that runs a script": (partial(outside, "hyperlink", "javascript:alert(1)"), Code.LINK),
    "link that runs a tool": (partial(outside, "hyperlink", "ms-msdt:/id PCWDiagnostic"), Code.LINK),
    "link to a program": (partial(outside, "hyperlink", r"file:///C:\Windows\System32\cmd.exe"), Code.LINK),
    "picture by the number of a link": (
        lambda: docx(rel("hyperlink", HTTP, outside=True), body='<a:blip xmlns:a="x" r:link="rId1"/>'),
        Code.OUTSIDE_PART,
    ),
    "template by the number of a link": (
        lambda: docx(
            rel("settings", "settings.xml"),
            parts=[
                (
                    "word/settings.xml",
                    '<w:settings xmlns:w="x" xmlns:r="x"><w:attachedTemplate r:id="rId1"/></w:settings>',
                ),
                ("word/_rels/settings.xml.rels", rels(rel("hyperlink", HTTP, outside=True))),
            ],
        ),
        Code.OUTSIDE_PART,
    ),
    "drawing with an entity": (
        partial(part, "image", "a.svg", '<!DOCTYPE svg [<!ENTITY x "1">]><svg>&x;</svg>'),
        Code.DISGUISED,
    ),
    "PDF with a script as a picture": (
        lambda: part("image", "a.pdf", craft_pdf.on_opening("JavaScript", JS="app.alert(1)")),
        Code.UNKNOWN_PART,
    ),
    # what stands under another part's name
    "object": (partial(part, "oleObject", "embeddings/oleObject1.bin", OLE), Code.OBJECT),
    "object under a picture's name": (partial(part, "image", "media/image1.png", OLE), Code.OBJECT),
    "object under a theme's name": (partial(part, "theme", "theme/theme1.xml", OLE), Code.OBJECT),
    "object nobody refers to": (lambda: docx(parts=[("word/stary.xml", OLE)]), Code.OBJECT),
    "object under a printer's name": (partial(part, "printerSettings", "printerSettings1.bin", OLE), Code.OBJECT),
    "macros": (partial(part, MS + "/2006/relationships/vbaProject", "vbaProject.bin", OLE), Code.MACROS),
    "macros under a theme's name": (
        partial(part, MS + "/2006/relationships/vbaProject", "theme2.xml", OLE),
        Code.MACROS,
    ),
    "macros by their type only": (
        lambda: docx(more_types='<Default Extension="dat" ContentType="application/vnd.ms-office.vbaProject"/>'),
        Code.MACROS,
    ),
    "main part of the macro type": (
        lambda: docx(more_types=OVERRIDE % ("w/x.xml", "application/vnd.ms-word.document.macroEnabled.main+xml")),
        Code.MACROS,
    ),
    "control": (partial(part, "control", "activeX/activeX1.xml", "<ax:ocx/>"), Code.MACROS),
    "control by its root": (partial(part, "theme", "theme1.xml", "<ax:ocx/>"), Code.MACROS),
    "program under a picture's name": (partial(part, "image", "media/image1.png", EXE), Code.UNKNOWN_PART),
    "program under a picture of Windows": (partial(part, "image", "media/image1.emf", EXE), Code.UNKNOWN_PART),
    "program under a font's name": (lambda: with_font(EXE), Code.UNKNOWN_PART),
    "program under a printer's name": (partial(part, "printerSettings", "p1.bin", EXE), Code.UNKNOWN_PART),
    "program nobody refers to": (lambda: docx(parts=[("word/a.exe", EXE)]), Code.UNKNOWN_PART),
    "program as a chart's data": (lambda: chart_with(EXE), Code.OBJECT),
    "archive under a picture's name": (
        partial(part, "image", "media/image1.png", craft.package([("a", "b")])),
        Code.UNKNOWN_PART,
    ),
    "page of the web as a picture": (
        partial(part, "image", "a.svg", "<html><script>1</script></html>"),
        Code.DISGUISED,
    ),
    "drawing with a script": (partial(part, "image", "a.svg", "<svg><script>1</script></svg>"), Code.DISGUISED),
    "drawing with an event": (partial(part, "image", "a.svg", '<svg onload="x"/>'), Code.DISGUISED),
    "drawing that fetches": (
        partial(part, "image", "a.svg", f'<svg><image href="{HTTP}"/></svg>'),
        Code.OUTSIDE_PICTURE,
    ),
    "imported page": (partial(part, "aFChunk", "a.html", "<html/>"), Code.IMPORTED),
    "unknown relationship": (partial(part, "http://zly.example/relationships/x", "x.xml"), Code.UNKNOWN_PART),
    "unknown part of a known host": (partial(part, "shellExecute", "x.xml"), Code.UNKNOWN_PART),
    "ribbon of commands": (
        lambda: docx(
            root=[rel(MS + "/2007/relationships/ui/extensibility", "c.xml")], parts=[("c.xml", "<customUI/>")]
        ),
        Code.MACROS,
    ),
    "chart's data with macros": (
        lambda: chart_with(xlsx(rel(MS + "/2006/relationships/vbaProject", "v.bin"), parts=[("xl/v.bin", OLE)])),
        Code.MACROS,
    ),
    # fields
    "field DDE": (lambda: docx(body=field(r'DDE "cmd" "/c calc"')), Code.DDE),
    "field DDEAUTO over runs": (lambda: docx(body=field("D", "DEA", 'UTO c:\\\\x "a"')), Code.DDE),
    "field DDE in quotes": (lambda: docx(body=field(r'"DDEAUTO" c:\\a b')), Code.DDE),
    "field DDE behind a backslash": (lambda: docx(body=field(r"\DDEAUTO x")), Code.DDE),
    "field DDE behind a brace": (lambda: docx(body=field("{DDEAUTO x")), Code.DDE),
    "field DDE behind all of them": (lambda: docx(body=field(r'{ "\ " DDE', "AUTO x")), Code.DDE),
    "field DDE in quotes of print": (lambda: docx(body=field("„DDEAUTO” x")), Code.FIELD),
    "field DDE behind a field": (lambda: docx(body=craft.nested("", "QUOTE x", "DDEAUTO a")), Code.DDE),
    "field with a picture of the net in quotes": (
        lambda: docx(body=field(f'"INCLUDEPICTURE" "{HTTP}"')),
        Code.OUTSIDE_PICTURE,
    ),
    "field with another's text in quotes": (lambda: docx(body=field(f'"INCLUDETEXT" "{HTTP}"')), Code.OUTSIDE_DATA),
    "field without a keyword": (lambda: docx(body=field('"" \\\\ {}')), Code.FIELD),
    "field DDE in small letters": (lambda: docx(body=craft.simple("dde cmd x")), Code.DDE),
    "field DDE never closed": (lambda: docx(body=field("DDEAUTO a b", closed=False)), Code.DDE),
    "field named by another field": (lambda: docx(body=craft.nested("", "QUOTE 68 68 69", "AUTO a b")), Code.FIELD),
    "field DDE within another": (lambda: docx(body=craft.nested("IF 1=1 ", "DDEAUTO a b", ' "x"')), Code.DDE),
    "field DDE in a footer": (
        partial(part, "footer", "footer1.xml", f'<w:ftr xmlns:w="x">{field("DDEAUTO a b")}</w:ftr>'),
        Code.DDE,
    ),
    "field DDE as deleted text": (
        lambda: docx(body=field("DDEAUTO a b").replace("instrText", "delInstrText")),
        Code.DDE,
    ),
    "field DDE typed as text": (
        lambda: docx(body=field("DDEAUTO a b").replace("instrText", "t")),
        Code.DDE,
    ),
    "field DDE with other prefixes": (
        lambda: docx(
            document=f'<x:document xmlns:x="{craft.W}"><x:p><x:fldSimple x:instr="DDE a b"/></x:p></x:document>'
        ),
        Code.DDE,
    ),
    "field with a picture of the net": (lambda: docx(body=field(f'INCLUDEPICTURE "{HTTP}" \\d')), Code.OUTSIDE_PICTURE),
    "field with a picture of a server": (
        lambda: docx(body=field(r'INCLUDEPICTURE "\\\\zly\\x.png" \* MERGEFORMAT')),
        Code.OUTSIDE_PICTURE,
    ),
    "field with a picture computed": (
        lambda: docx(body=craft.nested("INCLUDEPICTURE ", "QUOTE a", "")),
        Code.OUTSIDE_PICTURE,
    ),
    "field with another's text": (lambda: docx(body=field(f'INCLUDETEXT "{HTTP}"')), Code.OUTSIDE_DATA),
    "field with a link": (lambda: docx(body=field(r"LINK Excel.Sheet.12 C:\\a.xlsx")), Code.OUTSIDE_DATA),
    "field of a database": (lambda: docx(body=field("DATABASE \\d x")), Code.OUTSIDE_DATA),
    "field that runs a macro": (lambda: docx(body=field("MACROBUTTON Otworz kliknij")), Code.MACROS),
    "field that prints": (lambda: docx(body=field("PRINT 27")), Code.FIELD),
    "field with a running link": (lambda: docx(body=field('HYPERLINK "javascript:x"')), Code.LINK),
    "letters to many, from a database": (
        partial(
            part,
            "settings",
            "settings.xml",
            '<w:settings xmlns:w="x"><w:mailMerge><w:connectString w:val="x"/></w:mailMerge></w:settings>',
        ),
        Code.OUTSIDE_DATA,
    ),
    "film from the net": (
        partial(part, "header", "h.xml", '<w:hdr xmlns:w="x"><wp15:webVideoPr embeddedHtml="&lt;iframe>"/></w:hdr>'),
        Code.OUTSIDE_PICTURE,
    ),
    # sheets
    "sheet with a ddeLink": (
        lambda: xlsx(rel("externalLink", "e.xml"), parts=[("xl/e.xml", DDE_LINK)]),
        Code.DDE,
    ),
    "sheet with an oleLink": (
        lambda: xlsx(rel("externalLink", "e.xml"), parts=[("xl/e.xml", "<externalLink><oleLink/></externalLink>")]),
        Code.OBJECT,
    ),
    "sheet with a dde formula": (lambda: xlsx(sheet=craft.cell("cmd|'/C calc'!A0")), Code.DDE),
    "sheet with a quoted dde formula": (lambda: xlsx(sheet=craft.cell("'cmd'|'/C calc'!A0")), Code.DDE),
    "sheet that asks the net": (lambda: xlsx(sheet=craft.cell(f'_xlfn.WEBSERVICE("{HTTP}")')), Code.FORMULA),
    "sheet that asks the net by a name": (
        lambda: xlsx(workbook=f'<definedNames><definedName name="a">WEBSERVICE("{HTTP}")</definedName></definedNames>'),
        Code.FORMULA,
    ),
    "sheet that asks the net in a format": (
        lambda: xlsx(
            sheet="<conditionalFormatting><cfRule><formula>WEBSERVICE(A1)</formula></cfRule></conditionalFormatting>"
        ),
        Code.FORMULA,
    ),
    "sheet with a picture of the net": (lambda: xlsx(sheet=craft.cell(f'_xlfn.IMAGE("{HTTP}")')), Code.FORMULA),
    "sheet of live data": (lambda: xlsx(sheet=craft.cell('RTD("a.b",,"c")')), Code.FORMULA),
    "sheet that calls a library": (lambda: xlsx(sheet=craft.cell('CALL("a","b")')), Code.FORMULA),
    "sheet with a running link": (lambda: xlsx(sheet=craft.cell('HYPERLINK("ms-msdt:/x","a")')), Code.LINK),
    "sheet with another's cells on a server": (
        lambda: xlsx(sheet=craft.cell(r"'\\zly\x\[a.xlsx]A'!A1")),
        Code.OUTSIDE_DATA,
    ),
    "workbook of the net": (partial(linked_workbook, HTTP), Code.OUTSIDE_DATA),
    "workbook of a server": (partial(linked_workbook, UNC), Code.OUTSIDE_DATA),
    "database": (partial(connection, '<dbPr connection="Provider=x"/>'), Code.OUTSIDE_DATA),
    "query to the net": (partial(connection, f'<webPr url="{HTTP}"/>'), Code.OUTSIDE_DATA),
    "text of a server": (partial(connection, r'<textPr sourceFile="\\zly\a.csv"/>'), Code.OUTSIDE_DATA),
    "macro sheet": (
        lambda: xlsx(rel(MS + "/2006/relationships/xlMacrosheet", "m.xml"), parts=[("xl/m.xml", "<xm:macrosheet/>")]),
        Code.MACROS,
    ),
    "macro sheet as a worksheet": (
        lambda: xlsx(rel("worksheet", "m.xml"), parts=[("xl/m.xml", '<xm:macrosheet xmlns:xm="x"/>')]),
        Code.MACROS,
    ),
    "shape with another's macro": (
        partial(
            sheet_part, "drawing", "drawings/d.xml", "<xdr:wsDr><xdr:sp macro=\"'http://zly/x.xlsm'!A\"/></xdr:wsDr>"
        ),
        Code.MACROS,
    ),
    "comment with a picture of the net": (
        partial(sheet_part, "vmlDrawing", "d.vml", VML % f'<v:shape><v:imagedata src="{HTTP}"/></v:shape>'),
        Code.OUTSIDE_PICTURE,
    ),
    # the archive
    "bytes between the parts": (lambda: craft.hidden_between(docx()), Code.DISGUISED),
    "bytes before the archive": (lambda: b"PK\x03\x04" + b"\x00" * 60 + docx(), Code.DISGUISED),
    "bytes behind the archive": (lambda: docx() + EXE, Code.DISGUISED),
    "two names of one part": (
        lambda: craft.local_name_changed(docx(parts=[("word/abc.xml", "<a/>")]), b"word/abc.xml", b"word/xyz.xml"),
        None,
    ),
    "parts that differ by case": (lambda: docx(parts=[("Word/Document.xml", "<a/>")]), Code.DISGUISED),
    "parts that differ by quoting": (lambda: docx(parts=[("word/%64ocument.xml", "<a/>")]), Code.DISGUISED),
    "part with backslashes": (lambda: docx(parts=[("word\\a.xml", "<a/>")]), Code.DISGUISED),
    "part that climbs out": (lambda: docx(parts=[("../a.xml", "<a/>")]), Code.DISGUISED),
    "part with a zero byte": (lambda: docx(parts=[("word/a.xml", "<!DOCTYPE a><a/>")]), Code.DISGUISED),
    "main part in utf-7": (
        lambda: docx(document="<?xml version='1.0' encoding='UTF-7'?><w:document/>"),
        Code.DAMAGED,
    ),
    "main part that is no XML": (lambda: docx(document="<w:document><w:body>"), Code.DAMAGED),
    # LibreOffice
    "odt with Basic": (lambda: odf(parts=[("Basic/Standard/Module1.xml", "<script:module/>")]), Code.MACROS),
    "odt with a library": (
        lambda: odf(
            parts=[("Basic/script-lc.xml", '<library:libraries><library:library name="a"/></library:libraries>')]
        ),
        Code.MACROS,
    ),
    "odt with Python": (lambda: odf(parts=[("Scripts/python/a.py", "import os")]), Code.MACROS),
    "odt with an event": (
        lambda: odf(
            head='<office:scripts><office:event-listeners><script:event-listener xlink:href="vnd.sun.star.script:x"/>'
            "</office:event-listeners></office:scripts>"
        ),
        Code.MACROS,
    ),
    "odt with a script in the text": (lambda: odf("<text:p><text:script>x</text:script></text:p>"), Code.MACROS),
    "odt with a link that runs a macro": (lambda: odf(a("vnd.sun.star.script:a")), Code.MACROS),
    "odt with a link that runs a script": (lambda: odf(a("javascript:x")), Code.LINK),
    "odt with a button that commands": (lambda: odf(a(".uno:Quit")), Code.LINK),
    "odt with a drawing with a script": (
        lambda: odf(parts=[("Pictures/a.svg", "<svg><script>1</script></svg>")]),
        Code.DISGUISED,
    ),
    "odt with a picture of the net": (lambda: odf(image(HTTP)), Code.OUTSIDE_PICTURE),
    "odt with a picture of a server": (lambda: odf(image("//zly/x.png")), Code.OUTSIDE_PICTURE),
    "odt with another's section": (
        lambda: odf(f'<text:section><text:section-source xlink:href="{HTTP}"/></text:section>'),
        Code.OUTSIDE_DATA,
    ),
    "odt with a frame": (lambda: odf(f'<draw:floating-frame xlink:href="{HTTP}"/>'), Code.OUTSIDE_PART),
    "odt with an object": (
        lambda: odf('<draw:object-ole xlink:href="./Object 1"/>', parts=[("Object 1", OLE)]),
        Code.OBJECT,
    ),
    "odt with an object nobody names": (lambda: odf(parts=[("Pictures/a.png", OLE)]), Code.OBJECT),
    "odt with a program": (lambda: odf(parts=[("Pictures/a.png", EXE)]), Code.UNKNOWN_PART),
    "odt with a plugin": (lambda: odf('<draw:plugin xlink:href="a.swf"/>'), Code.OBJECT),
    "odt with dde": (
        lambda: odf(
            '<text:dde-connection-decls><text:dde-connection-decl office:dde-application="soffice"/>'
            "</text:dde-connection-decls>"
        ),
        Code.DDE,
    ),
    "odt that sends a form": (
        lambda: odf(f'<office:forms><form:form xlink:href="{HTTP}"/></office:forms>'),
        Code.OUTSIDE_DATA,
    ),
    "odt with a template of the net": (
        lambda: odf(meta=f'<meta:template xlink:href="{HTTP}"/>'),
        Code.OUTSIDE_TEMPLATE,
    ),
    "odt that loads itself anew": (lambda: odf(meta=f'<meta:auto-reload xlink:href="{HTTP}"/>'), Code.OUTSIDE_PART),
    "odt with a password": (
        lambda: odf(manifest="<manifest:file-entry><manifest:encryption-data/></manifest:file-entry>"),
        Code.OFFICE_PASSWORD,
    ),
    "odt with an entity": (lambda: odf(parts=[("styles.xml", '<!DOCTYPE a [<!ENTITY x "1">]><a/>')]), Code.DISGUISED),
    "ods with dde": (
        lambda: odf(
            '<table:table><table:table-cell table:formula="of:=DDE(&quot;a&quot;;&quot;b&quot;;&quot;c&quot;)"/>'
            "</table:table>",
            "spreadsheet",
        ),
        Code.DDE,
    ),
    "ods that asks the net": (
        lambda: odf('<table:table-cell table:formula="of:=COM.MICROSOFT.WEBSERVICE(&quot;a&quot;)"/>', "spreadsheet"),
        Code.FORMULA,
    ),
    "ods with a table of the net": (
        lambda: odf(f'<table:table><table:table-source xlink:href="{HTTP}"/></table:table>', "spreadsheet"),
        Code.OUTSIDE_DATA,
    ),
}
