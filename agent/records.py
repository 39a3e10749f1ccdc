"""The frozen records that travel between the stages of the flow.

They are listed in the order in which the flow makes them. This module imports nothing of ours, so that
every stage can be read, tested and replaced alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, Literal

Row = tuple[Any, ...]
ColumnKind = Literal["text", "integer", "number", "boolean", "date", "datetime", "blob", "other"]


# What the database holds


@dataclass(frozen=True, slots=True)
class Column:
    """A column as the database declares it, with what is known about its meaning.

    `kind` is the family of the declared type, or of the sampled values where the type says little (SQLite
    keeps dates as text). `samples` are a few stored values as text, empty where sampling is off. `tags` are words by
    which a question can be kept to what bears them.
    """

    name: str
    type: str
    kind: ColumnKind = "other"
    nullable: bool = True
    comment: str = ""
    synonyms: tuple[str, ...] = ()
    samples: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """Columns of a table that point to the columns of another; `target` is that table's `id`."""

    columns: tuple[str, ...]
    target: str
    target_columns: tuple[str, ...]
    inferred: bool = False


@dataclass(frozen=True)
class Table:
    """A table or view; `schema` is empty for the database's default schema.

    `unique` are the columns of its unique constraints beside the primary key. `partial` says that the database holds
    more columns than those here, because a policy hides the others. Of date-sharded copies of one table the newest
    has the names of all as `pattern` (`events_YYYYMMDD`) and the ids of the others, oldest first, as `shards`; the
    others have its id as `shard_of`.
    """

    name: str
    columns: tuple[Column, ...]
    schema: str = ""
    kind: Literal["table", "view"] = "table"
    comment: str = ""
    synonyms: tuple[str, ...] = ()
    primary_key: tuple[str, ...] = ()
    foreign_keys: tuple[ForeignKey, ...] = ()
    partial: bool = False
    unique: tuple[tuple[str, ...], ...] = ()
    pattern: str = ""
    shards: tuple[str, ...] = ()
    shard_of: str = ""
    tags: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """The name that is unique in the catalog: `schema.name`, or the bare name in the default schema."""
        return f"{self.schema}.{self.name}" if self.schema else self.name

    @cached_property
    def _by_name(self) -> dict[str, Column]:
        known = {column.name.lower(): column for column in self.columns}
        # Names may differ in case alone.
        return known | {column.name: column for column in self.columns}

    def column(self, name: str) -> Column | None:
        """The column of that name in any case, or None."""
        return self._by_name.get(name) or self._by_name.get(name.lower())


@dataclass(frozen=True, slots=True)
class Term:
    """A word of the house and what it means there; `tables` are the ids of those it is about.

    `columns` are the columns it is about, each with the id of its table, which is among `tables` too.
    """

    term: str
    meaning: str
    tables: tuple[str, ...] = ()
    columns: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Catalog:
    """Every table and view that a connection can see.

    `default_schema` is the name of the schema that tables without one are in, empty where it is not known.
    """

    dialect: str
    tables: tuple[Table, ...]
    default_schema: str = ""
    glossary: tuple[Term, ...] = ()

    @cached_property
    def entries(self) -> tuple[Table, ...]:
        """The tables without the copies that another of them stands for."""
        return tuple(table for table in self.tables if not table.shard_of)

    @cached_property
    def _by_id(self) -> dict[str, Table]:
        known = {table.id.lower(): table for table in self.tables}
        # Names may differ in case alone.
        return known | {table.id: table for table in self.tables}

    def table(self, id: str) -> Table | None:
        """The table of that id in any case, or None."""
        return self._by_id.get(id) or self._by_id.get(id.lower())


@dataclass(frozen=True, slots=True)
class Policy:
    """What an owner lets be asked of a database; what it leaves out does not exist for the flow.

    `tables` are patterns of the tables that may be read, all where there is none, and `hidden` of columns that may
    not: `*` in them stands for any text, and case does not matter. `allow_functions` are names of functions beside
    the listed ones. `limit` and `timeout` are the most rows and seconds that may be asked for.
    """

    tables: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    allow_functions: frozenset[str] = frozenset()
    limit: int | None = None
    timeout: float | None = None


NO_POLICY = Policy()


# Question → Context


