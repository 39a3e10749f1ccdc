"""Print one table of figures; a figure that cannot be taken ends the run with its error."""

from __future__ import annotations

from benchmarks.commands import commands
from benchmarks.engines import engines
from benchmarks.indexing import indexing
from benchmarks.machine import machine
from benchmarks.measure import HEADER
from benchmarks.models import models
from benchmarks.retrieval import retrieval
from benchmarks.stages import stages


def main() -> None:
    print(f"## Measured on {machine()}\n\n{HEADER}", flush=True)
    # The commands come first: a child's peak memory counts from its parent's, which is still small then.
    for group in (commands(), stages(), models(), retrieval(), indexing(), engines()):
        for figure in group:
            print(figure, flush=True)


if __name__ == "__main__":
    main()
