"""`agent eval`: how well tables are found and questions answered, against files that hold what is right."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from agent.cli.completion import models
from agent.cli.exits import INTERRUPTED, exits
from agent.cli.options import Debug, Quiet
from agent.cli.progress import activity
from agent.cli.streams import writing
from agent.errors import UsageError

evaluate = typer.Typer(help="Measure how well tables are found and questions answered.", no_args_is_help=True)

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of tables.")]
Limit = Annotated[
    int | None, typer.Option(min=1, help="Questions that are asked at most, evenly spaced over the file.")
]


@evaluate.command()
def retrieval(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder with tables.jsonl and questions.jsonl.")],
    k: Annotated[str, typer.Option(help="How many of the first tables are looked at, such as 5,10.")] = "5,10,20",
    breakdown: Annotated[
        bool, typer.Option("--breakdown", help="Also tell what each step gives alone, and what switching it off costs.")
    ] = False,
    fold: Annotated[
        int | None, typer.Option(min=2, help="Also tell every N-th database by name (held back) from the others.")
    ] = None,
    limit: Limit = None,
    encoder: Annotated[str | None, typer.Option(help="Embedding model, as the setting of that name.")] = None,
    as_json: Json = False,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Index all tables together, and see how far up those that answer each question come."""
    with exits(debug):
        with activity(quiet) as doing:
            doing.stage("reading the tables")
            from agent.cli import scores
            from agent.cli.retrieval_scores import print_retrieval
            from agent.config import load_settings
            from agent.evaluate.pool import read_pool
            from agent.evaluate.quality import cutoffs
            from agent.evaluate.retrieval import evaluate_retrieval
            from agent.index_options import index_options
            from agent.schema_index.options import IndexOptions

            ks, pool = cutoffs(k), read_pool(folder)
            set_up = index_options(load_settings(encoder=encoder))
            # What is set of a database says nothing of a pool of others.
            options = IndexOptions(
                set_up.cache, set_up.encoder, set_up.query_prefix, set_up.document_prefix, access=set_up.access
            )
            report = evaluate_retrieval(pool, options, ks, limit=limit, fold=fold, breakdown=breakdown, progress=doing)
        scores.faults(pool.faults)
        with writing():
            print_retrieval(report, as_json)


@evaluate.command()
def sql(
    questions: Annotated[
        Path, typer.Argument(metavar="QUESTIONS.jsonl", help="File with id, db, question and sql on each line.")
    ],
    databases: Annotated[
        Path, typer.Option(metavar="DIR", help="Folder with the database files, DB.sqlite and so on.")
    ],
    model: Annotated[
        str | None,
        typer.Option(
            help="The drafter: auto, builtin (no language model), ollama:NAME, openai:NAME@URL or replay:FILE.",
            autocompletion=models,
        ),
    ] = None,
    limit: Limit = None,
    timeout: Annotated[float | None, typer.Option(help="Seconds that a query may run.")] = None,
    predictions: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write what was drafted for each question, with every step.")
    ] = None,
    export_prompts: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Ask nothing: write id, question and messages, for a model elsewhere."),
    ] = None,
    as_json: Json = False,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Ask each question of its database, and compare the rows with those of the right query."""
    with exits(debug):
        if export_prompts is not None:
            from agent.cli.export_prompts import export_prompts as export

            if predictions is not None:
                raise UsageError("there is nothing to predict where nothing is asked", "leave out --predictions")
            export(questions, databases, export_prompts, model, limit, as_json=as_json, quiet=quiet)
            return
        with activity(quiet) as doing:
            doing.stage("reading the questions")
            from agent.cli import scores
            from agent.cli.execution_scores import print_execution
            from agent.evaluate.answer_job import answer_job
            from agent.evaluate.execution import execution
            from agent.evaluate.execution_report import execution_report
            from agent.evaluate.predictions import predictions as written
            from agent.evaluate.questions import read_questions
            from agent.evaluate.sample import sample

            found, faults = read_questions(questions)
            asked = sample(found, limit)
            job = answer_job(asked, databases, model=model, timeout=timeout, progress=doing)
            outcomes = []
            with written(predictions) as write, closing(execution(asked, job)) as coming:
                try:
                    for outcome in coming:
                        outcomes.append(outcome)
                        write(outcome)
                        doing("asking the questions", len(outcomes), len(asked))
                except KeyboardInterrupt:
                    # What was measured until then has cost time, and is told.
                    if not outcomes:
                        raise
        scores.faults(faults)
        with writing():
            print_execution(execution_report(outcomes), job.model, as_json)
        if len(outcomes) < len(asked):
            scores.interrupted(len(outcomes), len(asked))
            raise typer.Exit(INTERRUPTED)
