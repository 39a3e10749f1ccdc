"""What people say of a database: descriptions, synonyms, tags and a glossary, laid over its catalog."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from agent.errors import UsageError
from agent.records import Catalog, Column, Table, Term

SETTING = "the setting descriptions"
TABLE_KEYS = ("description", "synonyms", "tags", "columns")
COLUMN_KEYS = ("description", "synonyms", "tags")
TERM_KEYS = ("meaning", "tables", "columns")


def _none(_: str) -> bool:
    return False


def apply_descriptions(
    catalog: Catalog,
    descriptions: Path | Mapping[str, Any],
    is_left_out: Callable[[str], bool] = _none,
    origin: str = "",
) -> Catalog:
    """The catalog with the descriptions of a YAML file, or of a mapping of the same form, laid over it.

    A description takes the place of a comment; synonyms, tags and terms come to those there are. Of copies by date one
    stands for all, whichever is named, or the pattern of their names. What is said of a table of which `is_left_out`
    is true is passed over. Raises UsageError that names the file, or else the `origin`,
    and the key when the file cannot be read, has another form, or names a table or column that does not exist.
    """
    origin = str(descriptions) if isinstance(descriptions, Path) else origin or SETTING
    said = load_descriptions(descriptions) if isinstance(descriptions, Path) else descriptions
    parts = _mapping(said, f"{origin}: it", ("tables", "glossary"))
    described: dict[str, Table] = {}
    for name, entry in _mapping(parts.get("tables"), f"{origin}: tables").items():
        if (table := _entry(catalog, name)) is not None:
            described[table.id] = _described(f"{origin}: tables.{table.id}", described.get(table.id, table), entry)
        elif not is_left_out(name):
            raise _unknown(f"{origin}: tables.{name}", "table", name, (table.id for table in catalog.tables))
    tables = tuple(described.get(table.id, table) for table in catalog.tables)
    terms = {term.term.casefold(): term for term in catalog.glossary}
    for name, entry in _mapping(parts.get("glossary"), f"{origin}: glossary").items():
        terms[name.casefold()] = _term(f"{origin}: glossary.{name}", name, entry, catalog, is_left_out)
    return replace(catalog, tables=tables, glossary=tuple(terms.values()))


def load_descriptions(file: Path) -> Any:
    """What a YAML file of descriptions holds; UsageError that names it when it cannot be read."""
    # Here and not above: an index that is only opened reads no descriptions.
    import yaml

    from agent.settings_file import LOADER

    try:
        return yaml.load(file.read_text(encoding="utf-8"), LOADER) or {}  # noqa: S506 - it is the safe one
    except OSError as error:
        raise UsageError(f"{file}: cannot be read: {error.strerror}", "check the descriptions setting") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise UsageError(f"{file}: not valid YAML: {' '.join(str(error).split())}") from error


def lasting_name(table: Table) -> str:
    """The name under which a table is described: that of its copies by date, which comes to mean the newest."""
    name = table.pattern or table.name
    return f"{table.schema}.{name}" if table.schema else name


def find_table(catalog: Catalog, name: str) -> Table:
    """The table of that name in any case, of copies by date the one that stands for them.

    Raises UsageError with the nearest name when there is none.
    """
    table = _entry(catalog, name)
    if table is None:
        near = _nearest(name, (table.id for table in catalog.tables))
        raise UsageError(f"there is no table {name}", near or "agent schema search finds tables")
    return table


def find_column(table: Table, name: str) -> Column:
    """The column of a table by its name in any case; UsageError with the nearest name when there is none."""
    column = table.column(name)
    if column is None:
        near = _nearest(name, (column.name for column in table.columns))
        raise UsageError(
            f"the table {table.id} has no column {name}", near or f"agent schema show {table.id} lists them"
        )
    return column


def _entry(catalog: Catalog, name: str) -> Table | None:
    if (table := catalog.table(name)) is not None:
        return catalog.table(table.shard_of) if table.shard_of else table
    patterns = (table for table in catalog.tables if table.pattern)
    return next((table for table in patterns if lasting_name(table).lower() == name.lower()), None)


def _described(where: str, table: Table, entry: Any) -> Table:
    facts = _mapping(entry, where, TABLE_KEYS)
    columns = {column.name: column for column in table.columns}
    for name, short in _mapping(facts.get("columns"), f"{where}.columns").items():
        column, place = table.column(name), f"{where}.columns.{name}"
        if column is None:
            raise _unknown(place, "column", name, columns)
        said = _mapping(short if isinstance(short, dict) else {"description": short}, place, COLUMN_KEYS)
        columns[column.name] = replace(column, **_said(place, columns[column.name], said))
    return replace(table, columns=tuple(columns.values()), **_said(where, table, facts))


def _said(where: str, what: Table | Column, facts: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "comment": _text(facts.get("description"), f"{where}.description") or what.comment,
        "synonyms": _united(what.synonyms, _texts(facts.get("synonyms"), f"{where}.synonyms")),
        "tags": _united(what.tags, _texts(facts.get("tags"), f"{where}.tags")),
    }


def _term(where: str, name: str, entry: Any, catalog: Catalog, is_left_out: Callable[[str], bool]) -> Term:
    facts = _mapping(entry if isinstance(entry, dict) else {"meaning": entry}, where, TERM_KEYS)
    meaning = _text(facts.get("meaning"), f"{where}.meaning")
    if not meaning:
        raise UsageError(f"{where} has no meaning", "write what the term means after it")
    named = _texts(facts.get("tables"), f"{where}.tables")
    tables = [table.id for each in named if (table := _table(f"{where}.tables", each, catalog, is_left_out))]
    columns: list[tuple[str, str]] = []
    for path in _texts(facts.get("columns"), f"{where}.columns"):
        of, _, column_name = path.rpartition(".")
        if not of:
            raise UsageError(f"{where}.columns: {path} names no column", f"write table.{path}")
        if table := _table(f"{where}.columns", of, catalog, is_left_out):
            column = table.column(column_name)
            if column is None:
                raise _unknown(f"{where}.columns.{path}", "column", column_name, (c.name for c in table.columns))
            columns.append((table.id, column.name))
    concerned = dict.fromkeys([*tables, *(of for of, _ in columns)])
    return Term(" ".join(name.split()), meaning, tuple(concerned), tuple(dict.fromkeys(columns)))


def _table(where: str, name: str, catalog: Catalog, is_left_out: Callable[[str], bool]) -> Table | None:
    table = _entry(catalog, name)
    if table is None and not is_left_out(name):
        raise _unknown(f"{where}.{name}", "table", name, (table.id for table in catalog.tables))
    return table


def _mapping(value: Any, where: str, known: tuple[str, ...] = ()) -> Mapping[str, Any]:
    """A mapping of names; a name with nothing after it says nothing."""
    if value is None:
        return {}
    if not isinstance(value, Mapping) or not all(isinstance(name, str) for name in value):
        raise UsageError(f"{where} must map names to descriptions", "put a name such as yes or 2024 in quotes")
    for name in value:
        if known and name not in known:
            raise UsageError(f"{where}: unknown key {name!r}", f"the keys are: {', '.join(sorted(known))}")
    return value


def _text(value: Any, where: str) -> str:
    if value is not None and not isinstance(value, str):
        raise UsageError(f"{where} must be text", "put it in quotes")
    return " ".join((value or "").split())


def _texts(value: Any, where: str) -> tuple[str, ...]:
    if value is not None and not isinstance(value, list | tuple):
        raise UsageError(f"{where} must be a list of words", "write them in brackets, such as [one, two]")
    return tuple(filter(None, (_text(item, where) for item in value or ())))


def _united(those: tuple[str, ...], more: tuple[str, ...]) -> tuple[str, ...]:
    """Both, without what differs in case alone from one before it."""
    united: dict[str, str] = {}
    for word in (*those, *more):
        united.setdefault(word.casefold(), word)
    return tuple(united.values())


def _unknown(where: str, what: str, name: str, names: Iterable[str]) -> UsageError:
    return UsageError(f"{where}: there is no such {what}", _nearest(name, names))


def _nearest(name: str, names: Iterable[str]) -> str:
    known = {known.lower(): known for known in names}
    # The name alone of a table in a schema is near to it, however long the schema's is.
    bare = [known[other] for other in known if other.rpartition(".")[2] == name.lower()]
    near = bare or [known[other] for other in get_close_matches(name.lower(), known, n=1, cutoff=0.5)]
    return f"did you mean {near[0]}?" if near else ""
