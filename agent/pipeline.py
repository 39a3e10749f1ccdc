"""The one flow that the command line, the chat and the library share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import date
from functools import cached_property
from pathlib import Path
from threading import Lock, RLock
from time import monotonic, perf_counter
from types import TracebackType
from typing import TYPE_CHECKING, Self

from agent.answer import answer
from agent.conceal import conceal
from agent.config import Settings, load_settings
from agent.dialects import Connection, connect
from agent.dialects.address import Address, read_address
from agent.draft import Choose, draft, refuse_to_choose
from agent.drafters import Drafter, load_drafter
from agent.errors import UsageError
from agent.estimate import estimate
from agent.execute import execute
from agent.index_options import index_options
from agent.recall import recall
from agent.records import (
    Answer,
    Draft,
    Question,
    ScoredTable,
    Step,
    Verdict,
)
from agent.schema_index.build import build_index, is_current, refresh_index
from agent.schema_index.progress import Progress
from agent.schema_index.retrieve import retrieve
from agent.validators import validate

if TYPE_CHECKING:
    from agent.schema_index.index_rows import Changes
    from agent.schema_index.store import SchemaIndex

MAX_QUESTION, MAX_EARLIER = 2_000, 20
"""Characters, a longer text is no question; and the earlier questions that one may go on from."""
# How long an index is taken to be that of the database, and how many times longer than it took to look.
LOOK_SECONDS, LOOK_SHARE = 5.0, 20


class Agent:
    """Asks one database. It may be used from several threads, and as a context manager.

    The index is made, and the database opened, when they are first needed. Once it is closed, whatever needs
    them raises UsageError.
    """

    def __init__(self, settings: Settings, today: date, progress: Progress | None = None) -> None:
        """An agent by its settings; `connect` is the usual way to make one."""
        self.settings = settings
        self.today = today
        self.limits = settings.limits
        self.is_demo = not settings.db
        self._source = settings.connection
        self._progress = progress
        self._making = RLock()  # held long, while the index is made
        self._closing = Lock()  # held for a moment, so that closing waits for nothing that is being made
        self._closed = False
        self._parts = ExitStack()
        self._index: SchemaIndex | None = None
        self._look_again = 0.0
        self._opened: Connection | None = None

    @classmethod
    def connect(
        cls,
        db: str | Path | None = None,
        *,
        model: str | None = None,
        today: date | None = None,
        limit: int | None = None,
        timeout: float | None = None,
        cache_dir: Path | str | None = None,
        descriptions: Path | str | None = None,
        include: Sequence[str] | None = None,
        exclude: Sequence[str] | None = None,
        progress: Progress | None = None,
    ) -> Self:
        """An agent for a database URL or file; without one the settings say which, else it is the demo shop.

        What is not given comes from the settings. `include` and `exclude` are patterns of tables. `today` is what
        "last month" is relative to, by default the day of the call. `progress` is told how far indexing is.
        """
        settings = load_settings(
            db=None if db is None else str(db),
            model=model,
            limit=limit,
            timeout=timeout,
            cache_dir=cache_dir,
            descriptions=descriptions,
        )
        # The only look at the clock: from here on today is an argument.
        settings = settings.of_tables(include, exclude)
        return cls(settings, today or date.today(), progress)  # noqa: DTZ011

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stop what runs and release the index and the database, also where another thread asks.

        An index that is being made is given up at its next report of progress. More calls do nothing.
        """
        with self._closing:
            self._closed = True
            parts = self._parts.pop_all()
        parts.close()

    def ask(
        self,
        text: str,
        choose: Choose = refuse_to_choose,
        *,
        tags: Iterable[str] = (),
        earlier: Iterable[str] = (),
    ) -> Answer:
        """Answer a question; every AgentError says in one line why there is no answer.

        Where the question has several close readings `choose` is given their drafts, best first, and returns
        the one that is meant; unless told how to, it raises ChoiceError. With `tags` only tables that bear one of
        them are meant, or have a column that does. `earlier` are the questions asked before, first to last, which
        this one may go on from ("only in Germany").
        """
        steps = list(self.steps(text, choose, tags=tags, earlier=earlier))
        last = steps[-1]
        assert isinstance(last, Answer)  # noqa: S101 - the flow ends with it or raises
        return last

    def steps(
        self,
        text: str,
        choose: Choose = refuse_to_choose,
        *,
        tags: Iterable[str] = (),
        earlier: Iterable[str] = (),
    ) -> Iterator[Step]:
        """The finished stages of a question one by one: context, draft, verdict, result, answer.

        `choose` is asked as in `ask`, which tells of `tags` and `earlier` too.
        """
        started = perf_counter()
        question = self._question(text, tags, earlier)
        # Opened first, so that the process in which it runs starts while the question is being read.
        connection = self._connection
        context = recall(question, self.index)
        yield context
        drafted, query = yield from draft(context, self._drafter, self._compiled, choose)
        result = execute(query, connection, self.limits)
        yield result
        yield answer(question, drafted, query, context.catalog, result, perf_counter() - started)

    def draft(
        self,
        text: str,
        choose: Choose = refuse_to_choose,
        *,
        tags: Iterable[str] = (),
        earlier: Iterable[str] = (),
    ) -> Draft:
        """The draft for a question, with the SQL that the checker made of it; nothing runs. The rest as in `ask`."""
        context = recall(self._question(text, tags, earlier), self.index)
        *_, drafted, verdict = draft(context, self._drafter, self.check, choose)
        # The last two are those that passed.
        assert isinstance(drafted, Draft) and isinstance(verdict, Verdict) and verdict.query  # noqa: S101
        return replace(drafted, sql=verdict.query.sql)

    def check(self, sql: str) -> Verdict:
        """Whether a statement may run, or every finding against it; nothing runs."""
        return validate(sql, self.index.catalog, self._source.policy)

    def search(self, text: str, limit: int = 10, *, tags: Iterable[str] = ()) -> tuple[ScoredTable, ...]:
        """The tables that fit a question, best first, at most `limit`, with reasons; `tags` as in `ask`."""
        return retrieve(self._question(text, tags), self.index).tables[:limit]

    @property
    def drafter_name(self) -> str:
        """The drafter that the setting `model` stands for, such as builtin or ollama:qwen2.5-coder:7b."""
        return self._drafter.name

    @property
    def may(self) -> tuple[str, ...]:
        """What the role on the database may do beyond reading, in plain words; empty for one that can only read."""
        return self._connection.may

    @cached_property
    def address(self) -> Address:
        """Where the database is; the demo shop is made here where no database is configured."""
        if self.is_demo:
            from agent.demo import ensure_shop

            return read_address(f"sqlite:///{ensure_shop(self.settings.cache_dir / 'demo', self.today)}")
        return read_address(self._source.url)

    @property
    def index(self) -> SchemaIndex:
        """The index of the database, made when it is first asked for, and again when the schema has changed since."""
        with self._making:
            self._refuse_when_closed()
            # One that turned out to be damaged has been closed, and is made anew.
            if self._index is None or self._index.closed or self._is_behind(self._index):
                self._index = self._kept(build_index(self.address, index_options(self.settings), self._report))
                self._look_again = monotonic() + LOOK_SECONDS
            self._refuse_when_closed()
            return self._index

    def _is_behind(self, index: SchemaIndex) -> bool:
        """Whether the schema or a description has changed, looked up now and then, the seldomer the longer it takes."""
        started = monotonic()
        if started < self._look_again:
            return False
        is_behind = not is_current(index, self.address, index_options(self.settings))
        ended = monotonic()
        self._look_again = ended + max(LOOK_SECONDS, LOOK_SHARE * (ended - started))
        return is_behind

    def refresh(self) -> Changes:
        """Index anew, with the stored values as they are now, and tell which tables have changed."""
        with self._making:
            self._refuse_when_closed()
            refreshed = refresh_index(self.address, index_options(self.settings), self._report)
            self._index = self._kept(refreshed.index)
            return refreshed.changes

    def _kept(self, index: SchemaIndex) -> SchemaIndex:
        self._release_at_close(index.close)
        return index

    @property
    def _connection(self) -> Connection:
        with self._making:
            self._refuse_when_closed()
            if self._opened is None:
                self._opened = connect(self.address)
                self._release_at_close(self._opened.close)
            return self._opened

    def _report(self, what: str, done: int, total: int) -> None:
        self._refuse_when_closed()
        if self._progress is not None:
            self._progress(what, done, total)

    def _refuse_when_closed(self) -> None:
        if self._closed:
            raise UsageError("this agent is closed", "connect anew")

    def _release_at_close(self, release: Callable[[], None]) -> None:
        with self._closing:
            self._parts.callback(release)
        if self._closed:
            # It was closed by another thread while this part was being made.
            self.close()
            self._refuse_when_closed()

    @cached_property
    def _drafter(self) -> Drafter:
        return load_drafter(self.settings)

    def _question(self, text: str, tags: Iterable[str] = (), earlier: Iterable[str] = ()) -> Question:
        before = (earlier,) if isinstance(earlier, str) else tuple(earlier)
        if len(before) > MAX_EARLIER:
            raise UsageError(
                f"{len(before)} earlier questions are given, and {MAX_EARLIER} is the most", "give the last of them"
            )
        for each in (*before, text):
            _refuse_no_question(each)
        return Question(text, self.today, (tags,) if isinstance(tags, str) else tuple(tags), before)

    def _compiled(self, sql: str) -> Verdict:
        """The check, and then what the engine itself says of the query."""
        verdict = self.check(sql)
        if verdict.query is None:
            return verdict
        estimated = estimate(verdict.query, self._connection, self.limits)
        return conceal(estimated, sql, self.index.catalog, self._source.policy)


def _refuse_no_question(text: str) -> None:
    """Raise UsageError for what cannot be a question."""
    if not isinstance(text, str):
        raise UsageError(f"a question is text, not {type(text).__name__}", "give it as a string")
    if not text.strip():
        raise UsageError("the question is empty", 'ask for example "how many customers are there?"')
    if len(text) > MAX_QUESTION:
        raise UsageError(
            f"the question has {len(text):,} characters, and {MAX_QUESTION:,} is the most",
            "ask a shorter one",
        )
