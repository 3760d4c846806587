"""Which kinds of files are taken, and how their names are cleaned. Pure, and light: web processes import it.

What a file is, is told inside the limited reader (judges/recognise.py).
"""

import unicodedata
from pathlib import PurePosixPath

PDF = "application/pdf"
PNG = "image/png"
JPEG = "image/jpeg"
HEIC = "image/heic"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ODT = "application/vnd.oasis.opendocument.text"
ODS = "application/vnd.oasis.opendocument.spreadsheet"

EXTENSIONS = {
    PDF: ".pdf", PNG: ".png", JPEG: ".jpg", HEIC: ".heic", DOCX: ".docx", XLSX: ".xlsx", ODT: ".odt", ODS: ".ods",
}  # fmt: skip
PICTURES = (PNG, JPEG, HEIC)
OFFICE = (DOCX, XLSX, ODT, ODS)
ALLOWED_NAMES = "PDF, PNG, JPEG, HEIC, DOCX, XLSX, ODT, ODS"

NAME_LENGTH = 120
READ_OF_A_NAME = 1000
FALLBACK_NAME = "plik"

# Endings that are taken off a name. Anything else after a dot is part of it: "Uchwała nr XII.45.2026".
_ENDINGS = """
pdf doc docx docm dot dotx dotm xls xlsx xlsm xlsb xlt xltx ppt pptx pps ppsx odt ods odp odg ott ots rtf txt csv tsv
xml htm html mht json png jpg jpeg jpe jfif gif bmp tif tiff webp heic heif avif svg psd eps ps ai zip rar 7z gz tar
p7m p7s sig asice asics xades eml msg pages numbers exe com bat cmd scr js vbs ps1 msi lnk jar sh dll bin dat tmp
""".split()  # noqa: SIM905 - a list to be read


def clean_name(name: str, extension: str) -> str:
    """The sender's name without path, control or direction-changing characters, ending in `extension`."""
    last = PurePosixPath(unicodedata.normalize("NFC", name).replace("\\", "/")).name
    blank = "".join(" " if unicodedata.category(char)[0] == "Z" else char for char in last[:READ_OF_A_NAME])
    stem = "".join(char for char in blank if unicodedata.category(char)[0] != "C" and char not in '<>:"/|?*;').strip()
    if "." in stem and stem.rpartition(".")[2].strip().lower() in _ENDINGS:
        stem = stem.rpartition(".")[0]
        if stem.lower().endswith(extension):  # "uchwała.pdf.p7m"
            stem = stem[: -len(extension)]
    stem = " ".join(stem.split()).strip(". ")[:NAME_LENGTH].strip(". ")
    return f"{stem or FALLBACK_NAME}{extension}"
