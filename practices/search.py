"""Full-text search of the base: PostgreSQL (tsvector with GIN) and SQLite (FTS5) give the same answers.

The index is a table outside Django's models, `practices_search`, made by a migration for either
database. A record matches when it has every word of the query; its rank adds up where each word
stands (title above abstract above the rest, a full stem above a shared beginning). Both engines
only answer "does this record have this token", so ranks are equal by construction.
"""

import json
from collections.abc import Iterable
from typing import Any

from django.db import connection
from django.db.models import BooleanField, Case, Expression, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce

from common.taxonomy import SECTION_BY_CODE, TOOL_BY_CODE
from practices.models import Practice
from practices.search_words import ABSTRACT, BODY, PREFIX, TITLE, prefix, query_words, stems, tokens

BATCH = 2_000  # records a statement; an announcement fits in one
# The chosen records travel as one JSON list, so the statements never change.
INDEXING = {
    "postgresql": (
        "DELETE FROM practices_search "
        "WHERE practice_id IN (SELECT value::bigint FROM json_array_elements_text(%s::json) AS chosen (value))",
        "INSERT INTO practices_search (practice_id, tokens) "
        "SELECT id, array_to_tsvector(string_to_array(search_tokens, ' ')) FROM practices_practice "
        "WHERE id IN (SELECT value::bigint FROM json_array_elements_text(%s::json) AS chosen (value))",
    ),
    "sqlite": (
        "DELETE FROM practices_search WHERE rowid IN (SELECT value FROM json_each(%s))",
        "INSERT INTO practices_search (rowid, tokens) "
        "SELECT id, search_tokens FROM practices_practice WHERE id IN (SELECT value FROM json_each(%s))",
    ),
}
POINTS = {TITLE: 12, ABSTRACT: 6, BODY: 3, PREFIX: 1}


class Matches(Expression):
    """True for the records that have, of every group, at least one token. Tokens are [a-z0-9]+: nothing to escape.

    All groups are one question to the index, because each question reads the tokens anew.
    """

    conditional = True

    def __init__(self, *groups: Iterable[str]) -> None:
        super().__init__(output_field=BooleanField())
        self.groups = [sorted(group) for group in groups]

    def as_sql(self, compiler: Any, connection: Any, **_context: Any) -> tuple[str, tuple[str]]:
        alias = compiler.query.get_initial_alias()
        column = f"{connection.ops.quote_name(alias)}.{connection.ops.quote_name('id')}"
        if connection.vendor == "postgresql":
            found, either, both = "SELECT practice_id FROM practices_search WHERE tokens @@ %s::tsquery", " | ", " & "
        else:
            found, either, both = "SELECT rowid FROM practices_search WHERE practices_search MATCH %s", " OR ", " AND "
        wanted = both.join(f"({either.join(group)})" for group in self.groups)
        return f"{column} IN ({found})", (wanted,)


def find(practices: QuerySet[Practice], query: str) -> QuerySet[Practice]:
    """The records having every word of `query`, with `relevance`. A query without any word finds nothing."""
    asked = query_words(query)
    if not asked:
        return practices.none().annotate(relevance=Value(0))
    relevance: Any = Value(0)
    groups = []
    for word in asked:
        exact = {place: [place + stem for stem in stems(word)] for place in (TITLE, ABSTRACT, BODY)}
        start = [PREFIX + prefix(word)] if prefix(word) else []
        groups.append([*exact[TITLE], *exact[ABSTRACT], *exact[BODY], *start])
        steps = [When(Matches(exact[place]), then=POINTS[place]) for place in exact if exact[place]]
        relevance = relevance + Case(*steps, default=POINTS[PREFIX], output_field=IntegerField())
    return practices.filter(Q(Matches(*groups))).annotate(relevance=Coalesce(relevance, 0, output_field=IntegerField()))


def tokens_of(practice: Practice, tool_codes: Iterable[str]) -> str:
    """What `Practice.search_tokens` holds for this record."""
    section = SECTION_BY_CODE.get(practice.section)
    parent = SECTION_BY_CODE.get(section.parent) if section else None
    named = [term for term in (section, parent) if term]
    tools = [TOOL_BY_CODE[code] for code in tool_codes if code in TOOL_BY_CODE]
    return tokens(
        title=practice.title,
        abstract=[
            practice.abstract,
            practice.unit_name,
            practice.locality,
            practice.implementing_unit,
            *(f"{term.pl} {term.en}" for term in (*named, *tools)),
        ],
        body=[
            practice.county_name,
            practice.context,
            practice.goals,
            practice.actions,
            practice.cost,
            practice.results,
            practice.integration,
            practice.difficulties,
            practice.advice,
            practice.justification,
            practice.edition_title,
            *(str(item.get("name", "")) for item in practice.indicators or [] if isinstance(item, dict)),
        ],
    )


def index(practice_ids: Iterable[int] | None = None) -> None:
    """Bring the index up to date with `search_tokens`, in the caller's transaction; None: every record."""
    chosen = list(Practice.objects.values_list("pk", flat=True)) if practice_ids is None else list(practice_ids)
    with connection.cursor() as cursor:
        if practice_ids is None:
            cursor.execute("DELETE FROM practices_search")
        for start in range(0, len(chosen), BATCH):
            asked = json.dumps(chosen[start : start + BATCH])
            for statement in INDEXING[connection.vendor]:
                cursor.execute(statement, [asked])
