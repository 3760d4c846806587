"""Case 58, pictures: one that carries an archive, a program or a page is refused; what telephones add is taken."""

import gzip
import io
import struct
import time
import zlib

import pytest
from PIL import Image

from common.files import judges
from common.files.codes import Code
from common.files.judges import magic, tails
from tests.common.files import craft_office as craft
from tests.common.files import hostile
from tests.common.files.office_parts import part
from tests.common.files.test_judges_office import verdict

PNG, JPEG, GIF = hostile.picture(), hostile.picture("JPEG"), hostile.picture("GIF")
TIFF, BMP, WEBP = hostile.picture("TIFF"), hostile.picture("BMP"), hostile.picture("WEBP")
PHP = b"<?php system(1);?>"
TAILS = {"archive": craft.archive(), "archive with a comment": craft.archive(b"\x00" * 300), "program": craft.EXE}
TAILS |= {"object": craft.OLE, "PDF": hostile.pdf(), "page": b"\r\n<html><script>1</script></html>"}


def with_comment(text):
    return JPEG[:2] + b"\xff\xfe" + struct.pack(">H", len(text) + 2) + text + JPEG[2:]


def with_text(text):
    body = b"tEXta\x00" + text
    chunk = struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
    return PNG[:33] + chunk + PNG[33:]


def wmf(function, parameter, placeable=True):
    head = b"\xd7\xcd\xc6\x9a" + b"\x00" * 18 if placeable else b""
    records = struct.pack("<IHH", 4, 0x0103, 8) + struct.pack("<IHH", 16, function, parameter) + b"\xcc" * 24
    return head + b"\x01\x00\x09\x00\x00\x03" + b"\x00" * 12 + records + struct.pack("<IH", 3, 0)


def mpo():
    output = io.BytesIO()
    second = Image.new("RGB", (64, 64))
    Image.new("RGB", (64, 64)).save(output, "MPO", save_all=True, append_images=[second])
    return output.getvalue()


def code_of(content):
    return judges.look(content)[0]["code"]


@pytest.mark.case(58)
@pytest.mark.parametrize("tail", TAILS)
@pytest.mark.parametrize("picture", [PNG, JPEG], ids=["png", "jpeg"])
def test_a_picture_with_something_behind_it_is_refused(picture, tail):
    assert code_of(picture + TAILS[tail]) == Code.PICTURE_CARRIES


@pytest.mark.case(58)
def test_a_picture_with_a_page_or_a_script_within_is_refused():
    assert code_of(with_comment(PHP)) == Code.PICTURE_CARRIES
    assert code_of(with_text(b"<script>alert(1)</script>")) == Code.PICTURE_CARRIES
    assert code_of(PNG + b"nothing known") == Code.PICTURE_CARRIES
    assert code_of(mpo() + craft.archive()) == Code.PICTURE_CARRIES
    assert code_of(JPEG + JPEG + PHP) == Code.PICTURE_CARRIES


@pytest.mark.case(58)
def test_what_telephones_and_programs_add_is_taken():
    samsung = b"\x00\x00\x01\x0a\x0e\x00\x00\x00Image_UTC_Data1700000000000SEFH" + b"\x00" * 40 + b"SEFT"
    film = b"\x00\x00\x00\x18ftypmp42" + b"\x00" * 400
    for content in (
        JPEG + samsung, JPEG + film, mpo(), JPEG + b"\x00" * 5000, with_comment(b"Zdj\xeacie < 2 MB"),
        PNG + b"\x00" * 10, with_text(b"Gmina <Nowa> & miasto"), JPEG[:-2], hostile.picture("JPEG", progressive=True),
    ):  # fmt: skip
        assert code_of(content) == "clean"


def test_thousands_of_pictures_one_behind_another_are_read_quickly():
    started = time.process_time()
    tails.carries_more(JPEG + b"\xff\xd8\xff\xd9" * 2_000_000)
    assert time.process_time() - started < 3


HIDING = {
    "png and archive": PNG + craft.archive(),
    "png and program": PNG + craft.EXE,
    "jpeg and object": JPEG + craft.OLE,
    "gif that is a script": b"GIF89a=1;alert(1);//",
    "gif whose width begins a comment": b"GIF89a/*" + GIF[8:] + b"*/=1;alert(1)",
    "gif and a script": GIF + b"alert(1)",
    "tiff that is a program": b"MM\x00*" + b"\x00" * 4 + craft.EXE,
    "tiff that is a program of the other order": b"II*\x00" + craft.EXE,
    "tiff and archive": TIFF + craft.archive(),
    "bmp and program": BMP + craft.EXE,
    "webp and page": WEBP + b"<html>",
    "wmf that calls": wmf(0x0626, 9),
    "wmf that calls, without a head": wmf(0x0626, 9, placeable=False),
    "wmf that calls, packed": gzip.compress(wmf(0x0626, 9)),
}
HONEST = {
    "gif": GIF,
    "gif without its trailer": GIF[:-1],
    "gif with zeros": GIF + b"\x00" * 4,
    "gif of many pictures": hostile.picture("GIF", save_all=True, append_images=[Image.new("RGB", (8, 8), "red")]),
    "tiff": TIFF,
    "tiff, packed": hostile.picture("TIFF", compression="tiff_lzw"),
    "bmp": BMP,
    "webp": WEBP,
    "wmf": wmf(0x020B, 0),
    "wmf that tells the printer something": wmf(0x0626, 15),
    "wmf, packed": gzip.compress(wmf(0x020B, 9)),
}


@pytest.mark.case(58)
@pytest.mark.parametrize("name", HIDING)
def test_a_picture_of_a_document_that_carries_more_is_refused(name):
    assert verdict(part("image", "media/image1.png", HIDING[name])) == Code.UNKNOWN_PART
    assert verdict(craft.odf(parts=[("Pictures/a.png", HIDING[name])])) == Code.UNKNOWN_PART


@pytest.mark.parametrize("name", HONEST)
def test_an_honest_picture_of_a_document_is_taken(name):
    assert magic.is_picture(HONEST[name])
    assert verdict(part("image", "media/image1.png", HONEST[name])) == ""


def test_many_records_that_claim_the_whole_file_cost_nothing():
    """Each says that its list is longer than the file: nothing is copied to find that it is not there."""
    record = b"PK\x05\x06" + b"\xff" * 16 + b"\x00\x00"
    started = time.process_time()
    assert not tails.holds_archive(b"\x00" * 20_000_000 + record * 2_900)
    assert time.process_time() - started < 1
