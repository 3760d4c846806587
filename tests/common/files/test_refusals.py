"""A sentence for each cause, which says what to do and spoils no signature."""

import hashlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation

from common.errors import Invalid
from common.files.codes import Code
from common.files.refusals import SENTENCES, refused
from common.files.uploads import check_upload
from tests.common.files import craft_office, craft_pdf, hostile, office_refused, office_taken, pdf_cases

PRINTING = ("print", "druk")
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 504
CMS = b"\x30\x82\x0a\x00\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02\xa0" + b"\x00" * 500
ASIC = craft_office.package(
    [
        ("mimetype", "application/vnd.etsi.asic-e+zip"),
        ("oswiadczenie.pdf", craft_pdf.pdf()),
        ("META-INF/signatures0.xml", "<x/>"),
    ],
    stored=("mimetype",),
)
XADES = b'<?xml version="1.0"?><a><ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"/></a>'
WAYS = {
    "document with a password": (OLE + "EncryptedPackage".encode("utf-16-le"), Code.OFFICE_PASSWORD),
    "document of Word 97": (OLE + "WordDocument".encode("utf-16-le"), Code.OLD_OFFICE),
    "signature around a document": (CMS, Code.SIGNATURE_CONTAINER),
    "signature in letters": (b"-----BEGIN PKCS7-----\nMII", Code.SIGNATURE_CONTAINER),
    "document and signature together": (ASIC, Code.SIGNATURE_CONTAINER),
    "signature beside a document": (XADES, Code.SIGNATURE_CONTAINER),
    "archive": (craft_office.package([("skan1.pdf", "a"), ("skan2.pdf", "b")]), Code.ARCHIVE),
    "presentation": (craft_office.odf(kind="presentation"), Code.KIND),
    "picture of the screen": (hostile.picture("GIF"), Code.OTHER_PICTURE),
    "scan of an old scanner": (hostile.picture("TIFF"), Code.OTHER_PICTURE),
    "scan of another scanner": (b"MM\x00*\x00\x00\x00\x08" + b"\x00" * 40, Code.OTHER_PICTURE),
    "picture saved from a page": (hostile.picture("WEBP"), Code.OTHER_PICTURE),
    "picture of Windows": (hostile.picture("BMP"), Code.OTHER_PICTURE),
    "picture of a new kind": (b"\x00\x00\x00\x1cftypavif\x00\x00\x00\x00avifmif1", Code.OTHER_PICTURE),
    "drawing": (b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>', Code.OTHER_PICTURE),
    "film": (b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00isom", Code.KIND),
    "text that begins as a picture does": (b"BMW i inne samochody urzedu", Code.KIND),
    "page of the web": (b"<html><body>a</body></html>", Code.KIND),
}


def sentence(content, name="plik.pdf"):
    with pytest.raises(Invalid) as refusal:
        check_upload(SimpleUploadedFile(name, content))
    return str(refusal.value)


@pytest.mark.parametrize("language", ["pl", "en"])
def test_every_cause_has_a_sentence_of_its_own(language):
    with translation.override(language):
        told = {code: str(refused(code)) for code in Code}
        assert len(set(told.values())) == len(Code)
        assert set(SENTENCES) >= set(Code)
        for text in told.values():
            assert not [word for word in PRINTING if word in text.lower()]


def test_advice_that_changes_a_file_says_what_to_do_with_a_signed_one():
    with translation.override("pl"):
        for code in set(Code) - {Code.KIND, Code.ARCHIVE, Code.DAMAGED, Code.PDF_INCOMPLETE}:
            assert "podpisz nowy plik" in str(refused(code)) or "Zachowaj go bez zmian" in str(refused(code))


@pytest.mark.parametrize("language", ["pl", "en"])
def test_an_add_in_is_told_to_those_without_word_too(language):
    with translation.override(language):
        assert "LibreOffice" in str(refused(Code.ADD_IN))
        assert "ODT" in str(refused(Code.ADD_IN))


@pytest.mark.parametrize("name", WAYS)
def test_what_people_send_by_mistake_is_told_apart(name):
    content, code = WAYS[name]
    with translation.override("pl"):
        assert sentence(content) == str(refused(code))


@pytest.mark.case(58)
def test_the_reader_gives_the_sentence_of_the_judge(figure):
    """Through the limited process, as an upload goes; every cause once."""
    seen = set()
    for cases in (office_refused.REFUSED, pdf_cases.REFUSED):
        for make, code in cases.values():
            if code and code not in seen:
                seen.add(code)
                assert sentence(make()) == str(refused(code))
    taken = [make() for cases in (office_taken.TAKEN, pdf_cases.TAKEN) for make in list(cases.values())[::6]]
    for content in taken:
        checked = check_upload(SimpleUploadedFile("Uchwała nr XII.45.2026", content))
        assert checked.sha256 == hashlib.sha256(content).hexdigest()
    figure(f"{len(seen)} causes told in their own sentences; {len(taken)} honest files kept byte for byte")
