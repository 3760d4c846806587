"""Reads that every page makes: their statement is put together once, which costs more than running it.

What no row has, as a negative number, stands in the statement for each value that changes:

    PERSON = -1
    MEMBERSHIPS = Prepared(lambda: Membership.objects.filter(user=PERSON))
    MEMBERSHIPS.rows({PERSON: user.pk})
"""

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any, Generic, TypeVar

from django.db import connection
from django.db.models import Model, QuerySet
from django.db.models.query import get_related_populators

ModelT = TypeVar("ModelT", bound=Model)
Values = Mapping[int | str, int | str]


class Prepared(Generic[ModelT]):
    """Rows of one model as its queryset would give them, with `select_related` and annotations."""

    def __init__(self, build: Callable[[], QuerySet[ModelT]]) -> None:
        self._build = build

    @cached_property
    def _statement(self) -> "_Statement[ModelT]":
        return _Statement(self._build())

    @property
    def model(self) -> type[ModelT]:
        return self._statement.model

    def rows(self, values: Values) -> list[ModelT]:
        statement = self._statement
        with connection.cursor() as cursor:
            cursor.execute(statement.sql, [values.get(param, param) for param in statement.params])
            found = cursor.fetchall()
        return [statement.read(row) for row in statement.compiler.apply_converters(found, statement.converters)]

    def first(self, values: Values) -> ModelT | None:
        return next(iter(self.rows(values)), None)


class _Statement(Generic[ModelT]):
    """What Django's `ModelIterable` finds out anew for each reading: the SQL, and how rows become objects."""

    def __init__(self, queryset: QuerySet[ModelT]) -> None:
        self.compiler: Any = queryset.query.get_compiler(connection=connection)
        self.sql, params = self.compiler.as_sql()
        self.params = tuple(params)
        select, info = self.compiler.select, self.compiler.klass_info
        self.converters = self.compiler.get_converters([column for column, _sql, _alias in select])
        self.model = queryset.model
        self.end = len(info["select_fields"])
        self.names = [column.target.attname for column, _sql, _alias in select[: self.end]]
        self.related = get_related_populators(info, select, connection.alias)  # type: ignore[call-arg]
        self.annotations = self.compiler.annotation_col_map.items()

    def read(self, row: list[Any]) -> ModelT:
        instance = self.model.from_db(connection.alias, self.names, row[: self.end])
        for populator in self.related:
            populator.populate(row, instance)
        for name, place in self.annotations:
            setattr(instance, name, row[place])
        return instance
