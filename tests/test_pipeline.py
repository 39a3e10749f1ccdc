"""The flow as the library has it: the repair of drafts, several threads, and its end."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import date
from pathlib import Path
from threading import Event
from time import monotonic, sleep

import psutil
import pytest

from agent import Agent
from agent.config import Settings
from agent.draft import draft, take_first
from agent.drafters import DRAFTERS, Listen, unheard
from agent.errors import CancelledError, ChoiceError, DatabaseError, IndexingError, UnsafeError, UsageError
from agent.index_options import index_options
from agent.records import Answer, Attempt, CheckedQuery, Context, Draft, Drafting, Verdict
from agent.schema_index.store import SchemaIndex

ROOT = Path(__file__).parents[1]
TODAY = date(2026, 11, 21)


class ScriptedDrafter:
    """Drafts what is queued, and keeps what it was told of earlier drafts."""

    name = "scripted"

    def __init__(self, *queue: str) -> None:
        self._queue = iter(queue)
        self.told: list[tuple[Attempt, ...]] = []

    def draft(self, context: Context, failed: tuple[Attempt, ...] = (), listen: Listen = unheard) -> Draft:
        self.told.append(failed)
        return Draft(next(self._queue), "scripted", 1.0)


def load(settings: Settings) -> ScriptedDrafter:
    return ScriptedDrafter("select   NAME from Customers where country='Germany'")


@pytest.fixture(scope="module")
def context(shop: Agent) -> Context:
    context = next(shop.steps("how many orders"))
    assert isinstance(context, Context)
    return context


GOOD, BAD = "SELECT name FROM customers", [f"SELECT wrong_{n}, absent_{n} FROM customers" for n in range(9)]


def test_a_draft_that_fails_is_repaired_at_most_three_times(shop: Agent, context: Context) -> None:
    drafter = ScriptedDrafter(*BAD)

    with pytest.raises(UnsafeError, match="wrong_3"):
        list(draft(context, drafter, shop.check))

    assert len(drafter.told) == 4


def test_the_third_repair_may_be_right(shop: Agent, context: Context) -> None:
    steps = list(draft(context, ScriptedDrafter(*BAD[:3], GOOD), shop.check))

    assert [type(step) for step in steps] == [Draft, Verdict] * 4
    assert isinstance(steps[-1], Verdict)
    assert steps[-1].query is not None


def test_the_same_sql_twice_ends_it(shop: Agent, context: Context) -> None:
    drafter = ScriptedDrafter(BAD[0], BAD[1], BAD[0], GOOD)

    with pytest.raises(UnsafeError, match="wrong_0"):
        list(draft(context, drafter, shop.check))

    assert len(drafter.told) == 3


@pytest.mark.parametrize("again", [BAD[0].lower(), f"{BAD[0]};", BAD[0].replace(" ", "\n  "), f"{BAD[0]} -- so"])
def test_the_same_sql_in_other_letters_ends_it_too(again: str, shop: Agent, context: Context) -> None:
    drafter = ScriptedDrafter(BAD[0], again, GOOD)

    with pytest.raises(UnsafeError, match="wrong_0"):
        list(draft(context, drafter, shop.check))

    assert len(drafter.told) == 2


@pytest.mark.parametrize("other", [BAD[0].replace("wrong", "Wrong"), f"{BAD[0]} WHERE name = 'a'"])
def test_a_draft_of_other_names_or_strings_is_another(other: str, shop: Agent, context: Context) -> None:
    steps = list(draft(context, ScriptedDrafter(BAD[0], other, GOOD), shop.check))

    assert isinstance(steps[-1], Verdict)
    assert steps[-1].query is not None


def test_every_finding_is_handed_back(shop: Agent, context: Context) -> None:
    drafter = ScriptedDrafter(BAD[0], BAD[1], GOOD)

    list(draft(context, drafter, shop.check))

    first, second, third = drafter.told
    assert first == ()
    assert [attempt.draft.sql for attempt in second] == BAD[:1]
    assert [attempt.draft.sql for attempt in third] == BAD[:2]
    for attempt, sql in zip(third, BAD, strict=False):
        assert attempt.findings == shop.check(sql).findings
        assert len(attempt.findings) == 2


def reading(sql: str, says: str, *alternatives: Draft) -> Draft:
    return Draft(sql, "scripted", 0.8, (says, "and more"), alternatives=alternatives, reading=says)


class ReadingDrafter:
    """Drafts one draft, however often it is asked."""

    name = "scripted"

    def __init__(self, drafted: Draft) -> None:
        self._drafted = drafted

    def draft(self, context: Context, failed: tuple[Attempt, ...] = (), listen: Listen = unheard) -> Draft:
        return self._drafted


NAMES, CITIES, EMAILS = (f"SELECT {column} FROM customers" for column in ("name", "city", "email"))


def test_close_readings_are_put_to_a_choice(shop: Agent, context: Context) -> None:
    drafter = ReadingDrafter(reading(NAMES, "by name", reading(CITIES, "by city"), reading(EMAILS, "by email")))
    offered: list[tuple[str, ...]] = []

    def choose(drafts: tuple[Draft, ...]) -> Draft:
        offered.append(tuple(draft.reading for draft in drafts))
        return drafts[1]

    *_, chosen, verdict = draft(context, drafter, shop.check, choose)

    assert offered == [("by name", "by city", "by email")]
    assert isinstance(chosen, Draft)
    assert chosen.reading == "by city"
    assert verdict == shop.check(CITIES)


def test_without_one_who_chooses_close_readings_are_refused(shop: Agent, context: Context) -> None:
    drafter = ReadingDrafter(reading(NAMES, "by name", reading(CITIES, "by city")))

    with pytest.raises(ChoiceError, match="the question can be read in 2 ways") as caught:
        list(draft(context, drafter, shop.check))

    assert caught.value.readings == ("by name", "by city")
    assert "--yes" in caught.value.hint


def test_the_first_reading_may_be_taken(shop: Agent, context: Context) -> None:
    drafter = ReadingDrafter(reading(NAMES, "by name", reading(CITIES, "by city"), reading(EMAILS, "by email")))

    *_, taken, verdict = draft(context, drafter, shop.check, take_first)

    assert isinstance(taken, Draft)
    assert taken.assumptions == ("taken as: by name; it could also be: by city, or by email", "and more")
    assert taken.confidence == 0.27
    assert verdict == shop.check(NAMES)


@pytest.mark.parametrize("place", [0, 1])
def test_a_reading_that_does_not_pass_is_no_choice(shop: Agent, context: Context, place: int) -> None:
    sqls = [BAD[0], BAD[0]]
    sqls[place] = NAMES
    drafter = ReadingDrafter(reading(sqls[0], "one", reading(sqls[1], "other")))

    *_, drafted, verdict = draft(context, drafter, shop.check)

    assert isinstance(drafted, Draft)
    assert drafted.sql == NAMES
    assert verdict == shop.check(NAMES)


def test_only_a_draft_that_was_offered_can_be_chosen(shop: Agent, context: Context) -> None:
    drafter = ReadingDrafter(reading(NAMES, "by name", reading(CITIES, "by city")))

    with pytest.raises(UsageError, match="none of those offered"):
        list(draft(context, drafter, shop.check, lambda drafts: Draft(EMAILS, "another", 1.0)))


def test_a_draft_is_the_sql_that_would_run(shop: Agent, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(DRAFTERS, "scripted", __name__)
    with Agent.connect(today=TODAY, model="scripted") as agent:
        query = agent.check("select   NAME from Customers where country='Germany'").query
        drafted = agent.draft("names in Germany")

    assert isinstance(query, CheckedQuery)
    assert drafted == Draft(query.sql, "scripted", 1.0)
    assert drafted.sql != "select   NAME from Customers where country='Germany'"


QUESTIONS = ["how many orders", "how many customers", "how many products", "revenue per country"]


def test_eight_threads_may_ask_at_once(shop: Agent) -> None:
    alone = {question: shop.ask(question) for question in QUESTIONS}
    with Agent.connect(today=TODAY) as fresh, ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(fresh.ask, QUESTIONS * 8))

    assert answers == [alone[question] for question in QUESTIONS * 8]


def test_the_context_manager_closes() -> None:
    with Agent.connect(today=TODAY) as agent:
        assert isinstance(agent.ask("how many orders"), Answer)

    with pytest.raises(UsageError, match="this agent is closed"):
        agent.ask("how many orders")


@pytest.mark.parametrize("asked_before", [False, True])
def test_a_closed_agent_opens_nothing_again(asked_before: bool, tmp_path: Path) -> None:
    agent = Agent.connect(today=TODAY, cache_dir=None if asked_before else tmp_path)
    if asked_before:
        agent.ask("how many orders")
    agent.close()
    agent.close()

    for use in (agent.ask, agent.draft, agent.search, agent.check, lambda text: list(agent.steps(text))):
        with pytest.raises(UsageError, match="this agent is closed"):
            use("how many orders")
    assert not list(tmp_path.iterdir())


def test_closing_gives_up_an_index_in_the_making(tmp_path: Path) -> None:
    def close(what: str, done: int, total: int) -> None:
        agent.close()

    agent = Agent.connect(today=TODAY, cache_dir=tmp_path, progress=close)

    with pytest.raises(UsageError, match="this agent is closed"):
        agent.ask("how many orders")
    assert not (tmp_path / "encoders").exists()


def test_the_second_part_is_closed_when_the_first_fails(shop: Agent, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(index: SchemaIndex) -> None:
        close(index)
        raise OSError("no more")

    close = SchemaIndex.close
    monkeypatch.setattr(SchemaIndex, "close", fail)
    before = psutil.Process().children()
    agent = Agent.connect(today=TODAY)
    agent.ask("how many orders")
    assert len(psutil.Process().children()) == len(before) + 1

    with pytest.raises(OSError, match="no more"):
        agent.close()
    assert psutil.Process().children() == before


SLOW = "SELECT count(*) FROM order_items a, order_items b, order_items c WHERE a.quantity + b.quantity = c.quantity"


class SlowDrafter:
    """Drafts a query that takes minutes, and keeps whether it was let go."""

    name = "slow"

    def __init__(self, waits: bool) -> None:
        self._waits = waits
        self.drafting = Event()

    def draft(self, context: Context, failed: tuple[Attempt, ...] = (), listen: Listen = unheard) -> Draft:
        self.drafting.set()
        while self._waits:
            listen(Drafting("writing", "slow", "SELECT "))
            sleep(0.01)
        return Draft(SLOW, self.name, 1.0)


def slow_agent(monkeypatch: pytest.MonkeyPatch, waits: bool) -> tuple[Agent, SlowDrafter]:
    drafter = SlowDrafter(waits)
    monkeypatch.setattr("agent.pipeline.load_drafter", lambda settings: drafter)
    # Only what runs is tested: the checker would not let such a query pass.
    monkeypatch.setattr(Agent, "_compiled", lambda agent, sql, heed: Verdict(CheckedQuery(sql, "sqlite", ())))
    return Agent.connect(today=TODAY, timeout=600), drafter


@pytest.mark.parametrize("waits", [True, False], ids=["model", "query"])
@pytest.mark.parametrize(("stop", "error"), [(Agent.cancel, CancelledError), (Agent.close, UsageError)])
def test_what_runs_can_be_stopped_from_another_thread(
    stop: Callable[[Agent], None], error: type[Exception], waits: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    agent, drafter = slow_agent(monkeypatch, waits)
    with agent, ThreadPoolExecutor(1) as threads:
        asked = threads.submit(agent.ask, "how many")
        assert drafter.drafting.wait(60)
        sleep(0.3)
        assert not asked.done()
        started = monotonic()
        stop(agent)
        with pytest.raises((error, DatabaseError) if stop is Agent.close else error):
            asked.result(60)
        assert monotonic() - started < 2


def test_a_cancelled_agent_answers_again() -> None:
    with Agent.connect(today=TODAY) as agent:
        steps = agent.steps("how many orders")
        next(steps)
        agent.cancel()
        with pytest.raises(CancelledError, match="cancelled"):
            list(steps)
        agent.cancel()

        assert agent.ask("how many orders").rows == agent.ask("how many orders").rows != ()


def test_an_index_in_the_making_can_be_cancelled(tmp_path: Path) -> None:
    told = []

    def cancel_once(what: str, done: int, total: int) -> None:
        told.append(what)
        if len(told) == 1:
            agent.cancel()

    with Agent.connect(today=TODAY, cache_dir=tmp_path, progress=cancel_once) as agent:
        with pytest.raises(CancelledError):
            agent.ask("how many orders")
        assert len(told) == 1
        assert agent.ask("how many orders").rows


def test_a_row_limit_never_changes_what_is_counted(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "many.db")) as database:
        database.execute("CREATE TABLE visits (id INTEGER PRIMARY KEY)")
        database.executemany("INSERT INTO visits VALUES (?)", ((number,) for number in range(50)))
        database.commit()
    with Agent.connect(tmp_path / "many.db", today=TODAY, limit=3, model="builtin") as agent:
        assert agent.ask("how many visits").rows == ((50,),)
        rows = agent.ask("show all visits")
    assert (len(rows.rows), rows.truncated) == (3, True)
    assert "LIMIT" not in rows.sql.upper()


def test_an_index_that_turned_out_to_be_damaged_is_made_anew(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "small.db")) as database:
        database.execute("CREATE TABLE cities (name TEXT)")
    with Agent.connect(str(tmp_path / "small.db")) as agent:
        agent.index.discard()

        assert agent.ask("how many cities").rows == ((0,),)


def test_a_closed_index_says_so(shop: Agent) -> None:
    index = SchemaIndex(shop.index.folder, index_options(shop.settings))
    index.close()

    uses: list[Callable[[], object]] = [
        lambda: index.tables_with(["orders"]),
        lambda: index.find_exact("orders"),
        lambda: index.find_values("orders"),
        lambda: index.catalog,
    ]
    for use in uses:
        with pytest.raises(IndexingError, match="the index is closed"):
            use()


CLOSE_WHILE_ASKING = """
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier
from agent import Agent, AgentError

