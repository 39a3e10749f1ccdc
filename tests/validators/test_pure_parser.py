"""The verdicts are the same where sqlglot has no compiled modules, also for texts as deep and as long as may be."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from agent.validators.lexical import MAX_NESTING
from agent.validators.shape import MAX_DEPTH
from tests.validators.corpus import DIALECTS, corpus
from tests.validators.verdicts import Verdicts, verdicts

ROOT = Path(__file__).parents[2]

# A query, what is put around its inmost part again and again, and that part.
NESTED = (
    ("SELECT {}", "({})", "1"),
    ("SELECT {}", "abs({})", "1"),
    ("SELECT {}", "CASE WHEN {} THEN 1 ELSE 2 END", "1 = 1"),
    ("SELECT {}", "CASE WHEN abs({}) = 1 THEN 2 END", "1"),
    ("SELECT {}", "CAST({} AS char)", "1"),
    ("SELECT {}", "(SELECT {})", "1"),
    ("SELECT {}", "coalesce({}, (SELECT max(id) FROM orders WHERE (id = 1)))", "1"),
    ("{}", "SELECT * FROM ({}) x", "SELECT * FROM orders"),
    ("SELECT id FROM orders WHERE {}", "EXISTS (SELECT 1 FROM orders WHERE {})", "1 = 1"),
    ("SELECT id FROM orders WHERE {}", "(1 = 1 AND {})", "1 = 1"),
    ("SELECT id FROM orders WHERE {}", "id IN (SELECT id FROM orders WHERE {})", "1 = 1"),
)
CHAINED = (
    ("SELECT 1", " + 1", ""),
    ("SELECT 1", " UNION SELECT 1", ""),
    ("SELECT id FROM orders WHERE 1 = 1", " AND 1 = 1", ""),
    ("SELECT id FROM orders WHERE 1 = 1", " OR 1 = 1", ""),
    ("SELECT id FROM orders WHERE ", "NOT ", "1 = 1"),
    ("SELECT ", "- ", "1"),
)


def test_a_parser_in_plain_python_comes_to_the_same_verdicts() -> None:
    # Every third statement of the corpus: the others are as many seconds more.
    texts = [
        *_nested(),
        *_chained(),
        *((dialect, sql) for dialect in DIALECTS for sql in corpus(dialect).statements[::3]),
    ]
    compiled, plain = verdicts(texts), _plain(texts)
    differ = [pair for pair in zip(texts, compiled, plain, strict=True) if _told(pair[1]) != _told(pair[2])]
    assert differ == []


def test_the_deepest_and_the_longest_that_may_be_pass() -> None:
    """Else the texts above would not tell whether the plain parser comes so far."""
    deepest = [("sqlite", _nest(*parts, MAX_NESTING)) for parts in NESTED[:2]]
    longest = [("sqlite", start + link * (MAX_DEPTH - 5) + end) for start, link, end in CHAINED[:1]]
    assert all(told[0].startswith("SELECT") for told in verdicts([*deepest, *longest]))


def _nested() -> list[tuple[str, str]]:
    depths = (MAX_NESTING // 2, MAX_NESTING - 1, MAX_NESTING, MAX_NESTING + 1, 200)
    return [(dialect, _nest(*parts, depth)) for dialect in DIALECTS for parts in NESTED for depth in depths]


def _nest(query: str, wrap: str, inmost: str, depth: int) -> str:
    for _ in range(depth):
        inmost = wrap.replace("{}", inmost)
    return query.replace("{}", inmost)


def _chained() -> list[tuple[str, str]]:
    lengths = (MAX_DEPTH // 2, MAX_DEPTH - 5, MAX_DEPTH, MAX_DEPTH + 5, 5 * MAX_DEPTH)
    return [
        (dialect, start + link * length + end)
        for dialect in DIALECTS
        for start, link, end in CHAINED
        for length in lengths
    ]


def _plain(texts: list[tuple[str, str]]) -> Verdicts:
    done = subprocess.run(
        [sys.executable, "-m", "tests.validators.pure_parser"],
        input=json.dumps(texts),
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    told: Verdicts = json.loads(done.stdout)
    return told


def _told(verdict: list[str]) -> list[str]:
    """What is told, but for how a text that is too deep to be read is put."""
    return ["too deep"] if any("parser stops" in text or "levels deep" in text for text in verdict) else verdict
