"""Everything that the spans of a question may mean, and how much each span weighs when the question is covered.

Every span of a few words is looked up in the lexicon, the names of the schema, the stored values, the calendar, and
what retrieval found near. Words in capitals that none of them knows may name something, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from agent.drafters.builtin.lexicon import Aggregate, Bound, Lexicon, Operator
from agent.drafters.builtin.link.items import ValueLink
from agent.drafters.builtin.link.names import JOINING, MAX_WORDS, Named, Names, names, shortened
from agent.drafters.builtin.question.dates import Calendar, Window, find_window
from agent.drafters.builtin.question.tokens import Token, stems
from agent.drafters.builtin.schema import keys
from agent.records import Context

MAX_SPAN = 7
# Articles say nothing between a word and what it belongs to.
ARTICLES = frozenset({"a", "an", "the"})
# What a name counts for that the question only comes near to, and what a proper name that nothing knows.
_NEAR, _PROPER = 0.7, 0.8
# A phrase means more than one of its words where it comes nearer by so much.
_CLOSER = 0.04
# What a stored value counts for, by how the question says it.
_VALUES = {"quoted": 1.2, "exact name": 1.05, "exact": 0.8, "folded": 0.6, "guess": 0.5}
# Words within a proper name that are not in capitals.
_INNER = frozenset({"of", "the", "de", "la", "del", "da", "di", "van", "von", "der", "&"})
_ENDS = frozenset(".?!:;")
_COUNT = Aggregate("count")
# Classes of plain words that may be near to a name.
_MAY_NAME = frozenset({"about", "value", "time", "list"})
_JOINED = frozenset({"and", "or", "&"})
# Words behind a name that it need not have.
_TAILS = frozenset(stems("number value information detail"))
_COMPARED = frozenset({"than", "over", "above", "under", "below", "least", "most"})


@dataclass
class Span:
    """What the tokens `start` to `end` (not included) may mean, and how much it weighs when the question is covered.

    `proper` says that it looks like a proper name.
    """

    start: int
    end: int
    weight: float = 0.0
    operator: Operator | None = None
    named: list[Named] = field(default_factory=list)
    values: list[ValueLink] = field(default_factory=list)
    window: Window | None = None
    proper: bool = False

    def weigh(self, quality: float, words: float | None = None) -> None:
        """Let it weigh at least as much as `words` words of this quality; a longer span beats the same words apart."""
        length = self.end - self.start
        self.weight = max(self.weight, quality * (length if words is None else words) * (1 + 0.1 * (length - 1)))


class Spans:
    """The spans of one question by their place."""

    def __init__(self, tokens: Sequence[Token], context: Context, lexicon: Lexicon, calendar: Calendar) -> None:
        self._tokens, self._context, self._lexicon = tokens, context, lexicon
        self._found: dict[tuple[int, int], Span] = {}
        self._words = [token.text.casefold() for token in tokens]
        self._add_named()
        self._drop_second_aggregates()
        self._add_shared()
        self._add_values()
        self._add_proper()
        self._add_windows(calendar)
        self._add_near()
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
                found = [] if is_key else _named(self._tokens[start:end], known, self._lexicon)
                if not found and end - start == 1 and not self._at(start, end).operator:
                    found = list(shortened(words[0], self._context.catalog))
                found = [named for named in found if named.table.id in allowed]
                if self._asks(start):
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
            found = _named(head, names(self._context.catalog), self._lexicon)
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
        if found := self._lexicon.operators.get(tuple(words)):
            # What bounds a number stands behind it: "after 3 or before 5" has two comparisons.
            is_free = isinstance(found, Bound) and end < len(self._tokens) and self._tokens[end].text[:1].isdigit()
            return None if is_free else found
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
                start, end = self._inside(*place.span())
                if start == end:
                    continue
                token = self._tokens[start]
                quoted = isinstance(token.value, str)
                # What is quoted is meant as it is written.
                if (quoted and (match.distance or token.value != match.phrase)) or _is_cut(text, place):
                    continue
                how = _how(match.phrase, match.value, quoted, start, match.distance)
                score = _VALUES[how]
                if " " in match.phrase and not quoted and not match.distance:
                    score = max(score, 0.95)
                if column.name in keys(table):
                    score -= 0.2
                span = self._at(start, end)
                span.values.append(ValueLink(table, column, match.value, score, how))
                span.weigh(score)

    def _asks(self, index: int) -> bool:
        """Whether a word that only asks begins a sentence."""
        before = self._context.question.text[: self._tokens[index].start].rstrip()
        begins = not before or before[-1] in _ENDS
        return begins and self._lexicon.word_classes.get(self._words[index]) in {"ask", "compute"}

    def _inside(self, start: int, end: int) -> tuple[int, int]:
        """The tokens between two places of the text."""
        inside = [
            index
            for index, token in enumerate(self._tokens)
            if (token.start >= start and token.end <= end)
            # The marks of a quotation are of its token.
            or (isinstance(token.value, str) and token.start < start and token.end > end)
        ]
        return (inside[0], inside[-1] + 1) if inside else (0, 0)

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
        token = self._tokens[index]
        before = self._context.question.text[: token.start].rstrip()
        within = bool(before) and before[-1] not in _ENDS
        is_word = token.value is None and self._words[index] not in self._lexicon.function_words
        return within and is_word and token.text[:1].isupper()

    def _add_near(self) -> None:
        """What the encoder and the synonyms find near, where nothing is named better."""
        named = [self._found.get((index, index + 1)) for index in range(len(self._tokens))]
        # What is named by a word of its own needs no longer phrase.
        exact = [bool(span and (span.operator or span.weight >= 0.9)) for span in named]
        alone: dict[tuple[int, str, str], float] = {}
        dated = [(span.start, span.end) for span in self._found.values() if span.window]
        for near in self._context.near:
            table = self._context.catalog.table(near.table)
            start, end = self._inside(near.start, near.end)
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
            span = self._at(start, end)
            said = self._words[start]
            if end - start == 1 and (self._tokens[start].value is not None or said in self._lexicon.times):
                # "the 3 teachers", "twice"
                continue
            if end - start == 1 and self._is_plain(said):
                # "Hi", "thanks", "placed": near to anything.
                continue
            if any(named.table.id == table.id and named.column == column for named in span.named):
                continue
            # A proper name comes near to anything.
            score = _NEAR * near.score * (0.5 if self._is_capital(start) and span.proper else 1.0)
            span.named.append(Named(table, column, score, near.source))
            span.named.sort(key=lambda named: -named.score)
            span.weigh(score)

    def _is_plain(self, word: str) -> bool:
        """Whether a word carries nothing of its own, or only asks."""
        kinds = {part: self._lexicon.word_classes.get(part) for part in word.split()}
        return all(kind not in _MAY_NAME if kind else part in self._lexicon.filler for part, kind in kinds.items())

    def _add_windows(self, calendar: Calendar) -> None:
        for start in range(len(self._tokens)):
            rest = [_dated(token) for token in self._tokens[start : start + 12]]
            compared = start > 0 and self._words[start - 1] in _COMPARED
            found = find_window(rest, calendar)
            bare = found is not None and found[1] == 1 and len(rest[0]) != 4
            if found and not (rest[0].isdigit() and (compared or bare)):
                span = self._at(start, start + found[1])
                span.window = found[0]
                span.weigh(0.9 if found[1] > 1 else 0.5)


def _dated(token: Token) -> str:
    """A token as the calendar reads it."""
    if isinstance(token.value, int):
        return str(token.value)
    if token.text[:1].isdigit():
        return str(token.ordinal) if token.ordinal else token.stem
    return token.text.casefold()


def _is_cut(text: str, place: re.Match[str]) -> bool:
    """Whether a phrase begins or ends within a word of the text."""
    start, end = place.span()
    return text[max(start - 1, 0) : start].isalnum() or text[end : end + 1].isalnum()


def _how(phrase: str, value: str, quoted: bool, start: int, distance: int) -> str:
    """How a phrase says a stored value."""
    if distance:
        return "guess"
    if quoted:
        return "quoted"
    if phrase != value:
        return "folded"
    return "exact name" if phrase[:1].isupper() and start > 0 else "exact"


def _named(tokens: Sequence[Token], known: Names, lexicon: Lexicon) -> list[Named]:
    """What the words name in the schema, best first."""
    if len(tokens) == 1 and tokens[0].text.casefold() in lexicon.function_words:
        return []
    words = [token.stem for token in tokens]
    found: dict[tuple[str, str], Named] = {}
    for phrase, factor in _phrases(words, lexicon):
        for named in known.get(phrase, ()):
            key = (named.table.id, named.column.name if named.column else "")
            score = named.score * factor
            if key not in found or found[key].score < score:
                found[key] = replace(named, score=score)
    return sorted(found.values(), key=lambda named: -named.score)


def _phrases(words: Sequence[str], lexicon: Lexicon) -> Iterable[tuple[tuple[str, ...], float]]:
    """The words as a name may have them: as they stand, without joining words, and "X of Y" as "Y X"."""
    if len(words) > MAX_WORDS + 1 or words[0] in JOINING or words[-1] in JOINING:
        return
    if words[0] in ARTICLES or words[-1] in ARTICLES:
        return
    yield tuple(words), 1.0
    if len(words) > 1 and words[-1] in _TAILS:
        # "phone numbers" for a phone
        yield tuple(words[:-1]), 0.9
    if len(words) == 1 and words[0] in lexicon.forms:
        yield (lexicon.forms[words[0]],), 0.9
    plain = _plain(words)
    if len(plain) < len(words):
        yield plain, 0.97
        if "of" in words:
            place = words.index("of")
            # A "page number" is not the number of pages.
            factor = 0.6 if words[:place] == ["number"] else 0.97
            yield _plain((*words[place + 1 :], *words[:place])), factor


def _plain(words: Sequence[str]) -> tuple[str, ...]:
    return tuple(word for word in words if word not in JOINING and word not in ARTICLES)
