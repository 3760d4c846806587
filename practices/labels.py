"""Names of codes that the public pages show. Nothing here asks the apps below about a contest."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

LICENCE = "CC BY 4.0"  # given to every practice that an entry's consent opens for reuse
LICENCE_ADDRESS = {"CC BY 4.0": "https://creativecommons.org/licenses/by/4.0/deed.pl"}

OUTSIDE_CONTEST = "NONE"
AWARDS = {
    "LAUREATE": _("Laureate"),
    "HONOURABLE_MENTION": _("Honourable mention"),
    "SPECIAL_MENTION": _("Special mention"),
    "FINALIST": _("Finalist"),
    OUTSIDE_CONTEST: pgettext_lazy("practices", "outside the contest"),
}

# The full presentation, in the order people read it: (field, heading).
PRESENTATION = (
    ("context", _("Context and problem")),
    ("goals", _("Goals")),
    ("actions", _("Actions")),
    ("cost", _("Cost and funding")),
    ("results", _("Results")),
    ("integration", _("Link with strategic management")),
    ("difficulties", _("Difficulties")),
    ("advice", _("Advice for those who copy it")),
)
