"""A contact person withdraws their consent before the practice is published."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from applications.models import Application
from applications.permissions import can_withdraw_contact
from applications.queries.shown import withdrawing_contact
from applications.services.locks import entry_with_edition
from applications.workflow import State
from common import journal
from common.errors import Conflict


@transaction.atomic
def withdraw_contact_consent(*, actor: User, application_id: int, shown: str | None = None) -> Application:
    """The person will not be published. Sent versions stay as they are; publishing wants a consent sent after this.

    The organisers still reach the person about the entry until its personal data is removed. Holds the edition
    too: an announcement under way either sees the withdrawal, or is over and the practice's page is told instead.
    """
    application = entry_with_edition(application_id)
    can_withdraw_contact(actor, application).require()
    if application.state == State.DRAFT:
        raise Conflict(_("This is a draft: untick the consent in its form."))
    if application.edition.announced_at is not None:
        raise Conflict(_("The results are announced. Withdraw the consent on the page of the practice."))
    if not application.contact_consent:
        raise Conflict(_("There is no consent to withdraw, so nobody will be published."))
    withdrawing_contact.require(shown, application, actor)
    application.contact_consent = False
    application.contact_withdrawn_at = timezone.now()
    application.revision += 1
    application.save(update_fields=["contact_consent", "contact_withdrawn_at", "revision", "updated_at"])
    journal.record(
        actor=actor,
        action="application.withdraw_contact",
        target=application,
        edition_id=application.edition_id,
        facts=[application],
    )
    return application
