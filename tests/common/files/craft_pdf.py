"""PDF files made object by object: as honest programs write them, and as nobody honest does."""

import io
import re

import pikepdf
from pikepdf import Array, Dictionary, Name, String


def pdf(change=None, pages=1, **save):
    """Empty pages; `change(document)` may plant something."""
    document = pikepdf.new()
    for _page in range(pages):
        document.add_blank_page()
    if change:
        change(document)
    output = io.BytesIO()
    document.save(output, **save)
    return output.getvalue()


def action(kind, **values):
    return Dictionary(S=Name("/" + kind), **values)


def on_opening(kind, **values):
    return pdf(lambda document: setattr(document.Root, "OpenAction", action(kind, **values)))


def on_click(kind, **values):
    """A link on the page."""
    return annotated(Subtype=Name.Link, A=action(kind, **values))


def annotated(**values):
    return pdf(lambda document: annotate(document, Dictionary(Type=Name.Annot, Rect=[0, 0, 9, 9], **values)))


def annotate(document, annotation):
    document.pages[0].obj.Annots = Array([document.make_indirect(annotation)])


def stream(document, content, **values):
    made = document.make_stream(content)
    for key, value in values.items():
        made[f"/{key}"] = value
    return made


def attached(content, name="dane.xml", road="names", typed=True):
    """A file within, by one of the roads that lead to it."""

    def change(document):
        values = {"Type": Name.EmbeddedFile} if typed else {}
        held = stream(document, content, **values)
        specification = Dictionary(F=String(name), UF=String(name), EF=Dictionary(F=held, UF=held))
        if typed:
            specification.Type = Name.Filespec
        specification = document.make_indirect(specification)
        match road:
            case "names":
                tree = Dictionary(Names=Array([String(name), specification]))
                document.Root.Names = Dictionary(EmbeddedFiles=tree)
            case "af":
                document.Root.AF = Array([specification])
            case "page af":
                document.pages[0].obj.AF = Array([specification])
            case "annotation":
                annotate(document, Dictionary(Type=Name.Annot, Subtype=Name.FileAttachment, FS=specification))
            case "anywhere":
                document.Root.PieceInfo = Dictionary(Nobody=Dictionary(Private=specification))
            case "old name":
                specification.EF = Dictionary(DOS=held)
                document.Root.AF = Array([specification])

    return pdf(change)


def field_script(script, event="F", as_stream=False):
    def change(document):
        code = stream(document, script.encode("latin-1")) if as_stream else String(script)
        held = Dictionary(
            Type=Name.Annot, Subtype=Name.Widget, FT=Name.Tx, T=String("data"), Rect=[0, 0, 9, 9],
            AA=Dictionary({"/" + event: action("JavaScript", JS=code)}),
        )  # fmt: skip
        held = document.make_indirect(held)
        document.Root.AcroForm = Dictionary(Fields=Array([held]), NeedAppearances=True)
        document.pages[0].obj.Annots = Array([held])

    return pdf(change)


def xfa(packet, with_fields=False):
    def change(document):
        held = document.make_indirect(
            Dictionary(Type=Name.Annot, Subtype=Name.Widget, FT=Name.Tx, T=String("a"), Rect=[0, 0, 9, 9])
        )
        fields = Array([held]) if with_fields else Array([])
        document.Root.AcroForm = Dictionary(Fields=fields, XFA=stream(document, packet))

    return pdf(change)


def signed(change=None):
    """A field with a signature, as it looks from outside."""

    def sign(document):
        if change:
            change(document)
        value = Dictionary(
            Type=Name.Sig, Filter=Name("/Adobe.PPKLite"), SubFilter=Name("/ETSI.CAdES.detached"),
            ByteRange=[0, 0, 0, 0], Contents=String("\x00" * 64),
        )  # fmt: skip
        held = document.make_indirect(
            Dictionary(
                Type=Name.Annot, Subtype=Name.Widget, FT=Name.Sig, T=String("Podpis1"), Rect=[0, 0, 0, 0], V=value
            )
        )
        document.Root.AcroForm = Dictionary(Fields=Array([held]), SigFlags=3)

    return pdf(sign)


def scan(pages=10):
    """Pages of one picture each, as scanners write them; large enough to be cut."""
    import random

    def change(document):
        noise = random.Random(1)
        for page in document.pages:
            picture = stream(
                document, noise.randbytes(9000), Type=Name.XObject, Subtype=Name.Image, Width=100, Height=90,
                ColorSpace=Name.DeviceGray, BitsPerComponent=8,
            )  # fmt: skip
            page.obj.Resources = Dictionary(XObject=Dictionary(P=picture))
            page.Contents = document.make_stream(b"q 90 0 0 90 0 0 cm /P Do Q")

    return pdf(change, pages=pages)


def counted_from_the_first_byte(before):
    """Bytes before the head, with offsets that count them: some programs do, some do not."""
    content = pdf()
    start = content.rfind(b"startxref")
    table = int(content[start + 9 :].split()[0])
    moved = re.sub(
        rb"(\d{10}) (\d{5} n)", lambda m: b"%010d %s" % (int(m[1]) + len(before), m[2]), content[table:start]
    )
    return before + content[:table] + moved + b"startxref\n%d\n%%%%EOF\n" % (table + len(before))
