"""Every write of sessions, awards and certificates, one function per intention."""

from awards.queries.announcement import AnnouncementPreview, preview_announcement
from awards.services.announcement import announce
from awards.services.building import build_due
from awards.services.certificates import (
    confirm_submissions,
    ensure_confirmation,
    replace_certificate,
    retry_failed,
    revoke_certificate,
)
from awards.services.historical import import_history, load_historical_editions
from awards.services.sessions import (
    JuryVerdict,
    close_session,
    decide,
    keep_decision_parts,
    open_session,
    save_minutes,
    take_back,
    update_session,
)

__all__ = [
    "AnnouncementPreview",
    "JuryVerdict",
    "announce",
    "build_due",
    "close_session",
    "confirm_submissions",
    "decide",
    "ensure_confirmation",
    "import_history",
    "keep_decision_parts",
    "load_historical_editions",
    "open_session",
    "preview_announcement",
    "replace_certificate",
    "retry_failed",
    "revoke_certificate",
    "save_minutes",
    "take_back",
    "update_session",
]
