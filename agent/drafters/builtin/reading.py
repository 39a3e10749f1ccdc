"""A reading in progress: the items not yet used, and what the rules have made of the others."""

from __future__ import annotations

from dataclasses import dataclass, field

from agent.drafters.builtin.choices import Decisions
from agent.drafters.builtin.dates import Window
from agent.drafters.builtin.items import Item, Mention
from agent.drafters.builtin.lexicon import Lexicon, Marker, Unit
from agent.drafters.builtin.query import ColumnTerm, Condition, Exists, MeasureTerm, Ordering, Term
from agent.drafters.builtin.schema import fans_out, is_connected, label_columns
from agent.errors import NotUnderstoodError
from agent.records import Catalog, Context, Table


@dataclass
class Reading:
    """What one reading of the question has come to so far. Rules take items out and add parts of the query.

    `subject` is the table that the question is about, and `head` the noun in the question that names it or what
    is ranked. `per_subject` says that each row of the subject gets a line of its own. `windows` wait for the
    date column that they are about. `said_at` tells for conditions, by position, at which token their value
    ended. `confidence` falls with every assumption.
    """

    items: list[Item]
    context: Context
    lexicon: Lexicon
    decisions: Decisions
    subject: Table | None = None
    head: Item | None = None
    per_subject: bool = False
    select: list[Term] = field(default_factory=list)
    measures: list[MeasureTerm] = field(default_factory=list)
    where: list[Condition | Exists] = field(default_factory=list)
    group_by: list[Term] = field(default_factory=list)
    order_by: list[Ordering] = field(default_factory=list)
    grouped_tables: list[Table] = field(default_factory=list)
    bucket: Unit | None = None
    windows: list[tuple[str, Window]] = field(default_factory=list)
    said_at: dict[int, int] = field(default_factory=dict)
    limit: int | None = None
    distinct: bool = False
    assumptions: list[str] = field(default_factory=list)
    confidence: float = 0.95

    @property
    def catalog(self) -> Catalog:
        """The catalog that the question is asked of."""
        return self.context.catalog

    @property
    def is_grouped(self) -> bool:
        """Whether the question groups by a column or a calendar unit."""
        return bool(self.group_by or self.bucket)

    def assume(self, text: str, doubt: float = 0.05) -> None:
        """Note an assumption, and how much it takes from the confidence."""
        if text not in self.assumptions:
            self.assumptions.append(text)
            self.confidence *= 1 - doubt

    def use(self, *items: Item) -> None:
        """Take items out of what is still to be read."""
        self.items = [item for item in self.items if item not in items]

    def at(self, position: int) -> Item | None:
        """The item at a position, or None outside."""
        return self.items[position] if 0 <= position < len(self.items) else None

    def marker(self, position: int, *kinds: str) -> bool:
        """Whether a marker of one of these kinds stands at the position."""
        item = self.at(position)
        return item is not None and isinstance(item.meaning, Marker) and item.meaning.kind in kinds

    def mention(self, position: int) -> Mention | None:
        """The mention at a position, or None."""
        item = self.at(position)
        return item.meaning if item and isinstance(item.meaning, Mention) else None

    def head_before(self, item: Item) -> bool:
        """Whether the question names its subject before the item."""
        return self.head is not None and self.head.start < item.start

    def owner(self) -> str:
        """The id of the subject, where a rule has made sure that there is one."""
        assert self.subject is not None  # noqa: S101
        return self.subject.id

    def fans_out_to(self, table: str) -> bool:
        """Whether one row of the subject may meet many rows of the table."""
        return self.subject is not None and fans_out(self.catalog, self.subject.id, table)

    def labels(self, table: Table) -> list[Term]:
        """The terms that name a row of the table."""
        return [ColumnTerm(table.id, column.name) for column in label_columns(table, self.lexicon)]

    def require_path(self, table: Table) -> None:
        """Refuse a table that nothing joins to the subject."""
        if self.subject and not is_connected(self.catalog, self.subject.id, table.id):
            raise NotUnderstoodError(
                f"no foreign key leads from {self.subject.id} to {table.id}",
                "ask about one of them, or declare how they are joined",
            )


def quoted(items: list[Item]) -> str:
    """The phrases of items, in quotes, for a message."""
    return ", ".join(f'"{item.phrase}"' for item in items)
