"""Every removal of people's data, one function per intention."""

from privacy.services.accounts import close_account, rehearse_person, remove_person
from privacy.services.copies import note_copy
from privacy.services.editions import confirm_removal, rehearse_removal, remove_persons, set_retention
from privacy.services.files import delete_files
from privacy.services.irreversible import WORD
from privacy.services.retention import remind_of_retention

__all__ = [
    "WORD",
    "close_account",
    "confirm_removal",
    "delete_files",
    "note_copy",
    "rehearse_person",
    "rehearse_removal",
    "remind_of_retention",
    "remove_person",
    "remove_persons",
    "set_retention",
]
