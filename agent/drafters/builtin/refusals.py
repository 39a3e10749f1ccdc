"""Why a question is declined, naming the words that were not understood and what could be answered instead."""

from __future__ import annotations

from collections.abc import Sequence
from unicodedata import name

from agent.drafters.builtin.lexicon.lexicon import Lexicon
from agent.drafters.builtin.link.items import Item
from agent.drafters.builtin.question.tokens import Token
from agent.drafters.builtin.rank.beyond import beyond
from agent.drafters.builtin.rank.rank import Reading
from agent.drafters.builtin.rank.unread import TELLING, guessed, says_something, unread
from agent.drafters.builtin.read.scene import Scene
from agent.errors import NotUnderstoodError
from agent.records import Context, Table

CAN_READ = "it reads counts, lists, filters, totals, groups (per), rankings (top 5), dates and absence (never)"
MAX_NEAR, MAX_WORDS = 3, 8
MAX_LENGTH = 100
"""As many words, numbers and signs may a question have."""


def refuse_writes(words: Sequence[Token], lexicon: Lexicon) -> None:
    """Raise NotUnderstoodError for a question that starts by asking for a change."""
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


def refuse_long(words: Sequence[Token]) -> None:
    """Raise NotUnderstoodError for a text of more words than a question has: the time to read it grows with them."""
    if len(words) > MAX_LENGTH:
        raise NotUnderstoodError("the question is too long to read", f"ask it in at most {MAX_LENGTH} words")


def refuse_other_languages(context: Context) -> None:
    """Raise NotUnderstoodError for a question in another script than that of English."""
    if _share_of_english(context.question.text) < 0.5:
        raise NotUnderstoodError(
            "without a language model only questions in English are understood",
            "ask in English, or name a model with --model ollama:NAME",
        )


def refuse_foreign_words(reading: Reading) -> None:
    """Raise NotUnderstoodError where a word in another script than that of English is left unread."""
    if any(_share_of_english(item.phrase) < 1 for item in unread(reading)):
        raise not_understood(reading.scene, reading, "")


def _share_of_english(text: str) -> float:
    """How many of the letters are those of the script of English."""
    letters = [letter for letter in text if letter.isalpha()]
    return sum(name(letter, "").startswith("LATIN") for letter in letters) / len(letters) if letters else 1.0


def not_understood(scene: Scene, best: Reading | None, nearest: str) -> NotUnderstoodError:
    """The refusal of a question: the words that the best reading leaves out, and what is nearest, in plain words."""
    left = _left_out(best) if best else [item for item in scene.items if says_something(item, scene)]
    hint = _did_you_mean([item.phrase for item in left], scene.context)
    if not hint:
        hint = f"the nearest that can be answered: {nearest}" if nearest else CAN_READ
    if not left:
        return NotUnderstoodError("I am not sure enough of what the question means", hint)
    words = ", ".join(f'"{item.phrase}"' for item in left[:MAX_WORDS])
    return NotUnderstoodError(f"I do not understand {words}", hint)


def _left_out(best: Reading) -> list[Item]:
    """What a reading does not read, with the operators that it finds nothing for; if there is none, what it guesses."""
    if items := beyond(best):
        return list(items)
    operators = [
        best.scene.items[place] for place in best.cover.skipped if best.scene.items[place].operator is not None
    ]
    telling = [item for item in operators if item.category in TELLING]
    left = sorted([*unread(best), *telling], key=lambda item: item.start)
    return left or [best.scene.items[place] for place, _ in guessed(best)]


def refuse_one_of_many(sql: str, context: Context) -> None:
    """Raise NotUnderstoodError where one of several tables by date is read for all, unless it was asked for by name."""
    if table := reads_one_of_many(sql, context):
        raise NotUnderstoodError(
            f"{table.pattern} stands for {len(table.shards) + 1} tables by date, and one can be read at a time",
            f"name one of them, such as {table.name}",
        )


def reads_one_of_many(sql: str, context: Context) -> Table | None:
    """The table by date that is read for all of its kind without being asked for by name, if there is one."""
    asked, written = context.question.text.casefold(), sql.casefold()
    return next(
        (
            table
            for table in context.catalog.entries
            if table.shards and table.name.casefold() in written and table.name.casefold() not in asked
        ),
        None,
    )


def _did_you_mean(unread: Sequence[str], context: Context) -> str:
    """The stored values that are near to words which nobody knows; empty where there are none."""
    words = {word.casefold() for phrase in unread for word in phrase.split()}
    near = (match for match in context.values if match.distance and words & set(match.phrase.casefold().split()))
    named = [f'"{value}"' for value in dict.fromkeys(match.value for match in near)][:MAX_NEAR]
    return f"did you mean {' or '.join(named)}?" if named else ""
