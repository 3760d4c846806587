"""Pictures are taken as they came; what people are shown of them is right and says nothing more."""

import io
import struct
import zlib

import pillow_heif
import pytest
from PIL import Image, ImageCms

from common.files import judges, kinds, pages, pictures, refusals
from common.files.limited_reader import run_limited
from tests.common.files import hostile


def shown(content, media_type=kinds.JPEG, **options):
    drawn, kind, size = pictures.draw(content, media_type, **options)
    picture = Image.open(io.BytesIO(drawn))
    assert picture.size == size
    assert (picture.format == "PNG") == (kind == kinds.PNG)
    return picture, drawn


def heic(size=(64, 48), colour="red", **save):
    out = io.BytesIO()
    pillow_heif.from_pillow(Image.new("RGB", size, colour)).save(out, **save)
    return out.getvalue()


def jpeg(picture, **save):
    out = io.BytesIO()
    picture.save(out, "JPEG", **save)
    return out.getvalue()


def noise(size=(640, 480)):
    return Image.effect_noise(size, 60).convert("RGB")


def png(width, height, bits, colour, rows):
    """A PNG of any depth, row by row."""

    def chunk(name, data):
        body = name + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    head = struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, 0)
    data = zlib.compress(b"".join(b"\0" + row for row in rows), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def code_of(content):
    return judges.look(content)[0]["code"]


def test_a_rendition_tells_neither_the_place_nor_anything_behind_the_picture():
    exif = Image.Exif()
    exif[0x010E] = "nazwisko"
    exif.get_ifd(0x8825)[1] = "N"
    content = hostile.picture("JPEG", exif=exif) + b"<script>alert(1)</script>"
    picture, drawn = shown(content)
    assert not picture.getexif()
    assert b"nazwisko" not in drawn
    assert b"script" not in drawn


def test_text_of_a_png_is_not_in_its_rendition():
    from PIL.PngImagePlugin import PngInfo

    info = PngInfo()
    info.add_text("Author", "<script>alert(1)</script>")
    assert b"script" not in shown(hostile.picture(pnginfo=info), kinds.PNG)[1]


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_turned_photograph_is_shown_upright(kind):
    exif = Image.Exif()
    exif[0x0112] = 6
    content = hostile.picture(kind, size=(8, 4), exif=exif)
    assert shown(content, kinds.JPEG if kind == "JPEG" else kinds.PNG)[0].size == (4, 8)


def test_colours_are_those_of_the_profile():
    """The same numbers in another space are another colour; a viewer that ignores the profile shows the wrong one."""
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    plain = jpeg(Image.new("RGB", (16, 16), (200, 80, 40)), quality=100, subsampling=0)
    same = jpeg(Image.new("RGB", (16, 16), (200, 80, 40)), quality=100, subsampling=0, icc_profile=lab)
    assert _near(shown(same)[0].getpixel((8, 8)), shown(plain)[0].getpixel((8, 8)), 3)
    swapped = bytearray(lab)  # red and green primaries exchanged: a profile that anybody sees
    red, green = swapped.find(b"rXYZ"), swapped.find(b"gXYZ")
    swapped[red : red + 4], swapped[green : green + 4] = b"gXYZ", b"rXYZ"
    turned = jpeg(Image.new("RGB", (16, 16), (200, 80, 40)), quality=100, subsampling=0, icc_profile=bytes(swapped))
    pixel = shown(turned)[0].getpixel((8, 8))
    assert pixel[1] > pixel[0]
    assert "icc_profile" not in shown(turned)[0].info


def _near(one, other, by):
    return all(abs(a - b) <= by for a, b in zip(one, other, strict=True))


def test_a_broken_profile_is_left_out():
    content = jpeg(Image.new("RGB", (16, 16), "red"), icc_profile=b"not a profile")
    assert _near(shown(content)[0].getpixel((8, 8)), (254, 0, 0), 3)


def test_sixteen_bits_of_grey_become_eight_by_scale():
    content = png(256, 4, 16, 0, [b"".join(struct.pack(">H", x * 257) for x in range(256))] * 4)
    picture = shown(content, kinds.PNG)[0].convert("L")
    assert [picture.getpixel((x, 1)) for x in (0, 64, 128, 255)] == [0, 64, 128, 255]


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_kind_of_png_is_shown(mode):
    picture = Image.new(mode, (30, 20))
    out = io.BytesIO()
    picture.save(out, "PNG")
    assert code_of(out.getvalue()) == "clean"
    assert shown(out.getvalue(), kinds.PNG)[0].size == (30, 20)


@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
@pytest.mark.parametrize("progressive", [False, True])
def test_every_kind_of_jpeg_is_shown(mode, progressive):
    content = jpeg(noise().convert(mode), progressive=progressive)
    assert code_of(content) == "clean"
    assert shown(content)[0].size == (640, 480)


@pytest.mark.parametrize("alpha", [False, True])
def test_a_photograph_of_an_iphone_is_taken_and_shown(alpha):
    out = io.BytesIO()
    pillow_heif.from_pillow(Image.new("RGBA" if alpha else "RGB", (3000, 2000), "red")).save(out)
    assert judges.look(out.getvalue())[0] == {"media_type": kinds.HEIC, "code": "clean"}
    picture, _drawn = shown(out.getvalue(), kinds.HEIC)
    assert max(picture.size) <= pictures.SHOWN
    assert _near(picture.convert("RGB").getpixel((10, 10)), (254, 0, 0), 6)


@pytest.mark.parametrize("mode", ["L", "I;16"])
@pytest.mark.parametrize("size", [(65, 33), (3000, 2000)])
def test_a_grey_photograph_of_a_telephone_is_taken_and_shown(mode, size):
    out = io.BytesIO()
    pillow_heif.from_pillow(Image.new(mode, size, 100 if mode == "L" else 100 * 257)).save(out, quality=90)
    assert judges.look(out.getvalue())[0] == {"media_type": kinds.HEIC, "code": "clean"}
    picture, _drawn = shown(out.getvalue(), kinds.HEIC)
    assert picture.mode == "L"
    assert abs(picture.getpixel((5, 5)) - 100) <= 3


def test_a_progressive_jpeg_that_takes_too_much_is_told_so_and_not_called_damaged(monkeypatch):
    """The library keeps a progressive picture whole, so 48 million pixels in full colour are more than a child has."""
    full = jpeg(noise((80, 80)), progressive=True, subsampling=0)
    monkeypatch.setattr(pictures, "MAX_COEFFICIENTS", 80 * 80 * 2 * 2)
    assert code_of(full) == "too many pixels for a progressive JPEG"
    assert "progresywny JPEG" in str(refusals.refused(code_of(full)))
    assert code_of(jpeg(noise((80, 80)), progressive=True, subsampling=2)) == "clean"
    assert code_of(jpeg(noise((80, 80)), subsampling=0)) == "clean"


def test_a_progressive_photograph_of_48_megapixels_is_taken_and_in_full_colour_told_apart():
    small = noise((1000, 750)).resize((8000, 6000))
    assert run_limited("judge", jpeg(small, progressive=True, quality=50)).result["code"] == "clean"
    full = jpeg(small, progressive=True, subsampling=0, quality=50)
    assert run_limited("judge", full).result["code"] == "too many pixels for a progressive JPEG"


@pytest.mark.parametrize("cut", [1, 2, 20, 200])
@pytest.mark.parametrize("progressive", [False, True])
def test_a_jpeg_that_lacks_its_last_bytes_is_taken_and_shown(cut, progressive):
    content = jpeg(noise(), progressive=progressive)[:-cut]
    assert code_of(content) == "clean"
    assert shown(content)[0].size == (640, 480)


def test_a_jpeg_of_thousands_of_segments_is_refused_and_one_of_hundreds_is_taken():
    """The library joins what a camera says piece by piece: 20 MB of small pieces took a minute."""
    content, segment = jpeg(noise()), b"\xff\xe1\x00\x08Exif\x00\x00"
    assert code_of(content[:2] + segment * 400 + content[2:]) == "clean"
    assert code_of(content[:2] + segment * pictures.MAX_SEGMENTS + content[2:]) == "unreadable"


@pytest.mark.parametrize("part", [0.2, 0.5, 0.8])
def test_half_a_jpeg_is_told_as_such(part):
    content = jpeg(noise())
    assert code_of(content[: int(len(content) * part)]) == "incomplete"


@pytest.mark.parametrize("content", [heic()[:-200], hostile.picture(size=(300, 300))[:-40], jpeg(noise())[:200]])
def test_pictures_that_do_not_open_are_refused(content):
    assert code_of(content) in ("unreadable", "incomplete")


def test_pictures_too_large_to_decode_are_refused_before_they_are(monkeypatch):
    monkeypatch.setattr(pictures, "MAX_DECODED", 8 * 8 * 4)
    assert pictures.judge(hostile.picture(size=(8, 8)), kinds.PNG) == "clean"
    assert pictures.judge(hostile.picture(size=(8, 9)), kinds.PNG) == "too many pixels"
    monkeypatch.setattr(pictures, "MAX_PIXELS", 64)
    assert pictures.judge(hostile.picture("JPEG", size=(8, 8)), kinds.JPEG) == "clean"
    assert pictures.judge(hostile.picture("JPEG", size=(8, 9)), kinds.JPEG) == "too many pixels"


def test_a_document_is_drawn_page_by_page_and_goes_on_where_it_ended(monkeypatch):
    def three_pages(document):
        document.add_blank_page()
        document.add_blank_page()

    content = hostile.pdf(three_pages)
    monkeypatch.setattr(pages, "SECONDS", 0)
    result, outputs = pages.draw(content, kinds.PDF)
    assert (result["pages"], [page["page"] for page in result["drawn"]], len(outputs)) == (3, [0], 1)
    monkeypatch.setattr(pages, "SECONDS", 4)
    result, outputs = pages.draw(content, kinds.PDF, first=1, most=2)
    assert [page["page"] for page in result["drawn"]] == [1]
    picture = Image.open(io.BytesIO(outputs[0]))
    assert picture.width <= pages.WIDTH
    assert picture.height <= pages.HEIGHT
