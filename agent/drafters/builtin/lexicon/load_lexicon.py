"""The lexicon, read once from `lexicon.LANGUAGE.yaml` beside this module."""

from __future__ import annotations

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
        units=frozenset(stem(word) for word in data["units"]),
        numbers=data["numbers"],
        magnitudes=data["magnitudes"],
        months=data["months"],
        measures=tuple(stem(word) for word in data["measures"]),
        intensive=frozenset(stem(word) for word in data["intensive"]),
        labels=tuple(stems(phrase) for phrase in data["labels"]),
        prose=tuple(stem(word) for word in data["prose"]),
        mentions=frozenset(stem(word) for word in data["mentions"]),
        opinions=frozenset(stem(word) for word in data["opinions"]),
        participles=frozenset(data["participles"]),
        calendar=frozenset(stem(word) for word in data["buckets"]),
        moments=tuple(stem(word) for word in data["moments"]),
        begun=frozenset(stem(word) for word in data["begun"]),
        first_names=tuple(data["first_names"]),
        last_names=tuple(data["last_names"]),
        answers={word: said == "yes" for said, words in data["answers"].items() for word in words},
        pay=tuple(stem(word) for word in data["pay"]),
        earning=frozenset(data["earning"]),
        above=frozenset(stem(word) for word in data["above"]),
        below=frozenset(stem(word) for word in data["below"]),
        roots=frozenset(data["roots"]),
        direct=frozenset(stem(word) for word in data["direct"]),
        beneath=frozenset(stem(word) for word in data["beneath"]),
        belonging=frozenset(stem(word) for word in data["belonging"]),
        opposites=tuple(data["opposites"]),
        persons=frozenset(stem(word) for word in data["persons"]),
        anyone=frozenset(stem(word) for word in data["anyone"]),
        key_words=frozenset(stem(word) for word in data["key_words"]),
        word_lists={kind: frozenset(phrases) for kind, phrases in data["word_lists"].items()},
        ratings=tuple(data["ratings"]),
        contacts=frozenset(data["contacts"]),
        reached=frozenset(stem(word) for word in data["reached"]),
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
        roles={
            kind: (frozenset(said["verbs"]), frozenset(stem(word) for word in said["persons"]))
            for kind, said in data["roles"].items()
        },
        places=tuple(stem(word) for word in data["places"]),
        times=data["times"],
        several=frozenset(data["several"]),
        compares=frozenset(data["compares"]),
        differences=frozenset(stem(word) for word in data["differences"]),
        minus=frozenset(data["minus"]),
        profits=frozenset(stem(word) for word in data["profits"]),
        worth=frozenset(stem(word) for word in data["worth"]),
        durations=frozenset(stem(word) for word in data["durations"]),
        lasting=frozenset(data["lasting"]),
        days=frozenset(data["days"]),
        starts=frozenset(stem(word) for word in data["starts"]),
        plans=frozenset(stem(word) for word in data["plans"]),
        vital=frozenset(stem(word) for word in data["vital"]),
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
        amount_words=frozenset(stem(word) for word in data["amount_words"]),
        gains=frozenset(stem(word) for word in data["gains"]),
        pieces=tuple(stem(word) for word in data["pieces"]),
        money={kind: frozenset(words(phrase) for phrase in phrases) for kind, phrases in data["money"].items()},
        owed=data["owed"],
        sales=frozenset(words(phrase) for phrase in data["sales"]),
        factors=data["factors"],
        money_tables={kind: tuple(stem(word) for word in names) for kind, names in data["money_tables"].items()},
        amounts=tuple(stem(word) for word in data["amounts"]),
        no_takings=frozenset(stem(word) for word in data["no_takings"]),
        lines=frozenset(stem(word) for word in data["lines"]),
        currencies=frozenset(data["currencies"]),
        in_all=frozenset(data["in_all"]),
        ages=frozenset(data["ages"]),
        quantifiers={kind: frozenset(phrases) for kind, phrases in data["quantifiers"].items()},
    )


def _asides(data: dict[str, list[str]]) -> dict[str, frozenset[str]]:
    """The words of clauses beside the question by their kind; those that ask in any form."""
    found = {kind: frozenset(phrases) for kind, phrases in data.items()}
    return found | {"asking": frozenset(stem(word) for word in data["asking"])}


def _loader() -> Any:
    # The C loader reads the file ten times faster; it is missing where PyYAML was built without libyaml.
    return getattr(yaml, "CSafeLoader", yaml.SafeLoader)
