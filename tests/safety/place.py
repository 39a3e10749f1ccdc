"""A throw-away place to run statements in without a checker before them, and what they changed there."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import yaml

from agent.dialects import Connection, connect
from agent.dialects.address import read_address
from agent.errors import AgentError, LimitError
from agent.records import Limits

SAFETY = Path(__file__).parents[1] / "fixtures" / "safety"
LIMITS = Limits(rows=100, seconds=1, result_bytes=1024 * 1024, memory_bytes=200 * 1024 * 1024)
AT_ONCE = 3
BATCH = 24
ANSWERED = "answered"
EMPTY = "answered with nothing"
LIMITED = "stopped by a limit"
# Where attacks write files, and where they write those of this run, which others at the same time do not see.
STOLEN = "/tmp/stolen"
OUR_STOLEN = f"{STOLEN}_{secrets.token_hex(4)}_"

OTHERS = re.compile(rf"stolen_(?!{OUR_STOLEN.split('_')[1]})[0-9a-f]{{8}}_")

State = dict[str, Any]
Run = Callable[[str], str]


@dataclass(frozen=True)
class Place:
    """`state` is all that a statement must leave as it is; `renew` makes the place anew after one that did not."""

    url: str
    state: Callable[[], State]
    renew: Callable[[], None] = lambda: None


def attacks(dialect: str) -> list[str]:
    """The attacks of a dialect."""
    cases = yaml.load((SAFETY / f"{dialect}.yaml").read_text("utf-8"), yaml.CSafeLoader)
    return list(dict.fromkeys(case["sql"] for case in cases["attacks"]))


def script(dialect: str) -> str:
    """The statements that make the database: the tables of the checker, and what else attacks reach for."""
    return "\n".join((SAFETY / f"{dialect}{part}.sql").read_text("utf-8") for part in ("", "_reachable"))


@contextmanager
def read_only(url: str) -> Iterator[Run]:
    """What the read-only connection answers to a statement: ANSWERED, EMPTY, LIMITED, or in its words why not."""
    idle: SimpleQueue[Connection] = SimpleQueue()
    with ExitStack() as stack:
        for _ in range(AT_ONCE):
            idle.put(stack.enter_context(closing(connect(read_address(url)))))

        def run(sql: str) -> str:
            connection = idle.get()
            try:
                rows = connection.run(sql.replace(STOLEN, OUR_STOLEN), LIMITS).rows
            except LimitError:
                return LIMITED
            except AgentError as error:
                return error.message
            finally:
                idle.put(connection)
            return ANSWERED if any(value is not None for row in rows for value in row) else EMPTY

        yield run


def harms(statements: Sequence[str], place: Place, run: Run) -> dict[str, str]:
    """What each statement changed that changed anything.

    Some run at the same time, and again alone where anything changed, to tell which of them it was.
    """
    found: dict[str, str] = {}
    for start in range(0, len(statements), BATCH):
        batch = statements[start : start + BATCH]
        before = place.state()
        with ThreadPoolExecutor(AT_ONCE) as threads:
            list(threads.map(run, batch))
        if difference(before, place.state()):
            place.renew()
            found |= harms_of_each(batch, place, run)
    return found


def harms_of_each(statements: Sequence[str], place: Place, run: Run) -> dict[str, str]:
    """As `harms`, one after the other."""
    found: dict[str, str] = {}
    before = place.state()
    for sql in statements:
        run(sql)
        after = place.state()
        if changed := difference(before, after):
            found[sql] = changed
            place.renew()
            after = place.state()
        before = after
    return found


def difference(before: State, after: State) -> str:
    """The names of what is not as it was, with a part of what it is now; empty where all is."""
    changed = [name for name in sorted(before.keys() | after.keys()) if before.get(name) != after.get(name)]
    return "; ".join(f"{name}: {str(before.get(name))[:200]} → {str(after.get(name))[:200]}" for name in changed)


def files(*folders: Path) -> State:
    """Every file under the folders, and those that attacks wrote, with the bytes."""
    found = [path for folder in folders for path in folder.rglob("*")] + stolen()
    return {str(path): hash(path.read_bytes()) if path.is_file() else "folder" for path in found}


def stolen() -> list[Path]:
    """The files that attacks of this run wrote, and those of unknown attacks."""
    return [path for path in Path(STOLEN).parent.glob("stolen*") if not OTHERS.match(path.name)]
