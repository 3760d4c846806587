"""What each kind of mail is called on the organiser's page."""

from django.utils.translation import gettext_lazy as _

KINDS = {
    "membership_requested": _("Request to join a unit"),
    "membership_approved": _("Membership approved"),
    "membership_refused": _("Membership refused"),
    "application_submitted": _("Confirmation of submission"),
    "application_withdrawn": _("Withdrawal of an application"),
    "application_disqualified": _("Disqualification of an application"),
    "deadline_reminder": _("Reminder of the deadline"),
    "completion_requested": _("Call to complete an application"),
    "completion_reminder": _("Reminder to complete an application"),
    "application_accepted": _("Formal review passed"),
    "application_rejected": _("Formal review failed"),
    "application_reinstated": _("Appeal upheld"),
    "appeal_dismissed": _("Appeal dismissed"),
    "juror_assigned": _("Applications assigned to a juror"),
    "juror_reminder": _("Reminder to a juror"),
    "announced_laureate": _("Result: laureate"),
    "announced_honourable_mention": _("Result: honourable mention"),
    "announced_special_mention": _("Result: special mention"),
    "announced_finalist": _("Result: finalist"),
    "announced_not_selected": _("Result: not selected"),
    "certificate_ready": _("Diploma ready"),
    "rules_amended": _("Amendment of the rules"),
    "rules_amended_applicant": _("Amendment of the rules, to those who filed an entry"),
    "retention_due": _("Reminder to remove personal data"),
    "outbox_alert": _("Alert: mail given up"),
    "outbox_altered": _("Alert: mail changed outside the service"),
    "certificate_alert": _("Alert: a document given up"),
    "verification_alert": _("Alert: data is not what was sealed"),
    "account_confirm_email": _("Confirmation of an e-mail address"),
    "account_reset_password": _("Link to set a new password"),
    "account_already_exists": _("Sign-up with an address that has an account"),
    "account_unknown": _("New password asked for an unknown address"),
    "account_changed": _("Change of an account"),
}
# Whoever reads a mail about an account can act as its owner. By the beginning of the name, so that a kind
# added later is secret from its first day.
SECRET_PREFIX = "account_"  # noqa: S105 — a beginning of names, no password


def is_secret(kind: str) -> bool:
    """Shown to nobody but its recipient, and wiped once it was sent."""
    return kind.startswith(SECRET_PREFIX)


def kind_label(kind: str) -> str:
    """A readable name; a kind that nobody named yet shows as itself."""
    return str(KINDS.get(kind, kind))
