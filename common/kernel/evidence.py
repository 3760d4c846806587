"""What the results rest on, one description a table, and the digest of each row that goes to the journal.

Each app describes its tables in `sealed.py`; the service that writes a row names it in the journal entry of the
act (`journal.record(…, facts=[row])`), so fact and digest stand or fall together. A digest is an HMAC under the
installation's own key, kept in the database and never in the journal: points, kinds of awards and names have few
values, and whoever reads the journal could try them all (docs/adr/0074).
"""

import hmac
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from operator import attrgetter
from typing import Any

from django.db import connection
from django.db.models import Model, QuerySet
from django.db.models.fields.files import FieldFile

from common.canonical import canonical_json, plain
from common.models import EvidenceKey

# {table: {number: "format:digest", or null where the act took the row away}}
Digests = dict[str, dict[str, str | None]]
_keys: dict[str, bytes] = {}  # by database
_PLAIN = (type(None), bool, int, str)  # spelled one way only


@dataclass(frozen=True, slots=True)
class Evidence:
    """One table that results, awards or publication rest on.

    `columns` are sealed; `left_out` says of each other column why it is not. `parts` adds what stands in other
    tables but belongs to the row (who was present, tools of a practice). `who` are columns of who acted: they joined
    with `format`, and the format before it is the same without them. `anchors` say on which object's journal
    entries the digests stand: (table, attribute of the row that holds that object's number). A change of what is
    sealed raises `format` and keeps the old function in `former`, so that old digests go on being verified.
    """

    model: type[Model]
    columns: tuple[str, ...]
    anchors: tuple[tuple[str, str], ...]
    left_out: Mapping[str, str]
    who: tuple[str, ...] = ()
    parts: Callable[[Any], dict[str, Any]] | None = None
    wide: tuple[str, ...] | None = None  # where rows hold long texts: the columns that `parts` needs of them
    related: tuple[str, ...] = ()  # joined when rows are walked
    prefetch: tuple[str, ...] = ()
    among: Callable[[QuerySet[Any]], QuerySet[Any]] | None = None  # which rows are evidence; None: all
    format: int = 1
    former: Mapping[int, Callable[[Any], dict[str, Any]]] = field(default_factory=dict)
    emptied: Mapping[str, Any] = field(default_factory=dict)  # what a removal of personal data leaves in which columns
    widened: int = 0  # raised when more rows become evidence: the next baseline seals those without a digest

    @property
    def label(self) -> str:
        return self.model._meta.label_lower

    @property
    def covered(self) -> str:
        """What a baseline says that it sealed."""
        return f"{self.label}+{self.widened}" if self.widened else self.label

    def rows(self) -> QuerySet[Any]:
        rows: QuerySet[Any] = self.sealed_of(self.model._default_manager.order_by("pk"))
        rows = rows.select_related(*self.related) if self.related else rows
        rows = self.among(rows) if self.among else rows
        return rows.prefetch_related(*self.prefetch)

    def sealed_of(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """The same rows without the long texts that are not sealed."""
        return rows if self.wide is None else rows.only(*self.columns, *self.who, *self.wide)

    def facts_of(self, row: Any, number: int | None = None) -> dict[str, Any]:
        """What is sealed of a row, in format `number` (None: the present one)."""
        if number is not None and number in self.former:
            return self.former[number](row)
        names = self.columns if number == self.format - 1 else self.columns + self.who
        found = {}
        for name, to_python in _columns(self.model, names):
            value = getattr(row, name)
            found[name] = value if type(value) in _PLAIN else _spelled(value, to_python)
        return found | self.parts(row) if self.parts else found

    def digest_of(self, row: Any, number: int | None = None) -> str:
        number = number or self.format
        facts = self.facts_of(row, number) | {"table": self.label, "id": row.pk, "format": number}
        message = canonical_json(plain(facts)).encode()
        return f"{number}:{hmac.digest(key(), message, 'sha256').hex()}"

    def holds(self, row: Any, digest: str) -> bool:
        """Is the row what was sealed, in the format in which it was sealed? An unknown format holds for nothing."""
        number, _colon, _hex = digest.partition(":")
        if not number.isdigit() or not self._knows(int(number)):
            return False
        return hmac.compare_digest(self.digest_of(row, int(number)), digest)

    def is_emptied(self, row: Any) -> bool:
        """Is the row as a removal of personal data leaves it?"""
        return bool(self.emptied) and all(getattr(row, name) == value for name, value in self.emptied.items())

    def _knows(self, number: int) -> bool:
        """Can a digest be verified in this format?"""
        return number == self.format or number in self.former or (bool(self.who) and number == self.format - 1)

    def stands_on(self, row: Any, target: Model) -> bool:
        """May the digest of this row stand on a journal entry about `target`? Where it is looked for again."""
        label = target._meta.label_lower
        return any(label == table and (not name or attrgetter(name)(row) == target.pk) for table, name in self.anchors)


@dataclass(frozen=True, slots=True)
class Check:
    """A comparison that no digest of one row makes; `run` gives each difference in words, most of them none."""

    name: str
    run: Callable[[], Iterable[str]]


EVIDENCE: dict[str, Evidence] = {}
CHECKS: list[Check] = []
EMPTYING: set[str] = set()  # actions that seal what is left of rows whose personal data they removed
OTHER_TABLES: dict[str, str] = {}  # tables that are not evidence by themselves, and why


def describe(
    *evidence: Evidence,
    checks: Iterable[Check] = (),
    other: Mapping[str, str] | None = None,
    emptying: Iterable[str] = (),
) -> None:
    """Called once by each app when it is ready."""
    EMPTYING.update(emptying)
    EVIDENCE.update({described.label: described for described in evidence})
    CHECKS.extend(checks)
    OTHER_TABLES.update(other or {})


def of(row: Model | type[Model]) -> Evidence:
    return EVIDENCE[row._meta.label_lower]


def digests(facts: Iterable[Model], gone: Iterable[Model], target: Model) -> Digests:
    """For the journal: the digest of each row as it stands now; null for rows this act takes away."""
    found: Digests = {}
    for rows, are_gone in ((facts, False), (gone, True)):
        for row in rows:
            described = of(row)
            if not described.stands_on(row, target):
                raise ValueError(f"the digest of {described.label} does not belong on {target._meta.label_lower}")
            found.setdefault(described.label, {})[str(row.pk)] = None if are_gone else described.digest_of(row)
    return found


def key() -> bytes:
    """The installation's own; made by the migration, or by the first who needs it."""
    name = str(connection.settings_dict["NAME"])
    if name not in _keys:
        row = EvidenceKey.objects.filter(pk=1).first()
        if row is None:
            row, _created = EvidenceKey.objects.get_or_create(pk=1, defaults={"key": secrets.token_hex(32)})
            return bytes.fromhex(row.key)  # not kept yet: this transaction may roll back
        _keys[name] = bytes.fromhex(row.key)
    return _keys[name]


@cache
def _columns(model: type[Model], names: tuple[str, ...]) -> list[tuple[str, Callable[[Any], Any] | None]]:
    """Each column with what makes of a value just set the one that the database gives back."""
    fields = {field.attname: field for field in model._meta.concrete_fields}
    return [(name, None if fields[name].is_relation else fields[name].to_python) for name in names]


def _spelled(value: Any, to_python: Callable[[Any], Any] | None) -> Any:
    if isinstance(value, FieldFile):
        return str(value)
    return value if to_python is None else to_python(value)
