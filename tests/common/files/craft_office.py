"""Documents of Word, Excel and LibreOffice made part by part: as the programs write them, and as nobody honest does."""

import io
import zipfile

from PIL import Image

R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MS = "http://schemas.microsoft.com/office"
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
S = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600
EXE = b"MZ\x90\x00" + b"\x00" * 200
DOCX_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
XLSX_MAIN = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"


def picture(kind="PNG"):
    output = io.BytesIO()
    Image.new("RGB", (4, 4), "red").save(output, kind)
    return output.getvalue()


def package(parts, stored=()):
    """A ZIP of the parts; those named in `stored` are not packed."""
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts:
            method = zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED
            archive.writestr(name, content, compress_type=method)
    return output.getvalue()


def archive(comment=b""):
    """A ZIP with a program in it, and a comment behind it."""
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w") as made:
        made.writestr("a.exe", EXE)
        made.comment = comment
    return output.getvalue()


def rel(kind, target, outside=False, number=1, element="Relationship"):
    """`kind`: the last words of its type under the usual address, or the whole type."""
    whole = kind if ":" in kind else f"{R}/{kind}"
    mode = ' TargetMode="External"' if outside else ""
    return f'<{element} Id="rId{number}" Type="{whole}" Target="{target}"{mode}/>'


def rels(*items, prefix=""):
    name = f"{prefix}:Relationships" if prefix else "Relationships"
    space = f"xmlns:{prefix}" if prefix else "xmlns"
    address = "http://schemas.openxmlformats.org/package/2006/relationships"
    return f'{HEAD}<{name} {space}="{address}">{"".join(items)}</{name}>'


def types(main, main_type, more=""):
    return (
        f'{HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/><Default Extension="png" ContentType="image/png"/>'
        '<Default Extension="bin" ContentType="application/vnd.openxmlformats-officedocument.oleObject"/>'
        f'<Override PartName="/{main}" ContentType="{main_type}"/>{more}</Types>'
    )


def docx(*items, body="", parts=(), main="word/document.xml", more_types="", root=(), raw_rels=None, document=None):
    """`items`: relationships of the main part; `parts`: (name, content) besides."""
    whole = document if document is not None else (
        f'{HEAD}<w:document xmlns:w="{W}" xmlns:r="{R}"><w:body>{body}<w:p><w:r><w:t>Uchwała</w:t></w:r></w:p>'
        "</w:body></w:document>"
    )  # fmt: skip
    folder, _slash, name = main.rpartition("/")
    made = [
        ("[Content_Types].xml", types(main, DOCX_MAIN, more_types)),
        ("_rels/.rels", rels(rel("officeDocument", main, number=99), *root)),
        (main, whole),
        *parts,
    ]
    if items or raw_rels:
        made.append((f"{folder}/_rels/{name}.rels", raw_rels or rels(*items)))
    return package(made)


def xlsx(*items, sheet="", workbook="", parts=(), more_types="", sheet_rels=(), root=()):
    """`items`: relationships of the workbook; `sheet_rels`: of its sheet."""
    made = [
        ("[Content_Types].xml", types("xl/workbook.xml", XLSX_MAIN, more_types)),
        ("_rels/.rels", rels(rel("officeDocument", "xl/workbook.xml", number=99), *root)),
        (
            "xl/workbook.xml",
            f'{HEAD}<workbook xmlns="{S}" xmlns:r="{R}"><sheets><sheet name="A" sheetId="1" r:id="rId90"/></sheets>'
            f"{workbook}</workbook>",
        ),
        ("xl/_rels/workbook.xml.rels", rels(rel("worksheet", "worksheets/sheet1.xml", number=90), *items)),
        ("xl/worksheets/sheet1.xml", f'{HEAD}<worksheet xmlns="{S}" xmlns:r="{R}"><sheetData/>{sheet}</worksheet>'),
        *parts,
    ]
    if sheet_rels:
        made.append(("xl/worksheets/_rels/sheet1.xml.rels", rels(*sheet_rels)))
    return package(made)


def cell(formula):
    return f'<sheetData><row r="1"><c r="A1"><f>{formula}</f><v>1</v></c></row></sheetData>'


ODF_NAMES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for name in ("office", "text", "draw", "table", "script", "form", "style", "meta", "manifest", "presentation")
) + (
    ' xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:ooo="http://openoffice.org/2004/office"'
    ' xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0"'
)


def odf(body="", kind="text", parts=(), head="<office:scripts/>", meta="", manifest=""):
    content = (
        f"{HEAD}<office:document-content {ODF_NAMES}>{head}<office:body><office:{kind}>{body}</office:{kind}>"
        "</office:body></office:document-content>"
    )
    made = [
        ("mimetype", f"application/vnd.oasis.opendocument.{kind}"),
        ("content.xml", content),
        (
            "meta.xml",
            f"{HEAD}<office:document-meta {ODF_NAMES}><office:meta>{meta}</office:meta></office:document-meta>",
        ),
        ("META-INF/manifest.xml", f"{HEAD}<manifest:manifest {ODF_NAMES}>{manifest}</manifest:manifest>"),
        *parts,
    ]
    return package(made, stored=("mimetype",))


def field(*pieces, closed=True):
    """A complex field whose instruction is spread over runs."""
    runs = "".join(f"<w:r><w:instrText>{piece}</w:instrText></w:r>" for piece in pieces)
    end = '<w:r><w:fldChar w:fldCharType="end"/></w:r>' if closed else ""
    return (
        f'<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r>{runs}'
        f'<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>1</w:t></w:r>{end}</w:p>'
    )


def nested(before, inner, after):
    """A field within the instruction of another."""
    return (
        '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f"<w:r><w:instrText>{before}</w:instrText></w:r>{field(inner)}<w:r><w:instrText>{after}</w:instrText></w:r>"
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'
    )


def simple(instruction):
    return f'<w:p><w:fldSimple w:instr="{instruction}"><w:r><w:t>1</w:t></w:r></w:fldSimple></w:p>'


# --- archives that two programs would read differently -----------------------------------------


def hidden_between(content, hidden=b"MZ" * 40):
    """Bytes between the last part and the list of parts, with the offsets set right."""
    end = content.rfind(b"PK\x05\x06")
    start = int.from_bytes(content[end + 16 : end + 20], "little")
    moved = content[:start] + hidden + content[start:]
    end += len(hidden)
    return moved[: end + 16] + (start + len(hidden)).to_bytes(4, "little") + moved[end + 20 :]


def local_name_changed(content, before, after):
    """The head before a part names it otherwise than the list at the end."""
    place = content.find(before)
    return content[:place] + after + content[place + len(before) :]


def hidden_font(key="{1DE2A1F0-2B3C-4D5E-8F90-A1B2C3D4E5F6}"):
    """A font as Word embeds it, mixed with its key."""
    mask = bytes.fromhex(key.strip("{}").replace("-", ""))[::-1]
    font = b"\x00\x01\x00\x00" + bytes(range(4, 60))
    mixed = bytes(byte ^ mask[place % 16] for place, byte in enumerate(font[:32]))
    return mixed + font[32:], key
