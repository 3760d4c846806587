"""What the service itself asks of the people who look after it: mail that was given up, the journal to read."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from accounts.permissions import is_auditor, is_officer
from common.queries import entries_since
from common.todo import Todo
from notifications.models import OutboxStatus
from notifications.queries import counts_of_given_up

AUDITED_DAYS = 7


def service_todos_for(user: User) -> list[Todo]:
    """One statement for an officer, one for an auditor."""
    return [*(_mail_todos() if is_officer(user) else []), *(_journal_todos() if is_auditor(user) else [])]


def _mail_todos() -> list[Todo]:
    """A line for each way in which mail stopped: the page shows one status at a time."""
    titles = {
        OutboxStatus.DEAD: lambda count: ngettext(
            "%(count)s message was given up after five attempts",
            "%(count)s messages were given up after five attempts",
            count,
        ),
        OutboxStatus.BOUNCED: lambda count: ngettext(
            "%(count)s message was refused by the recipient's server",
            "%(count)s messages were refused by the recipients' servers",
            count,
        ),
    }
    return [
        Todo(
            title=titles[status](count) % {"count": count},
            detail=_("Read why; when the cause is gone, send it again."),
            url=f"{reverse('contest:messages')}?status={status}",
            action=_("See the messages"),
            count=count,
            urgent=True,
        )
        for status, count in counts_of_given_up().items()
    ]


def _journal_todos() -> list[Todo]:
    count = entries_since(timezone.now() - timedelta(days=AUDITED_DAYS))
    if not count:
        return []
    return [
        Todo(
            title=ngettext(
                "%(count)s row in the journal in the last seven days",
                "%(count)s rows in the journal in the last seven days",
                count,
            )
            % {"count": count},
            detail=_("Who did what, in the order it happened, and whether the chain of rows is whole."),
            url=reverse("contest:journal"),
            action=_("Read the journal"),
            count=count,
        )
    ]
