"""Every write of the base, one function per intention."""

from practices.services.announce import announce_edition, preview
from practices.services.curate import (
    confirm_verified,
    correct_section,
    forget_contact,
    withdraw_contact_consent,
    withdraw_practice,
)
from practices.services.publish import publish_announced, publish_from_awards
from practices.services.transfer import import_records, load_seed_practice

__all__ = [
    "announce_edition",
    "confirm_verified",
    "correct_section",
    "forget_contact",
    "import_records",
    "load_seed_practice",
    "preview",
    "publish_announced",
    "publish_from_awards",
    "withdraw_contact_consent",
    "withdraw_practice",
]
