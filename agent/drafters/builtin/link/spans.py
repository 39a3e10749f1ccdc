"""Everything that the spans of a question may mean, and how much each span weighs when the question is covered.

Every span of a few words is looked up in the lexicon, the names of the schema, the stored values, the calendar, and
what retrieval found near. Words in capitals that none of them knows may name something, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from agent.drafters.builtin.lexicon.lexicon import Lexicon
from agent.drafters.builtin.lexicon.operators import Aggregate, Bound, Marker, Operator
from agent.drafters.builtin.link.dated_from import dated_from
from agent.drafters.builtin.link.how_said import how_said
from agent.drafters.builtin.link.is_capital import is_capital
from agent.drafters.builtin.link.items import ValueLink
from agent.drafters.builtin.link.named_by import ARTICLES, named_by
from agent.drafters.builtin.link.names import Named, names, shortened
from agent.drafters.builtin.link.said_part import said_part
from agent.drafters.builtin.link.span import Span
from agent.drafters.builtin.link.worded import Worded
from agent.drafters.builtin.question.dates import Calendar, find_window
from agent.drafters.builtin.question.tokens import Token, stem
from agent.drafters.builtin.schema.rows import keys
from agent.records import Column, Context

MAX_SPAN = 7
# What a name counts for that the question only comes near to, and what a proper name that nothing knows.
_NEAR, _PROPER = 0.7, 0.8
# A phrase means more than one of its words where it comes nearer by so much.
_CLOSER = 0.04
# What a stored value counts for, by how the question says it.
_VALUES = {
    "quoted": 1.2,
    "exact name": 1.05,
    "other name": 1.0,
    "exact": 0.8,
    "folded": 0.6,
    "guess": 0.5,
    "part": 0.45,
}
# Words within a proper name that are not in capitals.
_INNER = frozenset({"of", "the", "de", "la", "del", "da", "di", "van", "von", "der", "&"})
_COUNT = Aggregate("count")
# A word that is near to a name by so much needs no other meaning.
_KNOWN = 0.6
_NUMBERS = frozenset({"number", "numbers"})
_ORDERING = Marker("ordering")
# Classes of the words before what somebody did.
_DOERS = frozenset({"who", "that", "me", "their"})
_LINKING = frozenset({"me", "their", "these", "in", "from", "to", "for", "with", "of", "do", "is", "has"})
_GUESSES = frozenset({"guess", "part"})
_JOINED = frozenset({"and", "or", "&"})
_PREPOSITIONS = frozenset({"at", "on"})
# From this score on a word is stored as it is written.
_STORED = 0.8
_COMPARED = frozenset({"than", "over", "above", "under", "below", "least", "most"})


class Spans:
    """The spans of one question by their place."""

    def __init__(self, tokens: Sequence[Token], context: Context, lexicon: Lexicon, calendar: Calendar) -> None:
        self._tokens, self._context, self._lexicon = tokens, context, lexicon
        self._found: dict[tuple[int, int], Span] = {}
        self._words = [token.text.casefold() for token in tokens]
        self._worded = Worded(tokens, context.question.text, lexicon)
        self._add_named()
        self._drop_second_aggregates()
        self._add_shared()
        self._add_values()
        self._add_proper()
        self._add_windows(calendar)
        self._add_near()
        self._add_numbers()
        for index, token in enumerate(tokens):
            self._at(index, index + 1).weigh(0.8 if isinstance(token.value, int | float | str) else 0.05)

    def __iter__(self) -> Iterator[Span]:
        return iter(self._found.values())

    def _at(self, start: int, end: int) -> Span:
        return self._found.setdefault((start, end), Span(start, end))

    def _add_named(self) -> None:
        """Operators, and the tables and columns that the words name."""
        known = names(self._context.catalog)
        allowed = {scored.table.id for scored in self._context.tables}
        for start in range(len(self._tokens)):
            for end in range(start + 1, min(start + MAX_SPAN, len(self._tokens)) + 1):
                words = self._words[start:end]
                if operator := self._operator(start, end):
                    span = self._at(start, end)
                    span.operator = operator
                    function = sum(word in self._lexicon.function_words for word in words) if len(words) > 1 else 0
                    # "phone number of" is rather a phone number.
                    span.weigh(0.85, len(words) - 0.6 * function)
                is_key = "of" in words and end < len(self._tokens) and isinstance(self._tokens[end].value, int)
                # "the status of order 4711": the number is the order's.
                found = [] if is_key else named_by(self._tokens[start:end], known, self._lexicon)
                if not found and end - start == 1 and not self._at(start, end).operator:
                    found = list(shortened(words[0], self._context.catalog))
                found = [named for named in found if named.table.id in allowed]
                if len(words) > 1 and words[-1] in _PREPOSITIONS and end < len(self._tokens):
                    # "orders at the weekend" names no "ordered_at".
                    found = []
                if self._worded.asks(start):
                    # "Show the ...": no part of a name.
                    found = [named for named in found if named.score >= 0.95]
                if found:
                    span = self._at(start, end)
                    span.named = found
                    span.weigh(found[0].score)

    def _drop_second_aggregates(self) -> None:
        """ "their average total": an aggregate word behind another is the column that it names."""
        aggregates = [span for span in self._found.values() if isinstance(span.operator, Aggregate)]
        ends = {span.end for span in aggregates if span.operator != _COUNT}
        for span in aggregates:
            if span.start in ends and any(link.column is not None and link.score >= 0.95 for link in span.named):
                span.operator = None

    def _add_shared(self) -> None:
        """ "first and last names": the last word belongs to both."""
        for start in range(len(self._tokens) - 3):
            named = self._found.get((start + 2, start + 4))
            if self._words[start + 1] not in _JOINED or named is None or not named.named:
                continue
            head = (self._tokens[start], self._tokens[start + 3])
            tables = {link.table.id for link in named.named if link.column is not None}
            found = named_by(head, names(self._context.catalog), self._lexicon)
            found = [link for link in found if link.column is not None and link.score >= 0.7]
            found = [link for link in found if link.table.id in tables]
            if found:
                span = self._at(start, start + 1)
                span.operator = None
                span.named = [replace(link, how="shared") for link in found]
                span.weigh(found[0].score)

    def _operator(self, start: int, end: int) -> Operator | None:
        """The operator that the words are, also with articles among them ("in the alphabetical order")."""
        words = self._words[start:end]
        if words[0] in _NUMBERS and start and self._words[start - 1] in self._lexicon.numbered:
            # "phone numbers of"
            return None
        if found := self._lexicon.operators.get(tuple(words)):
            # What bounds a number stands behind it: "after 3 or before 5" has two comparisons.
            is_free = isinstance(found, Bound) and end < len(self._tokens) and self._tokens[end].text[:1].isdigit()
            # "who ordered by phone" put nothing in order.
            before = self._lexicon.word_classes.get(self._words[start - 1]) if start else ""
            is_done = found == _ORDERING and before in _DOERS
            return None if is_free or is_done else found
        if not ARTICLES.intersection(words[1:-1]) or words[0] in ARTICLES or words[-1] in ARTICLES:
            return None
        return self._lexicon.operators.get(tuple(word for word in words if word not in ARTICLES))

    def _add_values(self) -> None:
        """The stored values that the question names, where it names them."""
        text = self._context.question.text
        for match in self._context.values:
            table = self._context.catalog.table(match.table)
            column = table.column(match.column) if table else None
            if table is None or column is None or not match.phrase.strip():
                continue
            for place in re.finditer(re.escape(match.phrase), text):
                start, end = self._worded.inside(*place.span())
                if start == end:
                    continue
                token = self._tokens[start]
                quoted = isinstance(token.value, str)
                # What is quoted is meant as it is written.
                if (quoted and (match.distance or token.value != match.phrase)) or _is_cut(text, place):
                    continue
                how = how_said(match.phrase, match.value, quoted, start, match.distance)
                value = said_part(match.phrase, match.value) if how == "part" else match.value
                if how == "part" and (self._is_prose(column) or self._is_understood(start, end)):
                    continue
                score = _VALUES[how]
                if " " in match.phrase and not quoted and not match.distance:
                    score = max(score, 0.95)
                if column.name in keys(table):
                    score -= 0.2
                span = self._at(start, end)
                span.values.append(ValueLink(table, column, value, score, how))
                span.weigh(score)

    def _is_prose(self, column: Column) -> bool:
        return any(word in self._lexicon.prose for word in self._lexicon.column_words(column.name))

    def _is_understood(self, start: int, end: int) -> bool:
        """Whether any word means something by itself, or they are part of a name, or of what is asked for ("X of")."""
        if self._words[end : end + 1] == ["of"]:
            return True
        if self._is_capital(start) and (self._is_capital(start - 1) or self._is_capital(end)):
            return True
        for index in range(start, end):
            span = self._found.get((index, index + 1))
            named = span is not None and (span.operator or any(link.score >= _KNOWN for link in span.named))
            word = self._words[index]
            related = stem(word) in self._lexicon.above | self._lexicon.below
            if named or related or word in self._lexicon.vocabulary or word in self._lexicon.vague:
                return True
        return False

    def _add_proper(self) -> None:
        """Words in capitals within a sentence that are no names of the schema."""
        capital = [self._is_capital(index) for index in range(len(self._tokens))]
        # Where most words are in capitals they say nothing.
        if sum(capital) > 0.6 * sum(word.isalpha() for word in self._words):
            return
        stored = {place for span in self._found.values() if span.values for place in range(span.start, span.end)}
        for start in range(len(self._tokens)):
            end = start
            while end < min(start + MAX_SPAN, len(self._tokens)) and (
                capital[end] or (end > start and self._words[end] in _INNER)
            ):
                # A word that is stored by itself is no part of another name, but a letter is.
                if end in stored and len(self._words[end]) > 1:
                    break
                end += 1
                alone = self._found.get((start, end))
                known = end - start == 1 and alone is not None and (alone.weight >= 0.85 or alone.operator)
                if capital[end - 1] and not known:
                    span = self._at(start, end)
                    span.proper = True
                    span.weigh(_PROPER)

    def _is_capital(self, index: int) -> bool:
        if not 0 <= index < len(self._tokens):
            return False
        span = self._found.get((index, index + 1))
        means = span is not None and bool(span.named or span.values or span.operator)
        known = means or self._worded.is_plain(self._words[index])
        return is_capital(index, self._tokens, self._context.question.text, known, self._lexicon)

    def _add_near(self) -> None:
        """What the encoder and the synonyms find near, where nothing is named better."""
        named = [self._found.get((index, index + 1)) for index in range(len(self._tokens))]
        # What is named by a word of its own needs no longer phrase.
        exact = [bool(span and (span.operator or span.weight >= 0.9)) for span in named]
        alone: dict[tuple[int, str, str], float] = {}
        dated = [(span.start, span.end) for span in self._found.values() if span.window]
        for near in self._context.near:
            table = self._context.catalog.table(near.table)
            start, end = self._worded.inside(near.start, near.end)
            column = table.column(near.column) if table and near.column else None
            if table is None or start == end or (near.column and column is None):
                continue
            if any(start <= first and last <= end and last - first < end - start for first, last in dated):
                # "placed yesterday"
                continue
            if end - start == 1:
                alone[start, near.table, near.column] = near.score
            else:
                best = max(alone.get((place, near.table, near.column), 0.0) for place in range(start, end))
                # "aircraft associated" is no nearer to anything than "aircraft".
                if any(exact[start:end]) or near.score < best + _CLOSER:
                    continue
            ends = {self._lexicon.word_classes.get(self._words[place]) for place in (start, end - 1)}
            says_nothing = not self._lexicon.filler.isdisjoint({self._words[start], self._words[end - 1]})
            if end - start > 1 and (says_nothing or not ends.isdisjoint(_LINKING)):
                # "gave us", "collected through"
                continue
            span = self._at(start, end)
            said = self._words[start]
            if end - start == 1 and (self._tokens[start].value is not None or said in self._lexicon.times):
                # "the 3 teachers", "twice"
                continue
            if end - start == 1 and (self._worded.is_plain(said) or said in self._lexicon.headcounts):
                # "Hi", "thanks", "placed": near to anything.
                continue
            if any(named.table.id == table.id and named.column == column for named in span.named):
                continue
            if near.source == "vector" and any(value.how not in _GUESSES for value in span.values):
                # What is stored is no other word for a name.
                continue
            # A proper name comes near to anything.
            score = _NEAR * near.score * (0.5 if self._is_capital(start) and span.proper else 1.0)
            span.named.append(Named(table, column, score, near.source))
            span.named.sort(key=lambda named: -named.score)
            span.weigh(score)

    def _add_numbers(self) -> None:
        """ "telephone numbers" where a phone is only found near: the number adds nothing."""
        for start in range(len(self._tokens) - 1):
            span = self._found.get((start, start + 1))
            numbered = self._words[start] in self._lexicon.numbered and self._words[start + 1] in _NUMBERS
            if span is not None and span.named and numbered and (start, start + 2) not in self._found:
                both = self._at(start, start + 2)
                both.named = span.named
                both.weigh(span.named[0].score)

    def _add_windows(self, calendar: Calendar) -> None:
        for start in range(len(self._tokens)):
            rest = dated_from(start, self._tokens, self._context.question.text)
            compared = start > 0 and self._words[start - 1] in _COMPARED
            found = find_window(rest, calendar)
            bare = found is not None and found[1] == 1 and len(rest[0]) != 4
            if found and not (rest[0].isdigit() and (compared or bare)) and not self._stores(start, found[1], calendar):
                span = self._at(start, start + found[1])
                span.window = found[0]
                span.weigh(0.9 if found[1] > 1 else 0.5)

    def _stores(self, start: int, length: int, calendar: Calendar) -> bool:
        """Whether a word of a time is stored as a value, as the name of a season may be; those of months are dates."""
        words = range(start, start + length)
        spans = [self._found.get((place, place + 1)) for place in words if self._words[place] not in calendar.months]
        return any(value.score >= _STORED for span in spans if span for value in span.values if value.value.isalpha())


def _is_cut(text: str, place: re.Match[str]) -> bool:
    """Whether a phrase begins or ends within a word of the text."""
    start, end = place.span()
    return text[max(start - 1, 0) : start].isalnum() or text[end : end + 1].isalnum()
