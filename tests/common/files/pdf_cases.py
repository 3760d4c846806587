"""PDF files, honest and not; each made when it is asked for."""

import io
from functools import partial

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from common.files.codes import Code
from tests.common.files import craft_office, hostile
from tests.common.files import craft_pdf as craft
from tests.common.files.craft_pdf import action, annotated, attached, field_script, on_click, on_opening, pdf, signed

EXE = craft_office.EXE
MACROS = craft_office.docx(parts=[("word/vbaProject.bin", craft_office.OLE)])


def _deep(document):
    """A script at the end of a chain of actions, in an object of its own."""
    last = document.make_indirect(action("JavaScript", JS=String("app.alert(1)")))
    document.Root.OpenAction = action(
        "GoTo", D=Array([0, Name.Fit]), Next=Array([action("Named", N=Name.NextPage, Next=last)])
    )


def _script_of_the_document(document):
    code = action("JavaScript", JS=craft.stream(document, b"app.alert(1)"))
    document.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array([String("a"), code])))


def _structure(document):
    document.Root.StructTreeRoot = Dictionary(
        Type=Name.StructTreeRoot,
        K=Dictionary(Type=Name.StructElem, S=Name.Document, A=Dictionary(O=Name.Layout, S=Name.Start)),
    )


def _labels(document):
    document.Root.PageLabels = Dictionary(Nums=Array([0, Dictionary(S=Name.D)]))
    document.pages[0].obj.Group = Dictionary(S=Name.Transparency)
    document.Root.OutputIntents = Array([Dictionary(S=Name.GTS_PDFA1)])
    document.Root.OpenAction = Array([document.pages[0].obj, Name.Fit])


def _external_stream(document):
    document.Root.PieceInfo = craft.stream(document, b"x", F=Dictionary(FS=Name.URL, F=String("http://zly.example")))


RUN_BY_NAME = [
    "a.svg", "a.htm", "a.url", "a.lnk ", "a.exe\u200b", "a.exe\xa0", "a.exe. .", "a.txt\u202e.exe", "a.txt:x.exe",
    "a.xlam", "a.docm", "a.jnlp", "a.rtf", "a.one", "a.wsc", "a.udl", "a.rdp", "a.eml", "a.msc", "a.iso", "a.vhd",
    "a.slk", "a.appinstaller", "a.website", "A.EXE", "a.e\u00adxe",
]  # fmt: skip
COMPUTING = [b"=cmd|'/c calc'!A0;b", b'a;"=HYPERLINK(A1)"', b"a\n@SUM(1)", b"a,+cmd|' /c'!A", b"-1+1|x!A"]


def _named(listed="a.txt", **names):
    """A text with further names, and the name it is listed under."""

    def change(document):
        held = craft.stream(document, b"hello", Type=Name.EmbeddedFile)
        specification = Dictionary(Type=Name.Filespec, F=String("a.txt"), EF=Dictionary(F=held))
        for key, name in names.items():
            specification[f"/{key}"] = String(name)
        tree = Dictionary(Names=Array([String(listed), document.make_indirect(specification)]))
        document.Root.Names = Dictionary(EmbeddedFiles=tree)

    return pdf(change)


def unpacked(content):
    output = io.BytesIO()
    with pikepdf.open(io.BytesIO(content)) as document:
        document.save(output, stream_decode_level=pikepdf.StreamDecodeLevel.generalized, compress_streams=False)
    return output.getvalue()


