"""`agent index --tune`: an embedding model for one's own database; `--untune` goes back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from agent.cli.exits import FAILED
from agent.cli.progress import activity
from agent.cli.streams import writing
from agent.cli.visible import visible

if TYPE_CHECKING:
    from agent.tuning import TuningReport

# Reasons that are told of questions that cannot be used.
MAX_REASONS = 5


def tune(db: str | None, questions: Path, quiet: bool) -> None:
    """Tune the encoder on a file of questions with SQL, and print what it found before and after.

    Ends with an exit code of 1 where the tuned model was not better, and so is not used.
    """
    from agent.pipeline import Agent
    from agent.tuning import tune_encoder

    with activity(quiet) as doing, Agent.connect(db, progress=doing) as agent:
        report = tune_encoder(agent, questions, doing)
    tell(report, quiet)
    if not report.used:
        raise typer.Exit(FAILED)


def untune(db: str | None, quiet: bool) -> None:
    """Go back to the encoder of the settings."""
    from agent.pipeline import Agent
    from agent.tuning import untune_encoder

    with activity(quiet) as doing, Agent.connect(db, progress=doing) as agent:
        was = untune_encoder(agent)
        encoder = agent.settings.encoder
    if not quiet:
        with writing():
            typer.echo(f"The index uses {visible(encoder)}{'' if was else ', as before'}.")


def tell(report: TuningReport, quiet: bool) -> None:
    """Print the figures before and after, and on stderr which lines could not be used."""
    if not quiet:
        _tell_unusable(report.unusable)
    with writing():
        _print(report)


def _tell_unusable(reasons: tuple[str, ...]) -> None:
    from agent.cli import render

    if reasons:
        render.note(f"{len(reasons)} lines cannot be used:")
    for reason in reasons[:MAX_REASONS]:
        render.note(f"  {visible(reason)}")
    if len(reasons) > MAX_REASONS:
        render.note(f"  and {len(reasons) - MAX_REASONS} more")


def _print(report: TuningReport) -> None:
    from agent.cli.table import print_table

    typer.echo(f"Tuned on {report.shown} questions, measured on {report.before.questions} others:\n")
    rows = [
        (f"{name}@{cut}", f"{before[cut]:.3f}", f"{after[cut]:.3f}")
        for name, before, after in (
            ("recall", report.before.recall, report.after.recall),
            ("all", report.before.all, report.after.all),
        )
        for cut in before
    ]
    print_table(("", "before", "after"), rows)
    k = report.k
    figures = f"recall@{k} {report.before.recall[k]:.3f} before, {report.after.recall[k]:.3f} after"
    if report.used:
        typer.echo(f"\nThe index uses the tuned model now: {figures}.")
    else:
        typer.echo(f"\nThe tuned model is not used, for it is not better: {figures}. The index is as it was.")
