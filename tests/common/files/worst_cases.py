"""For each module of the judges the file that costs it most, as long as asked: its own marks and nothing else."""

import io
import struct
import zipfile
import zlib
from functools import partial

from common.files import pictures
from common.files.codes import Refused
from common.files.judges import (
    embedded,
    fields,
    formulas,
    look,
    magic,
    marks,
    odf_settings,
    office,
    pdf,
    pdf_head,
    pdf_scripts,
    schemas,
    tails,
    targets,
)
from common.files.judges.markup import Listener, read
from common.files.judges.package import Package
from common.files.kinds import JPEG, PNG
from tests.common.files import craft_office, hostile
from tests.common.files.worst_pdf import (
    again,
    pdf_of_a_chain,
    pdf_of_a_shared_list,
    pdf_of_a_shared_string,
    pdf_of_pages_of_one_list,
    pdf_with_a_form_of_packets,
    pdf_with_archives,
    pdf_with_scripts,
    raw_pdf,
    shared,
)

_JPEG, _PNG = hostile.picture("JPEG"), hostile.picture()


def text(mark, size, before="", behind=""):
    return before + mark * ((size - len(before) - len(behind)) // len(mark)) + behind


# --- packages ----------------------------------------------------------------------------------


def _unpacked(content):
    """Not packed, because marks pack so well that the package would be refused for that."""
    output = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(output, "w") as target:
        for name in source.namelist():
            target.writestr(name, source.read(name))
    return output.getvalue()


def docx(**parts):
    return _unpacked(craft_office.docx(**parts))


def xlsx(**parts):
    return _unpacked(craft_office.xlsx(**parts))


def odf(*body):
    return _unpacked(craft_office.odf(*body))


def entries(size):
    """Empty parts, as many as go in."""
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w") as archive:
        for number in range(size // 110):
            archive.writestr(f"{number:06}", b"")
    return output.getvalue()


def with_fonts(size):
    """Every font goes with the last of many keys."""
    font, key = craft_office.hidden_font()
    keys = "".join(f'<a fontKey="{{{number:032X}}}"/>' for number in range(size // 50))
    table = f'<fonts>{keys}<a fontKey="{key}"/></fonts>'
    fonts = [(f"word/f{number}.odttf", font) for number in range(min(size // 10_000, 1900))]
    return docx(
        raw_rels=craft_office.rels(craft_office.rel("fontTable", "fontTable.xml")),
        parts=[
            ("word/fontTable.xml", table),
            (
                "word/_rels/fontTable.xml.rels",
                craft_office.rels(
                    *(craft_office.rel("font", name[5:], number=n) for n, (name, _font) in enumerate(fonts))
                ),
            ),
            *fonts,
        ],
    )


def docx_of(mark, size):
    return docx(body=text(mark, size))


def separated(size):
    """One instruction that is said to end again and again."""
    mark = '<w:fldChar w:fldCharType="separate"/>'
    begin = '<w:fldChar w:fldCharType="begin"/><w:instrText>PAGE ' + "x" * (size // 2) + "</w:instrText>"
    return docx(body=begin + text(mark, size // 2))


# --- the table ---------------------------------------------------------------------------------


def png_of_chunks(size, kind, body=b""):
    chunk = struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
    count = (size - len(_PNG)) // len(chunk)
    return _PNG[:33] + chunk * count + _PNG[33:]


def jpeg_of_segments(size, kind, body):
    segment = b"\xff" + kind + struct.pack(">H", len(body) + 2) + body
    return _JPEG[:2] + segment * ((size - len(_JPEG)) // len(segment)) + _JPEG[2:]


def _embedded(content):
    try:
        embedded.judge_embedded(content, {"a.csv"}, lambda _inner: "")
    except Refused as refused:
        return refused
    return None


def _tried(judge):
    """The judge, whose refusal is an answer like any other."""

    def call(*given):
        try:
            return judge(*given)
        except Refused as refused:
            return refused

    return call


_formula, _field = _tried(formulas.judge_formula), _tried(fields.judge_instruction)
_settings = _tried(partial(odf_settings.judge, "ColorTableURL", "string"))
_schemas = _tried(lambda value: schemas.judge("a", [("schemaLocation", value)]))
_read = _tried(lambda content: read(content, Listener()))

# module: {what: (make a thing of so many bytes, judge it)}
WORST = {
    "tails": {
        "ends of archives": (partial(again, b"PK\x05\x06" + b"\xff" * 16 + b"\x00\x00"), tails.holds_archive),
        "jpegs one behind another": (partial(again, b"\xff\xd8\xff\xd9", before=_JPEG), tails.carries_more),
        "segments": (partial(jpeg_of_segments, kind=b"\xfe", body=b"<svg"), tails.carries_more),
        "markers": (partial(again, b"\xff\x01", before=_JPEG[:-2]), tails.carries_more),
        "chunks": (partial(png_of_chunks, kind=b"tEXt", body=b"<"), tails.carries_more),
        "blocks of a gif": (
            partial(again, b"\x01a", before=hostile.picture("GIF")[:-1] + b"\x21\xfe"),
            tails.carries_more,
        ),
        "records of a metafile": (
            partial(again, b"\x03\x00\x00\x00\x26\x06", before=b"\x01\x00\x09\x00\x00\x03" + b"\x00" * 12),
            tails.carries_more,
        ),
        "beginnings of pages": (partial(again, b"<scrip<svg<?ph<!doctyp", before=_JPEG), tails.carries_more),
    },
    "magic": {
        "drawing of addresses": (
            lambda size: text("url( ", size, "<svg><style>", "</style></svg>").encode(),
            _tried(magic.is_picture),
        ),
        "drawing of attributes": (
            lambda size: text('<a href="#a" style="url(#"/>', size, "<svg>", "</svg>").encode(),
            _tried(magic.is_picture),
        ),
        "packed metafile": (
            lambda size: zlib.compress(again(b"\x00", 20 * size // 13), wbits=31),
            magic.is_picture,
        ),
    },
    "marks": {"marks of an encoding": (partial(again, b"\xef\xbb\xbf"), marks.looks_like_markup)},
    "targets": {
        "quoted quotes": (partial(text, "%2525"), targets.may_be_clicked),
        "hosts": (partial(text, "a.aa"), targets.may_be_clicked),
        "slashes": (partial(text, "../"), targets.is_on_a_drive),
        "climbs": (partial(text, "..\\a"), targets.is_beside),
        "schemes": (partial(text, "a+"), targets.scheme),
    },
    "schemas": {
        "pairs": (partial(text, "a http://www.w3.org/ "), _schemas),
        "hosts of offices": (lambda size: "a http://" + text("a.", size), _schemas),
    },
    "odf_settings": {
        "addresses": (partial(text, "a;%3B"), _settings),
        "drives": (partial(text, "C:/"), _settings),
        "bytes": (
            partial(text, "AA = "),
            _tried(partial(odf_settings.judge, "PrinterSetup", "base64Binary")),
        ),
    },
    "fields": {
        "quotes": (partial(text, '"', before="HYPERLINK "), _field),
        "words": (partial(text, "a ", before="HYPERLINK "), _field),
        "switches": (partial(text, "\\l ", before="INCLUDEPICTURE "), _field),
        "before the keyword": (partial(text, '{"\\ '), _field),
        "ends of one instruction": (separated, look),
        "fields in fields": (partial(docx_of, '<w:fldChar w:fldCharType="begin"/><w:t>IF</w:t>'), look),
    },
    "formulas": {
        "links in links": (partial(text, 'HYPERLINK("a"&'), _formula),
        "links side by side": (partial(text, 'HYPERLINK("a","b")+'), _formula),
        "brackets": (partial(text, "["), _formula),
        "apostrophes": (partial(text, "'a"), _formula),
        "apostrophes in brackets": (partial(text, "['a]"), _formula),
        "strings": (partial(text, '""a'), _formula),
        "arrays": (partial(text, "{a|"), _formula),
        "bars": (partial(text, "a |a "), _formula),
        "blanks": (partial(text, " ", before="a|"), _formula),
        "words": (partial(text, "_xlfn.org.a."), _formula),
        "functions": (partial(text, "LET (CHAR (INDIRECT ("), _formula),
    },
    "markup": {
        "elements": (lambda size: text("<a/>", size, "<a>", "</a>").encode(), _read),
        "elements in elements": (lambda size: text("<a>", size).encode(), _read),
        "attributes": (
            lambda size: ("<a" + "".join(f' a{number:07}=""' for number in range(size // 12)) + "/>").encode(),
            _read,
        ),
    },
    "package": {
        "parts": (entries, _tried(Package)),
        "marks of parts": (partial(again, b"PK\x03\x04PK\x01\x02PK\x05\x06"), _tried(Package)),
    },
    "office": {"kinds": (partial(docx_of, "<w:p/>"), office.judge)},
    "ooxml": {
        "keys of fonts": (with_fonts, office.judge),
        "relationships": (
            lambda size: docx(
                raw_rels=craft_office.rels(craft_office.rel("hyperlink", "a%25", outside=True) * (size // 150))
            ),
            office.judge,
        ),
        "types": (
            lambda size: docx(
                more_types="".join(f'<Default Extension="{n:07}" ContentType="a"/>' for n in range(size // 47))
            ),
            office.judge,
        ),
    },
    "ooxml_markup": {
        "instructions": (partial(docx_of, '<w:a instr="PAGE"/>'), office.judge),
        "formulas": (lambda size: xlsx(sheet=text("<f>SUM(A1)</f>", size)), office.judge),
        "addresses": (partial(docx_of, '<w:a src="a" href="a%25"/>'), office.judge),
        "schemas": (partial(docx_of, '<w:a schemaLocation="a b"/>'), office.judge),
    },
    "odf": {
        "addresses": (lambda size: odf(text('<text:a xlink:href="a/../b"/>', size)), office.judge),
        "written": (
            lambda size: odf(
                "<office:binary-data>" + text("R0lGODlhAQABAAAAACwAAAAAAQABAAACADs=", size) + "</office:binary-data>"
            ),
            office.judge,
        ),
        "settings": (
            lambda size: odf(
                text('<config-item name="a" type="string">a</config-item>', size)
            ),
            office.judge,
        ),
    },
    "embedded": {
        "cells": (partial(again, b",=|"), _embedded),
        "bars of a cell": (partial(again, b"|", before=b"a,="), _embedded),
        "blanks of a cell": (partial(again, b" ", before=b"a,"), _embedded),
        "cells of another form": (partial(again, b"\nC;;", before=b"ID;"), _embedded),
        "fields of another form": (partial(again, b";", before=b"ID;\nC"), _embedded),
        "data": (lambda size: text("<a/>", size, "<a>", "</a>").encode(), _embedded),
    },
    "recognise": {
        "blanks": (partial(again, b" "), look),
        "signatures": (partial(again, b"http://www.w3.org/2000/09/xmldsi", before=b"<a>"), look),
        "old documents": (partial(again, "EncryptedPackag".encode("utf-16-le"), before=marks.OLE), look),
    },
    "pdf": {
        "ends": (partial(again, b"startxref 1 ", before=b"%PDF-1.7 "), pdf.judge),
        "blanks behind ends": (partial(again, b" ", before=b"%PDF-1.7 startxref", behind=b"x"), pdf.judge),
        "remarks behind the end": (
            lambda size: raw_pdf(behind=again(b"%a\n\n", size, behind=b"\x80")),
            pdf.judge,
        ),
        "long remarks behind the end": (
            lambda size: raw_pdf(behind=(b"%" + b" " * (size // 5)) * 5 + b"\x80"),
            pdf.judge,
        ),
        "line ends behind a remark": (lambda size: raw_pdf(behind=again(b"\n", size, b"%a\n", b"x")), pdf.judge),
        "actions": (lambda size: raw_pdf(*[b"<</S/URI/URI(a)/Next<</S/URI/URI(a)>>>>"] * (size // 100)), pdf.judge),
        "one address": (partial(pdf_of_a_shared_string, each=b"<</S/URI/URI 4 0 R>>"), pdf.judge),
        "one script": (
            partial(pdf_of_a_shared_string, each=b"<</S/JavaScript/JS 4 0 R>>"),
            pdf.judge,
        ),
        "one chain": (
            pdf_of_a_chain,
            pdf.judge,
        ),
        "one list of names": (
            partial(pdf_of_a_shared_list, each=b"<</Names 4 0 R>>", element=b"(a)<<>>"),
            pdf.judge,
        ),
        "one list of files": (
            lambda size: shared(
                size, b"<</EF 4 0 R>>",
                b"<<" + b"".join(b"/A%06d()" % number for number in range(size // 2 // 10)) + b">>",
            ),
            pdf.judge,
        ),
        "one drawing of pages": (pdf_of_pages_of_one_list, pdf.judge),
        "packets of a form": (pdf_with_a_form_of_packets, pdf.judge),
        "archives within": (pdf_with_archives, pdf.judge),
        "lists": (lambda size: raw_pdf(b"[" + b"[]" * (size // 2) + b"]"), pdf.judge),
    },
    "pdf_head": {
        "letters": (partial(again, b"x-a: a;a=a\r\n ", behind=b"%PDF-"), pdf_head.is_alone),
        **{
            f"one line of {line}": (
                lambda _size, line=line: line + again(line.split(b":")[1], 1000 - len(line), behind=b"\n%PDF-"),
                pdf_head.is_alone,
            )
            for line in (b"date:+1 (a) ", b"via: 1.1 1.1 1.1,", b"set-cookie:a=a; path=/a;")
        },
    },
    "pdf_outside": {
        "one page": (lambda size: raw_pdf(root=b"/URI<</Base(" + b"a." * (size // 2) + b")>>"), pdf.judge),
        "one drive": (lambda size: raw_pdf(b"<</S/GoToR/F(/C" + b"/.." * (size // 3) + b")>>"), pdf.judge),
        "one name": (
            partial(pdf_of_a_shared_string, each=b"<</S/GoToR/F 4 0 R>>"),
            pdf.judge,
        ),
        "one file": (
            partial(pdf_of_a_shared_string, each=b"<</Type/Filespec/F 4 0 R>>"),
            pdf.judge,
        ),
        "one wish": (
            lambda size: shared(
                size, b"<</SV 4 0 R>>", b"<<" + b"".join(b"/A%06d<<>>" % n for n in range(size // 2 // 12)) + b">>"
            ),
            pdf.judge,
        ),
    },
    "pdf_scripts": {
        "calls": (partial(text, "AFDate_Format(0);"), pdf_scripts.is_standard),
        "blanks in calls": (pdf_with_scripts, pdf.judge),
    },
    "pictures": {
        "segments of a camera": (
            partial(jpeg_of_segments, kind=b"\xe1", body=b"Exif\x00\x00"),
            lambda content: pictures.judge(content, JPEG),
        ),
        "segments of a profile": (
            partial(jpeg_of_segments, kind=b"\xe2", body=b"ICC_PROFILE\x00\x01\x01"),
            lambda content: pictures.judge(content, JPEG),
        ),
        "remarks": (
            partial(jpeg_of_segments, kind=b"\xfe", body=b""),
            lambda content: pictures.judge(content, JPEG),
        ),
        "texts": (
            partial(png_of_chunks, kind=b"tEXt", body=b"a\x00a"),
            lambda content: pictures.judge(content, PNG),
        ),
        "chunks": (partial(png_of_chunks, kind=b"prVt"), lambda content: pictures.judge(content, PNG)),
    },
}  # fmt: skip
# Modules that hold words, or only count for another.
NOT_READING = {"lists", "ooxml_kinds", "pdf_once"}
