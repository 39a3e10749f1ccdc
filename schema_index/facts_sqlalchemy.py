"""What SQLAlchemy finds in a database of an engine that sqlwright has no module for."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import chain
from typing import TYPE_CHECKING, Any

from agent.dialects.address import Address
from agent.errors import DatabaseError, UsageError
from agent.schema_index.facts import ColumnFact, Facts, KeyPart, Relation, facts_of

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlalchemy.engine.reflection import Inspector


def read_any(address: Address, schemas: tuple[str, ...]) -> Facts:
    """What the engine says of the named schemas, or of its default schema; what cannot be read is left out."""
    from sqlalchemy import inspect
    from sqlalchemy.exc import SQLAlchemyError

    engine = _engine(address)
    try:
        with warnings.catch_warnings(), engine.connect() as connection:
            warnings.simplefilter("ignore")
            inspector = inspect(connection)
            default = inspector.default_schema_name
            parts = [_read(inspector, None if name == default else name) for name in schemas or (default,)]
    except SQLAlchemyError as error:
        reason = _one_line(error.__cause__ or error)
        raise DatabaseError(f"the schema cannot be read: {reason}", "check the database URL") from error
    except Exception as error:  # a dialect that is no part of SQLAlchemy may raise anything
        raise DatabaseError(f"the schema cannot be read: {type(error).__name__}: {_one_line(error)}") from error
    finally:
        engine.dispose()
    facts = facts_of(
        chain.from_iterable(part.relations for part in parts),
        chain.from_iterable(part.columns for part in parts),
        chain.from_iterable(part.keys for part in parts),
    )
    return facts._replace(default_schema=default or "")


def _engine(address: Address) -> Engine:
    from sqlalchemy import create_engine
    from sqlalchemy.exc import ArgumentError, NoSuchModuleError
    from sqlalchemy.pool import NullPool

    try:
        return create_engine(address.url, poolclass=NullPool)
    except NoSuchModuleError as error:
        raise UsageError(
            f"no driver for {address.dialect} is installed",
            "install the package that adds this dialect to SQLAlchemy, and check the spelling of the URL",
        ) from error
    except ImportError as error:
        module = error.name or "unknown"
        raise UsageError(
            f"the driver of this database is not installed: the module {module} is missing", "install it with pip"
        ) from error
    except (ArgumentError, ValueError, TypeError) as error:
        raise UsageError("the database URL is not understood", "write engine://user:password@host/database") from error


def _one_line(error: BaseException) -> str:
    return " ".join(str(error).split())


def _read(inspector: Inspector, schema: str | None) -> Facts:
    tables, views = inspector.get_table_names(schema), _names(lambda: inspector.get_view_names(schema))
    names = [*tables, *(name for name in views if name not in tables)]
    columns = _all(inspector.get_multi_columns, inspector.get_columns, names, schema)
    comments = _all(inspector.get_multi_table_comment, inspector.get_table_comment, names, schema)
    own = schema or ""
    return Facts(
        [
            Relation(own, name, "table" if name in tables else "view", (comments.get(name) or {}).get("text") or "")
            for name in names
        ],
        [_column(own, name, place, fact) for name in names for place, fact in enumerate(columns.get(name) or ())],
        list(_keys(inspector, tables, schema)),
    )


def _keys(inspector: Inspector, tables: list[str], schema: str | None) -> Iterator[KeyPart]:
    primary = _all(inspector.get_multi_pk_constraint, inspector.get_pk_constraint, tables, schema)
    unique = _all(inspector.get_multi_unique_constraints, inspector.get_unique_constraints, tables, schema)
    foreign = _all(inspector.get_multi_foreign_keys, inspector.get_foreign_keys, tables, schema)
    own = schema or ""
    for name in tables:
        for place, column in enumerate((primary.get(name) or {}).get("constrained_columns") or ()):
            yield KeyPart(own, name, "", column, "", "", "", place, "primary")
        for number, key in enumerate(unique.get(name) or ()):
            for place, column in enumerate(key["column_names"]):
                yield KeyPart(own, name, f"unique {number:06}", column, "", "", "", place, "unique")
        for number, key in enumerate(foreign.get(name) or ()):
            other, target = key.get("referred_schema") or "", key["referred_table"]
            for place, (column, part) in enumerate(_pairs(key)):
                yield KeyPart(own, name, f"{number:06}", column, other, target, part, place, "foreign")


def _column(schema: str, table: str, place: int, fact: dict[str, Any]) -> ColumnFact:
    try:
        type_name = str(fact["type"])
    except Exception:  # a type that cannot be written in SQL has no name, in an error of the dialect's own
        type_name = ""
    type_name = "" if type_name == "NULL" else type_name
    nullable = bool(fact.get("nullable", True))
    return ColumnFact(schema, table, fact["name"], type_name, type_name, nullable, fact.get("comment") or "", place)


def _pairs(key: dict[str, Any]) -> list[tuple[str, str]]:
    own = key["constrained_columns"]
    return list(zip(own, key.get("referred_columns") or [""] * len(own), strict=True))


def _names(read: Callable[[], list[str]]) -> list[str]:
    try:
        return read()
    except NotImplementedError:
        return []


def _all(
    together: Callable[..., Any], alone: Callable[..., Any], names: list[str], schema: str | None
) -> dict[str, Any]:
    """One bulk call for all names, or, where one of them breaks it, a call for each that can be read."""
    from sqlalchemy.engine.reflection import ObjectKind
    from sqlalchemy.exc import SQLAlchemyError

    try:
        return {name: found for (_, name), found in together(schema=schema, kind=ObjectKind.ANY).items()}
    except (SQLAlchemyError, NotImplementedError):
        found = {}
    for name in names:
        with suppress(SQLAlchemyError, NotImplementedError):
            found[name] = alone(name, schema=schema)
    return found
