"""Spans of the question to what they may mean: operators, calendar windows, tables, columns and stored values.

Every span of up to six words is looked up in the lexicon, the calendar, the names of the schema and the matched
values; then the set of spans that covers the question best is chosen by dynamic programming. A span keeps all its
links, best first: which one is meant is decided by what stands beside it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product

from agent.drafters.builtin.dates import Calendar, find_window
from agent.drafters.builtin.items import (
    ColumnLink,
    Item,
    Link,
    Links,
    Meaning,
    Mention,
    Number,
    Quoted,
    ValueLink,
)
from agent.drafters.builtin.lexicon import Aggregate, Bucket, Comparison, Lexicon, Marker, Stems
from agent.drafters.builtin.names import names
from agent.drafters.builtin.tokens import Token
from agent.drafters.builtin.wording import is_verb, singular
from agent.records import Context
from agent.schema_index.words import humanise

MAX_SPAN = 6


@dataclass(frozen=True, slots=True)
class _Span:
    start: int
    end: int
    weight: float
    meaning: Meaning | None  # None: a word without a meaning of its own


def link(tokens: Sequence[Token], context: Context, lexicon: Lexicon, calendar: Calendar) -> Links:
    """Cover the tokens with the best spans, each with its links in the order of their scores."""
    known = names(context, lexicon)
    tokens = _expanded(tokens, known)
    spans = [
        *_operator_spans(tokens, lexicon),
        *_window_spans(tokens, lexicon, calendar),
        *_schema_spans(tokens, context, known, lexicon),
        *_plain_spans(tokens, lexicon),
    ]
    chosen = _cover(spans, len(tokens))
    covered = {index for span in chosen for index in range(span.start, span.end)}
    unknown = tuple(token.text for index, token in enumerate(tokens) if index not in covered)
    items = [
        Item(span.start, span.end, _phrase(tokens, span), span.meaning, _lead(tokens, span))
        for span in chosen
        if span.meaning
    ]
    return Links(tuple(_disambiguate(items, spans)), unknown)


def _expanded(tokens: Sequence[Token], known: dict[Stems, list[Link]]) -> Sequence[Token]:
    """ "first and last names" as "first names and last names", where the schema has both."""
    for place in range(len(tokens) - 3):
        first, joiner, second, noun = tokens[place : place + 4]
        both = all((word.stem, noun.stem) in known for word in (first, second))
        if joiner.stem in {"and", "or"} and both:
            return [*tokens[: place + 1], noun, *_expanded(tokens[place + 1 :], known)]
    return tokens


def _phrase(tokens: Sequence[Token], span: _Span) -> str:
    words = tokens[span.start : span.end]
    return " ".join(token.value if isinstance(token.value, str) else token.text for token in words)


def _lead(tokens: Sequence[Token], span: _Span) -> str:
    """The word before a span, articles and such aside."""
    words = [token.text.casefold() for token in tokens[: span.start]]
    while words and words[-1] in {"a", "an", "the", "any", "some", "their", "its", "also", "just", "ever"}:
        words.pop()
    return words[-1] if words else ""


def _cover(spans: Sequence[_Span], length: int) -> list[_Span]:
    """The spans without overlap that weigh most: the classic weighted interval schedule."""
    ending: dict[int, list[_Span]] = defaultdict(list)
    for span in spans:
        ending[span.end].append(span)
    best: list[tuple[float, list[_Span]]] = [(0.0, [])]
    for end in range(1, length + 1):
        candidates = [(best[span.start][0] + span.weight, [*best[span.start][1], span]) for span in ending[end]]
        best.append(max([best[end - 1], *candidates], key=lambda candidate: candidate[0]))
    return best[length][1]


def _weight(length: int, quality: float) -> float:
    # A longer span beats the same words apart.
    return quality * length * (1 + 0.1 * (length - 1))


def _windows(tokens: Sequence[Token]) -> Iterator[tuple[int, int]]:
    for start in range(len(tokens)):
        for end in range(start + 1, min(start + MAX_SPAN, len(tokens)) + 1):
            yield start, end


def _operator_spans(tokens: Sequence[Token], lexicon: Lexicon) -> Iterator[_Span]:
    for start, end in _windows(tokens):
        operator = lexicon.operators.get(tuple(token.text.casefold() for token in tokens[start:end]))
        # "provided by the shop" names who did it, and groups nothing.
        passive = operator == Marker("by") and start and is_verb(tokens[start - 1].text, lexicon)
        if operator and not passive:
            yield _Span(start, end, _weight(end - start, 0.9), operator)


def _window_spans(tokens: Sequence[Token], lexicon: Lexicon, calendar: Calendar) -> Iterator[_Span]:
    compared = {phrase[-1] for phrase, operator in lexicon.operators.items() if isinstance(operator, Comparison)}
    words = [str(token.value) if isinstance(token.value, int) else token.text.casefold() for token in tokens]
    for start in range(len(words)):
        found = find_window(words[start:], calendar)
        # A bare number behind a comparison is no year: "orders over 2000".
        if found and not (words[start].isdigit() and start and words[start - 1] in compared):
            window, length = found
            yield _Span(start, start + length, _weight(length, 1.1), window)


def _plain_spans(tokens: Sequence[Token], lexicon: Lexicon) -> Iterator[_Span]:
    opening = True
    for index, token in enumerate(tokens):
        word = token.text.casefold()
        if isinstance(token.value, str):
            yield _Span(index, index + 1, 0.9, Quoted(token.value))
        elif token.value is not None:
            yield _Span(index, index + 1, 0.8, Number(token.value))
        beside_number = any(isinstance(near.value, int | float) for near in tokens[max(index - 1, 0) : index + 2])
        opening = (opening and (word in lexicon.openers or word in lexicon.filler)) or word == "and"
        asks = opening and word in lexicon.openers
        if word in lexicon.filler or asks or (token.stem in lexicon.units and beside_number):
            yield _Span(index, index + 1, 0.3, None)


def _schema_spans(
    tokens: Sequence[Token], context: Context, known: dict[Stems, list[Link]], lexicon: Lexicon
) -> Iterator[_Span]:
    values = _values(tokens, context)
    for start, end in _windows(tokens):
        links = _lookup(known, [token.stem for token in tokens[start:end]], lexicon)
        stored = values.get((start, end), [])
        whole = [link for link in links if link.score > 0.9]
        if whole and stored and not any(_is_spelled(tokens[start:end], link) for link in whole):
            # "severe" is a value of the column "severity", though their stems are one.
            stored = [replace(link, score=1.05) for link in stored]
        links += stored
        if links:
            ordered = tuple(sorted(links, key=lambda link: -link.score))
            yield _Span(start, end, _weight(end - start, ordered[0].score), Mention(ordered))


def _is_spelled(tokens: Sequence[Token], link: Link) -> bool:
    """Whether the words are those of the name itself or of a synonym, but for the plural."""
    spelled = [singular(token.text.casefold()) for token in tokens]
    named = link.column if isinstance(link, ColumnLink) else link.table
    names = [humanise(named.name), *named.synonyms]
    return any(spelled == [singular(word) for word in name.casefold().split()] for name in names)


def _lookup(names: dict[Stems, list[Link]], words: Sequence[str], lexicon: Lexicon) -> list[Link]:
    """What the words name as they stand, or else with their derived forms ("sold" for "sale")."""
    exact = names.get(tuple(words), [])
    if exact:
        return list(exact)
    forms = [(word, lexicon.forms[word]) if word in lexicon.forms else (word,) for word in words]
    found = [link for phrase in product(*forms) for link in names.get(phrase, [])]
    return [replace(link, score=link.score * 0.9) for link in found]


def _values(tokens: Sequence[Token], context: Context) -> dict[tuple[int, int], list[Link]]:
    found: dict[tuple[int, int], list[Link]] = defaultdict(list)
    folded = [str(token.value if isinstance(token.value, str) else token.text).casefold() for token in tokens]
    for match in context.values:
        table = context.catalog.table(match.table)
        column = table.column(match.column) if table else None
        words = [word.strip("'\"?!.,;:()").casefold() for word in match.phrase.split()]
        # A value that is only near is a guess, which the user may be asked about, but nothing to answer with.
        if table is None or column is None or not words or match.distance:
            continue
        # Quoted text is one token.
        for start in [place for place, text in enumerate(folded) if text == " ".join(words) and len(words) > 1]:
            found[start, start + 1].append(ValueLink(table, column, match.value, 1.2))
        for start in range(len(folded) - len(words) + 1):
            if folded[start : start + len(words)] == words:
                typed = " ".join(token.text.strip("'\"“”") for token in tokens[start : start + len(words)])
                # A word typed as it is stored is meant, the more so as a name; else it may be an ordinary word.
                score = 0.95 if typed == match.value or len(words) > 1 else 0.58
                score += 0.1 if typed == match.value and typed[:1].isupper() and start else 0.0
                found[start, start + len(words)].append(ValueLink(table, column, match.value, score))
    return found


def _disambiguate(items: list[Item], spans: Sequence[_Span]) -> list[Item]:
    """Between an operator and a name for the same words ("total", "year"), the neighbours decide."""
    mentions = {(span.start, span.end): span.meaning for span in spans if isinstance(span.meaning, Mention)}
    operators = {(span.start, span.end): span.meaning for span in spans if isinstance(span.meaning, Aggregate | Bucket)}
    result: list[Item] = []
    for position, item in enumerate(items):
        key = (item.start, item.end)
        mention, operator = mentions.get(key), operators.get(key)
        if mention and operator:
            before = result[-1].meaning if result else None
            after = items[position + 1].meaning if position + 1 < len(items) else None
            item = replace(item, meaning=_choose(mention, operator, before, after))
        result.append(item)
    return result


def _choose(mention: Mention, operator: Aggregate | Bucket, before: Meaning | None, after: Meaning | None) -> Meaning:
    if isinstance(operator, Bucket):
        named = mention.column("integer", "number")
        return mention if named and named.score > 0.9 else operator
    after_aggregate = isinstance(before, Aggregate)
    names_follow = isinstance(after, Mention | Aggregate) or (
        isinstance(after, Marker) and after.kind in {"conjunction", "distinct"}
    )
    return operator if names_follow and not after_aggregate else mention
