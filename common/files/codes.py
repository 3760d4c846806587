"""What can be wrong with a file: one code a cause, because each cause has its own sentence and its own way out."""

from enum import StrEnum


class Code(StrEnum):
    """Every member has a sentence in common/files/refusals.py; a test holds it."""

    KIND = "kind"
    OTHER_PICTURE = "other-picture"
    DAMAGED = "damaged"
    ARCHIVE = "archive"
    OLD_OFFICE = "old-office"
    SIGNATURE_CONTAINER = "signature-container"
    PICTURE_CARRIES = "picture-carries"
    PDF_CARRIES = "pdf-carries"
    # documents of an office program
    OFFICE_PASSWORD = "office-password"  # noqa: S105 - a code
    BOMB = "bomb"
    MACROS = "macros"
    OBJECT = "object"
    DDE = "dde"
    OUTSIDE_TEMPLATE = "outside-template"
    OUTSIDE_PICTURE = "outside-picture"
    OUTSIDE_DATA = "outside-data"
    OUTSIDE_PART = "outside-part"
    FIELD = "field"
    FORMULA = "formula"
    LINK = "link"
    SCHEMA = "schema"
    ADD_IN = "add-in"
    IMPORTED = "imported"
    DISGUISED = "disguised"
    UNKNOWN_PART = "unknown-part"
    # PDF
    PDF_PASSWORD = "pdf-password"  # noqa: S105
    PDF_INCOMPLETE = "pdf-incomplete"
    PDF_COMPLICATED = "pdf-complicated"
    PDF_SCRIPT = "pdf-script"
    PDF_PROGRAM = "pdf-program"
    PDF_SENDS = "pdf-sends"
    PDF_OTHER_FILE = "pdf-other-file"
    PDF_MEDIA = "pdf-media"
    PDF_PORTFOLIO = "pdf-portfolio"
    PDF_ATTACHMENT = "pdf-attachment"
    PDF_XFA = "pdf-xfa"


class Refused(Exception):
    """Raised inside the judges; `judge` hands out its code."""

    def __init__(self, code: Code) -> None:
        super().__init__(code)
        self.code = code
