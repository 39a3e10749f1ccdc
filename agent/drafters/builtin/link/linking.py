"""Tokens to items: spans of the question with everything that they may mean.

The spans that cover the question best are chosen; a span keeps all that it may mean, and the rules decide.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from agent.drafters.builtin.lexicon.lexicon import Lexicon
from agent.drafters.builtin.lexicon.operators import (
    Aggregate,
    Bound,
    Bucket,
    Comparative,
    Comparison,
    Marker,
    Operator,
    Superlative,
)
from agent.drafters.builtin.link.items import ColumnLink, Item, TableLink, ValueLink
from agent.drafters.builtin.link.named_by import ARTICLES
from agent.drafters.builtin.link.names import Named
from agent.drafters.builtin.link.segmentations import segmentations
from agent.drafters.builtin.link.span import Span
from agent.drafters.builtin.link.spans import Spans
from agent.drafters.builtin.question.dates import Calendar
from agent.drafters.builtin.question.tokens import Token
from agent.records import Column, Context

MAX_COLUMNS, MAX_TABLES, MAX_VALUES = 5, 3, 4
_TESTS = tuple(Comparison(test) for test in ("contains", "starts", "ends"))
# A table is named by a word of this score, and a column may be meant whose score is this much less than the best.
_NAMED, _NEAR_BEST = 0.6, 0.35
# A table that is named this near to a column is beside it.
_BESIDE = 4


def links(
    tokens: Sequence[Token], context: Context, lexicon: Lexicon, calendar: Calendar, most: int = 3
) -> list[tuple[float, tuple[Item, ...]]]:
    """The items of at most `most` ways to cut the question into spans, best first; articles are left out.

    Each comes with how much less than the first way it weighs, 0 for the first.
    """
    ways = segmentations(Spans(tokens, context, lexicon, calendar), len(tokens), most)
    return [(ways[0][0] - weight, _Linked(spans, tokens, context, lexicon).items()) for weight, spans in ways]


class _Linked:
    """The spans of one way to cut a question, and what they say of each other."""

    def __init__(self, spans: Sequence[Span], tokens: Sequence[Token], context: Context, lexicon: Lexicon) -> None:
        self._tokens, self._lexicon = tokens, lexicon
        self._spans = [
            span for before, span in zip((None, *spans), spans, strict=False) if not self._is_article(span, before)
        ]
        self._rank = {scored.table.id: position for position, scored in enumerate(context.tables)}
        self._mentioned: dict[str, float] = {}
        self._places: list[set[str]] = []
        self._companies: list[set[str]] = []
        for span in self._spans:
            tables = [named for named in span.named if named.column is None]
            for named in tables:
                if named.how != "middle":
                    self._mentioned[named.table.id] = max(self._mentioned.get(named.table.id, 0.0), named.score)
            best = max((named.score for named in tables), default=0.0)
            self._places.append({n.table.id for n in tables if n.score >= max(_NAMED, best - 0.1)})
            columns = [named for named in span.named if named.column is not None]
            least = max((named.score for named in columns), default=1.0) - _NEAR_BEST
            self._companies.append({named.table.id for named in columns if named.score >= least})

    def items(self) -> tuple[Item, ...]:
        """The items in order."""
        return tuple(self._item(place, span) for place, span in enumerate(self._spans))

    def _is_article(self, span: Span, before: Span | None) -> bool:
        """Whether a span only stands before a noun: an "a" that is stored or looked for is a letter."""
        single = span.end - span.start == 1
        behind = self._tokens[span.end].text.casefold() if span.end < len(self._tokens) else ""
        is_last = not behind or self._lexicon.word_classes.get(behind) == "in"
        looked_for = before is not None and before.operator in _TESTS and is_last
        return single and not looked_for and not span.values and self._tokens[span.start].text.casefold() in ARTICLES

    def _item(self, place: int, span: Span) -> Item:
        token = self._tokens[span.start]
        single = span.end - span.start == 1
        words = (
            each.value if isinstance(each.value, str) else each.text for each in self._tokens[span.start : span.end]
        )
        tables = sorted((named for named in span.named if not named.column), key=self._prior, reverse=True)
        values = sorted(dict.fromkeys(span.values), key=self._prior, reverse=True)
        item = Item(
            span.start,
            span.end,
            " ".join(words),
            "x",
            span.operator,
            tuple(TableLink(named.table, self._prior(named), named.how) for named in tables[:MAX_TABLES]),
            tuple(self._column_links(place, span)),
            tuple(values[:MAX_VALUES]),
            token.value if single and isinstance(token.value, int | float) else None,
            token.value if single and isinstance(token.value, str) else None,
            span.window,
        )
        return replace(item, category=_category(item, self._lexicon, span.proper))

    def _column_links(self, place: int, span: Span) -> Iterator[ColumnLink]:
        """The best columns, and of every table that is named the best one."""
        others = [tables for other, tables in enumerate(self._companies) if other != place and tables]
        found: list[tuple[float, float, Named, Column]] = []
        for named in span.named:
            if named.column is not None:
                company = sum(named.table.id in tables for tables in others) / max(len(others), 1)
                found.append((self._prior(named) + 0.05 * company, company, named, named.column))
        found.sort(key=lambda entry: -entry[0])
        told: set[str] = set()
        for position, (score, company, named, column) in enumerate(found):
            first = named.table.id not in told and self._mentioned.get(named.table.id, 0.0) >= _NAMED
            if position < MAX_COLUMNS or first:
                told.add(named.table.id)
                beside = self._beside(place, named.table.id)
                yield ColumnLink(named.table, column, score, named.how, company=company, beside=beside)

    def _beside(self, place: int, table: str) -> str:
        """Where the table is named: next, before, further on, nowhere."""
        if table in self._places[place]:
            return "here"
        for distance in range(1, _BESIDE + 1):
            # Only the first table that is named on each side is beside the column.
            if place + distance < len(self._places) and (named := self._places[place + distance]):
                if table in named:
                    return "next"
                break
        for distance in range(1, _BESIDE + 1):
            if place >= distance and (named := self._places[place - distance]):
                if table in named:
                    return "before"
                break
        return "elsewhere" if self._mentioned.get(table, 0.0) >= _NAMED else "nowhere"

    def _prior(self, named: Named | ValueLink) -> float:
        """The score with what speaks for the table: that it is named, and that retrieval puts it before others."""
        table = named.table.id
        mentioned = 0.25 * self._mentioned.get(table, 0.0) * min(named.score, 1.0)
        return named.score + mentioned - 0.004 * min(self._rank.get(table, 40), 40)


def _category(item: Item, lexicon: Lexicon, proper: bool) -> str:
    """The shape of an item as its neighbours see it."""
    if item.quoted is not None:
        return "Q"
    if item.operator is not None:
        return _of_operator(item.operator)
    best = max(
        (
            (item.columns[0].score if item.columns else 0.0, "C"),
            (item.tables[0].score if item.tables else 0.0, "T"),
            (item.values[0].score + 0.1 if item.values else 0.0, "V"),
            (0.9 if item.window else 0.0, "D"),
            (0.75 if proper else 0.0, "P"),
            (0.5 if item.number is not None else 0.0, "N"),
        )
    )
    if best[0] > 0:
        return best[1]
    return lexicon.word_classes.get(item.phrase.casefold(), "x")


def _of_operator(operator: Operator) -> str:
    match operator:
        case Aggregate(function):
            return f"agg {function}" if function == "count" else "agg"
        case Superlative():
            return "sup"
        case Comparison(sign):
            return "is" if sign == "=" else "cmp"
        case Bound():
            return "bound"
        case Comparative():
            return "more"
        case Bucket():
            return "unit"
        case Marker(kind):
            return kind
