"""Work on cases, database by database."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from multiprocessing import get_context
from pathlib import Path
from typing import TypeVar

from agent.evaluate.spread import cores
from benchmarks.cases import Case

R = TypeVar("R")
# A process ends after so many databases, and gives back what it has taken.
DATABASES = 20


def per_database(job: Callable[[Sequence[Case]], Sequence[R]], cases: Sequence[Case]) -> Iterator[R]:
    """What the job makes of the cases of each database, by one process a core; in the same order every time."""
    groups: dict[Path, list[Case]] = defaultdict(list)
    for case in cases:
        groups[case.path].append(case)
    with get_context("spawn").Pool(cores(), maxtasksperchild=DATABASES) as pool:
        for found in pool.imap(job, groups.values()):
            yield from found
