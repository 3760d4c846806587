"""What a PDF carries: whether it shows a document or does something too. Runs inside the limited reader."""

import io

import pikepdf

CLEAN, ENCRYPTED, COMPLICATED, ACTS, UNREADABLE = "clean", "pdf password", "pdf complicated", "pdf acts", "unreadable"
MAX_OBJECTS = 200_000
DECODED = 100 * 1024 * 1024

# What one stream may unfold to, and one array or dictionary hold.
pikepdf.settings.set_qpdf_limits(
    flate_max_memory=DECODED,
    run_length_max_memory=DECODED,
    png_max_memory=DECODED,
    tiff_max_memory=DECODED,
    parser_max_container_size=1_000_000,
)

# An action or part of a PDF that does something instead of showing something.
_ACTIONS = {"/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToR", "/GoToE", "/RichMediaExecute"}
_KEYS = {"/JS", "/EmbeddedFile", "/EmbeddedFiles", "/XFA", "/RichMediaContent"}
_TYPES = {"/EmbeddedFile", "/RichMedia", "/Sound", "/Movie"}


def judge(content: bytes, media_type: str = "") -> str:
    """One of the five codes above."""
    try:
        with pikepdf.open(io.BytesIO(content), suppress_warnings=True) as document:
            if document.is_encrypted:
                return ENCRYPTED
            if len(document.objects) > MAX_OBJECTS:
                return COMPLICATED
            if not len(document.pages):
                return UNREADABLE
            return ACTS if any(_acts(item) for item in document.objects) else CLEAN
    except pikepdf.PasswordError:
        return ENCRYPTED
    except (pikepdf.PdfError, ValueError, RuntimeError):
        return UNREADABLE


def _acts(item: pikepdf.Object) -> bool:
    """Whether this object, or a part written inside it, does something instead of showing something."""
    waiting = [item]
    while waiting:
        part = waiting.pop()
        if isinstance(part, pikepdf.Array):
            waiting.extend(child for child in part if _is_direct_container(child))
        elif isinstance(part, pikepdf.Dictionary | pikepdf.Stream):
            keys = set(part.keys())
            if keys & _KEYS:
                return True
            if str(part.get("/S", "")) in _ACTIONS or str(part.get("/Type", "")) in _TYPES:
                return True
            waiting.extend(child for key in keys if _is_direct_container(child := part[key]))
    return False


def _is_direct_container(value: object) -> bool:
    """Indirect objects are visited on their own, so only what is written in place is followed."""
    return isinstance(value, pikepdf.Array | pikepdf.Dictionary) and not value.is_indirect
