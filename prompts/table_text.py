"""What the forms share in which a table is told to a model."""

from __future__ import annotations

from dataclasses import dataclass

from agent.prompts.marks import OF_SCHEMAS, marks_of
from agent.prompts.outside import outside_line
from agent.records import Column, Table

MAX_SAMPLES = 3
MAX_COMMENT = 200

_without_marks = marks_of([OF_SCHEMAS])
_KINDS = {"date": "holds dates", "datetime": "holds dates with time", "boolean": "holds yes or no"}


@dataclass(frozen=True, slots=True)
class Detail:
    """How much is told of a table beyond its names, types and keys."""

    comment_length: int
    samples: int


BARE = Detail(comment_length=0, samples=0)
FULL = Detail(comment_length=MAX_COMMENT, samples=MAX_SAMPLES)


@dataclass(frozen=True, slots=True)
class TableText:
    """A table as a model is told it; `keys` are lines that stand after all tables."""

    body: str
    keys: tuple[str, ...] = ()


def said_of_table(table: Table, detail: Detail) -> tuple[str, ...]:
    """What is told of a table as a whole: that it is a view, or one of several copies, and its comment."""
    said = ["a view"] if table.kind == "view" else []
    if table.shards:
        said.append(_shards(table))
    if table.comment and detail.comment_length:
        said.append(_said(table.comment, detail))
    return tuple(said)


def said_of_column(column: Column, detail: Detail) -> tuple[str, ...]:
    """What is told of a column beside its name, type, keys and samples."""
    # An engine without a type for dates keeps them as text, which the declared type does not tell.
    unlike = column.kind in _KINDS and column.kind[:4] not in column.type.lower()
    said = [_KINDS[column.kind]] if unlike else []
    if column.comment and detail.comment_length:
        said.append(_said(column.comment, detail))
    return tuple(said)


def literal(value: str) -> str:
    """A stored value as a string of SQL; a long one is cut, and then ends in an ellipsis."""
    return "'" + outside_line(value).replace("'", "''") + "'"


def _said(comment: str, detail: Detail) -> str:
    return _without_marks(outside_line(comment, detail.comment_length))


def _shards(table: Table) -> str:
    """That the table is the newest of several, each of which holds the rows of its own date."""
    oldest = table.shards[0].removeprefix(f"{table.schema}." if table.schema else "")
    names = (outside_line(name) for name in (table.pattern, oldest, table.name))
    return "sharded by date: {}, {} tables from {} to {}".format(next(names), len(table.shards) + 1, *names)
