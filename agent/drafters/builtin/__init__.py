"""The built-in drafter: a deterministic semantic parser over the index, with no model at all.

Text flows through small parts: tokens → linking → rules → beam → assemble → rank → compose. Each can be tested alone.
Rules propose fragments wherever a construction may stand, a beam covers the question with them, and what a cover leaves
open is assembled in every way; learned weights put the readings in order, and say how sure the first is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from agent.drafters import Listen, unheard
from agent.drafters.builtin.assumptions import assumptions
from agent.drafters.builtin.compose.compose import compose
from agent.drafters.builtin.follow_ups.understand import understand
from agent.drafters.builtin.lexicon.load_lexicon import load_lexicon
from agent.drafters.builtin.link.figured import figured
from agent.drafters.builtin.link.linking import links
from agent.drafters.builtin.question.asides import asides
from agent.drafters.builtin.question.correct import correct
from agent.drafters.builtin.question.dates import Calendar, WeekStart
from agent.drafters.builtin.question.known_words import known_words
from agent.drafters.builtin.question.numbered import numbered
from agent.drafters.builtin.question.particles import particles
from agent.drafters.builtin.question.pronouns import pronouns
from agent.drafters.builtin.question.recurring_days import recurring_days
from agent.drafters.builtin.question.tokens import tokens
from agent.drafters.builtin.rank.beyond import beyond, whole_first
from agent.drafters.builtin.rank.close_readings import close_readings
from agent.drafters.builtin.rank.confidence import confidence
from agent.drafters.builtin.rank.rank import Reading
from agent.drafters.builtin.rank.told_apart import told_apart
from agent.drafters.builtin.rank.weights import load_weights
from agent.drafters.builtin.read.scene import Scene
from agent.drafters.builtin.refusals import (
    not_understood,
    reads_one_of_many,
    refuse_foreign_words,
    refuse_long,
    refuse_one_of_many,
    refuse_other_languages,
    refuse_writes,
)
from agent.errors import NotUnderstoodError
from agent.explain import explain
from agent.records import Attempt, Context, Draft

if TYPE_CHECKING:
    from agent.config import Settings

DECLINED_BELOW = 0.3
"""The least confidence with which a question is answered."""
# The ways to cut a question into items that are read, and how much less than the best one may weigh.
CUTS, MAX_DOUBT = 2, 1.0
# So many readings are tried to be composed; one fails only where nothing joins its tables.
_COMPOSED = 8


def load(settings: Settings) -> BuiltinDrafter:
    """The drafter as the settings ask for it."""
    return BuiltinDrafter(settings.week_start)


class BuiltinDrafter:
    """Drafts SQL from the words of a question alone; `week_start` is the first day of "this week"."""

    name = "builtin"

    def __init__(self, week_start: WeekStart = "monday") -> None:
        self._week_start = week_start
        self._lexicon = load_lexicon()
        self._weights = load_weights()

    def draft(self, context: Context, failed: tuple[Attempt, ...] = (), listen: Listen = unheard) -> Draft:
        """The best reading of the question, with the other close ones; when they have failed there are no more.

        Raises NotUnderstoodError, naming the words it could not read, rather than guess.
        """
        if failed:
            findings = "; ".join(finding.message for finding in failed[-1].findings)
            raise NotUnderstoodError(
                f"my only reading of the question does not pass: {findings}", "say it in other words"
            )
        refuse_other_languages(context)
        understood = understand(context, self.scene, self._weights)
        found, scene = whole_first(understood.readings), understood.scene
        sql, best = next(self._composed(found[:_COMPOSED], context), ("", None))
        if best is None:
            raise not_understood(scene, found[0] if found else None, "")
        ranked = [best, *(reading for reading in found if reading is not best)]
        sure = confidence(ranked)
        if sure < DECLINED_BELOW or beyond(ranked[0]):
            raise not_understood(scene, best, explain(sql, context.catalog))
        refuse_foreign_words(best)
        close = dict(self._composed(close_readings(ranked), context))
        # An alternative that cannot be offered must not take the best reading with it.
        refuse_one_of_many(next(iter(close)), context)
        close = {sql: reading for sql, reading in close.items() if not reads_one_of_many(sql, context)}
        drafts = [self._draft(sql, each, sure, understood.assumed(each)) for sql, each in close.items()]
        if len(drafts) == 1:
            return drafts[0]
        apart = told_apart(list(close.values()))
        first, *others = (replace(draft, reading=says) for draft, says in zip(drafts, apart, strict=True))
        return replace(first, alternatives=tuple(others))

    def scene(self, context: Context, corrects: bool = True) -> tuple[Scene, tuple[str, ...]]:
        """The items of a question and what is around them, and what `corrects` lets be read as something else."""
        lexicon = self._lexicon
        words = tokens(context.question.text, lexicon.numbers, lexicon.magnitudes, lexicon.units)
        refuse_long(words)
        refuse_writes(words, lexicon)
        words = particles(recurring_days(pronouns(numbered(words, context.question.text))))
        words, says = correct(words, known_words(context, lexicon)) if corrects else (words, ())
        calendar = Calendar(context.question.today, self._week_start, lexicon.months)
        words, left_out = asides(words, context, lexicon, calendar)
        cuts = links(words, context, lexicon, calendar, CUTS)
        (_, items), *others = [(doubt, figured(cut, context.catalog, lexicon)) for doubt, cut in cuts]
        scenes = tuple(Scene(cut, context, lexicon, doubt) for doubt, cut in others if doubt <= MAX_DOUBT)
        return Scene(items, context, lexicon, others=scenes), (*says, *left_out)

    def _composed(self, found: Sequence[Reading], context: Context) -> Iterator[tuple[str, Reading]]:
        """The readings with their SQL, each SQL with the best that gives it."""
        seen = set()
        for reading in found:
            try:
                sql = compose(reading.query, context.catalog, self._week_start)
            except NotUnderstoodError:
                continue
            if sql not in seen:
                seen.add(sql)
                yield sql, reading

    def _draft(self, sql: str, reading: Reading, sure: float, says: tuple[str, ...]) -> Draft:
        return Draft(sql=sql, drafter=self.name, confidence=round(sure, 2), assumptions=(*says, *assumptions(reading)))
