"""Tables whose rows point to rows of their own: a person to a manager, a category to the one above it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from agent.drafters.builtin.lexicon.lexicon import Lexicon
from agent.drafters.builtin.link.items import Item
from agent.drafters.builtin.query.query import ColumnTerm, Condition
from agent.drafters.builtin.question.tokens import stem, stems
from agent.drafters.builtin.read.clues.persons import is_of_persons
from agent.drafters.builtin.read.scene import Scene
from agent.drafters.builtin.schema.rows import label_columns
from agent.records import Table
from agent.schema_index.words import humanise

_ID = stem("id")
_SUB = "sub"


@dataclass(frozen=True, slots=True)
class SelfKey:
    """A column of a table that points to a row of the same table."""

    table: Table
    column: str

    @property
    def role(self) -> frozenset[str]:
        """The words for what a row is to those that point to it: "manager" by `manager_id`."""
        words = frozenset(stems(humanise(self.column))) - {_ID}
        return words - set(stems(humanise(self.table.name))) or words

    def labels(self, lexicon: Lexicon, above: bool = False) -> tuple[ColumnTerm, ...]:
        """What a row is called, or the one `above` it that it points to."""
        via = self.column if above else ""
        return tuple(ColumnTerm(self.table.id, column.name, via) for column in label_columns(self.table, lexicon))

    def called(self, item: Item, lexicon: Lexicon) -> tuple[Condition, ...]:
        """That the row above is called as an item says; nothing where it says no name."""
        terms = self.labels(lexicon, above=True)
        for value in item.values:
            if (value.table.id, value.column.name) == (terms[0].table, terms[0].column) and len(terms) == 1:
                return (Condition(terms[0], "in", (value.value,)),)
        if item.category not in {"P", "Q"}:
            return ()
        said = item.quoted or item.phrase
        parts = said.rsplit(" ", len(terms) - 1)
        # A single name of two is rather the last one.
        pairs = zip(terms, parts, strict=True) if len(parts) == len(terms) else ((terms[-1], said),)
        return tuple(Condition(term, "in", (part,)) for term, part in pairs)

    def is_above(self, words: frozenset[str], lexicon: Lexicon) -> bool:
        """Whether words name the row that others point to: by its role, or as one calls a person above others."""
        called = words - lexicon.direct
        # An "account manager" is nobody's manager.
        if called <= self.role:
            return bool(called)
        return called <= self.role | lexicon.above and is_of_persons(self.table, lexicon)

    def is_below(self, words: frozenset[str], lexicon: Lexicon) -> bool:
        """Whether words name persons below another: "her reports"."""
        called = words - lexicon.direct
        return bool(called) and called <= lexicon.below and is_of_persons(self.table, lexicon)

    def is_sub(self, item: Item) -> bool:
        """Whether an item is what the rows are called behind "sub": "subcategories", "sub-projects"."""
        phrase = item.phrase.casefold()
        first, _, others = phrase.replace("-", " ").partition(" ")
        rest = others if first == _SUB else phrase.removeprefix(_SUB)
        called = {stems(name)[-1:] for name in (humanise(self.table.name), *self.table.synonyms)}
        return bool(rest) and rest != phrase and (stem(rest),) in called


def self_keys(scene: Scene) -> Iterator[SelfKey]:
    """The keys of tables to themselves."""
    for table in scene.catalog.tables:
        for key in table.foreign_keys:
            if key.target == table.id and len(key.columns) == 1:
                yield SelfKey(table, key.columns[0])


def words_of(item: Item) -> frozenset[str]:
    """The stems of the words of an item."""
    return frozenset(stem(word) for word in item.phrase.casefold().split())
