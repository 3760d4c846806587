"""Reading the register."""

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from common.text import fold
from units.models import Unit


def open_units() -> QuerySet[Unit]:
    """Units that may act today, with what tells them apart."""
    return Unit.objects.filter(closed_on__isnull=True).select_related("county", "voivodeship")


def search(text: str, limit: int = 20) -> list[Unit]:
    """Find by name, powiat, voivodeship or code, accents and case ignored; best match first.

    "osiek brodn" finds the Osiek in powiat brodnicki; a number is the beginning of a code. A former
    name finds the unit under its present one.
    """
    folded = fold(text)[:100]
    if not folded:
        return []
    if folded.replace(" ", "").isdigit():
        return list(open_units().filter(code__startswith=folded.replace(" ", ""))[:limit])
    words = [word for word in folded.split() if word not in ("gmina", "miasto", "powiat", "m.", "woj.")] or [folded]
    matches = Q()
    for word in words:
        matches &= Q(search_text__contains=word)
    former = Q(changes__search_text=" ".join(words))
    rank = Case(
        When(search_text__startswith=" ".join(words) + " ", then=Value(0)),
        When(search_text__startswith=words[0], then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    found = open_units().filter(matches | former).annotate(rank=rank).order_by("rank", "sort_key", "code").distinct()
    return list(found[:limit])


def identical_names(unit: Unit) -> QuerySet[Unit]:
    """Other open units of the same name: a person choosing one should see them side by side."""
    return open_units().filter(name=unit.name).exclude(pk=unit.pk)