agent = Agent.connect(today=date.fromisoformat(sys.argv[1]))
agent.ask("how many orders")
together = Barrier(9)

def ask_on():
    together.wait()
    try:
        while True:
            agent.search("top customers in Germany last month")
            agent.ask("how many orders")
    except AgentError as error:
        return str(error)

with ThreadPoolExecutor(8) as threads:
    ends = [threads.submit(ask_on) for _ in range(8)]
    together.wait()
    agent.ask("how many customers")
    agent.close()
print(*(end.result() for end in ends), sep="\\n")
"""


def test_closing_while_others_ask_ends_them_with_an_error(shop: Agent) -> None:
    done = subprocess.run(
        [sys.executable, "-c", CLOSE_WHILE_ASKING, TODAY.isoformat()],
        capture_output=True, text=True, timeout=120, cwd=ROOT,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    ends = done.stdout.splitlines()
    assert len(ends) == 8
    assert all("closed" in end for end in ends)


def test_a_database_error_comes_before_anything_is_read(tmp_path: Path) -> None:
    with Agent.connect(str(tmp_path / "nowhere.db"), cache_dir=tmp_path) as agent:
        for use in (agent.ask, agent.draft, agent.search):
            with pytest.raises(DatabaseError, match="no such file"):
                use("how many orders")
    assert not list(tmp_path.iterdir())


def test_the_child_process_starts_while_the_question_is_read(shop: Agent) -> None:
    def children() -> int:
        return len(psutil.Process().children())

    with Agent.connect(today=TODAY) as agent:
        before = children()
        context = next(agent.steps("how many orders"))
        assert isinstance(context, Context)
        assert children() == before + 1
        agent.draft("how many orders")
        assert children() == before + 1


def test_a_running_agent_notices_that_the_schema_has_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agent.current_index.LOOK_SECONDS", 0.0)
    monkeypatch.setattr("agent.current_index.LOOK_SHARE", 0.0)
    file = tmp_path / "grows.db"
    with closing(sqlite3.connect(file)) as db:
        db.execute("CREATE TABLE customers (id INTEGER PRIMARY KEY)")
    with Agent.connect(file, today=date(2026, 11, 21)) as agent:
        assert agent.check("SELECT id FROM invoices").query is None
        with closing(sqlite3.connect(file)) as db:
            db.executescript("CREATE TABLE invoices (id INTEGER PRIMARY KEY); INSERT INTO invoices VALUES (7)")
        assert agent.ask("how many invoices").rows == ((1,),)
        with closing(sqlite3.connect(file)) as db:
            db.execute("DROP TABLE invoices")
        assert agent.check("SELECT id FROM invoices").query is None
