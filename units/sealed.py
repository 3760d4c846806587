"""What results rest on in the register: which unit a code stands for, and what it is called."""

from common.kernel.evidence import Evidence
from units.models import Unit

EVIDENCE = (
    Evidence(
        Unit,
        columns=("code", "kind", "name", "voivodeship_id", "county_id", "register_date", "closed_on"),
        anchors=(("units.registerimport", ""),),
        left_out={
            "search_text": "made of the name",
            "sort_key": "made of the name",
        },
    ),
)
OTHER = {
    "units.voivodeship": "sixteen names of the law, written anew by each import",
    "units.unitchange": "former names, for finding; the journal keeps each import",
    "units.registerimport": "the journal keeps the digest of the file",
    "units.unit_members": "members of unions: only hints of conflicts, asked again at each assignment",
}
