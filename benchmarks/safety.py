"""Guards for generated SQL on the statements of tests/fixtures/safety: `python -m benchmarks.safety`.

Only the checker is measured here; the connection behind it is a second layer, which the other guards can have too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from agent.records import Catalog
from agent.validators import validate
from agent.validators.grammar import quietly
from tests.validators.corpus import DIALECTS, Corpus, corpus

HEADER = """\
| guard | {dialects} | all |
| --- | {rules} | --: |"""

# What such lists commonly hold.
KEYWORDS = re.compile(
    r"\b(?:insert|update|delete|drop|alter|create|truncate|merge|replace|grant|revoke|call|exec|execute|do|copy|load"
    r"|attach|detach|pragma|vacuum|reindex|analyze|set|into|outfile|dumpfile|lock|begin|commit|rollback|savepoint)\b",
    re.IGNORECASE,
)

Guard = Callable[[str, Catalog], bool]
"""Whether a statement may run on the database of the catalog."""


@dataclass(frozen=True, slots=True)
class Score:
    """How many attacks a guard stops, and how many honest queries it blocks."""

    stopped: int
    attacks: int
    blocked: int
    honest: int

    def __add__(self, other: Score) -> Score:
        return Score(
            self.stopped + other.stopped,
            self.attacks + other.attacks,
            self.blocked + other.blocked,
            self.honest + other.honest,
        )

    def __str__(self) -> str:
        """Both as shares of a hundred, rounded against the guard."""
        return f"{_down(self.stopped, self.attacks)} / {100 - _down(self.honest - self.blocked, self.honest)}"


def ours(sql: str, catalog: Catalog) -> bool:
    """The checker of sqlwright."""
    return validate(sql, catalog).query is not None


def blocklist(sql: str, catalog: Catalog) -> bool:
    """No keyword of a list stands in the text, in whatever place."""
    return not KEYWORDS.search(sql)


def prefix(sql: str, catalog: Catalog) -> bool:
    """The text begins with SELECT or WITH."""
    return sql.lstrip().upper().startswith(("SELECT", "WITH"))


def parsed(sql: str, catalog: Catalog) -> bool:
    """sqlglot reads the text, in the dialect, as a SELECT."""
    try:
        with quietly():
            return isinstance(sqlglot.parse_one(sql, read=catalog.dialect), exp.Select)
    except (SqlglotError, RecursionError):
        return False


GUARDS: dict[str, Guard] = {
    "sqlwright": ours,
    "keyword blocklist": blocklist,
    "begins with SELECT or WITH": prefix,
    "`parse_one(…)` is a `Select`": parsed,
}


def score(guard: Guard, statements: Corpus) -> Score:
    """What a guard makes of all the statements of a dialect."""
    stopped = sum(not guard(case["sql"], statements.catalog) for case in statements.attacks)
    blocked = sum(not guard(sql, statements.catalog) for sql in statements.honest)
    return Score(stopped, len(statements.attacks), blocked, len(statements.honest))


def rows() -> Iterator[str]:
    """The lines of a Markdown table."""
    corpora = [corpus(dialect) for dialect in DIALECTS]
    titles = [f"{each.catalog.dialect} ({len(each.attacks)} attacks, {len(each.honest)} honest)" for each in corpora]
    yield HEADER.format(dialects=" | ".join(titles), rules=" | ".join("--:" for _ in titles))
    for name, guard in GUARDS.items():
        scores = [score(guard, each) for each in corpora]
        total = sum(scores[1:], scores[0])
        yield f"| {name} | {' | '.join(map(str, [*scores, total]))} |"


def _down(part: int, whole: int) -> int:
    return part * 100 // whole


def main() -> None:
    """Print how many of a hundred attacks each guard stops, and how many of a hundred honest queries it blocks."""
    print("Attacks stopped / honest queries blocked, of a hundred:\n")
    for row in rows():
        print(row)


if __name__ == "__main__":
    main()
