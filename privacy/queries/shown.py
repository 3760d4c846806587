"""What the pages of removals show; read again under the lock (ADR 72)."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from accounts.models import MembershipStatus, User
from common.web.shown import Fact, edited, irreversible
from contest.models import Edition
from privacy.queries.editions import Preview


@irreversible("privacy.remove_persons")
def removing_persons(edition: Edition, person: User, *, preview: Preview | None) -> Iterator[Fact]:
    """The counts of the preview, without the mail: it comes and goes by itself."""
    yield Fact("edition", _("Edition"), edition.title)
    if preview is not None:
        yield Fact("contacts", _("Contact persons"), preview.contacts)
        yield Fact("files", _("Files"), preview.files)
        yield Fact("letters", _("Notes of the review, calls for completion, appeals"), preview.letters)
        yield Fact("jurors", _("Data of jurors"), preview.jurors)
        yield Fact("accounts", _("Accounts"), preview.accounts)


@irreversible("privacy.close_account")
def closing_account(account: User, person: User) -> Iterator[Fact]:
    """What ends with the account: it may have been given a unit or a role in the meantime."""
    open_ones = (MembershipStatus.PENDING, MembershipStatus.ACTIVE)
    units = list(account.memberships.filter(status__in=open_ones).order_by("pk").values_list("pk", "unit__name"))
    yield Fact("email", _("E-mail address"), account.email)
    yield Fact("units", _("Units"), [pk for pk, _name in units], ", ".join(name for _pk, name in units))
    roles = sorted(account.roles)
    yield Fact("roles", _("Roles"), roles, ", ".join(roles))


@edited("privacy.retention")
def retention(edition: Edition, person: User) -> Iterator[Fact]:
    yield Fact("months", _("Months"), edition.retention_months)