REFUSED = {
    "script on opening": (partial(on_opening, "JavaScript", JS=String("app.alert(1)")), Code.PDF_SCRIPT),
    "script at the end of a chain": (partial(pdf, _deep), Code.PDF_SCRIPT),
    "script in an object stream": (
        partial(pdf, _deep, object_stream_mode=pikepdf.ObjectStreamMode.generate),
        Code.PDF_SCRIPT,
    ),
    "script of the document": (partial(pdf, _script_of_the_document), Code.PDF_SCRIPT),
    "script of a link": (partial(on_click, "JavaScript", JS=String("this.submitForm('http://x')")), Code.PDF_SCRIPT),
    "script without its words": (partial(on_opening, "JavaScript"), Code.PDF_SCRIPT),
    "script in a field": (partial(field_script, "app.launchURL('http://x')"), Code.PDF_SCRIPT),
    "script behind a standard call": (
        partial(field_script, 'AFDate_FormatEx("dd.mm.yyyy"); app.alert(1)'),
        Code.PDF_SCRIPT,
    ),
    "script within a standard call": (partial(field_script, "AFDate_FormatEx(app.alert(1))"), Code.PDF_SCRIPT),
    "script by a name like a standard one": (partial(field_script, "AFDate_FormatExx(1)"), Code.PDF_SCRIPT),
    "script in a string that ends early": (
        partial(field_script, 'AFDate_FormatEx("a" + app.x + "b")'),
        Code.PDF_SCRIPT,
    ),
    "script with a comment": (partial(field_script, "/* */ AFDate_FormatEx(1)"), Code.PDF_SCRIPT),
    "script in a stream": (partial(field_script, "app.alert(1)", as_stream=True), Code.PDF_SCRIPT),
    "program": (partial(on_opening, "Launch", F=String("cmd.exe")), Code.PDF_PROGRAM),
    "program on a click": (partial(on_click, "Launch", F=String("a.pdf")), Code.PDF_PROGRAM),
    "unknown action": (partial(on_click, "Wykonaj"), Code.PDF_PROGRAM),
    "form that sends": (partial(on_click, "SubmitForm", F=String("http://x")), Code.PDF_SENDS),
    "data read in": (partial(on_click, "ImportData", F=String("x")), Code.PDF_SENDS),
    "page of the web by itself": (partial(on_opening, "URI", URI=String("http://zly.example")), Code.PDF_SENDS),
    "page of the web when a page is shown": (
        lambda: pdf(lambda d: setattr(d.pages[0].obj, "AA", Dictionary(O=action("URI", URI=String("http://x"))))),
        Code.PDF_SENDS,
    ),
    "other file by itself": (partial(on_opening, "GoToR", F=String("a.pdf")), Code.PDF_OTHER_FILE),
    "other file of a server": (partial(on_click, "GoToR", F=String(r"\\zly\a.pdf")), Code.PDF_OTHER_FILE),
    "other file of a server, by slashes": (partial(on_click, "GoToR", F=String("//zly/a.pdf")), Code.PDF_OTHER_FILE),
    "other file of the net": (
        partial(on_click, "GoToR", F=Dictionary(FS=Name.URL, F=String("http://zly.example/a.pdf"))),
        Code.PDF_OTHER_FILE,
    ),
    "other file that is a program": (partial(on_click, "GoToR", F=String("a.exe")), Code.PDF_OTHER_FILE),
    "file within, opened": (partial(on_click, "GoToE", T=Dictionary(R=Name.C)), Code.PDF_OTHER_FILE),
    "content read from elsewhere": (partial(pdf, _external_stream), Code.PDF_OTHER_FILE),
    "link that runs": (partial(on_click, "URI", URI=String("javascript:x")), Code.LINK),
    "film": (partial(annotated, Subtype=Name.RichMedia), Code.PDF_MEDIA),
    "model": (partial(annotated, Subtype=Name("/3D")), Code.PDF_MEDIA),
    "sound": (partial(on_click, "Sound"), Code.PDF_MEDIA),
    "rendition": (partial(on_click, "Rendition"), Code.PDF_MEDIA),
    "attached program": (partial(attached, EXE, "a.exe"), Code.PDF_ATTACHMENT),
    "attached program called a picture": (partial(attached, EXE, "a.png"), Code.PDF_ATTACHMENT),
    "attached program, by an annotation": (partial(attached, EXE, "a.bin", "annotation"), Code.PDF_ATTACHMENT),
    "attached program, by AF": (partial(attached, EXE, "a.bin", "af"), Code.PDF_ATTACHMENT),
    "attached program, by AF without types": (partial(attached, EXE, "a.bin", "af", typed=False), Code.PDF_ATTACHMENT),
    "attached program, by AF of a page": (partial(attached, EXE, "a.bin", "page af", typed=False), Code.PDF_ATTACHMENT),
    "attached program, by an annotation without types": (
        partial(attached, EXE, "a.bin", "annotation", typed=False),
        Code.PDF_ATTACHMENT,
    ),
    "attached program, anywhere": (partial(attached, EXE, "a.bin", "anywhere", typed=False), Code.PDF_ATTACHMENT),
    "attached program, by an old name": (partial(attached, EXE, "a.bin", "old name", typed=False), Code.PDF_ATTACHMENT),
    "attached page": (partial(attached, b"<html><script>1</script></html>", "a.xml"), Code.PDF_ATTACHMENT),
    "attached page that is no XML": (partial(attached, b"<script>1", "a.xml"), Code.PDF_ATTACHMENT),
    "attached XML with an entity": (
        partial(attached, b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'),
        Code.PDF_ATTACHMENT,
    ),
    "attached script": (partial(attached, b"WScript.Echo(1)", "a.js"), Code.PDF_ATTACHMENT),
    "attached command": (partial(attached, b"@echo off", "a.txt"), Code.PDF_ATTACHMENT),
    "attached command called otherwise": (partial(_named, DOS="a.exe"), Code.PDF_ATTACHMENT),
    "attached command called otherwise on Unix": (partial(_named, Unix="a.sh"), Code.PDF_ATTACHMENT),
    "attached command called otherwise on a Mac": (partial(_named, Mac="a.command"), Code.PDF_ATTACHMENT),
    "attached command listed under its name": (partial(_named, "a.exe"), Code.PDF_ATTACHMENT),
    "attached picture and archive": (
        lambda: attached(hostile.picture() + craft_office.archive(), "a.png"),
        Code.PDF_ATTACHMENT,
    ),
    "attached picture called a page": (lambda: attached(hostile.picture(), "a.html"), Code.PDF_ATTACHMENT),
    "attached document called one with macros": (lambda: attached(craft_office.docx(), "a.docm"), Code.PDF_ATTACHMENT),
    **{
        f"attached text called {name!r}": (partial(attached, b"hello", name), Code.PDF_ATTACHMENT)
        for name in RUN_BY_NAME
    },
    **{
        f"attached table with {formula!r}": (partial(attached, formula, "a.csv"), Code.PDF_ATTACHMENT)
        for formula in COMPUTING
    },
    "attached sheet in text": (
        partial(attached, b'ID;PWXL;N;E\nC;Y1;X1;ECALL("a")', "a.txt"),
        Code.PDF_ATTACHMENT,
    ),
    "attached table with a formula in utf-16": (
        partial(attached, "a;=cmd|'/c calc'!A0".encode("utf-16"), "a.csv"),
        Code.PDF_ATTACHMENT,
    ),
    "attached archive": (partial(attached, craft_office.package([("a", "b")]), "a.zip"), Code.PDF_ATTACHMENT),
    "attached document with macros": (partial(attached, MACROS, "a.docx"), Code.PDF_ATTACHMENT),
    "attached PDF with a script": (
        lambda: attached(on_opening("JavaScript", JS=String("app.alert(1)")), "a.pdf"),
        Code.PDF_ATTACHMENT,
    ),
    "attached PDF in a PDF in a PDF in a PDF": (
        lambda: attached(attached(attached(attached(pdf(), "a.pdf"), "a.pdf"), "a.pdf"), "a.pdf"),
        Code.PDF_ATTACHMENT,
    ),
    "password": (partial(pdf, encryption=pikepdf.Encryption(owner="a", user="b")), Code.PDF_PASSWORD),
    "form of Adobe only": (partial(craft.xfa, b"<xdp/>"), Code.PDF_XFA),
    "form of Adobe with a script": (
        partial(craft.xfa, b"<xdp><event><script>x</script></event></xdp>", True),
        Code.PDF_XFA,
    ),
    "half a scan": (lambda: (scan := craft.scan())[: len(scan) // 2], Code.PDF_INCOMPLETE),
    "scan without its last lines": (lambda: craft.scan()[:-40], Code.PDF_INCOMPLETE),
    "scan with a hole": (lambda: (scan := craft.scan())[:5000] + scan[9000:], Code.PDF_INCOMPLETE),
    "archive behind the PDF": (lambda: pdf() + craft_office.package([("a", "b")]), Code.PDF_CARRIES),
    "archive behind the PDF, with another end": (
        lambda: pdf() + craft_office.archive(b"\n%%EOF\n"),
        Code.PDF_CARRIES,
    ),
    "archive behind the PDF, with its end once more": (
        lambda: (whole := pdf()) + craft_office.archive(whole[whole.rfind(b"startxref") :]),
        Code.PDF_CARRIES,
    ),
    "archive within the PDF": (
        lambda: pdf(lambda d: setattr(d.Root, "X", craft.stream(d, craft_office.archive())), compress_streams=False),
        Code.PDF_CARRIES,
    ),
    "page of the web behind the PDF": (lambda: pdf() + b"<html><script>1</script></html>", Code.PDF_CARRIES),
    "program behind the PDF": (lambda: pdf() + EXE, Code.PDF_CARRIES),
    "program behind the PDF and an end": (lambda: pdf() + EXE + b"\n%%EOF\n", Code.PDF_CARRIES),
    "page of the web before the PDF": (lambda: b"<html></html>" + pdf(), Code.PDF_CARRIES),
    "program before the PDF": (lambda: b"MZ\x90\x00" + pdf(), Code.PDF_CARRIES),
    "PDF after too much else": (lambda: b"\n" * 2000 + pdf(), Code.KIND),
}

TAKEN = {
    "plain": pdf,
    "with a link": partial(on_click, "URI", URI=String("https://gmina.pl")),
    "with an e-mail address": partial(on_click, "URI", URI=String("mailto:urzad@gmina.pl")),
    "with a link to a document beside": partial(on_click, "GoToR", F=String("zalacznik.pdf"), D=Array([0, Name.Fit])),
    "with a link to a document in a folder": partial(on_click, "GoToR", F=Dictionary(F=String("../uchwaly/a.pdf"))),
    "that turns to a page": partial(on_opening, "GoTo", D=Array([0, Name.Fit])),
    "with a button to the next page": partial(on_click, "Named", N=Name.NextPage),
    "with a button that clears the form": partial(on_click, "ResetForm"),
    "with structure": partial(pdf, _structure),
    "with labels of pages": partial(pdf, _labels),
    "BOM before the head": lambda: b"\xef\xbb\xbf" + pdf(),
    "line ends before the head": lambda: b"\r\n\r\n" + pdf(),
    "a printer's words before the head": lambda: b"\x1b%-12345X@PJL ENTER LANGUAGE=PDF\r\n" + pdf(),
    "BOM before the head, counted": lambda: craft.counted_from_the_first_byte(b"\xef\xbb\xbf"),
    "line ends before the head, counted": lambda: craft.counted_from_the_first_byte(b"\n" * 12),
    "line ends behind the end": lambda: pdf() + b"\r\n\x00\x00",
    "zeros of a scanner behind the end": lambda: craft.scan() + b"\x00" * 65_536,
    "line ends of a scanner behind the end": lambda: craft.scan() + b"\r\n" * 2000,
    "signed twice, with zeros": lambda: signed() + b"\x00" * 2000,
    "without the end of its last word": lambda: pdf().rstrip()[:-2],
    "attached document that is not packed": lambda: unpacked(attached(craft_office.docx(), "zrodlo.docx")),
    "owner's password": partial(pdf, encryption=pikepdf.Encryption(owner="a", user="")),
    "owner's password of the old kind": partial(
        pdf, encryption=pikepdf.Encryption(owner="a", user="", R=3, aes=False, metadata=False)
    ),
    "for the web": partial(pdf, linearize=True),
    "with object streams": partial(pdf, object_stream_mode=pikepdf.ObjectStreamMode.generate),
    "of version 2.0": partial(pdf, force_version="2.0"),
    "written for people": partial(pdf, qdf=True),
    "scan": craft.scan,
    "signed": signed,
    "attached XML": partial(attached, b'<?xml version="1.0"?><faktura/>'),
    "attached XML, by AF": partial(attached, b"<faktura/>", road="af"),
    "attached XML, by AF without types": partial(attached, b"<faktura/>", road="af", typed=False),
    "attached XML, by an annotation": partial(attached, b"<faktura/>", road="annotation"),
    "attached XML of an electronic letter": partial(
        attached, b'<?xml version="1.0"?><?xml-stylesheet type="text/xsl" href="http://crd.gov.pl/styl.xsl"?><pismo/>'
    ),
    "attached XML in utf-16": partial(attached, '<?xml version="1.0" encoding="utf-16"?><a>ą</a>'.encode("utf-16")),
    "attached XML with a signature": partial(
        attached, b'<a><ds:Signature xmlns:ds="x"><ds:Transform/></ds:Signature></a>'
    ),
    "attached text": partial(attached, "Zażółć gęślą jaźń".encode(), "notatka.txt"),
    "attached table": partial(attached, b"a;b\r\n1;2\r\n", "dane.csv"),
    "attached text without a telling name": partial(attached, b"abc", "attachment.bin"),
    "attached table of codes": partial(
        attached, b'ID;Kod;Telefon;Kwota\r\n1;="00-950";+48 22 1 (biuro);-12,50\r\n2;@gmina;- bez;(+)!', "a.csv"
    ),
    "attached list with lines": partial(attached, b"=== Spis (1) ===\r\n- uchwala (2024)\r\n=a(1)", "spis.txt"),
    "attached sheet in text without formulas": partial(attached, b"ID;PWXL;N;E\nC;Y1;X1;K1", "a.txt"),
    "attached XML with a number for its ending": partial(attached, b"<a/>", "Uchwa\u0142a nr XII.45.2026"),
    "attached XML with words for its ending": partial(attached, b"<a/>", "Za\u0142. nr 1"),
    "attached XML in capitals": partial(attached, b"<a/>", "DANE.XML"),
    "attached signature": partial(
        attached, b"\x30\x82\x01\x00\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02" + bytes(99), "a.p7s"
    ),
    "attached gif": lambda: attached(hostile.picture("GIF"), "herb.gif"),
    "attached tiff": lambda: attached(hostile.picture("TIFF"), "skan.tif"),
    "attached text, listed under another name": partial(_named, "Za\u0142\u0105cznik 1", DOS="NOTATKA.TXT"),
    "attached PDF": lambda: attached(pdf(), "zalacznik.pdf"),
    "attached PDF with attached XML": lambda: attached(attached(b"<a/>"), "zalacznik.pdf"),
    "attached document": lambda: attached(craft_office.docx(), "zrodlo.docx"),
    "attached sheet of LibreOffice": lambda: attached(craft_office.odf("<table:table/>", "spreadsheet"), "dane.ods"),
    "attached picture": lambda: attached(hostile.picture("JPEG"), "zdjecie.jpg"),
    "attached nothing": lambda: attached(b"", "pusty.txt"),
    "form with a date": partial(field_script, 'AFDate_FormatEx("dd.mm.yyyy");'),
    "form with a date typed": partial(field_script, 'AFDate_KeystrokeEx("dd.mm.yyyy")', "K"),
    "form with an amount": partial(field_script, 'AFNumber_Format(2, 3, 0, 0, " z\\u0142", false);'),
    "form with an amount typed": partial(field_script, "AFNumber_Keystroke(2, 3, 0, 0, '', true);", "K"),
    "form with a sum": partial(field_script, 'AFSimple_Calculate("SUM", new Array ("a", "b"));', "C"),
    "form with a sum of names": partial(field_script, 'AFSimple_Calculate("SUM", "a,b,c");', "C"),
    "form with limits": partial(field_script, "AFRange_Validate(true, 0, true, 100.5);\r\n", "V"),
    "form with a share": partial(field_script, "AFPercent_Format(1, 0);"),
    "form with a postal code": partial(field_script, "AFSpecial_Format(0);AFSpecial_Keystroke(0)"),
    "form with a date, in a stream": partial(field_script, 'AFDate_FormatEx("dd.mm.yyyy");', as_stream=True),
    "form that every program shows, with Adobe's beside": partial(craft.xfa, b"<xdp><template/></xdp>", True),
}
