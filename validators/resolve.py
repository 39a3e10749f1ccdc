"""What the names in a query stand for: which tables it reads, and which table each column belongs to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlglot import exp
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import Scope, traverse_scope
from sqlglot.schema import MappingSchema

from agent.records import Catalog, Table
from agent.validators.grammar import FAULTS, Grammar, quietly
from agent.validators.made import as_query, made


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


def resolve(tree: exp.Expr, catalog: Catalog, grammar: Grammar) -> Resolution:
    """Resolve the names of a tree, which is left as it is, against the tables that it names and no others."""
    copy = tree.copy()
    for relation in list(copy.find_all(exp.Table, exp.UDTF)):
        if call := made(relation):
            relation.replace(as_query(relation, call, grammar))
    found: dict[str, Table] = {}
    unknown: dict[str, None] = {}
    defined = _defined(copy, grammar)
    for node in sorted(copy.find_all(exp.Table), key=_position):
        if is_cte(node, grammar, defined):
            continue
        table = lookup(node, catalog, grammar)
        if table is None:
            unknown[".".join(part.name for part in node.parts)] = None
        else:
            found[table.id] = table
            _flatten(node, table)
    for values in copy.find_all(exp.Values):
        _name_columns(values, grammar)
    if grammar.columns_ignore_case:
        _lower_columns(copy)
    tables, missing = tuple(found.values()), tuple(unknown)
    columns: dict[str, object] = {
        grammar.stored(table.id): {grammar.stored_column(column.name): "" for column in table.columns}
        for table in tables
    }
    schema = MappingSchema(columns, dialect=grammar.dialect, normalize=False)
    try:
        with quietly():
            qualified = qualify(
                copy,
                dialect=grammar.dialect,
                schema=schema,
                allow_partial_qualification=True,
                validate_qualify_columns=False,
                quote_identifiers=False,
            )
            return Resolution(tables, missing, schema, tuple(traverse_scope(qualified)))
    except FAULTS as error:
        return Resolution(tables, missing, schema, fault=str(error) or type(error).__name__)


def is_cte(table: exp.Table, grammar: Grammar, defined: Mapping[int, frozenset[str]] | None = None) -> bool:
    """Whether the name is one that a WITH around it defines, in any order; `defined` are the names of each WITH."""
    if table.args.get("db") or not isinstance(table.this, exp.Identifier):
        return False
    name = grammar.compared(table.this)
    around = _withs(table)
    return any(name in (defined[id(with_)] if defined else _names(with_, grammar)) for with_ in around)


def _defined(tree: exp.Expr, grammar: Grammar) -> dict[int, frozenset[str]]:
    return {id(with_): _names(with_, grammar) for with_ in tree.find_all(exp.With)}


def _names(with_: exp.With, grammar: Grammar) -> frozenset[str]:
    return frozenset(cte_name(cte, grammar) for cte in with_.expressions)


def cte_name(cte: exp.CTE, grammar: Grammar) -> str:
    """The name that a WITH gives to a query, as the engine compares it."""
    alias = cte.args["alias"].this
    return grammar.compared(alias) if isinstance(alias, exp.Identifier) else ""


def _position(table: exp.Table) -> int:
    return int(table.this.meta.get("start", 0)) if isinstance(table.this, exp.Expr) else 0


def _withs(node: exp.Expr) -> Iterator[exp.With]:
    ancestor = node.parent
    while ancestor is not None:
        if with_ := ancestor.args.get("with_"):
            yield with_
        ancestor = ancestor.parent


def lookup(node: exp.Table, catalog: Catalog, grammar: Grammar) -> Table | None:
    """The table of the catalog that a node names, unless a WITH defines the name."""
    if not isinstance(node.this, exp.Identifier) or node.args.get("catalog"):
        return None
    db = node.args.get("db")
    schema = grammar.compared(db) if isinstance(db, exp.Identifier) else ""
    if schema and schema == grammar.stored(catalog.default_schema or grammar.default_schema):
        schema = ""
    name = grammar.compared(node.this)

    def fits(table: Table) -> bool:
        # A dot inside a quoted name must not pass for the dot after a schema.
        return grammar.stored(table.name) == name and grammar.stored(table.schema) == schema

    table = catalog.table(f"{schema}.{name}" if schema else name)
    if table and not fits(table):
        # Two tables may differ in case alone, and the catalog's own lookup gives one of them.
        table = next(filter(fits, catalog.tables), None)
    return None if table is None or grammar.is_system(table.id) else table


def _flatten(node: exp.Table, table: Table) -> None:
    """Give the table its id for a name, so that the tables of all schemas stand in one flat mapping."""
    if not node.alias:
        node.set("alias", exp.TableAlias(this=node.this.copy()))
    node.set("this", exp.to_identifier(table.id, quoted=True))
    node.set("db", None)


def _name_columns(values: exp.Values, grammar: Grammar) -> None:
    """Name the columns of a VALUES list as the engine does."""
    alias = values.args.get("alias") or exp.TableAlias()
    if not alias.args.get("columns") and values.expressions:
        word, first = grammar.values_columns
        numbers = range(first, first + len(values.expressions[0].expressions))
        alias.set("columns", [exp.to_identifier(f"{word}{number}") for number in numbers])
        values.set("alias", alias)


def _lower_columns(tree: exp.Expr) -> None:
    """Spell column names in lower case, and leave those of tables."""
    for node in tree.find_all(exp.Identifier):
        parent = node.parent
        is_alias = isinstance(parent, exp.Alias) or (isinstance(parent, exp.TableAlias) and node.arg_key == "columns")
        if is_alias or (isinstance(parent, exp.Column) and node.arg_key == "this"):
            node.set("this", node.name.lower())
