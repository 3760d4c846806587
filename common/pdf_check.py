"""What a PDF carries, told by a process of its own, which common/pdf_reader.py starts and keeps.

A few hundred kilobytes can unfold to gigabytes, and a parser of other people's bytes may crash or be
taken over. So this process parses nothing itself: each file is read by a child that ends with it. The
child may take a few seconds and a fixed amount of memory, and whatever it does not survive is a
refusal. Being forked from a process that has the library loaded, it starts in milliseconds.

On standard input: the length of a file in eight bytes, then the file. The answer: one word and a line end.
It imports nothing of the service.
"""

import io
import os
import resource
import signal
import sys

import pikepdf

CLEAN, ENCRYPTED, COMPLICATED, ACTS, UNREADABLE = "clean", "encrypted", "complicated", "acts", "unreadable"
MAX_OBJECTS = 200_000
MEMORY = 1024 * 1024 * 1024  # of address space, the interpreter and its libraries included
CPU_SECONDS = 8
SECONDS = 12  # by the clock on the wall
DECODED = 100 * 1024 * 1024

# A child tells its verdict by how it ends. None is 0 or 1, with which a program may end by accident.
_ENDINGS = {CLEAN: 10, ENCRYPTED: 11, COMPLICATED: 12, ACTS: 13, UNREADABLE: 14}
_WORDS = {ending: word for word, ending in _ENDINGS.items()}

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


def _read_in_a_child(content: bytes) -> str:
    child = os.fork()
    if child == 0:
        ending = _ENDINGS[COMPLICATED]
        try:
            _limit()
            ending = _ENDINGS[verdict(content)]
        finally:
            os._exit(ending)
    _pid, status = os.waitpid(child, 0)
    return _WORDS.get(os.waitstatus_to_exitcode(status), COMPLICATED)


def _limit() -> None:
    """What the child may take, and no way to answer for the next file."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.alarm(SECONDS)
    os.close(sys.stdin.fileno())
    os.close(sys.stdout.fileno())


def main() -> None:
    pikepdf.settings.set_qpdf_limits(
        flate_max_memory=DECODED,
        run_length_max_memory=DECODED,
        png_max_memory=DECODED,
        tiff_max_memory=DECODED,
        parser_max_container_size=1_000_000,
    )
    files = sys.stdin.buffer
    while length := files.read(8):
        word = _read_in_a_child(files.read(int.from_bytes(length, "big")))
        sys.stdout.write(f"{word}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
