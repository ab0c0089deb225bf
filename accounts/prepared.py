"""Queries of busy pages, put into SQL once: building and compiling one costs many times what asking it does.

The queryset stays the only place that says what is asked, its permission included. What is kept is its
SQL for one day, a thread at a time; the values of each call (whose, which) are bound to it anew.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import QuerySet
from django.db.models.query import (
    FlatValuesListIterable,
    ModelIterable,
    ValuesIterable,
    ValuesListIterable,
    get_related_populators,
)

from accounts.days import today
from accounts.models import User
from accounts.standing import asked_anew

#: Values that no row has, which mark in the compiled SQL where those of a call go
_NUMBER, _UUID = 2_000_000_000, 0xFEDC << 112


class Prepared:
    """A function that returns a queryset, as a function that returns its rows.

    Its arguments go by name and are numbers, UUIDs or people (of whom the queryset may ask no more than
    their number). They may only be compared with: what shapes the SQL cannot be an argument. Somebody who
    is not signed in or whose account is closed is asked for by the queryset itself.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Any]]) -> None:
        self.build = build
        self.__doc__ = build.__doc__
        self._kept = threading.local()

    def __call__(self, **values: int | UUID | User) -> list[Any]:
        for value in values.values():
            if not isinstance(value, int | UUID) and not (value.is_authenticated and value.is_active):
                return list(self.build(**values))
        kept: _Statement | None = getattr(self._kept, "statement", None)
        if kept is None or kept.day != today() or kept.connection is not connections[DEFAULT_DB_ALIAS]:
            kept = self._kept.statement = _Statement(self.build, values)
        return kept.ask(values)

    def first(self, **values: int | UUID | User) -> Any:
        """The first row, or None; the queryset should ask for no more."""
        return next(iter(self(**values)), None)


prepared = Prepared


class _Statement:
    """The SQL of a queryset on a day, where its values go, and how its rows are read."""

    def __init__(self, build: Callable[..., QuerySet[Any, Any]], values: dict[str, Any]) -> None:
        self.day, self.connection = today(), connections[DEFAULT_DB_ALIAS]
        marks = {name: _mark(value, place) for place, (name, value) in enumerate(values.items())}
        with asked_anew():  # the ids of one person's rights must not get into everybody's SQL
            rows = build(**marks)
        if rows._prefetch_related_lookups or rows._known_related_objects:  # type: ignore[attr-defined]
            raise TypeError("What a prepared query returns comes in one statement, from a manager.")
        self.compiler = rows.query.get_compiler(connection=self.connection)
        try:
            self.sql, params = self.compiler.as_sql()
        except EmptyResultSet:
            self.sql, params = "", ()
        self.params = list(params)
        self.slots = [
            (at, name, type(param))
            for at, param in enumerate(params)
            for name, mark in marks.items()
            if _is(param, _number(mark))
        ]
        if self.sql and {name for _at, name, _kind in self.slots} != set(marks):
            raise TypeError(f"Only values that are compared with can be arguments, not all of {set(marks)}.")
        if self.sql:
            fields = [column[0] for column in self.compiler.select]
            self.converters = list(self.compiler.get_converters(fields).items())
            self.read = _reader(rows, self.compiler)

    def ask(self, values: dict[str, Any]) -> list[Any]:
        if not self.sql:
            return []
        params = list(self.params)
        for at, name, kind in self.slots:
            value = _number(values[name])
            params[at] = value.hex if kind is str else value if kind is UUID else kind(value)
        with self.connection.cursor() as cursor:
            cursor.execute(self.sql, params)
            found = cursor.fetchall()
        return list(self.read(self._converted(found)))

    def _converted(self, rows: list[Any]) -> Iterator[Any]:
        for given in rows:
            row = list(given)
            for at, (converters, expression) in self.converters:
                for convert in converters:
                    row[at] = convert(row[at], expression, self.connection)
            yield tuple(row)


def _mark(value: int | UUID | User, place: int) -> int | UUID | User:
    if isinstance(value, UUID):
        return UUID(int=_UUID + place)
    number = _NUMBER + place
    return number if isinstance(value, int) else User(pk=number, is_active=True)


def _number(value: Any) -> Any:
    """A value as it is compared with: a person by her number."""
    return value.pk if isinstance(value, User) else value


def _is(param: Any, mark: int | UUID) -> bool:
    """Whether a compiled value is a mark, in whichever form the database takes it."""
    return param == mark or (isinstance(mark, UUID) and param == mark.hex)


def _reader(rows: QuerySet[Any, Any], compiler: Any) -> Callable[[Iterator[Any]], Iterator[Any]]:
    """How the rows of a queryset become what iterating it gives."""
    shape = rows._iterable_class  # type: ignore[attr-defined]
    width = compiler.col_count
    if shape is ValuesListIterable:
        return lambda found: (row[:width] for row in found)
    if shape is FlatValuesListIterable:
        return lambda found: (row[0] for row in found)
    if shape is ValuesIterable:
        names = list(rows.query.selected or ())
        return lambda found: (dict(zip(names, row, strict=False)) for row in found)
    if shape is not ModelIterable:
        raise TypeError(f"{shape.__name__} cannot be prepared.")
    return lambda found: _objects(found, compiler, DEFAULT_DB_ALIAS)


def _objects(found: Iterator[Any], compiler: Any, database: str) -> Iterator[Any]:
    """Rows as objects with their related ones, as Django's own ModelIterable makes them."""
    select, info = compiler.select, compiler.klass_info
    start, end = info["select_fields"][0], info["select_fields"][-1] + 1
    names = [column[0].target.attname for column in select[start:end]]
    related = get_related_populators(info, select, database)  # type: ignore[call-arg]
    for row in found:
        made = info["model"].from_db(database, names, row[start:end])
        for populator in related:
            populator.populate(row, made)
        for name, at in compiler.annotation_col_map.items():
            setattr(made, name, row[at])
        yield made
