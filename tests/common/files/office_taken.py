# ruff: noqa: E501 - tables of cases
"""Office documents as honest programs write them; made when asked for."""

from functools import partial

from tests.common.files import craft_office as craft
from tests.common.files import craft_pdf
from tests.common.files.craft_office import MS, docx, field, odf, picture, rel, rels, xlsx
from tests.common.files.office_parts import (
    DRIVE,
    FONT,
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

TAKEN = {
    "main part called document2.xml": lambda: docx(main="word/document2.xml"),
    "template on a drive of the office": lambda: docx(
        parts=[("word/_rels/settings.xml.rels", rels(rel("attachedTemplate", DRIVE, True)))]
    ),
    "template of this computer": partial(outside, "attachedTemplate", "file:///C:/Users/Jan/Makra/Normal.dotm"),
    "template on a Mac": partial(outside, "attachedTemplate", "file:///Users/jan/Pismo.dotx"),
    "template, quoted": partial(outside, "attachedTemplate", "file:///S:%5CSzablony%5CMakra%5CPismo.dotx"),
    "links": lambda: docx(
        rel("hyperlink", "https://gmina.pl/?a=1&amp;b=2", True),
        rel("hyperlink", "mailto:a@gmina.pl", True, 2),
        rel("hyperlink", "zalacznik nr 1.pdf", True, 3),
        rel("hyperlink", r"file:///S:\Uchwaly\a.pdf", True, 4),
        rel("hyperlink", "#rozdzial", False, 5),
        rel("hyperlink", "http://gmina.pl", True, 6),
        rel("hyperlink", r"file:///\\serwer\uchwaly\a.pdf", True, 7),
    ),
    "pictures": lambda: docx(
        rel("image", "media/a.png"),
        rel("image", "/word/media/b.jpeg", number=2),
        rel("image", "media/c.gif", number=3),
        rel("image", "media/d.svg", number=4),
        rel("image", "media/e.emf", number=5),
        rel("image", "media/f.wmf", number=6),
        rel("image", "media/g.bmp", number=7),
        rel("image", "media/h.tiff", number=8),
        rel("image", "media/i.webp", number=9),
        parts=[
            ("word/media/a.png", picture()),
            ("word/media/b.jpeg", picture("JPEG")),
            ("word/media/c.gif", picture("GIF")),
            ("word/media/d.svg", '<svg xmlns="http://www.w3.org/2000/svg"><style>a{fill:url(#g)}</style><g/></svg>'),
            ("word/media/e.emf", b"\x01\x00\x00\x00" + b"\x00" * 36 + b" EMF" + b"\x00" * 60),
            ("word/media/f.wmf", b"\xd7\xcd\xc6\x9a" + b"\x00" * 60),
            ("word/media/g.bmp", picture("BMP")),
            ("word/media/h.tiff", picture("TIFF")),
            ("word/media/i.webp", picture("WEBP")),
        ],
    ),
    "drawing with a declaration of its type": partial(
        part,
        "image",
        "media/herb.svg",
        '<?xml version="1.0"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" '
        '"http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd"><svg/>',
    ),
    "drawing of a Mac": lambda: part("image", "media/image1.pdf", craft_pdf.pdf()),
    "links by their numbers": lambda: docx(
        rel("hyperlink", "https://gmina.pl", True),
        body='<w:hyperlink r:id="rId1"/><a:hlinkClick xmlns:a="x" r:id="rId1"/>',
    ),
    "picture called macros": lambda: docx(
        rel("image", "media/macros.png"),
        rel("image", r"file:///C:\macros\vbaProject.png", True, 2),
        parts=[("word/media/macros.png", picture())],
    ),
    "picture pasted from a letter": partial(outside, "image", "cid:image001.png@01D9A0"),
    "font of the author": partial(with_font, FONT),
    "font written plainly": partial(with_font, b"\x00\x01\x00\x00" + b"\x00" * 40),
    "chart with its data": lambda: chart_with(xlsx()),
    "chart with styles": lambda: docx(
        rel("chart", "charts/chart1.xml"),
        parts=[
            ("word/charts/chart1.xml", "<c:chartSpace/>"),
            ("word/charts/style1.xml", "<cs:chartStyle/>"),
            ("word/charts/colors1.xml", "<cs:colorStyle/>"),
            ("word/drawings/drawing1.xml", "<c:userShapes/>"),
            (
                "word/charts/_rels/chart1.xml.rels",
                rels(
                    rel(MS + "/2011/relationships/chartStyle", "style1.xml"),
                    rel(MS + "/2011/relationships/chartColorStyle", "colors1.xml", number=2),
                    rel("chartUserShapes", "../drawings/drawing1.xml", number=3),
                ),
            ),
        ],
    ),
    "table of Excel in a document": partial(
        part, "package", "embeddings/Microsoft_Excel_Worksheet.xlsx", xlsx(), body=field("EMBED Excel.Sheet.12")
    ),
    "properties, a picture of the first page, a label": lambda: docx(
        root=[
            rel(
                "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties",
                "docProps/core.xml",
            ),
            rel("extended-properties", "docProps/app.xml", number=2),
            rel("custom-properties", "docProps/custom.xml", number=3),
            rel(
                "http://schemas.openxmlformats.org/package/2006/relationships/metadata/thumbnail",
                "docProps/t.jpeg",
                number=4,
            ),
            rel(MS + "/2020/02/relationships/classificationlabels", "docMetadata/LabelInfo.xml", number=5),
        ],
        parts=[
            ("docProps/core.xml", "<cp:coreProperties/>"),
            ("docProps/custom.xml", "<Properties/>"),
            ("docProps/app.xml", "<Properties><Template>Makra.dotm</Template></Properties>"),
            ("docProps/t.jpeg", picture("JPEG")),
            ("docMetadata/LabelInfo.xml", "<clbl:labelList/>"),
        ],
    ),
    "everything Word adds": lambda: docx(
        *[rel(kind, f"{kind}1.xml", number=number) for number, kind in enumerate(WORD_PARTS)],
        *[rel(f"{MS}/{kind}", f"m{number}.xml", number=100 + number) for number, kind in enumerate(WORD_PARTS_OF_MS)],
        parts=[
            *[(f"word/{kind}1.xml", "<a/>") for kind in WORD_PARTS],
            *[(f"word/m{number}.xml", "<a/>") for number, _kind in enumerate(WORD_PARTS_OF_MS)],
        ],
    ),
    "data of the organisation": lambda: docx(
        rel("customXml", "../customXml/item1.xml"),
        parts=[
            ("customXml/item1.xml", '<dane src="http://gmina.pl"><script>x</script><dataSource/></dane>'),
            ("customXml/itemProps1.xml", "<ds:datastoreItem/>"),
            ("customXml/_rels/item1.xml.rels", rels(rel("customXmlProps", "itemProps1.xml"))),
        ],
    ),
    "fields": lambda: docx(
        body="".join(field(*pieces) for pieces in FIELDS)
        + craft.simple(" NUMPAGES ")
        + craft.nested("IF ", "PAGE", ' = 1 "a" "b"')
        + craft.nested("TOC ", "PAGEREF _Toc1 \\h", "")
    ),
    "signature of Word": lambda: docx(
        root=[
            rel(
                "http://schemas.openxmlformats.org/package/2006/relationships/digital-signature/origin",
                "_xmlsignatures/origin.sigs",
            )
        ],
        parts=[
            ("_xmlsignatures/origin.sigs", b""),
            (
                "_xmlsignatures/_rels/origin.sigs.rels",
                rels(
                    rel(
                        "http://schemas.openxmlformats.org/package/2006/relationships/digital-signature/signature",
                        "sig1.xml",
                    )
                ),
            ),
            (
                "_xmlsignatures/sig1.xml",
                '<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"><Transform/></Signature>',
            ),
        ],
    ),
    "old drawing in a document": lambda: docx(
        body='<w:pict xmlns:v="v" xmlns:o="o"><v:shape href="https://gmina.pl"><v:imagedata r:id="rId1" o:title="herb" '
        'o:href="cid:image001.png"/></v:shape></w:pict>'
    ),
    "main part in utf-16": lambda: docx(
        document=f'<?xml version="1.0" encoding="UTF-16"?><w:document xmlns:w="{craft.W}"/>'.encode("utf-16")
    ),
    "strict format": lambda: docx(
        rel("http://purl.oclc.org/ooxml/officeDocument/relationships/styles", "styles.xml"),
        parts=[("word/styles.xml", "<w:styles/>")],
    ),
    "blanks left behind": lambda: docx(parts=[("[trash]/0000.dat", b"\x00" * 100), ("word/pusty.xml", b"")]),
    "sheet": xlsx,
    "sheet with formulas": lambda: xlsx(sheet="".join(craft.cell(formula) for formula in FORMULAS)),
    "sheet with comments": lambda: xlsx(
        sheet_rels=[
            rel("vmlDrawing", "../drawings/vmlDrawing1.vml"),
            rel("comments", "../comments1.xml", number=2),
            rel(MS + "/2017/10/relationships/threadedComment", "../threadedComments/t1.xml", number=3),
        ],
        parts=[
            ("xl/drawings/vmlDrawing1.vml", VML % ""),
            ("xl/comments1.xml", "<comments/>"),
            ("xl/threadedComments/t1.xml", "<ThreadedComments/>"),
        ],
    ),
    "sheet with settings of a printer": partial(
        sheet_part,
        "printerSettings",
        "printerSettings/printerSettings1.bin",
        "HP LaserJet".encode("utf-16-le").ljust(64, b"\x00") + b"\x01\x04\x00\x06\xdc\x00\x00\x00" + b"\x00" * 300,
    ),
    "workbook on a drive of the office": partial(linked_workbook, r"file:///S:\Budzet\plan.xlsx"),
    "workbook beside": partial(linked_workbook, "plan%20budzetu.xlsx"),
    "workbook that is gone": partial(
        linked_workbook, "plan.xlsx", MS + "/2006/relationships/xlExternalLinkPath/xlPathMissing"
    ),
    "text once read in": partial(connection, r'<textPr sourceFile="C:\Dane\a.csv"/>'),
    "sheet with a leftover macro's name": partial(
        sheet_part, "drawing", "drawings/d.xml", '<xdr:wsDr><xdr:sp macro="[0]!Makro1" textlink="$A$1"/></xdr:wsDr>'
    ),
    "everything Excel adds": lambda: xlsx(
        *[rel(kind, f"{kind}1.xml", number=number) for number, kind in enumerate(EXCEL_PARTS)],
        *[rel(kind, f"m{number}.xml", number=100 + number) for number, kind in enumerate(EXCEL_PARTS_OF_MS)],
        parts=[
            *[(f"xl/{kind}1.xml", "<a/>") for kind in EXCEL_PARTS],
            *[(f"xl/m{number}.xml", "<a/>") for number, _kind in enumerate(EXCEL_PARTS_OF_MS)],
        ],
    ),
    "odt": odf,
    "odt with links": lambda: odf(a("https://gmina.pl") + a("mailto:a@b.pl") + a("#x") + a("../zalacznik.pdf")),
    "odt with a picture": lambda: odf(image("Pictures/a.png"), parts=[("Pictures/a.png", picture())]),
    "odt with a template on a drive": lambda: odf(meta='<meta:template xlink:href="file:///S:/Szablony/makra.ott"/>'),
    "odt with a form": lambda: odf(
        '<office:forms form:automatic-focus="false"><form:form xlink:href="" office:target-frame="" form:datasource=""/>'
        "</office:forms>"
    ),
    "odt with a chart": lambda: odf(
        '<draw:object xlink:href="./Object 1"/><draw:image xlink:href="./ObjectReplacements/Object 1"/>',
        parts=[
            (
                "Object 1/content.xml",
                '<office:document-content xmlns:office="o" xmlns:chart="c" xmlns:xlink="x">'
                '<chart:chart xlink:href=".."/></office:document-content>',
            ),
            ("ObjectReplacements/Object 1", b"VCLMTF\x01\x00" + b"\x00" * 40),
        ],
    ),
    "odt with everything LibreOffice adds": lambda: odf(
        parts=[
            ("styles.xml", "<office:document-styles/>"),
            ("settings.xml", "<office:document-settings/>"),
            ("manifest.rdf", '<rdf:RDF><rdf:type rdf:resource="http://docs.oasis-open.org/x"/></rdf:RDF>'),
            ("Thumbnails/thumbnail.png", picture()),
            ("layout-cache", b"\x05\x00\x00\x00"),
            ("Configurations2/accelerator/current.xml", b""),
            ("Configurations2/statusbar/", b""),
            ("Basic/script-lc.xml", "<library:libraries/>"),
            ("Fonts/a.ttf", b"\x00\x01\x00\x00" + b"\x00" * 30),
            ("META-INF/documentsignatures.xml", "<document-signatures/>"),
        ],
    ),
    "odt called macros": lambda: odf("<text:p>makra, macro, script, DDE</text:p>" + a("https://gmina.pl/macros/vba")),
    "ods": lambda: odf("<table:table/>", "spreadsheet"),
    "ods with formulas": lambda: odf(
        "".join(
            f'<table:table-cell table:formula="of:={formula}"/>'
            for formula in (
                "SUM([.A1:.A9])",
                "SUMPRODUCT({1;2|3;4})",
                "['file:///S:/plan.ods'#$A.A1]",
                "HYPERLINK(&quot;https://a.pl&quot;)",
            )
        ),
        "spreadsheet",
    ),
}

WORD_PARTS = [
    "styles",
    "settings",
    "webSettings",
    "fontTable",
    "numbering",
    "footnotes",
    "endnotes",
    "header",
    "footer",
    "comments",
    "theme",
    "glossaryDocument",
    "diagramData",
    "diagramLayout",
    "diagramQuickStyle",
    "diagramColors",
]
WORD_PARTS_OF_MS = [
    "2007/relationships/stylesWithEffects",
    "2011/relationships/commentsExtended",
    "2016/09/relationships/commentsIds",
    "2018/08/relationships/commentsExtensible",
    "2011/relationships/people",
    "2007/relationships/diagramDrawing",
    "2019/05/relationships/documenttasks",
    "2006/relationships/keyMapCustomizations",
    "2014/relationships/chartEx",
]
EXCEL_PARTS = [
    "styles",
    "sharedStrings",
    "theme",
    "calcChain",
    "pivotCacheDefinition",
    "sheetMetadata",
    "revisionHeaders",
    "usernames",
    "xmlMaps",
    "chartsheet",
]
EXCEL_PARTS_OF_MS = [
    MS + "/2007/relationships/slicerCache",
    MS + "/2011/relationships/timelineCache",
    MS + "/2017/10/relationships/person",
    MS + "/2017/06/relationships/rdRichValue",
    MS + "/2017/06/relationships/rdRichValueStructure",
    MS + "/2017/06/relationships/rdRichValueTypes",
    MS + "/2022/10/relationships/richValueRel",
    MS + "/2022/11/relationships/FeaturePropertyBag",
    MS + "/2019/04/relationships/namedSheetView",
    "http://customooxmlschemas.google.com/relationships/workbookmetadata",
]
FIELDS = [
    ("PAGE  \\* MERGEFORMAT",),
    ("TOC \\o ", '"1-3" \\h \\z \\u'),
    ("HYPERLINK \\l ", '"_Toc1"'),
    ("",),
    ('HYPERLINK "https://gmina.pl" \\o "Uwaga: strona gminy"',),
    ("REF a \\h",),
    ('DATE \\@ "dd.MM.yyyy"',),
    ("MACROBUTTON NoMacro [wpisz]",),
    ("= 2 + 2",),
    ("FORMTEXT",),
    ("ADDIN ZOTERO_ITEM CSL_CITATION {}",),
    ("SEQ Tabela",),
    (r'INCLUDEPICTURE "C:\\Users\\Jan\\herb.png" \* MERGEFORMAT',),
    ("STYLEREF 1",),
    ("DOCPROPERTY Temat",),
    ('"PAGE" ',),
    ("  ",),
    (r"\\page",),
]
FORMULAS = [
    "SUM(A1:A9)",
    "IF(A1&gt;0,&quot;tak|nie&quot;,1)",
    "_xlfn.XLOOKUP(A1,B:B,C:C)",
    "[1]Arkusz1!$A$1",
    "HYPERLINK(&quot;https://gmina.pl&quot;,&quot;a&quot;)",
    r"'C:\Budzet\[plan.xlsx]Arkusz1'!A1",
    "'Nazwa | z kreską'!A1",
    "SUMPRODUCT({1,2;3,4})",
    "Tabela1[[#This Row],[Kwota]]*2",
    "_xlfn.ANCHORARRAY(A1)",
]
