"""Tables of the applicant's desk and of the formal review."""

from applications.models.application import Application, ApplicationVersion, NumberSequence
from applications.models.attachment import Attachment, Drawing, ScanStatus
from applications.models.rendition import Rendition
from applications.models.review import (
    CORRECTABLE,
    Appeal,
    AppealStatus,
    CompletionRequest,
    EligibilityCheck,
    FormalCriterion,
)

__all__ = [
    "CORRECTABLE",
    "Appeal",
    "AppealStatus",
    "Application",
    "ApplicationVersion",
    "Attachment",
    "CompletionRequest",
    "Drawing",
    "EligibilityCheck",
    "FormalCriterion",
    "NumberSequence",
    "Rendition",
    "ScanStatus",
]
