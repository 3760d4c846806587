"""The main menu: the same public links for everybody, then the desks this person has."""

from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django import template
from django.http import HttpRequest
from django.template import Context
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from portal.standing import standing_of

register = template.Library()


@dataclass(frozen=True, slots=True)
class Link:
    text: str
    url: str
    current: str = ""  # the value of aria-current


@dataclass(frozen=True, slots=True)
class Navigation:
    signed_in: bool = False
    links: list[Link] = field(default_factory=list)
    account: list[Link] = field(default_factory=list)


@cache
def _address(name: str) -> str:
    return reverse(name)


def _links(path: str, *targets: tuple[str, str]) -> list[Link]:
    found = []
    section = path.split("/")[1:2]
    for text, name in targets:
        url = _address(name)
        here = "page" if path == url else "true" if section == url.split("/")[1:2] else ""
        found.append(Link(text, url, here))
    return found


@register.simple_tag(takes_context=True)
def navigation(context: Context) -> Navigation:
    """No query: a person's desks are read with the person."""
    request: HttpRequest | None = context.get("request")
    path = request.path if request else ""
    user: Any = getattr(request, "user", None)
    public = [(_("Editions"), "contest:edition_list"), (_("Good practices"), "practices:list")]
    if not isinstance(user, User):
        return Navigation(links=_links(path, *public))
    desks = standing_of(user)
    own = [(_("My desk"), "portal:desk")]
    if desks.applicant:
        own.append((_("Entries"), "applications:applicant_list"))
    if desks.juror:
        own.append((_("Jury"), "jury:desk"))
    if desks.organiser:
        own.append((_("Organiser"), "contest:organiser_editions"))
    account = [
        (_("My details"), "accounts:profile"),
        (_("My units"), "accounts:memberships"),
        (_("Password"), "account_change_password"),
        (_("Two-step sign-in"), "mfa_index"),
    ]
    return Navigation(True, _links(path, *public, *own), _links(path, *account))
