"""Files of every kind that people, or their enemies, may send; each made on the spot."""

import io
import struct
import zipfile
import zlib

import pikepdf
from PIL import Image

DOCX_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.'
    'wordprocessingml.document.main+xml"/></Types>'
)
XLSX_TYPES = DOCX_TYPES.replace("/word/document.xml", "/xl/workbook.xml").replace(
    "wordprocessingml.document", "spreadsheetml.sheet"
)
MACRO_TYPES = DOCX_TYPES.replace(
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
    "application/vnd.ms-word.document.macroEnabled.main+xml",
)
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def pdf(change=None, **save):
    """One empty page; `change(document)` may plant something."""
    document = pikepdf.new()
    document.add_blank_page()
    if change:
        change(document)
    output = io.BytesIO()
    document.save(output, **save)
    return output.getvalue()


def picture(kind="PNG", size=(8, 8), mode="RGB", **save):
    output = io.BytesIO()
    Image.new(mode, size, "white" if mode != "P" else 1).save(output, kind, **save)
    return output.getvalue()


def package(parts, compression=zipfile.ZIP_DEFLATED):
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", compression) as archive:
        for name, content in parts:
            archive.writestr(name, content)
    return output.getvalue()


def docx(*more, types=DOCX_TYPES, document="<w:document/>"):
    return package([("[Content_Types].xml", types), ("word/document.xml", document), *more])


def xlsx(*more, types=XLSX_TYPES):
    return package([("[Content_Types].xml", types), ("xl/workbook.xml", "<workbook/>"), *more])


def odf(kind="text", *more, content="<office:document-content/>"):
    return package(
        [("mimetype", f"application/vnd.oasis.opendocument.{kind}"), ("content.xml", content), *more],
        zipfile.ZIP_STORED,
    )


def _action(**values):
    return pikepdf.Dictionary({f"/{key}": value for key, value in values.items()})


def _open_action(document, **values):
    document.Root.OpenAction = _action(**values)


def _nested_script(document):
    document.pages[0].Annots = pikepdf.Array(
        [_action(Type=pikepdf.Name("/Annot"), A=_action(S=pikepdf.Name("/JavaScript"), JS=pikepdf.String("x")))]
    )


def _attach(document):
    document.attachments["plik.exe"] = b"MZ"


def _xfa(document):
    document.Root.AcroForm = _action(XFA=pikepdf.String("<xdp/>"))


def png_bomb():
    """A header that promises 60,000 × 60,000 pixels."""
    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    chunk = struct.pack(">I", 13) + b"IHDR" + header + struct.pack(">I", zlib.crc32(b"IHDR" + header))
    end = struct.pack(">I", 0) + b"IEND" + struct.pack(">I", zlib.crc32(b"IEND"))
    return b"\x89PNG\r\n\x1a\n" + chunk + end


def relationship(kind, target="http://zly.example/x"):
    return (
        "word/_rels/document.xml.rels",
        f'<Relationships><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
        f'relationships/{kind}" Target="{target}" TargetMode="External"/></Relationships>',
    )


def encrypted_zip():
    """A package whose first part is marked as encrypted."""
    content = bytearray(docx())
    content[6] |= 1
    central = content.find(b"PK\x01\x02")
    content[central + 8] |= 1
    return bytes(content)


