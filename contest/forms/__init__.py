"""Forms of the organiser's pages of an edition; none of them saves."""

from contest.forms.edition import ArchiveForm, EditionForm, PublishAmendmentForm, PublishCallForm
from contest.forms.jury import JuryMemberForm, NewJuryMemberForm
from contest.forms.sections import SectionEditor

__all__ = [
    "ArchiveForm",
    "EditionForm",
    "JuryMemberForm",
    "NewJuryMemberForm",
    "PublishAmendmentForm",
    "PublishCallForm",
    "SectionEditor",
]
