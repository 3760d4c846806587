"""Case 58, PDF: every object is judged by what it does, and what honest programs write is taken."""

import io
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from common.files.codes import Code
from common.files.judges import embedded, pdf, pdf_scripts
from tests.common.files import craft_pdf, pdf_cases, pdf_outside_cases
from tests.common.files.test_judges_office import verdict

REFUSED = pdf_cases.REFUSED | pdf_outside_cases.REFUSED
TAKEN = pdf_cases.TAKEN | pdf_outside_cases.TAKEN


@pytest.mark.case(58)
@pytest.mark.parametrize("name", REFUSED)
def test_crafted_pdfs_are_refused_for_their_own_reason(name):
    make, code = REFUSED[name]
    assert verdict(make()) == code


@pytest.mark.case(58)
@pytest.mark.parametrize("name", TAKEN)
def test_honest_pdfs_are_taken(name):
    assert verdict(TAKEN[name]()) == ""


@pytest.mark.case(58)
def test_there_are_forty_of_each(figure):
    refused, taken = len(REFUSED), len(TAKEN)
    assert refused >= 40
    assert taken >= 40
    figure(f"{refused} crafted PDFs refused, {taken} honest ones taken")


def test_a_pdf_of_too_many_objects_is_refused(monkeypatch):
    monkeypatch.setattr(pdf, "MAX_OBJECTS", 2)
    assert verdict(craft_pdf.pdf()) == Code.PDF_COMPLICATED


def test_a_scan_cut_anywhere_is_never_taken():
    """Wherever the connection broke: as incomplete, or as damaged when not even a page is left."""
    whole = craft_pdf.scan(3)
    for part in range(1, 20):
        assert verdict(whole[: len(whole) * part // 20]) in (Code.PDF_INCOMPLETE, Code.DAMAGED)


@pytest.mark.parametrize(
    "script", ["", " ; ", "AFDate_Format(0)", "\ufeffAFDate_Format(0);\r\n\r\nAFDate_Keystroke(0)"]
)
def test_standard_scripts(script):
    assert pdf_scripts.is_standard(script) == (script != " ; ")


def test_a_long_script_is_read_quickly():
    assert not pdf_scripts.is_standard("AFSimple_Calculate('SUM', new Array(" + "'a', " * 3000 + "x))")


def test_what_libraries_write_is_taken():
    """Scans of Pillow, forms of reportlab, documents of WeasyPrint in the forms of PDF/A with data within."""
    from PIL import Image
    from reportlab.lib.pdfencrypt import StandardEncryption
    from reportlab.pdfgen import canvas

    made = []
    output = io.BytesIO()
    Image.new("L", (60, 80), 200).save(output, "PDF", save_all=True, append_images=[Image.new("RGB", (60, 80))])
    made.append(output.getvalue())
    for encryption in (None, StandardEncryption("", ownerPassword="o", canPrint=0)):
        output = io.BytesIO()
        paper = canvas.Canvas(output, encrypt=encryption)
        paper.drawString(100, 700, "Uchwala")
        paper.linkURL("https://gmina.pl", (10, 10, 20, 20))
        paper.bookmarkPage("p")
        paper.addOutlineEntry("Rozdzial", "p")
        paper.acroForm.textfield(name="a", x=100, y=600)
        paper.acroForm.checkbox(name="b", x=100, y=560)
        paper.acroForm.choice(name="c", options=["a", "b"], value="a", x=100, y=460)
        paper.save()
        made.append(output.getvalue())
    assert [verdict(content) for content in made] == ["", "", ""]


@pytest.mark.parametrize("is_visible", [False, True])
def test_what_pyhanko_signs_is_taken(is_visible):
    signed = sign(pdf_cases.attached(b"<wniosek/>"), box=(10, 10, 100, 60) if is_visible else None)
    assert verdict(signed) == ""
    assert verdict(signed[:-200]) == Code.PDF_INCOMPLETE


def sign(content, box=None):
    """With a PAdES signature of a certificate made on the spot."""
    import datetime

    from asn1crypto import keys
    from asn1crypto import x509 as asn1_x509
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import rsa
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import fields, signers
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Jan Kowalski")])
    built = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
        .not_valid_before(datetime.datetime(2024, 1, 1)).not_valid_after(datetime.datetime(2044, 1, 1))  # noqa: DTZ001
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    certificate = asn1_x509.Certificate.load(built.public_bytes(serialization.Encoding.DER))
    private = keys.PrivateKeyInfo.load(
        key.private_bytes(serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    signer = signers.SimpleSigner(certificate, private, SimpleCertificateStore.from_certs([certificate]))
    metadata = signers.PdfSignatureMetadata(field_name="Podpis", subfilter=fields.SigSeedSubFilter.PADES)
    writer = signers.PdfSigner(metadata, signer, new_field_spec=fields.SigFieldSpec("Podpis", box=box))
    with ThreadPoolExecutor(1) as apart:  # a browser of other tests keeps a loop of asyncio in this thread
        return apart.submit(writer.sign_pdf, IncrementalPdfFileWriter(io.BytesIO(content))).result().getvalue()


@pytest.mark.parametrize("cells", [",=" * 200_000, ",=a|" * 50_000])
def test_a_table_of_beginnings_of_formulas_is_read_once(cells):
    """Each cell is looked through to its own end; to the end of the line, half a megabyte took minutes."""
    started = time.process_time()
    assert not embedded._FORMULA.search(cells)
    assert time.process_time() - started < 2
