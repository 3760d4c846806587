"""What results rest on in the register: which unit a code stands for, and what it is called."""

from collections.abc import Iterator

from common.kernel.evidence import Check, Evidence
from common.text import fold, sort_key
from units.models import Unit

EVIDENCE = (
    Evidence(
        Unit,
        columns=("code", "kind", "name", "voivodeship_id", "county_id", "register_date", "closed_on"),
        anchors=(("units.registerimport", ""),),
        left_out={
            "search_text": "made of the name, compared with it",
            "sort_key": "made of the name, compared with it",
        },
    ),
)


def _made_of_names() -> Iterator[str]:
    """How a unit is found and where it stands in lists follows from its name; `import_terc` makes both anew."""
    rows = Unit.objects.order_by("pk").values_list("pk", "name", "search_text", "sort_key")
    for number, name, search_text, key in rows.iterator():
        if key != sort_key(name) or not search_text.startswith(fold(name)):
            yield f"units.unit {number}: it is found or sorted by another name than its own"


CHECKS = (Check("names of units and what is made of them", _made_of_names),)
OTHER = {
    "units.voivodeship": "sixteen names of the law, written anew by each import",
    "units.unitchange": "former names, for finding; the journal keeps each import",
    "units.registerimport": "the journal keeps the digest of the file",
    "units.unit_members": "members of unions: only hints of conflicts, asked again at each assignment",
}
