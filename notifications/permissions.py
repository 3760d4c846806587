"""Who may act on the outbox. This app lies below accounts: it asks a person for roles, not who they are."""

from typing import Any, Protocol

from django.utils.translation import gettext_lazy as _

from common.verdict import ALLOWED, Verdict, refused


class Organiser(Protocol):
    pk: Any
    is_active: bool

    @property
    def roles(self) -> frozenset[str]: ...


def can_retry(actor: Organiser) -> Verdict:
    if actor.is_active and "OFFICER" in actor.roles:
        return ALLOWED
    return refused(_("Only an organiser may send a message again."))