NAME = pikepdf.Name
GOOD = {
    "pdf": pdf(),
    "pdf with a link": pdf(
        lambda d: setattr(
            d.pages[0],
            "Annots",
            pikepdf.Array(
                [_action(Subtype=NAME("/Link"), A=_action(S=NAME("/URI"), URI=pikepdf.String("https://x.pl")))]
            ),
        )
    ),
    "pdf with an owner password": pdf(encryption=pikepdf.Encryption(owner="a", user="")),
    "png": picture(),
    "png with a palette": picture(mode="P"),
    "png with transparency": picture(mode="RGBA"),
    "jpeg": picture("JPEG"),
    "grey jpeg": picture("JPEG", mode="L"),
    "docx": docx(),
    "docx with a hyperlink": docx(relationship("hyperlink")),
    "xlsx": xlsx(),
    "odt": odf(),
    "ods": odf("spreadsheet"),
}
BAD = {
    "nothing but text": b"zwykly tekst",
    "eicar": EICAR,
    "html": b"<!doctype html><script>alert(1)</script>",
    "svg with a script": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "svg with a declaration": b'<?xml version="1.0"?><svg onload="alert(1)"/>',
    "windows program": b"MZ\x90\x00" + b"\x00" * 200,
    "linux program": b"\x7fELF" + b"\x00" * 200,
    "shell script": b"#!/bin/sh\nrm -rf /\n",
    "gif": picture("GIF"),
    "webp": picture("WEBP"),
    "tiff": picture("TIFF"),
    "bmp": picture("BMP"),
    "old word file": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600,
    "rtf": rb"{\rtf1 hello}",
    "postscript": b"%!PS-Adobe-3.0\n",
    "mp4": b"\x00\x00\x00\x18ftypmp42" + b"\x00" * 40,
    "pdf head only": b"%PDF-1.7\n",
    "pdf after html": b"<html><script>1</script></html>" + pdf(),
    "pdf cut in half": pdf()[: len(pdf()) // 3],
    "pdf with a password": pdf(encryption=pikepdf.Encryption(owner="a", user="b")),
    "pdf with a script": pdf(lambda d: _open_action(d, S=NAME("/JavaScript"), JS=pikepdf.String("app.alert(1)"))),
    "pdf with a script in an annotation": pdf(_nested_script),
    "pdf that launches a program": pdf(lambda d: _open_action(d, S=NAME("/Launch"), F=pikepdf.String("cmd.exe"))),
    "pdf that sends a form": pdf(lambda d: _open_action(d, S=NAME("/SubmitForm"), F=pikepdf.String("http://x"))),
    "pdf that imports data": pdf(lambda d: _open_action(d, S=NAME("/ImportData"), F=pikepdf.String("x"))),
    "pdf that opens another": pdf(lambda d: _open_action(d, S=NAME("/GoToR"), F=pikepdf.String("x"))),
    "pdf with a file inside": pdf(_attach),
    "pdf with an xfa form": pdf(_xfa),
    "png bomb": png_bomb(),
    "png head only": b"\x89PNG\r\n\x1a\n",
    "png cut in half": picture(size=(200, 200))[:60],
    "jpeg head only": b"\xff\xd8\xff\xe0",
    "jpeg with html after the head": b"\xff\xd8\xff<html><script>1</script></html>",
    "plain zip": package([("a.txt", "a")]),
    "java archive": package([("META-INF/MANIFEST.MF", "x"), ("A.class", b"\xca\xfe\xba\xbe")]),
    "zip cut in half": docx()[:80],
    "docx with macros": docx(("word/vbaProject.bin", b"\xd0\xcf")),
    "docx of the macro type": docx(types=MACRO_TYPES),
    "docx without its type": docx(types="<Types/>"),
    "docx with an entity": docx(document='<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'),
    "docx with an entity in utf-16": docx(
        document='<?xml version="1.0" encoding="utf-16"?><!DOCTYPE a [<!ENTITY x "1">]><a/>'.encode("utf-16")
    ),
    "docx with a template from outside": docx(relationship("attachedTemplate")),
    "docx with a picture from outside": docx(relationship("image")),
    "docx with a frame from outside": docx(relationship("frame", "file://zly/x")),
    "docx with an object": docx(("word/embeddings/oleObject1.bin", b"\xd0\xcf")),
    "docx with activex": docx(("word/activeX/activeX1.xml", "<a/>")),
    "docx with a password": encrypted_zip(),
    "docx that climbs out": docx(("../../etc/passwd", "x")),
    "docx that climbs out with backslashes": docx(("..\\..\\x", "x")),
    "docx with an absolute part": docx(("/etc/passwd", "x")),
    "docx bomb": docx(("word/media/a.bin", b"\x00" * 30_000_000)),
    "docx of too many parts": docx(*((f"word/{n}.txt", "") for n in range(2_001))),
    "xlsx with a macro sheet": xlsx(("xl/macrosheets/sheet1.xml", "<a/>")),
    "odt with basic": odf("text", ("Basic/Standard/Module1.xml", "<a/>")),
    "odt with a script": odf("text", ("Scripts/python/a.py", "import os")),
    "odt that calls a script": odf(content='<a xlink:href="vnd.sun.star.script:x"/>'),
    "odt with a password": odf("text", ("META-INF/manifest.xml", "<manifest:encryption-data/>")),
    "odp": odf("presentation"),
    "ods with an entity": odf("spreadsheet", content='<!DOCTYPE a [<!ENTITY x "1">]><a/>'),
}
