"""A query in plain words: the explanation beside an answer, and the names that assumptions use."""

from __future__ import annotations

from agent.drafters.builtin.dates import Window
from agent.drafters.builtin.lexicon import Lexicon
from agent.drafters.builtin.query import (
    AllColumns,
    BucketTerm,
    ColumnTerm,
    Condition,
    Exists,
    Query,
    RelatedTerm,
    Term,
    Value,
)
from agent.drafters.builtin.tokens import stem
from agent.records import Catalog
from agent.schema_index.words import humanise

_FUNCTIONS = {"sum": "sum of", "avg": "average", "min": "lowest", "max": "highest", "count": "number of"}
_OPERATORS = {
    ">": "over",
    ">=": "at least",
    "<": "under",
    "<=": "at most",
    "=": "equal to",
    "!=": "not",
}


def explain(query: Query, catalog: Catalog) -> str:
    """One sentence that says what the query returns."""
    parts = [_list([spoken(term, catalog) for term in query.select])]
    where = [_condition(condition, catalog) for condition in query.where]
    if where:
        parts.append(f"where {_list(where)}")
    if query.having:
        parts.append(f"with {_list([_condition(condition, catalog) for condition in query.having])}")
    if query.order_by:
        key = query.order_by[0]
        direction = "highest" if key.descending else "lowest"
        if isinstance(key.term, BucketTerm) or query.limit is None:
            parts.append(f"in order of {spoken(key.term, catalog)}{', highest first' if key.descending else ''}")
        else:
            parts.append(f"{direction} {spoken(key.term, catalog)} first")
    if query.limit:
        parts.append("first row" if query.limit == 1 else f"first {query.limit}")
    text = ", ".join(parts)
    return text[:1].upper() + text[1:] + "."


def spoken(term: Term, catalog: Catalog) -> str:
    """A term as one would say it: "sum of order totals", "customer name", "month of orders.ordered_at"."""
    if isinstance(term, AllColumns):
        return f"all of {term.table}"
    if isinstance(term, BucketTerm):
        return f"{term.unit} of {term.column.table}.{term.column.column}"
    if isinstance(term, ColumnTerm):
        return name_of(term, catalog)
    if isinstance(term, RelatedTerm):
        narrowed = _list([_condition(condition, catalog) for condition in term.conditions])
        return spoken(term.measure, catalog) + (f" where {narrowed}" if narrowed else "")
    if term.column is None:
        return f"number of {humanise(term.table)}"
    name = name_of(term.column, catalog)
    if term.function == "count":
        return f"number of different {plural(name)}"
    return f"{_FUNCTIONS[term.function]} {plural(name) if term.function == 'sum' else name}"


def name_of(term: ColumnTerm, catalog: Catalog) -> str:
    """A column with its table in the singular: "order total"; the column alone where it says the table already."""
    table = catalog.table(term.table)
    table_words = humanise(table.name if table else term.table).split()
    column = humanise(term.column)
    owner = " ".join([*table_words[:-1], singular(table_words[-1])]) if table_words else ""
    repeated = {stem(word) for word in table_words} & {stem(word) for word in column.split()}
    return column if repeated else f"{owner} {column}".strip()


def singular(word: str) -> str:
    """An English noun without its plural ending."""
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "xes", "ches", "shes")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith(("ss", "us", "is")) else word


def plural(phrase: str) -> str:
    """An English noun phrase in the plural."""
    if phrase.endswith("s"):
        return phrase
    if phrase.endswith("y") and phrase[-2:-1] not in "aeiou":
        return phrase[:-1] + "ies"
    return phrase + ("es" if phrase.endswith(("x", "ch", "sh")) else "s")


def is_plural(phrase: str) -> bool:
    """Whether an English noun phrase ends in a plural ("customers", not "status")."""
    word = phrase.casefold()
    return (word.endswith("s") and not word.endswith(("ss", "us", "is"))) or word in {
        "people",
        "children",
        "men",
        "women",
    }


def is_verb(phrase: str, lexicon: Lexicon) -> bool:
    """Whether a phrase has the form of a past participle ("ordered", "sold")."""
    word = phrase.casefold()
    return word.endswith("ed") or word in lexicon.participles


def _condition(condition: Condition | Exists, catalog: Catalog) -> str:
    if isinstance(condition, Exists):
        narrowed = _list([_condition(inner, catalog) for inner in condition.conditions])
        which = f" where {narrowed}" if narrowed else ""
        return f"there {'is no' if condition.negated else 'is at least one'} row of {humanise(condition.table)}{which}"
    name = spoken(condition.term, catalog)
    if condition.operator == "null":
        return f"{name} is {'known' if condition.negated else 'missing'}"
    if condition.operator == "window":
        return f"{name} is in {_value(condition.values[0])}"
    if condition.operator == "between":
        return f"{name} is between {_value(condition.values[0])} and {_value(condition.values[1])}"
    if condition.operator == "in":
        values = " or ".join(map(_value, condition.values))
        return f"{name} is {'not ' if condition.negated else ''}{values}"
    if isinstance(condition.values[0], bool):
        return f"{name} is {'true' if condition.values[0] else 'false'}"
    return f"{name} is {_OPERATORS[condition.operator]} {_value(condition.values[0])}"


def _value(value: Value) -> str:
    return str(value) if isinstance(value, Window) else repr(value) if isinstance(value, str) else str(value)


def _list(parts: list[str]) -> str:
    return ", ".join(parts[:-1]) + (" and " if len(parts) > 1 else "") + (parts[-1] if parts else "")
