"""What the rules see: the items of a question with the words around them, and the schema they are about."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from agent.drafters.builtin.lexicon.lexicon import Lexicon
from agent.drafters.builtin.link.items import Item
from agent.drafters.builtin.read.effects import Effect, Fragment
from agent.records import Catalog, Context, Table

# Words that open a clause about what was named before them.
_OPENERS = frozenset(
    {"whose", "that", "who", "with", "where", "for", "each", "grouping", "ordering", "negation", "from", "by"}
)
EDGE = "edge"


@dataclass
class Scene:
    """The items of one question, and what is asked of them again and again.

    `others` are scenes of other ways to cut the question into items, each with its `doubt`: how much less it weighs.
    """

    items: tuple[Item, ...]
    context: Context
    lexicon: Lexicon
    doubt: float = 0.0
    others: tuple[Scene, ...] = ()

    @property
    def catalog(self) -> Catalog:
        """The catalog that the question is asked of."""
        return self.context.catalog

    def category(self, place: int) -> str:
        """The category of the item at a place; `edge` outside of the question."""
        return self.items[place].category if 0 <= place < len(self.items) else EDGE

    def is_any(self, place: int, *categories: str) -> bool:
        """Whether the item at a place has one of the categories."""
        return self.category(place) in categories

    def skip(self, place: int, *categories: str, most: int = 3) -> int:
        """The first place from `place` on whose item has none of the categories, at most `most` further."""
        end = place
        while end < len(self.items) and end - place < most and self.category(end) in categories:
            end += 1
        return end

    @cached_property
    def clauses(self) -> tuple[str, ...]:
        """For each place the word that opened the clause it is in; `main` before any, and the question's first word."""
        found, now = [], "main"
        for place, item in enumerate(self.items):
            if item.category in _OPENERS or (item.category == "which" and place > 0):
                now = item.category
            found.append(now)
        return tuple(found)

    @cached_property
    def opener(self) -> str:
        """The category of the first word."""
        return self.category(0)

    @cached_property
    def tables(self) -> dict[str, int]:
        """The ids of the tables that the question names, each with the place where it first does."""
        found: dict[str, int] = {}
        for place, item in enumerate(self.items):
            for link in item.tables[:1]:
                if item.category in {"T", "C"} and link.how != "middle":
                    found.setdefault(link.table.id, place)
        return found

    def near_tables(self, place: int) -> Iterator[Table]:
        """The tables of the question, those named nearest to a place first, then those that retrieval found."""
        named = sorted(self.tables, key=lambda name: abs(self.tables[name] - place))
        seen = set()
        for name in [*named, *(scored.table.id for scored in self.context.tables[:4])]:
            table = self.catalog.table(name)
            if table is not None and name not in seen:
                seen.add(name)
                yield table

    def fragment(
        self, start: int, end: int, rule: str, effect: Effect, *more: tuple[str, float] | str, says: str = ""
    ) -> Fragment:
        """A fragment with the features of its place among the words."""
        clause = self.clauses[start]
        features: list[tuple[str, float]] = [
            (rule, 1.0),
            (f"{rule} after {self.category(start - 1)}", 1.0),
            (f"{rule} after2 {self.category(start - 2)}", 1.0),
            (f"{rule} before {self.category(end)}", 1.0),
            (f"{rule} before2 {self.category(end + 1)}", 1.0),
            (f"{rule} in {clause}", 1.0),
            (f"{rule} opened by {self.opener}", 1.0),
        ]
        features += [(name, 1.0) if isinstance(name, str) else name for name in more]
        return Fragment(start, end, rule, effect, tuple(features), says)
