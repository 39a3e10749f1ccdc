"""Reading a database's schema into a `Catalog`."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from agent.dialects.sqlite import open_read_only, path_of
from agent.errors import DatabaseError
from agent.records import Catalog, Column, ColumnKind, ForeignKey, Table
from agent.schema_index.keys import infer_foreign_keys
from agent.schema_index.words import data_lines

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine
    from sqlalchemy.engine.reflection import Inspector

Facts = dict[str, Any]
_SHADOW = re.compile(
    r"_(data|idx|content|docsize|config|segments|segdir|stat|node|rowid|parent|chunks|vector_chunks\d+)$"
)
# One statement for all tables: SQLAlchemy maps a declared type to a class of its own and forgets the words.
_DECLARED = """
    SELECT m.name, c.name, c.type FROM sqlite_master m, pragma_table_xinfo(m.name) c
    WHERE m.type = 'table'
"""
_VIRTUAL = "SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE 'CREATE VIRTUAL TABLE%'"


def reflect(url: str) -> Catalog:
    """Read every table and view of the default schema, with keys, comments and inferred foreign keys.

    What cannot be read (a view over a table that is gone, a virtual table of a missing extension) is left
    out and the rest is read. Raises DatabaseError when the database cannot be opened or holds no table.
    """
    from sqlalchemy import inspect
    from sqlalchemy.exc import SQLAlchemyError

    engine = _engine(url)
    try:
        with warnings.catch_warnings(), engine.connect() as connection:
            warnings.simplefilter("ignore")
            tables = _read(inspect(connection), connection)
    except SQLAlchemyError as error:
        reason = str(error.__cause__ or error).splitlines()[0]
        raise DatabaseError(f"the schema cannot be read: {reason}") from error
    finally:
        engine.dispose()
    if not tables:
        raise DatabaseError("the database holds no tables", "check the database URL")
    return infer_foreign_keys(_resolve(Catalog(engine.dialect.name, tables)))


def kind_of(declared: str) -> ColumnKind:
    """The family of a declared type; `other` for a type that is unknown or not declared."""
    return next((kind for kind, pattern in _kinds() if pattern.search(declared.lower())), "other")


@cache
def _kinds() -> tuple[tuple[ColumnKind, re.Pattern[str]], ...]:
    pairs = (line.split(maxsplit=1) for line in data_lines("types.txt"))
    return tuple((cast(ColumnKind, kind), re.compile(pattern)) for kind, pattern in pairs)


def _engine(url: str) -> Engine:
    from sqlalchemy import create_engine
    from sqlalchemy.exc import ArgumentError, NoSuchModuleError
    from sqlalchemy.pool import NullPool

    if url.startswith("sqlite:"):
        path = path_of(url)
        return create_engine("sqlite://", creator=lambda: open_read_only(path), poolclass=NullPool)
    try:
        return create_engine(url, poolclass=NullPool)
    except (ArgumentError, NoSuchModuleError, ValueError) as error:
        raise DatabaseError("the database URL is not understood", "for example sqlite:///shop.db") from error
    except ImportError as error:
        raise DatabaseError(f"the database driver is not installed: {error.name}") from error


def _read(inspector: Inspector, connection: Connection) -> tuple[Table, ...]:
    from sqlalchemy.exc import SQLAlchemyError

    tables, views = inspector.get_table_names(), inspector.get_view_names()
    declared: dict[tuple[str, str], str] = {}
    if connection.dialect.name == "sqlite":
        virtual = {name for (name,) in connection.exec_driver_sql(_VIRTUAL)}
        tables = [name for name in tables if not _internal(name, virtual)]
        with suppress(SQLAlchemyError):
            rows = connection.exec_driver_sql(_DECLARED)
            declared = {(table, column): type_name for table, column, type_name in rows}
    names = tables + [name for name in views if name not in tables]
    columns = _all(inspector.get_multi_columns, inspector.get_columns, names)
    keys = _all(inspector.get_multi_pk_constraint, inspector.get_pk_constraint, tables)
    foreign = _all(inspector.get_multi_foreign_keys, inspector.get_foreign_keys, tables)
    comments = {} if connection.dialect.name == "sqlite" else _comments(inspector, names)
    return tuple(
        Table(
            name=name,
            columns=tuple(_column(facts, declared.get((name, facts["name"]))) for facts in columns[name]),
            kind="table" if name in tables else "view",
            comment=comments.get(name) or "",
            primary_key=tuple((keys.get(name) or {}).get("constrained_columns") or ()),
            foreign_keys=_foreign_keys(foreign.get(name) or [], [facts["name"] for facts in columns[name]]),
        )
        for name in sorted(names)
        if columns.get(name)
    )


def _foreign_keys(facts: list[Facts], columns: list[str]) -> tuple[ForeignKey, ...]:
    """The keys in the order of their columns: engines report them in orders of their own."""
    position = {name.lower(): place for place, name in enumerate(columns)}
    keys = [_foreign_key(fact) for fact in facts]
    # A key may write its columns in another case than the table does.
    return tuple(sorted(keys, key=lambda key: position.get(key.columns[0].lower(), 0)))


def _internal(name: str, virtual: set[str]) -> bool:
    shadow = _SHADOW.search(name)
    return name.startswith("sqlite_") or (shadow is not None and name[: shadow.start()] in virtual)


def _all(together: Callable[..., Any], alone: Callable[[str], Any], names: list[str]) -> dict[str, Any]:
    """One bulk call for all names, or, where one of them breaks it, a call for each that can be read."""
    from sqlalchemy.engine.reflection import ObjectKind
    from sqlalchemy.exc import SQLAlchemyError

    try:
        return {name: facts for (_, name), facts in together(kind=ObjectKind.ANY).items()}
    except (SQLAlchemyError, NotImplementedError):
        found: dict[str, Any] = {}
    for name in names:
        with suppress(SQLAlchemyError, NotImplementedError):
            found[name] = alone(name)
    return found


def _comments(inspector: Inspector, names: list[str]) -> dict[str, str]:
    facts = _all(inspector.get_multi_table_comment, inspector.get_table_comment, names)
    return {name: fact["text"] for name, fact in facts.items() if fact}


def _column(facts: Facts, declared: str | None) -> Column:
    type_name = str(facts["type"]) if declared is None else declared
    if type_name == "NULL":
        type_name = ""
    return Column(
        name=facts["name"],
        type=type_name,
        kind=kind_of(type_name),
        nullable=bool(facts.get("nullable", True)),
        comment=facts.get("comment") or "",
    )


def _foreign_key(facts: Facts) -> ForeignKey:
    target = facts["referred_table"]
    schema = facts.get("referred_schema")
    return ForeignKey(
        columns=tuple(facts["constrained_columns"]),
        target=f"{schema}.{target}" if schema else target,
        target_columns=tuple(facts.get("referred_columns") or ()),
    )


def _resolve(catalog: Catalog) -> Catalog:
    """The catalog with foreign keys in its own spelling, without those that point to nothing."""
    return replace(
        catalog,
        tables=tuple(
            replace(table, foreign_keys=tuple(_resolved(catalog, table.foreign_keys))) for table in catalog.tables
        ),
    )


def _resolved(catalog: Catalog, keys: tuple[ForeignKey, ...]) -> Iterator[ForeignKey]:
    for key in keys:
        target = catalog.table(key.target)
        if target is None:
            continue
        found = [target.column(name) for name in key.target_columns or target.primary_key]
        names = tuple(column.name for column in found if column)
        if len(names) == len(key.columns):
            yield replace(key, target=target.id, target_columns=names)
