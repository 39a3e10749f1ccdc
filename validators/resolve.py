"""What the names in a query stand for: which tables it reads, and which table each column belongs to."""

from __future__ import annotations

import string
from collections.abc import Iterator
from dataclasses import dataclass

from sqlglot import exp
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import Scope, traverse_scope
from sqlglot.schema import MappingSchema

from agent.records import Catalog, Table
from agent.validators.grammar import DIALECTS, FAULTS, quietly

# SQLite compares names without regard to the case of A to Z alone.
_LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)


@dataclass(frozen=True)
class Resolution:
    """The tables that a query names, and its scopes with every column under the relation that it belongs to.

    `tables` are in order of appearance. `unknown` are the names that are no table. `scopes` are those of a
    qualified copy of the tree, inner ones first, and empty where `fault` says why it could not be qualified.
    """

    tables: tuple[Table, ...]
    unknown: tuple[str, ...]
    schema: MappingSchema
    scopes: tuple[Scope, ...] = ()
    fault: str = ""


def resolve(tree: exp.Expr, catalog: Catalog) -> Resolution:
    """Resolve the names of a tree, which is left as it is, against the tables that it names and no others."""
    copy = tree.copy()
    found: dict[str, Table] = {}
    unknown: dict[str, None] = {}
    for node in sorted(copy.find_all(exp.Table), key=lambda node: node.this.meta.get("start", 0)):
        if is_cte(node):
            continue
        table = _lookup(node, catalog)
        if table is None:
            unknown[".".join(part.name for part in node.parts)] = None
        else:
            found[table.id] = table
            _flatten(node, table)
    for values in copy.find_all(exp.Values):
        _name_columns(values)
    tables, missing = tuple(found.values()), tuple(unknown)
    columns: dict[str, object] = {
        lower(table.id): {lower(column.name): "" for column in table.columns} for table in tables
    }
    dialect = DIALECTS[catalog.dialect]
    schema = MappingSchema(columns, dialect=dialect, normalize=False)
    try:
        with quietly():
            qualified = qualify(
                copy,
                dialect=dialect,
                schema=schema,
                allow_partial_qualification=True,
                validate_qualify_columns=False,
                quote_identifiers=False,
            )
            return Resolution(tables, missing, schema, tuple(traverse_scope(qualified)))
    except FAULTS as error:
        return Resolution(tables, missing, schema, fault=str(error) or type(error).__name__)


def lower(name: str) -> str:
    """The name as SQLite compares it."""
    return name.translate(_LOWER)


def is_cte(table: exp.Table) -> bool:
    """Whether the name is one that a WITH around it defines, as SQLite sees it: in any order."""
    if table.args.get("db"):
        return False
    return any(lower(cte.alias) == lower(table.name) for with_ in _withs(table) for cte in with_.expressions)


def _withs(node: exp.Expr) -> Iterator[exp.With]:
    ancestor = node.parent
    while ancestor is not None:
        if with_ := ancestor.args.get("with_"):
            yield with_
        ancestor = ancestor.parent


def _lookup(node: exp.Table, catalog: Catalog) -> Table | None:
    if not isinstance(node.this, exp.Identifier):
        return None
    schema = node.db
    if catalog.dialect == "sqlite" and lower(schema) == "main":
        schema = ""
    table = catalog.table(f"{schema}.{node.name}" if schema else node.name)
    # A dot inside a quoted name must not pass for the dot after a schema.
    return table if table and lower(table.name) == lower(node.name) else None


def _flatten(node: exp.Table, table: Table) -> None:
    """Give the table its id for a name, so that the tables of all schemas stand in one flat mapping."""
    if not node.alias:
        node.set("alias", exp.TableAlias(this=exp.to_identifier(node.name, quoted=True)))
    node.set("this", exp.to_identifier(table.id, quoted=True))
    node.set("db", None)


def _name_columns(values: exp.Values) -> None:
    """Name the columns of a VALUES list as SQLite does: column1, column2 and so on."""
    alias = values.args.get("alias") or exp.TableAlias()
    if not alias.args.get("columns") and values.expressions:
        count = len(values.expressions[0].expressions)
        alias.set("columns", [exp.to_identifier(f"column{number}") for number in range(1, count + 1)])
        values.set("alias", alias)
