"""The words of the house in a question, and what they mean there, as text for a model."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice

from agent.prompts.outside import outside_line
from agent.records import Term

MAX_TERMS = 20
MAX_MEANING = 300


def glossary_text(question: str, glossary: Iterable[Term]) -> list[str]:
    """A line for each term that stands in the question, also where its word goes on (churn, churned)."""
    asked = islice(_asked(question, glossary), MAX_TERMS)
    return [f"{outside_line(term.term)}: {_meaning(term)}" for term in asked]


def _asked(question: str, glossary: Iterable[Term]) -> Iterator[Term]:
    asked = " ".join(question.casefold().split())
    for term in glossary:
        if re.search(rf"(?<!\w){re.escape(term.term.casefold())}", asked):
            yield term


def _meaning(term: Term) -> str:
    about = [f"{table}.{column}" for table, column in term.columns] or list(term.tables)
    places = f" (see {', '.join(map(outside_line, about))})" if about else ""
    return outside_line(term.meaning, MAX_MEANING) + places
