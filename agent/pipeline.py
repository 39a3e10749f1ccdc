"""The one flow that the command line, the chat and the library share."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import date
from functools import cached_property, partial
from pathlib import Path
from threading import Event, Lock, RLock
from time import perf_counter
from types import TracebackType
from typing import TYPE_CHECKING, Self

from agent.answer import answer
from agent.candidates import Elected, candidates
from agent.conceal import conceal
from agent.confidence import Grounds, confidence, retrieval_margin
from agent.config import Settings, load_settings
from agent.current_index import CurrentIndex
from agent.dialects import Connection, Heed, connect
from agent.dialects.address import Address, read_address
from agent.draft import Choose, draft, refuse_to_choose
from agent.draft_and_run import RULE, draft_and_run
from agent.drafters import Drafter, Listen, Varying, load_drafter, unheard
from agent.errors import CancelledError, StatementError, UsageError
from agent.estimate import estimate
from agent.execute import execute
from agent.read_question import read_question
from agent.recall import recall
from agent.records import (
    Answer,
    CheckedQuery,
    Context,
    Draft,
    Drafting,
    Finding,
    Result,
    ScoredTable,
    Step,
    Verdict,
)
from agent.schema_index.progress import Progress
from agent.schema_index.retrieve import retrieve
from agent.validators import validate

if TYPE_CHECKING:
    from agent.schema_index.index_rows import Changes
    from agent.schema_index.store import SchemaIndex


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
        self._stop = Event()  # of what runs now; what is asked after it was set has another one
        self._parts = ExitStack()
        self._current = CurrentIndex(settings, lambda: self.address, lambda index: self._release_at_close(index.close))
        self._opened: Connection | None = None

    @classmethod
    def connect(
        cls,
        db: str | Path | None = None,
        *,
        model: str | None = None,
        candidates: int | None = None,
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
            candidates=candidates,
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

    def cancel(self) -> None:
        """Stop what runs now, be it a model, a query or an index in the making: its call raises CancelledError.

        It is called from another thread. The agent stays open, and what is asked from now on is answered.
        """
        with self._closing:
            stopped, self._stop = self._stop, Event()
        stopped.set()

    def ask(
        self,
        text: str,
        choose: Choose = refuse_to_choose,
        *,
        tags: Iterable[str] = (),
        earlier: Iterable[str] = (),
        listen: Listen = unheard,
    ) -> Answer:
        """Answer a question; every AgentError says in one line why there is no answer.

        Where the question has several close readings `choose` is given their drafts, best first, and returns
        the one that is meant; unless told how to, it raises ChoiceError. With `tags` only tables that bear one of
        them are meant, or have a column that does. `earlier` are the questions asked before, first to last, which
        this one may go on from ("only in Germany"). `listen` is told what a model writes while it drafts.
        """
        steps = list(self.steps(text, choose, tags=tags, earlier=earlier, listen=listen))
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
        listen: Listen = unheard,
    ) -> Iterator[Step]:
        """The finished stages of a question one by one: context, draft, verdict, result, answer.

        There are several drafts where some fail or several are asked for; the last of each kind is that of the answer.
        The arguments are those of `ask`.
        """
        started = perf_counter()
        heed = self._heed()
        question = read_question(text, self.today, tags, earlier)
        # Opened first, so that the process in which it runs starts while the question is being read.
        connection = self._connection
        context = recall(question, self._made_index(heed))
        heed()
        yield context
        elected = yield from self._elected(context, choose, connection, heed, listen)
        ran = elected.ran
        found = answer(question, ran.draft, ran.query, context.catalog, ran.result, perf_counter() - started)
        if isinstance(self._drafter, Varying):
            margin = retrieval_margin(context, ran.query)
            grounds = Grounds(ran.repairs, len(ran.result.rows), elected.agreeing, elected.drafts, margin)
            sure, reason = confidence(grounds)
            found = replace(found, confidence=sure, confidence_reason=reason)
        yield found

    def _elected(
        self, context: Context, choose: Choose, connection: Connection, heed: Heed, listen: Listen
    ) -> Generator[Draft | Verdict | Result, None, Elected]:
        check, run = partial(self._compiled, heed=heed), partial(self._run, connection=connection, heed=heed)
        heard = _heard(listen, heed)
        if self.settings.candidates == 1 or not isinstance(self._drafter, Varying):
            return Elected((yield from draft_and_run(context, self._drafter, check, run, choose, heard)))
        varied = [self._drafter.varied(number) for number in range(1, self.settings.candidates)]
        others = [*varied, load_drafter(self.settings.model_copy(update={"model": "builtin"}))]
        return (yield from candidates(context, self._drafter, others, check, run, choose, heard))

    def draft(
        self,
        text: str,
        choose: Choose = refuse_to_choose,
        *,
        tags: Iterable[str] = (),
        earlier: Iterable[str] = (),
        listen: Listen = unheard,
    ) -> Draft:
        """The draft for a question, with the SQL that the checker made of it; nothing runs. The rest as in `ask`.

        It is a single one, because only rows tell which of several is to be taken.
        """
        heed = self._heed()
        context = recall(read_question(text, self.today, tags, earlier), self._made_index(heed))
        *_, drafted, verdict = draft(context, self._drafter, self.check, choose, _heard(listen, heed))
        # The last two are those that passed.
        assert isinstance(drafted, Draft) and isinstance(verdict, Verdict) and verdict.query  # noqa: S101
        return replace(drafted, sql=verdict.query.sql)

    def check(self, sql: str) -> Verdict:
        """Whether a statement may run, or every finding against it; nothing runs."""
        return validate(sql, self.index.catalog, self._source.policy)

    def search(self, text: str, limit: int = 10, *, tags: Iterable[str] = ()) -> tuple[ScoredTable, ...]:
        """The tables that fit a question, best first, at most `limit`, with reasons; `tags` as in `ask`."""
        return retrieve(read_question(text, self.today, tags), self.index).tables[:limit]

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
        return self._made_index(self._heed())

    def _made_index(self, heed: Heed) -> SchemaIndex:
        with self._making:
            heed()
            index = self._current.get(partial(self._report, heed))
            self._refuse_when_closed()
            return index

    def refresh(self) -> Changes:
        """Index anew, with the stored values as they are now, and tell which tables have changed."""
        with self._making:
            self._refuse_when_closed()
            return self._current.refresh(partial(self._report, self._heed()))

    @property
    def _connection(self) -> Connection:
        with self._making:
            self._refuse_when_closed()
            if self._opened is None:
                self._opened = connect(self.address)
                self._release_at_close(self._opened.close)
            return self._opened

    def _report(self, heed: Heed, what: str, done: int, total: int) -> None:
        heed()
        if self._progress is not None:
            self._progress(what, done, total)

    def _heed(self) -> Heed:
        """What raises once the agent is closed, or what runs now is cancelled."""
        stop = self._stop

        def heed() -> None:
            self._refuse_when_closed()
            if stop.is_set():
                raise CancelledError("it was cancelled", "ask again")

        return heed

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

    def _compiled(self, sql: str, heed: Heed) -> Verdict:
        """The check, and then what the engine itself says of the query."""
        heed()
        verdict = self.check(sql)
        if verdict.query is None:
            return verdict
        estimated = estimate(verdict.query, self._connection, self.limits, heed)
        return conceal(estimated, sql, self.index.catalog, self._source.policy)

    def _run(self, query: CheckedQuery, connection: Connection, heed: Heed) -> Result:
        heed()
        try:
            return execute(query, connection, self.limits, heed)
        except StatementError as error:
            refused = Verdict(None, (Finding(RULE, error.message, error.hint),))
            (said,) = conceal(refused, query.sql, self.index.catalog, self._source.policy).findings
            raise StatementError(said.message, said.hint) from None


def _heard(listen: Listen, heed: Heed) -> Listen:
    """The same, which also ends a draft that nobody waits for."""

    def told(drafting: Drafting) -> None:
        heed()
        listen(drafting)

    return told
