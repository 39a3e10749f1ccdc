"""The built-in drafter: a deterministic semantic parser over the index, with no model at all.

Text flows through small parts: tokens → link → interpret → compose. Each can be tested alone, and every choice
that was made on the way is an assumption of the draft. What the question leaves open is read in every way
(`alternatives`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from unicodedata import name

from agent.drafters.builtin.alternatives import alternatives
from agent.drafters.builtin.choices import Decisions
from agent.drafters.builtin.compose import compose
from agent.drafters.builtin.dates import Calendar, WeekStart
from agent.drafters.builtin.interpret import interpret
from agent.drafters.builtin.items import Links
from agent.drafters.builtin.lexicon import Lexicon, load_lexicon
from agent.drafters.builtin.link import link
from agent.drafters.builtin.tokens import Token, tokens
from agent.drafters.builtin.wording import explain
from agent.errors import NotUnderstoodError
from agent.records import Attempt, Context, Draft

if TYPE_CHECKING:
    from agent.config import Settings

CAN_READ = "it reads counts, lists, filters, totals, groups (per), rankings (top 5), dates and absence (never)"
MAX_NEAR = 3


def load(settings: Settings) -> BuiltinDrafter:
    """The drafter as the settings ask for it."""
    return BuiltinDrafter(settings.week_start)


class BuiltinDrafter:
    """Drafts SQL from the words of a question alone; `week_start` is the first day of "this week"."""

    name = "builtin"

    def __init__(self, week_start: WeekStart = "monday") -> None:
        self._week_start = week_start
        self._lexicon = load_lexicon()

    def draft(self, context: Context, failed: tuple[Attempt, ...] = ()) -> Draft:
        """The best reading of the question, with the other close ones; when they have failed there are no more.

        Raises NotUnderstoodError, naming the words it could not read, rather than guess.
        """
        if failed:
            findings = "; ".join(finding.message for finding in failed[-1].findings)
            raise NotUnderstoodError(
                f"my only reading of the question does not pass: {findings}", "say it in other words"
            )
        lexicon = self._lexicon
        words = tokens(context.question.text, lexicon.numbers, lexicon.magnitudes)
        _refuse_writes(words, lexicon)
        calendar = Calendar(context.question.today, self._week_start, lexicon.months)
        links = link(words, context, lexicon, calendar)
        if (links.unknown or not words) and not _is_latin(context.question.text):
            raise NotUnderstoodError(
                "without a language model only questions in English are understood",
                "ask in English, or name a model with --model ollama:NAME",
            )
        if links.unknown:
            unknown = ", ".join(f'"{word}"' for word in links.unknown[:8])
            hint = _did_you_mean(links.unknown, context) or CAN_READ
            raise NotUnderstoodError(f"I do not understand {unknown}", hint)
        return alternatives(lambda decisions: self._read(links, context, decisions))

    def _read(self, links: Links, context: Context, decisions: Decisions) -> Draft:
        interpretation = interpret(links, context, self._lexicon, decisions)
        sql = compose(interpretation.query, interpretation.catalog, self._week_start)
        _refuse_one_of_many(sql, context)
        return Draft(
            sql=sql,
            drafter="builtin",
            confidence=interpretation.confidence,
            assumptions=interpretation.assumptions,
            explanation=explain(interpretation.query, interpretation.catalog),
        )


def _refuse_one_of_many(sql: str, context: Context) -> None:
    """Decline to read one of several tables by date for all of them, unless it was asked for by its name."""
    asked, written = context.question.text.lower(), sql.lower()
    for table in context.catalog.entries:
        if table.shards and table.name.lower() in written and table.name.lower() not in asked:
            raise NotUnderstoodError(
                f"{table.pattern} stands for {len(table.shards) + 1} tables by date, and one can be read at a time",
                f"name one of them, such as {table.name}",
            )


def _is_latin(text: str) -> bool:
    """Whether half of the letters or more are those of English and its relatives."""
    letters = [letter for letter in text if letter.isalpha()]
    return 2 * sum(name(letter, "").startswith("LATIN") for letter in letters) >= len(letters)


def _did_you_mean(unknown: Sequence[str], context: Context) -> str:
    """The stored values that are near to words which nobody knows; empty where there are none."""
    words = {word.casefold() for word in unknown}
    near = (match for match in context.values if match.distance and words & set(match.phrase.casefold().split()))
    named = [f'"{value}"' for value in dict.fromkeys(match.value for match in near)][:MAX_NEAR]
    return f"did you mean {' or '.join(named)}?" if named else ""


def _refuse_writes(words: tuple[Token, ...], lexicon: Lexicon) -> None:
    """A question that starts by asking for a change is refused as such."""
    rest = [token.stem for token in words]
    stripped = True
    while stripped:
        stripped = False
        for phrase in lexicon.polite:
            if rest and tuple(rest[: len(phrase)]) == phrase:
                rest, stripped = rest[len(phrase) :], True
    for phrase in lexicon.writes:
        if tuple(rest[: len(phrase)]) == phrase:
            start = len(words) - len(rest)
            verb = " ".join(token.text for token in words[start : start + len(phrase)])
            raise NotUnderstoodError(
                f'"{verb}" asks to change data, and sqlwright only reads', "ask for what you want to see"
            )
