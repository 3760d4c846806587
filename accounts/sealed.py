"""What is sealed of people: who they are, what they sign in with, which roles they have, for which units they act."""

import hashlib
from typing import Any

from accounts.models import Membership, StaffRole, User
from common.canonical import sha256_of
from common.kernel.evidence import Evidence

PERSON = "accounts.user"
_SECRETS = ("secret", "seed")  # what codes are made of; the rest of the data changes with each code that is used

_NO_PERMISSIONS = "nobody works with them: the panel opens to administrators, who are sealed"


def _signs_in_with(person: User) -> dict[str, Any]:
    """Whoever could change these would act as the person: the password, confirmed addresses, the second step."""
    addresses, steps = person.emailaddress_set, person.authenticator_set  # type: ignore[attr-defined]
    return {
        "password_sha256": hashlib.sha256(person.password.encode()).hexdigest(),
        "addresses": sorted([row.email, row.primary] for row in addresses.all() if row.verified),
        "second_steps": sorted(
            [row.type, row.pk, sha256_of([row.data.get(name) for name in _SECRETS])] for row in steps.all()
        ),
    }


EVIDENCE = (
    Evidence(
        User,
        columns=("email", "full_name", "is_active", "is_staff", "is_superuser"),
        anchors=((PERSON, "pk"),),
        parts=_signs_in_with,
        prefetch=("emailaddress_set", "authenticator_set"),
        left_out={
            "password": "its digest is sealed",
            "language": "of mail and pages",
            "last_login": "changes with each visit",
            "date_joined": "the journal keeps when",
            "is_demo": "a mark on pages; what the account may do is sealed",
        },
    ),
    Evidence(
        StaffRole,
        columns=("user_id", "role"),
        anchors=((PERSON, "user_id"),),
        left_out={},
    ),
    Evidence(
        Membership,
        columns=("user_id", "unit_id", "role", "status", "position", "decided_at", "decided_by_id", "reason"),
        anchors=(("accounts.membership", "pk"),),
        emptied={"position": "", "reason": ""},
        left_out={"requested_at": "the journal keeps when"},
    ),
)
OTHER = {
    "accounts.user_groups": _NO_PERMISSIONS,
    "accounts.user_user_permissions": _NO_PERMISSIONS,
    "accounts.parkedform": "a form kept for an hour, no fact yet",
    "account.emailaddress": "confirmed ones are sealed with the person",
    "account.emailconfirmation": "for signing in",
    "mfa.authenticator": "sealed with the person",
    "admin.logentry": "the panel of administrators writes no evidence",
    "auth.permission": "for signing in",
    "auth.group": "for signing in",
    "auth.group_permissions": "for signing in",
    "contenttypes.contenttype": "a list of tables",
    "sessions.session": "visits",
    "common.journalentry": "the journal itself, held by its chain",
    "common.journalseal": "the chain itself",
    "common.signingkey": "held by its triggers and by checkpoints",
    "common.filesignature": "held by its triggers; compared with the file and the key",
    "common.journalcheckpoint": "signed and published",
    "common.publicstamp": "for kept copies of pages",
    "common.taskrun": "how tasks ended",
    "common.evidencekey": "its digest stands in the baseline",
    "common.verification": "the outcome of the last comparison",
}
