"""Look for a text that makes the checker raise, hang, end its process or disagree with itself.

`python -m tests.fuzz SECONDS [SEED]` prints what it finds in a form to be pasted into a test, and the slowest text;
it ends with 1 where there was a fault.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from random import Random, SystemRandom

from agent.records import Catalog, Column, Table
from tests.fuzz.mutations import Material, mutation
from tests.fuzz.worker import Outcome, Worker
from tests.validators.corpus import DIALECTS, corpus, mutations

# What is told of names that are not there must not take the longer the more there are.
MANY_TABLES = 2_000
MAX_FAULTS = 20
SHRINKING_SECONDS = 20.0


def main() -> int:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 60.0
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else SystemRandom().randrange(10**6)
    print(f"fuzzing the checker for {seconds:g} s with the seed {seed}", flush=True)
    random = Random(seed)
    materials = {dialect: Material(corpus(dialect).statements, **mutations()) for dialect in DIALECTS}
    catalogs = _catalogs()
    worker = Worker(catalogs)
    counts: Counter[str] = Counter()
    faults: dict[tuple[str, str], str] = {}
    slowest, slow = Outcome(0), ("", "")
    end = time.monotonic() + seconds
    try:
        while time.monotonic() < end and len(faults) < MAX_FAULTS:
            name = random.choice(list(catalogs))
            sql = mutation(random, materials[name.removesuffix(_LARGE)])
            outcome = worker.check(name, sql)
            counts["checked"] += 1
            counts["passed"] += outcome.passed
            if outcome.seconds > slowest.seconds:
                slowest, slow = outcome, (name, sql)
            if outcome.fault and (name, outcome.fault) not in faults:
                faults[name, outcome.fault] = _shrunk(worker, name, sql, outcome.fault)
                print(f"FAULT: {outcome.fault}\n    ({name!r}, {faults[name, outcome.fault]!a}),", flush=True)
    finally:
        worker.close()
    print(f"{counts['checked']:,} texts checked, {counts['passed']:,} passed, {len(faults)} faults")
    print(f"the slowest took {slowest.seconds:.2f} s:\n    ({slow[0]!r}, {_folded(slow[1])}),")
    return 1 if faults else 0


_LARGE = " with many tables"


def _catalogs() -> dict[str, Catalog]:
    many = tuple(
        Table(f"table_{number}", tuple(Column(f"column_{number % 7}_{position}", "") for position in range(10)))
        for number in range(MANY_TABLES)
    )
    small = {dialect: corpus(dialect).catalog for dialect in DIALECTS}
    large = {f"{name}{_LARGE}": Catalog(name, catalog.tables + many) for name, catalog in small.items()}
    return small | large


def _shrunk(worker: Worker, name: str, sql: str, fault: str) -> str:
    """A shorter text with the same fault, found by leaving out ever smaller pieces."""
    end, size = time.monotonic() + SHRINKING_SECONDS, len(sql) // 2
    while size and time.monotonic() < end:
        start = 0
        while start < len(sql) and time.monotonic() < end:
            shorter = sql[:start] + sql[start + size :]
            if worker.check(name, shorter).fault == fault:
                sql = shorter
            else:
                start += size
        size //= 2
    return sql


def _folded(sql: str) -> str:
    return ascii(sql) if len(sql) < 600 else f"{sql[:300]!a} … {sql[-300:]!a}, {len(sql):,} characters"


if __name__ == "__main__":
    sys.exit(main())
