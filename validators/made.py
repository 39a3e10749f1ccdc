"""Relations that a function in FROM makes, and the columns that they have."""

from __future__ import annotations

from sqlglot import exp

from agent.validators.grammar import Grammar
from agent.validators.listed import columns_of


def made(relation: exp.Expr) -> exp.Func | None:
    """The call in FROM that makes a relation, None where the relation is a table or a query."""
    if isinstance(relation, exp.Unnest):
        # Within LATERAL it is the LATERAL that is the relation.
        return None if isinstance(relation.parent, exp.Lateral) else relation
    if isinstance(relation, exp.Table | exp.Lateral) and isinstance(relation.this, exp.Func):
        return relation.this
    return None


def as_query(relation: exp.Expr, call: exp.Func, grammar: Grammar) -> exp.Lateral:
    """A query with the columns of the relation, and the arguments of the call as its condition.

    The call itself is kept in the meta data of the query's SELECT, under "call".
    """
    alias = relation.args.get("alias")
    name = alias.this if alias and alias.this else exp.to_identifier(_name(call).lower())
    select = exp.Select(expressions=[_column(part) for part in _columns(relation, call, name, grammar)])
    arguments = [call.this] if isinstance(call, exp.JSONTable) else call.expressions
    if arguments:
        select.set("where", exp.Where(this=exp.Tuple(expressions=[argument.copy() for argument in arguments])))
    select.meta["call"] = call
    return exp.Lateral(this=exp.Subquery(this=select), alias=exp.TableAlias(this=name.copy()))


def _columns(relation: exp.Expr, call: exp.Func, name: exp.Identifier, grammar: Grammar) -> list[exp.Identifier]:
    alias = relation.args.get("alias")
    named = alias.columns if alias else []
    given = [column.this if isinstance(column, exp.ColumnDef) else column for column in named]
    if isinstance(call, exp.JSONTable):
        own = [part.this for part in call.find_all(exp.JSONColumnDef) if isinstance(part.this, exp.Identifier)]
    else:
        own = [exp.to_identifier(column) for column in columns_of(_name(call), grammar)] or [name]
    if isinstance(call, exp.Unnest):
        own = own * len(call.expressions)
    if counter := call.args.get("offset") or relation.args.get("ordinality"):
        own = [*own, counter if isinstance(counter, exp.Identifier) else exp.to_identifier("ordinality")]
    return [*given, *own[len(given) :]]


def _column(name: exp.Identifier) -> exp.Alias:
    return exp.Alias(this=exp.Null(), alias=name.copy())


def _name(call: exp.Func) -> str:
    return call.name if isinstance(call, exp.Anonymous) else call.sql_name()
