"""Addresses of schemas and transformations that XML names: a program may fetch them when it opens the document.

They may be names of those who publish schemas, or files beside the document or on a drive; nobody else's server. Where
only the name of a schema stands (its namespace), nothing is fetched, and it is refused as a path to a server alone.
"""

import re

from common.files.codes import Code, Refused
from common.files.judges import targets
from common.files.judges.lists import words
from common.files.judges.markup import Attributes

KEYS = words("schemaLocation noNamespaceSchemaLocation manifestLocation xslt")
ELEMENTS = frozenset({"attachedSchema", "schema"})
# Addresses that honest documents use as names: of the formats, of data of SharePoint, of maps, of Polish offices.
_PUBLISHER = re.compile(
    r"https?://(schemas\.openxmlformats\.org|schemas\.microsoft\.com|purl\.oclc\.org|purl\.org|dublincore\.org"
    r"|www\.w3\.org|docs\.oasis-open\.org|uri\.etsi\.org|tempuri\.org|schemas\.opengis\.net|www\.inkscape\.org"
    r"|sodipodi\.sourceforge\.net|([\w-]+\.)*gov\.pl)(/|$)",
    re.IGNORECASE,
)
# Here the value is one address; elsewhere it is pairs of a name and an address.
_OF_ONE = words("schema import include redefine override")


def judge(element: str, attributes: Attributes) -> None:
    """Refused when an element names a schema on somebody's server."""
    for key, value in attributes:
        if key in KEYS:
            addresses = value.split()
            is_pairs = key == "schemaLocation" and len(addresses) > 1 and element not in _OF_ONE
            judged = addresses[1::2] if is_pairs else addresses
        elif (element, key) in (("attachedSchema", "val"), ("schema", "uri")):
            judged = [] if _is_name(value) else [value]
        else:
            continue
        if not all(_is_harmless(address) for address in judged):
            raise Refused(Code.SCHEMA)


def _is_name(value: str) -> bool:
    return targets.scheme(value) not in ("", "file")


def _is_harmless(address: str) -> bool:
    if _PUBLISHER.match(targets.plain(address)) or targets.scheme(address) == "urn":
        return True
    return targets.is_beside(address) or targets.is_on_a_drive(address)
