"""Nothing of accounts is sealed: results refer to people by number, and what happens to accounts is in the journal."""

_BY_NUMBER = "results refer to people by number; what happens to accounts is in the journal"
OTHER = {
    "accounts.user": _BY_NUMBER,
    "accounts.user_groups": _BY_NUMBER,
    "accounts.user_user_permissions": _BY_NUMBER,
    "accounts.staffrole": "granting and revoking are in the journal",
    "accounts.membership": "who sent an entry is in the journal and in the sent version",
    "accounts.parkedform": "a form kept for an hour, no fact yet",
    "account.emailaddress": "for signing in",
    "account.emailconfirmation": "for signing in",
    "mfa.authenticator": "for signing in",
    "admin.logentry": "the panel of administrators writes no evidence",
    "auth.permission": "for signing in",
    "auth.group": "for signing in",
    "auth.group_permissions": "for signing in",
    "contenttypes.contenttype": "a list of tables",
    "sessions.session": "visits",
    "common.journalentry": "the journal itself, held by its chain",
    "common.journalseal": "the chain itself",
    "common.journalepoch": "held by its triggers and by checkpoints",
    "common.signingkey": "held by its triggers and by checkpoints",
    "common.journalcheckpoint": "signed and published",
    "common.publicstamp": "for kept copies of pages",
    "common.taskrun": "how tasks ended",
    "common.evidencekey": "its digest stands in the baseline",
    "common.verification": "the outcome of the last comparison",
}
