"""What is found out before the first question of an evaluation is asked, once for all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from agent.dialects.files import shown
from agent.errors import UsageError
from agent.evaluate.databases import MOST_ROWS, SUFFIXES, find_database
from agent.evaluate.questions import GoldQuestion
from agent.pipeline import Agent
from agent.schema_index.progress import Progress, silent


@dataclass(frozen=True, slots=True)
class Prepared:
    """The setting `model`, the name of the drafter that it stands for, and the seconds that a query may run."""

    model: str
    drafter: str
    seconds: float


def prepare(
    questions: Sequence[GoldQuestion],
    folder: Path,
    *,
    model: str | None = None,
    timeout: float | None = None,
    progress: Progress = silent,
) -> Prepared:
    """What the settings say where an argument does not; for `auto` the model is the one that it takes now.

    Raises UsageError when the folder has none of the databases, and as `Agent.connect` and `load_drafter` do.
    """
    names = dict.fromkeys(question.db for question in questions)
    path = next(filter(None, (find_database(folder, name) for name in names)), None)
    if path is None:
        raise UsageError(
            f"{shown(folder)} has no database of these questions, such as {next(iter(names))}{SUFFIXES[0]}",
            f"name the folder of the files: {' or '.join(SUFFIXES)}, also each in a folder of its name",
        )
    with Agent.connect(path, model=model, limit=MOST_ROWS, timeout=timeout, progress=progress) as agent:
        drafter, asked = agent.drafter_name, agent.settings.model
        # The name alone of a drafter says neither where its server is nor in which folder its file.
        found = Prepared(drafter if asked == "auto" else asked, drafter, agent.limits.seconds)
        # Prepares the embedding model too, which else every process would do at once.
        agent.search(questions[0].text)
    return found
