"""Tuning the embedding model of one database, and using it only where it finds the tables better."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from agent.errors import UsageError
from agent.evaluate.pool import PoolQuestion
from agent.evaluate.quality import Quality, quality
from agent.evaluate.ranking import rank_all
from agent.examples import Examples, read_examples
from agent.index_options import index_options
from agent.pipeline import Agent
from agent.schema_index.build import build_index
from agent.schema_index.index_folder import index_folder
from agent.schema_index.model_source import encoder_key, is_ollama, revision_of
from agent.schema_index.options import IndexOptions
from agent.schema_index.prefixes import Prefixes
from agent.schema_index.progress import Progress, silent
from agent.schema_index.rank import encode_questions
from agent.schema_index.triplets import Example, triplets
from agent.schema_index.tune import tune
from agent.schema_index.tuned import SCRATCH, Tuning, forget_tuning, new_model, read_tuning, sweep_models, write_tuning

if TYPE_CHECKING:
    from agent.schema_index.store import SchemaIndex

# With fewer, neither the training nor the figures would mean anything.
MIN_QUESTIONS = 20
HELD_BACK = 0.2
# Of few questions more are held back, up to a half: a rise on a handful would be chance.
MIN_HELD_BACK = 20
CUTS = (1, 3, 5, 10)
# The cut that decides is at most this part of the tables: one that most of them are within tells nothing.
DECIDING_PART = 0.2
SEED = "20"


@dataclass(frozen=True, slots=True)
class TuningReport:
    """What tuning came to: it is `used` where recall at `k` rose on the questions that were held back.

    `shown` is the number of the others. `unusable` says why lines of the file were left out.
    """

    shown: int
    unusable: tuple[str, ...]
    k: int
    before: Quality
    after: Quality

    @property
    def used(self) -> bool:
        """Whether the index uses the tuned model from now on."""
        return self.after.recall[self.k] > self.before.recall[self.k]


def tune_encoder(agent: Agent, file: Path, progress: Progress = silent, steps: int | None = None) -> TuningReport:
    """Tune the encoder of an agent's index on verified questions, and use it where recall rises on those held back.

    Until it is found to be better, and for good where it is not, the index serves as it was. `steps` of training are as
    many as the questions need, unless given. Raises UsageError for the file, IndexingError for the model, and
    DatabaseError.
    """
    options = index_options(agent.settings)
    if is_ollama(options.encoder):
        raise UsageError(f"the encoder {options.encoder} cannot be tuned", "set one of sentence-transformers")
    index, encoder = agent.index, agent.index.encoder
    examples = read_examples(file, agent)
    shown, held = _split(file, examples)
    folder = _folder(agent)
    sweep_models(folder)
    model = new_model(folder)
    before = _measured(held, index, options, progress)
    try:
        prefixes = Prefixes(encoder.query_prefix, encoder.document_prefix)
        made = triplets(shown, index.catalog, encoder, options.abbreviations)
        tune(options.encoder, made, model, progress, prefixes=prefixes, access=options.access, steps=steps)
        with TemporaryDirectory(prefix=SCRATCH, dir=folder, ignore_cleanup_errors=True) as scratch:
            trial = replace(options, cache=Path(scratch), encoder=str(model), chroma="")
            with build_index(agent.address, trial, progress) as candidate:
                after = _measured(held, candidate, trial, progress)
            k = _deciding_cut(len(index.catalog.entries))
            report = TuningReport(len(shown), examples.unusable, k, before, after)
            if report.used:
                _keep(trial.cache, options, folder)
                _use(agent, folder, model, report)
    finally:
        _remove_unless_used(agent, folder, model)
    return report


def untune_encoder(agent: Agent) -> bool:
    """Go back to the encoder that the settings name, and index with it; whether there was a tuned one."""
    folder = _folder(agent)
    tuning = read_tuning(folder)
    forget_tuning(folder)
    agent.refresh()
    if tuning:
        _remove_unless_used(agent, folder, folder / tuning.model)
    return tuning is not None


def _folder(agent: Agent) -> Path:
    # The key of a tuned model has its whole path.
    return index_folder(agent.address, index_options(agent.settings)).resolve()


def _split(file: Path, examples: Examples) -> tuple[list[Example], list[Example]]:
    """The questions that are shown to the model, and those that are held back.

    Rewordings of one query stay together, and a query held back stays so when the file grows, because the order is that
    of a hash.
    """
    if examples.count < MIN_QUESTIONS:
        first = f": {examples.unusable[0]}" if examples.unusable else ""
        raise UsageError(
            f"{file}: only {examples.count} questions can be used, and {len(examples.unusable)} cannot{first}",
            f"tuning needs {MIN_QUESTIONS}, better some hundreds",
        )
    wanted = max(HELD_BACK * examples.count, min(MIN_HELD_BACK, examples.count / 2))
    shown: list[Example] = []
    held: list[Example] = []
    for query in sorted(examples.groups, key=lambda query: hashlib.sha256(f"{SEED}{query}".encode()).digest()):
        (held if len(held) < wanted else shown).extend(examples.groups[query])
    if not shown:
        raise UsageError(f"{file}: nearly all questions have the same SQL", "add questions of other kinds")
    return shown, held


def _deciding_cut(tables: int) -> int:
    return max((cut for cut in CUTS if cut <= DECIDING_PART * tables), default=CUTS[0])


def _measured(held: Sequence[Example], index: SchemaIndex, options: IndexOptions, progress: Progress) -> Quality:
    questions = [PoolQuestion(str(n), "", one.question, one.tables) for n, one in enumerate(held)]
    asked = list(zip(questions, encode_questions([one.question for one in held], index), strict=True))
    return quality(rank_all({frozenset(): asked}, index, options, progress)[frozenset()], CUTS)


def _keep(trial: Path, options: IndexOptions, folder: Path) -> None:
    """Move the exported model and the vectors of a trial to where the index will look for them."""
    homes = {options.cache / "encoders": trial.glob("encoders/*")}
    if not options.chroma:
        homes[folder] = trial.glob("index/*/vectors-*")
    for home, found in homes.items():
        for made in found:
            # Where they cannot be moved, they are made again.
            with suppress(OSError):
                made.rename(home / made.name)


def _use(agent: Agent, folder: Path, model: Path, report: TuningReport) -> None:
    """Record that a model is used from now on, index with it, and remove the one that was used before."""
    old, base, k = read_tuning(folder), agent.settings.encoder, report.k
    held = report.before.questions
    figures = report.before.recall[k], report.after.recall[k]
    write_tuning(folder, Tuning(base, revision_of(base), model.name, report.shown + held, held, k, *figures))
    agent.refresh()
    if old:
        _remove_unless_used(agent, folder, folder / old.model)


def _remove_unless_used(agent: Agent, folder: Path, model: Path) -> None:
    tuning = read_tuning(folder)
    if model.is_dir() and (tuning is None or tuning.model != model.name):
        shutil.rmtree(agent.settings.cache_dir / "encoders" / encoder_key(str(model)), ignore_errors=True)
        shutil.rmtree(model, ignore_errors=True)
