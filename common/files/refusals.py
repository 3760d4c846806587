"""Why a file is not taken, in a sentence each: what is wrong and what would do."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.errors import Invalid
from common.files.kinds import ALLOWED_NAMES
from common.files.limited_reader import ReaderFailed

_DAMAGED = gettext_lazy("The file is damaged or incomplete and cannot be opened. Save it again and choose it again.")

# By the codes of common.files.judges and common.files.pictures.
SENTENCES = {
    "unknown kind": gettext_lazy("This kind of file is not accepted. Save it as one of: %(kinds)s."),
    "unreadable": _DAMAGED,
    "too many pixels": gettext_lazy("The picture has too many pixels. Make it smaller, up to 40 megapixels."),
    "pdf password": gettext_lazy("The PDF is protected with a password. Save it without one and choose it again."),
    "pdf complicated": gettext_lazy("The PDF is too complicated. Print it to a new PDF and choose that one."),
    "pdf acts": gettext_lazy(
        "The PDF holds scripts, commands or other files. Print it to a new PDF and choose that one."
    ),
    "office password": gettext_lazy(
        "The document is protected with a password. Save it without one and choose it again."
    ),
    "office bomb": gettext_lazy("The document unpacks to far more than it should. Save it again and choose it again."),
    "office acts": gettext_lazy(
        "The document holds macros, scripts or other files. Save it as a PDF and choose that one."
    ),
}


def refused(code: str) -> Invalid:
    """The sentence for a code of a judge; one that has none is told as damage."""
    return Invalid(str(SENTENCES.get(code, _DAMAGED)) % {"kinds": ALLOWED_NAMES})


def failed(failure: ReaderFailed) -> Invalid:
    """The reader gave no verdict: nobody could take a turn, or the file took more than any file may."""
    if failure.kind == "busy":
        return Invalid(
            _("Many files are being checked at the moment, so this one was not added. Choose it again in a minute.")
        )
    return Invalid(
        _("The file takes too much to be checked, so it was not added. Save it in a simpler form and choose it again.")
    )
