"""What a PDF carries, told by a process of its own: `python pdf_check.py < file` prints one verdict.

A few hundred kilobytes can unfold to gigabytes, and a parser of other people's bytes may crash. Here
either ends this small process and not the web server: it may take a second or two and a fixed amount
of memory, and whatever it does not survive is a refusal. It imports nothing of the service.
"""

import io
import resource
import sys

import pikepdf

CLEAN, ENCRYPTED, COMPLICATED, ACTS, UNREADABLE = "clean", "encrypted", "complicated", "acts", "unreadable"
MAX_OBJECTS = 200_000
MEMORY = 1024 * 1024 * 1024  # of address space, the interpreter and its libraries included
CPU_SECONDS = 8
DECODED = 100 * 1024 * 1024

# An action or part of a PDF that does something instead of showing something.
_ACTIONS = {"/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToR", "/GoToE", "/RichMediaExecute"}
_KEYS = {"/JS", "/EmbeddedFile", "/EmbeddedFiles", "/XFA", "/RichMediaContent"}
_TYPES = {"/EmbeddedFile", "/RichMedia", "/Sound", "/Movie"}


def verdict(content: bytes) -> str:
    """One of the five words above."""
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
    except MemoryError:
        return COMPLICATED
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


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    pikepdf.settings.set_qpdf_limits(
        flate_max_memory=DECODED,
        run_length_max_memory=DECODED,
        png_max_memory=DECODED,
        tiff_max_memory=DECODED,
        parser_max_container_size=1_000_000,
    )
    sys.stdout.write(verdict(sys.stdin.buffer.read()))


if __name__ == "__main__":
    main()
