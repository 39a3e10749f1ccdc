"""`agent eval sql --export-prompts`: the prompts of questions, for a model that is asked elsewhere."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

from agent.cli import scores
from agent.cli.progress import activity
from agent.cli.streams import writing
from agent.dialects.files import shown
from agent.errors import AgentError
from agent.evaluate.json_lines import json_lines
from agent.evaluate.prepare import prepare
from agent.evaluate.prompt_job import Prompt, prompts
from agent.evaluate.questions import read_questions
from agent.evaluate.sample import sample


def export_prompts(
    questions: Path, databases: Path, file: Path, model: str | None, limit: int | None, *, as_json: bool, quiet: bool
) -> None:
    """Write the prompt of each question as a line, in the order of the questions, and say how many there are.

    Raises AgentError when there is none, UsageError when the file cannot be written, and as `read_questions` and
    `prepare` do.
    """
    with activity(quiet) as doing:
        doing.stage("reading the questions")
        found, faults = read_questions(questions)
        asked = sample(found, limit)
        prepared = prepare(asked, databases, model=model, progress=doing)
        made: dict[tuple[str, str, str], Prompt] = {}
        # Not before: what cannot begin must not empty the file of an earlier time, or that of the questions.
        with json_lines(file, "--export-prompts") as write:
            with closing(prompts(asked, databases, prepared)) as coming:
                for done, prompt in enumerate(coming, start=1):
                    made[prompt.question.id, prompt.question.db, prompt.question.text] = prompt
                    doing("writing the prompts", done, len(asked))
            ordered = [made[question.id, question.db, question.text] for question in asked]
            for prompt in ordered:
                if prompt.messages:
                    write(_record(prompt))
    missing = [f"question {prompt.question.id}: {prompt.reason}" for prompt in ordered if not prompt.messages]
    scores.faults([*faults, *missing])
    if len(missing) == len(ordered):
        raise AgentError(f"there is no prompt to write: {missing[0]}")
    with writing():
        _print(len(ordered) - len(missing), file, ordered[0], as_json)


def _print(count: int, file: Path, first: Prompt, as_json: bool) -> None:
    whose = first.model or "any model (--model says for which one)"
    if as_json:
        scores.print_json({"prompts": count, "model": first.model or None, "file": str(file)})
    else:
        scores.say(f"{count:,} prompts for {whose} are in {shown(file)}")


def _record(prompt: Prompt) -> dict[str, Any]:
    question = prompt.question
    return {
        "id": question.id,
        "db": question.db,
        "question": question.text,
        **({"model": prompt.model} if prompt.model else {}),
        "messages": list(prompt.messages),
        "options": prompt.options,
    }
