"""The lexicon, read once from `lexicon.LANGUAGE.yaml` beside this module."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from agent.drafters.builtin.lexicon.lexicon import Lexicon
from agent.drafters.builtin.lexicon.operators import Recurring
from agent.drafters.builtin.lexicon.read_operators import read_operators
from agent.drafters.builtin.question.tokens import stem, stems, words

# They are no items of a question.
_ARTICLES = frozenset({"the", "a", "an"})
# Classes of words that may also name something in a schema.
_CONTENT = frozenset({"about", "value", "time", "list", "ask", "compute"})


@cache
def load_lexicon(language: str = "en") -> Lexicon:
    """The lexicon of a language, read from the file `lexicon.LANGUAGE.yaml` beside this module."""
    text = files(__package__).joinpath(f"lexicon.{language}.yaml").read_text("utf-8")
    data: dict[str, Any] = yaml.load(text, Loader=_loader())  # noqa: S506 - a safe one
    word_classes = {word: kind for kind, words in data["words"].items() for word in words}
    return Lexicon(
        operators=read_operators(data),
        filler=frozenset(data["filler"].split()),
        word_classes=word_classes | dict.fromkeys(data["times"], "time"),
        function_words=frozenset(word for word, kind in word_classes.items() if kind not in _CONTENT),
        openers=frozenset(data["openers"].split()),
        forms={stem(word): stem(form) for word, form in data["forms"].items()},
        writes=tuple(stems(phrase) for phrase in data["writes"]),
        polite=tuple(stems(phrase) for phrase in data["polite"]),
        firsts=frozenset(words(phrase) for phrase in data["firsts"]),
        follow_ups={words(phrase): kind for kind, phrases in data["follow_ups"].items() for phrase in phrases},
        asides=_asides(data["asides"]),
        units=_stems(data["units"]),
        numbers=data["numbers"],
        magnitudes=data["magnitudes"],
        months=data["months"],
        measures=tuple(stem(word) for word in data["measures"]),
        intensive=_stems(data["intensive"]),
        labels=tuple(stems(phrase) for phrase in data["labels"]),
        prose=tuple(stem(word) for word in data["prose"]),
        mentions=_stems(data["mentions"]),
        opinions=_stems(data["opinions"]),
        participles=frozenset(data["participles"]),
        calendar=_stems(data["buckets"]),
        moments=tuple(stem(word) for word in data["moments"]),
        begun=_stems(data["begun"]),
        first_names=tuple(data["first_names"]),
        last_names=tuple(data["last_names"]),
        answers={word: said == "yes" for said, words in data["answers"].items() for word in words},
        pay=tuple(stem(word) for word in data["pay"]),
        earning=frozenset(data["earning"]),
        above=_stems(data["above"]),
        below=_stems(data["below"]),
        roots=frozenset(data["roots"]),
        direct=_stems(data["direct"]),
        beneath=_stems(data["beneath"]),
        belonging=_stems(data["belonging"]),
        opposites=tuple(data["opposites"]),
        persons=_stems(data["persons"]),
        anyone=_stems(data["anyone"]),
        key_words=_stems(data["key_words"]),
        word_lists={kind: frozenset(phrases) for kind, phrases in data["word_lists"].items()},
        ratings=tuple(data["ratings"]),
        contacts=frozenset(data["contacts"]),
        reached=_stems(data["reached"]),
        excluded=frozenset(data["excluded"]),
        titles=frozenset(data["titles"]),
        vague=frozenset(data["vague"]),
        light=frozenset(" ".join(stems(phrase)) for phrase in data["light"]),
        numbered=frozenset(data["numbered"]),
        stocks=tuple(stem(word) for word in data["stocks"]),
        left=frozenset(data["left"]),
        low=frozenset(data["low"]),
        gone=frozenset(data["gone"]),
        almost=frozenset(data["almost"]),
        shelves=frozenset(data["shelves"]),
        kinds={
            stem(table): tuple(stems(word) for word in kind["words"])
            for kind in data["kinds"]
            for table in kind["tables"]
        },
        trades=frozenset(data["trades"]),
        headcounts=frozenset(data["headcounts"]),
        costing=frozenset(data["costing"]),
        roles={kind: (frozenset(said["verbs"]), _stems(said["persons"])) for kind, said in data["roles"].items()},
        places=tuple(stem(word) for word in data["places"]),
        times=data["times"],
        several=frozenset(data["several"]),
        compares=frozenset(data["compares"]),
        differences=_stems(data["differences"]),
        minus=frozenset(data["minus"]),
        profits=_stems(data["profits"]),
        worth=_stems(data["worth"]),
        durations=_stems(data["durations"]),
        lasting=frozenset(data["lasting"]),
        days=frozenset(data["days"]),
        starts=_stems(data["starts"]),
        plans=_stems(data["plans"]),
        vital=_stems(data["vital"]),
        date_states={
            tuple(word for word in said.split() if word not in _ARTICLES): state
            for state, phrases in data["date_states"].items()
            for said in phrases
        },
        upcoming=frozenset(data["upcoming"]),
        entering=frozenset(data["entering"]),
        entering_tails=frozenset(data["entering_tails"]),
        hours=data["hours"],
        recurring={
            phrase: Recurring(entry["unit"], tuple(entry["values"]), entry.get("led", False))
            for entry in data["recurring"]
            for phrase in entry["phrases"]
        },
        prices=tuple(stem(word) for word in data["prices"]),
        costs=tuple(stem(word) for word in data["costs"]),
        multiples=frozenset(data["multiples"]),
        sells=frozenset(data["sells"]),
        obtains=frozenset(data["obtains"]),
        rates=frozenset(data["rates"]),
        ranges=frozenset(data["ranges"]),
        amount_words=_stems(data["amount_words"]),
        gains=_stems(data["gains"]),
        pieces=tuple(stem(word) for word in data["pieces"]),
        money={kind: frozenset(words(phrase) for phrase in phrases) for kind, phrases in data["money"].items()},
        owed=data["owed"],
        sales=frozenset(words(phrase) for phrase in data["sales"]),
        factors=data["factors"],
        money_tables={kind: tuple(stem(word) for word in names) for kind, names in data["money_tables"].items()},
        amounts=tuple(stem(word) for word in data["amounts"]),
        no_takings=_stems(data["no_takings"]),
        lines=_stems(data["lines"]),
        currencies=frozenset(data["currencies"]),
        in_all=frozenset(data["in_all"]),
        ages=frozenset(data["ages"]),
        quantifiers={kind: frozenset(phrases) for kind, phrases in data["quantifiers"].items()},
    )


def _stems(words: Iterable[str]) -> frozenset[str]:
    return frozenset(stem(word) for word in words)


def _asides(data: dict[str, list[str]]) -> dict[str, frozenset[str]]:
    """The words of clauses beside the question by their kind; those that ask in any form."""
    found = {kind: frozenset(phrases) for kind, phrases in data.items()}
    return found | {"asking": _stems(data["asking"])}


def _loader() -> Any:
    # The C loader reads the file ten times faster; it is missing where PyYAML was built without libyaml.
    return getattr(yaml, "CSafeLoader", yaml.SafeLoader)
