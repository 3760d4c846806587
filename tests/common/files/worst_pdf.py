"""PDF files that cost a judge most: many objects that lead to one, and one that is all marks."""

import io
import struct
import zipfile

from tests.common.files import hostile


def again(mark, size, before=b"", behind=b""):
    """A mark repeated until the whole is of this size."""
    room = size - len(before) - len(behind)
    return before + (mark * (room // len(mark) + 1))[:room] + behind


def raw_pdf(*objects, root=b"", pages=b"/Kids[3 0 R]/Count 1", behind=b""):
    """Objects as they are given, from number 4 on; 1 to 3 are the catalog and an empty page."""
    whole = [
        b"<</Type/Catalog/Pages 2 0 R" + root + b">>", b"<</Type/Pages" + pages + b">>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>", *objects,
    ]  # fmt: skip
    output, offsets = io.BytesIO(), []
    output.write(b"%PDF-1.7\n")
    for number, content in enumerate(whole, 1):
        offsets.append(output.tell())
        output.write(b"%d 0 obj\n%s\nendobj\n" % (number, content))
    table = output.tell()
    output.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(whole) + 1))
    output.write(b"".join(b"%010d 00000 n \n" % offset for offset in offsets))
    output.write(b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(whole) + 1, table))
    return output.getvalue() + behind


def shared(size, each, *common):
    """Half of the file is many small objects that all lead to the same large one, `common`, which is 4 and so on."""
    return raw_pdf(*common, *[each] * (size // 2 // (len(each) + 40)))


def pdf_of_a_shared_string(size, each):
    return shared(size, each, b"(" + b"a" * (size // 2) + b")")


def pdf_of_a_shared_list(size, each, element):
    return shared(size, each, b"[" + again(element, size // 2 // len(element) * len(element)) + b"]")


def pdf_of_a_chain(size):
    return shared(size, b"<</A 4 0 R>>", b"<</S/GoTo/Next[" + b"<</S/GoTo>>" * (size // 2 // 11) + b"]>>")


def pdf_of_pages_of_one_list(size):
    count = size // 2 // 90
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 5 0 R>>"
    kids = b" ".join(b"%d 0 R" % number for number in range(7, 7 + count))
    listed = b"[" + again(b"6 0 R ", size // 2 // 6 * 6) + b"]"
    tree = b"/Kids[" + kids + b"]/Count %d" % count
    return raw_pdf(b"null", listed, b"<</Length 0>>\nstream\n\nendstream", *[page] * count, pages=tree)


def pdf_with_scripts(size):
    script = b"AFDate_Format(" + b" " * 19_000
    return raw_pdf(*[b"<</S/JavaScript/JS(" + script + b"1))>>"] * (size // 19_100))


def pdf_with_a_form_of_packets(size):
    form = b"/AcroForm<</Fields[4 0 R]/XFA[" + again(b"5 0 R ", size // 6 * 6) + b"]>>"
    return raw_pdf(b"<<>>", b"<</Length 5>>\nstream\n<a/>\n\nendstream", root=form)


def pdf_with_archives(size):
    """A document within, unpacked, whose list ends with many marks of an end that lead to one beginning."""
    record = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 0, 0, 0, 0, 0)
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr("Pictures/a.bmp", again(b"\x00", size, hostile.picture("BMP") + b"PK\x01\x02"))
        info = zipfile.ZipInfo("content.xml")
        info.comment = record * 2800
        archive.writestr(info, "<a/>")
    made = bytearray(output.getvalue())
    first, place = made.find(b"PK\x01\x02"), made.find(b"PK\x05\x06")
    while place < len(made) - 30:
        made[place + 12 : place + 16] = (place - first).to_bytes(4, "little")
        place += len(record)
    held = b"<</Type/EmbeddedFile/Length %d>>\nstream\n%s\nendstream" % (len(made), bytes(made))
    return raw_pdf(held)
