"""Why a file is not taken, in a sentence each: what is wrong and what would do."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.errors import Invalid
from common.files.codes import Code
from common.files.kinds import ALLOWED_NAMES
from common.files.limited_reader import ReaderFailed

_DAMAGED = gettext_lazy(
    "The file is damaged or incomplete and cannot be opened. See whether it opens on your computer, copy it again "
    "from where it was made and choose it again."
)
_SIGNED = gettext_lazy(
    "If the file is signed, keep it as it is: change the document it was made of, sign the new file and choose that"
    " one, or write to the organiser."
)
# Where the advice does not touch the file that was sent.
_UNTOUCHED = {
    "unreadable", "too many pixels", "too many pixels for a progressive JPEG", "incomplete",
    Code.KIND, Code.ARCHIVE, Code.SIGNATURE_CONTAINER, Code.DAMAGED, Code.PDF_INCOMPLETE,
}  # fmt: skip

# By the codes of common.files.codes and common.files.pictures: what is wrong, and what to do about it. The jury reads
# what is sent and a signature must outlive the advice, so none says to print a file or to convert a signed one.
SENTENCES: dict[str, Promise | str] = {
    "too many pixels": gettext_lazy("The picture has too many pixels. Make it smaller and choose it again."),
    "too many pixels for a progressive JPEG": gettext_lazy(
        "The picture has too many pixels for its kind (a progressive JPEG). Save it as an ordinary JPEG, not a "
        "progressive one, with all its pixels, and choose that one."
    ),
    "incomplete": gettext_lazy(
        "A part of the file is missing, as when copying was interrupted. Copy it again and choose it again."
    ),
    Code.PICTURE_CARRIES: gettext_lazy(
        "The picture carries another file within it or behind it: an archive, a program or a page. Open it in a "
        "program for pictures, save it under a new name and choose the new file."
    ),
    Code.PDF_CARRIES: gettext_lazy(
        "Something that does not belong to the PDF stands before its beginning or behind its end, such as an "
        "archive, a program or a page. Make the PDF again and choose that one."
    ),
    "unreadable": _DAMAGED,
    Code.DAMAGED: _DAMAGED,
    Code.KIND: gettext_lazy("This kind of file is not accepted. Choose a file of one of these kinds: %(kinds)s."),
    Code.OTHER_PICTURE: gettext_lazy(
        "This is a picture of a kind that is not accepted (such as TIFF, WebP or GIF). Open it in a program for "
        "pictures and save a copy as JPEG or PNG, or scan the paper again into a PDF, and choose that file."
    ),
    Code.ARCHIVE: gettext_lazy(
        "This is an archive of files (ZIP). Unpack it on your computer and add the files one by one."
    ),
    Code.OLD_OFFICE: gettext_lazy(
        "This is a document in an old format (such as .doc or .xls). Open it, save it as DOCX, XLSX, ODT or ODS and"
        " choose the new file."
    ),
    Code.SIGNATURE_CONTAINER: gettext_lazy(
        "This is a signature in a file of its own (such as .p7m, .asice or .xades), and the jury sees no document "
        "in it. Keep it as it is. Take the document itself, sign it in your signing program so that the signature "
        "is inside the PDF (PAdES), and choose that PDF."
    ),
    Code.OFFICE_PASSWORD: gettext_lazy(
        "The document opens with a password only. Open it, take the password off (in Word and Excel: File, Info, "
        "Protect), save it and choose it again."
    ),
    Code.BOMB: gettext_lazy(
        "The document unpacks to far more than it should. Make its pictures or tables smaller, save it and choose "
        "it again."
    ),
    Code.MACROS: gettext_lazy(
        "The document holds macros, scripts or active controls. Save it as an ordinary document without them (DOCX,"
        " XLSX, ODT or ODS) and choose that one."
    ),
    Code.OBJECT: gettext_lazy(
        "The document holds an object of another program. Put a picture or a table in its place, save the document "
        "and choose it again."
    ),
    Code.DDE: gettext_lazy(
        "The document asks another program for data (DDE). Put the values themselves in that place, save it and "
        "choose it again."
    ),
    Code.OUTSIDE_TEMPLATE: gettext_lazy(
        "The document fetches its template from the net or from a server. In Word choose Developer, Document "
        "Template, put Normal there, save the document and choose it again."
    ),
    Code.OUTSIDE_PICTURE: gettext_lazy(
        "The document shows a picture or a film that it fetches from the net or from a server, so the jury may not "
        "see it. Insert the picture itself into the document, save it and choose it again."
    ),
    Code.OUTSIDE_DATA: gettext_lazy(
        "The document takes data from another file, a database or the net. Break the links so that the values stay "
        "(in Excel: Data, Edit Links, Break Link), save it and choose it again."
    ),
    Code.OUTSIDE_PART: gettext_lazy(
        "A part of the document lies outside it, in another file or on the net. Insert that part into the document,"
        " save it and choose it again."
    ),
    Code.FIELD: gettext_lazy(
        "The document holds a field that does more than show text. In Word select everything and press "
        "Ctrl+Shift+F9, which leaves only the text of the fields; save it and choose it again."
    ),
    Code.FORMULA: gettext_lazy(
        "The sheet holds a formula that fetches from the net or runs another program. Paste the value in its place,"
        " save the sheet and choose it again."
    ),
    Code.LINK: gettext_lazy(
        "The file holds a link that runs a program; links may lead to pages, e-mail addresses and documents. Remove"
        " that link from the document and choose the file again."
    ),
    Code.SCHEMA: gettext_lazy(
        "The document names a schema (a description of data in XML) that a program would fetch from the net or from "
        "a server. Copy its content into a new document, save it and choose that one."
    ),
    Code.ADD_IN: gettext_lazy(
        "The document brings an add-in of Office that is loaded from the net or from a server. In Word or Excel "
        "choose File, Info, Check for Issues, Inspect Document, remove the add-ins and what is kept for them, save "
        "the document and choose it again. In LibreOffice save a copy of it as ODT or ODS and choose the copy."
    ),
    Code.IMPORTED: gettext_lazy(
        "The document holds another document that was never merged into it. Open it in Word, save it once and "
        "choose it again."
    ),
    Code.DISGUISED: gettext_lazy(
        "The file is built in a way no office program builds it, so it cannot be checked. Open it, save it under a "
        "new name and choose the new file."
    ),
    Code.UNKNOWN_PART: gettext_lazy(
        "The document holds a part that does not belong in it. Open it in Word, Excel or LibreOffice, save it under"
        " a new name and choose the new file."
    ),
    Code.PDF_PASSWORD: gettext_lazy(
        "The PDF opens with a password only, so the jury could not read it. Make it again without the password for "
        "opening and choose that one."
    ),
    Code.PDF_INCOMPLETE: gettext_lazy(
        "The PDF is incomplete: its end is missing or damaged, so most programs would not open it. Copy it again "
        "from where it was made, or scan it again, see that it opens and choose it again."
    ),
    Code.PDF_COMPLICATED: gettext_lazy(
        "The PDF is too complicated to be checked. Divide it into smaller files and add them one by one."
    ),
    Code.PDF_SCRIPT: gettext_lazy(
        "The PDF runs a script of its own; only the usual scripts of form fields (dates, numbers, sums) may be "
        "there. Make it again without scripts and choose that one."
    ),
    Code.PDF_PROGRAM: gettext_lazy(
        "The PDF starts a program or a command when it is opened or clicked. Make it again without that and choose "
        "that one."
    ),
    Code.PDF_SENDS: gettext_lazy(
        "The PDF sends or fetches data over the net, for example by a button “Send” or when it is signed. Make it "
        "again without that and choose that one."
    ),
    Code.PDF_OTHER_FILE: gettext_lazy(
        "The PDF opens or takes in another file by itself, from a server or from a fixed place on a disk. Make it "
        "again without that, choose that one, and add the other file on its own."
    ),
    Code.PDF_MEDIA: gettext_lazy(
        "The PDF plays sound, film or a 3D model. Make it again with pictures instead and choose that one."
    ),
    Code.PDF_PORTFOLIO: gettext_lazy(
        "The PDF is a portfolio that shows its files by a program of its own (Flash), which the jury could not open. "
        "Take the files out of it and add them one by one."
    ),
    Code.PDF_ATTACHMENT: gettext_lazy(
        "The PDF has a file attached inside of a kind that is not accepted there; texts, XML, pictures and "
        "documents without macros are. Make it again without that file and choose that one."
    ),
    Code.PDF_XFA: gettext_lazy(
        "This PDF is a form that only Adobe Reader shows (XFA); the jury would see an empty page. Put its content "
        "into an ordinary document, save that as PDF and choose it."
    ),
}


def refused(code: str) -> Invalid:
    """The sentence for a code of a judge, with what to do when the file is signed."""
    sentence = str(SENTENCES[code]) % {"kinds": ALLOWED_NAMES}
    return Invalid(sentence if code in _UNTOUCHED else f"{sentence} {_SIGNED}")


def failed(failure: ReaderFailed) -> Invalid:
    """The reader gave no verdict: nobody could take a turn, or the file took more than any file may."""
    if failure.kind == "busy":
        return Invalid(
            _("Many files are being checked at the moment, so this one was not added. Choose it again in a minute.")
        )
    return Invalid(
        _("The file takes too much to be checked, so it was not added. Divide it into smaller files.") + f" {_SIGNED}"
    )
