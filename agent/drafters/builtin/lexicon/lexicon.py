"""The phrases that the drafter knows, as `lexicon.LANGUAGE.yaml` lists them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property

from agent.drafters.builtin.lexicon.operators import Operator, Recurring, Stems, Words
from agent.drafters.builtin.question.tokens import stems
from agent.schema_index.words import humanise


@dataclass(frozen=True)
class Lexicon:
    """Operators by their words as written, and the other word lists by stem."""

    operators: dict[Words, Operator]
    filler: frozenset[str]
    word_classes: dict[str, str]
    function_words: frozenset[str]
    openers: frozenset[str]
    forms: dict[str, str]
    writes: tuple[Stems, ...]
    polite: tuple[Stems, ...]
    follow_ups: dict[Words, str]
    asides: dict[str, frozenset[str]]
    firsts: frozenset[Words]
    units: frozenset[str]
    numbers: dict[str, int]
    magnitudes: dict[str, int]
    months: dict[str, int]
    measures: tuple[str, ...]
    intensive: frozenset[str]
    labels: tuple[Stems, ...]
    prose: tuple[str, ...]
    mentions: frozenset[str]
    opinions: frozenset[str]
    calendar: frozenset[str]
    participles: frozenset[str]
    moments: tuple[str, ...]
    begun: frozenset[str]
    times: dict[str, int]
    quantifiers: dict[str, frozenset[str]]
    several: frozenset[str]
    compares: frozenset[str]
    differences: frozenset[str]
    minus: frozenset[str]
    profits: frozenset[str]
    worth: frozenset[str]
    prices: tuple[str, ...]
    durations: frozenset[str]
    lasting: frozenset[str]
    days: frozenset[str]
    starts: frozenset[str]
    plans: frozenset[str]
    vital: frozenset[str]
    date_states: dict[Words, str]
    upcoming: frozenset[str]
    entering: frozenset[str]
    entering_tails: frozenset[str]
    hours: dict[str, int]
    recurring: dict[str, Recurring]
    costs: tuple[str, ...]
    amount_words: frozenset[str]
    rates: frozenset[str]
    ranges: frozenset[str]
    gains: frozenset[str]
    multiples: frozenset[str]
    sells: frozenset[str]
    obtains: frozenset[str]
    pieces: tuple[str, ...]
    money: dict[str, frozenset[Words]]
    owed: str
    sales: frozenset[Words]
    factors: dict[str, float]
    money_tables: dict[str, tuple[str, ...]]
    amounts: tuple[str, ...]
    no_takings: frozenset[str]
    lines: frozenset[str]
    currencies: frozenset[str]
    in_all: frozenset[str]
    ages: frozenset[str]
    persons: frozenset[str]
    anyone: frozenset[str]
    key_words: frozenset[str]
    word_lists: dict[str, frozenset[str]]
    ratings: tuple[str, ...]
    contacts: frozenset[str]
    reached: frozenset[str]
    excluded: frozenset[str]
    titles: frozenset[str]
    vague: frozenset[str]
    light: frozenset[str]
    numbered: frozenset[str]
    stocks: tuple[str, ...]
    left: frozenset[str]
    low: frozenset[str]
    gone: frozenset[str]
    almost: frozenset[str]
    shelves: frozenset[str]
    kinds: dict[str, tuple[Stems, ...]]
    trades: frozenset[str]
    headcounts: frozenset[str]
    costing: frozenset[str]
    roles: dict[str, tuple[frozenset[str], frozenset[str]]]
    places: tuple[str, ...]
    first_names: tuple[str, ...]
    last_names: tuple[str, ...]
    answers: dict[str, bool]
    pay: tuple[str, ...]
    earning: frozenset[str]
    above: frozenset[str]
    below: frozenset[str]
    roots: frozenset[str]
    direct: frozenset[str]
    beneath: frozenset[str]
    belonging: frozenset[str]
    opposites: tuple[str, ...]

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """Every word that is known, in lower case as it is written."""
        operators = {word for phrase in self.operators for word in phrase}
        return frozenset({*operators, *self.filler, *self.openers, *self.word_classes, *self.months, *self.numbers})

    @staticmethod
    def column_words(name: str) -> Stems:
        """The stems of the words of a column's name."""
        return _column_words(name)


@cache
def _column_words(name: str) -> Stems:
    return stems(humanise(name))