@dataclass(frozen=True, slots=True)
class Question:
    """What the user asked, and the day on which they asked it.

    With `tags` only tables that bear one of them, or have a column that does, are meant. `earlier` are the questions
    that it goes on from, first to last.
    """

    text: str
    today: date
    tags: tuple[str, ...] = ()
    earlier: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for a table: where it was found, and by which words of the question.

    `source` names what found it (`exact name`, `name`, `value`, `table vector`, `column vector`, `join`, …). `column`
    is empty where it speaks for the table as a whole, and `words` where vectors were compared. `score` is what it gave.
    """

    source: str
    column: str
    words: str
    score: float


@dataclass(frozen=True, slots=True)
class ScoredTable:
    """A table, how well it fits the question (higher is better), and why: in words, and as evidence."""

    table: Table
    score: float
    reasons: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class ValueMatch:
    """A stored value that occurs in the question: `phrase` as asked, `value` as stored in `table`.`column`.

    `distance` is 0 where the two are the same but for case, accents and the plural; else it is the number of letters
    that must be changed, and the value is a guess. `columns` is the number of columns that store the value: one that
    is stored in many says little of which is meant.
    """

    phrase: str
    table: str
    column: str
    value: str
    distance: int = 0
    columns: int = 1


@dataclass(frozen=True, slots=True)
class NearName:
    """A phrase of the question that may mean a column, or with an empty `column` a table, of another name.

    `phrase` is as typed, between the characters `start` and `end` (not included). `score` is between 0 and 1: the
    cosine of phrase and name where `source` is `vector`, and how much of a word its `synonym` is.
    """

    phrase: str
    start: int
    end: int
    table: str
    column: str
    score: float
    source: Literal["vector", "synonym"]


@dataclass(frozen=True, slots=True)
class Example:
    """A question about this database, and SQL that is known to answer it; `note` says what is worth knowing of it."""

    question: str
    sql: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Context:
    """What a drafter is given: the question, the tables that matter (best first) and the matched values.

    `near` are the names that its other words may mean, in the order of the words and best first. `earlier` is the
    context of the question that this one goes on from. `examples` are questions like this one, the nearest first.
    """

    question: Question
    catalog: Catalog
    tables: tuple[ScoredTable, ...]
    values: tuple[ValueMatch, ...] = ()
    near: tuple[NearName, ...] = ()
    earlier: Context | None = None
    examples: tuple[Example, ...] = ()


# Context → Draft


@dataclass(frozen=True, slots=True)
class Drafting:
    """A sign of life of a model that drafts: what it is doing, and for how many seconds the request has run.

    `model` is its name on its server, and `text` what it has written since the last sign. It is `reading` once it is
    loaded and until it writes, and `waiting` where its server does not tell whether it is loaded. `shortened` says that
    the prompt was too long for it, and that it is asked again with fewer tables.
    """

    stage: Literal["loading", "reading", "waiting", "thinking", "writing", "shortened"]
    model: str
    text: str = ""
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Draft:
    """SQL that nobody has checked yet, with what its drafter assumed.

    `confidence` is between 0 and 1. `alternatives` are other close readings, best first; `reading` says in a few
    words what tells this one from them, and is empty where there are none.
    """

    sql: str
    drafter: str
    confidence: float
    assumptions: tuple[str, ...] = ()
    explanation: str = ""
    alternatives: tuple[Draft, ...] = ()
    reading: str = ""


# Draft → Verdict


@dataclass(frozen=True, slots=True)
class Finding:
    """Why a statement is refused: the rule that found it, what is wrong, and what would be right."""

    rule: str
    message: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class CheckedQuery:
    """The only thing that may reach a database; made by `agent.validators` alone.

    `sql` is regenerated from the tree that was checked. `tables` are the ids of the catalog tables it reads.
    """

    sql: str
    dialect: str
    tables: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """A checked query, or every finding at once."""

    query: CheckedQuery | None
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Attempt:
    """A draft that did not pass, and why: what a drafter is told before it tries again."""

    draft: Draft
    findings: tuple[Finding, ...]


# CheckedQuery → Result → Answer


@dataclass(frozen=True, slots=True)
class Limits:
    """The bounds of one execution: rows returned, seconds, bytes of result, bytes of memory.

    `plan_rows` and `plan_cost` are the most that its plan may expect, as in `Plan`; None is no bound.
    """

    rows: int = 1_000
    seconds: float = 30.0
    result_bytes: int = 64 * 1024 * 1024
    memory_bytes: int = 1024 * 1024 * 1024
    plan_rows: float | None = 10_000_000_000
    plan_cost: float | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What an engine expects of a query: the rows of the largest step, and the cost in its own unit.

    Each is None where the engine does not tell.
    """

    rows: float | None = None
    cost: float | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """The rows of a query; `truncated` says that a limit of rows or bytes cut them. `elapsed` is in seconds."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    truncated: bool = False
    elapsed: float = 0.0


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer with all that is needed to check it. `elapsed` is the whole flow's time in seconds.

    `confidence_reason` says in a sentence what the confidence rests on; it is empty where the drafter alone tells it.
    """

    question: str
    sql: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    tables: tuple[str, ...]
    assumptions: tuple[str, ...]
    explanation: str
    confidence: float
    truncated: bool = False
    elapsed: float = field(default=0.0, compare=False)
    confidence_reason: str = ""


Step = Context | Draft | Verdict | Result | Answer
