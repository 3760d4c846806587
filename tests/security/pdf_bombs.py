"""PDF files that are small to send and huge to read."""

import io
import zlib

HEAD = (
    b"%PDF-1.5\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n"
    b"2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n"
    b"3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>\nendobj\n"
)
TAIL = b"trailer << /Root 1 0 R /Size 5 >>\n%%EOF\n"


def many_dictionaries(size: int) -> bytes:
    """One array of millions of empty dictionaries: each costs the reader hundreds of bytes."""
    return HEAD + b"4 0 obj\n[" + b"<<>>" * (size // 4) + b"]\nendobj\n" + TAIL


def object_stream(size: int) -> bytes:
    """A stream of objects that unfolds to `size` bytes as soon as the file is opened."""
    packer = zlib.compressobj(9)
    packed = [packer.compress(b"5 0 << >>")]
    packed += [packer.compress(b" " * 1_000_000) for _ in range(size // 1_000_000)]
    content = b"".join([*packed, packer.flush()])
    out = io.BytesIO()
    out.write(b"%PDF-1.5\n")
    places = {}
    for number, body in (
        (1, b"<< /Type /Catalog /Pages 2 0 R /X 5 0 R >>"),
        (2, b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"),
        (3, b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>"),
        (
            4,
            b"<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length %d >>\nstream\n" % len(content)
            + content
            + b"\nendstream",
        ),
    ):
        places[number] = out.tell()
        out.write(b"%d 0 obj\n" % number + body + b"\nendobj\n")
    table = out.tell()
    rows = [b"\x00\x00\x00\x00\x00\xff"]
    rows += [b"\x01" + places[number].to_bytes(4, "big") + b"\x00" for number in (1, 2, 3, 4)]
    rows += [b"\x02" + (4).to_bytes(4, "big") + b"\x00", b"\x01" + table.to_bytes(4, "big") + b"\x00"]
    entries = b"".join(rows)
    out.write(
        b"6 0 obj\n<< /Type /XRef /Size 7 /W [1 4 1] /Root 1 0 R /Length %d >>\nstream\n" % len(entries)
        + entries
        + b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % table
    )
    return out.getvalue()
