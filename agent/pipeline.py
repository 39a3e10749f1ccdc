"""The one flow that the command line, the chat and the library share."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cached_property
from pathlib import Path
from threading import RLock
from time import perf_counter
from types import TracebackType
from typing import TYPE_CHECKING, Self

from agent.answer import answer
from agent.config import Settings, load_settings
from agent.dialects import Connection, connect
from agent.draft import draft
from agent.drafters import Drafter, load_drafter
from agent.errors import UsageError
from agent.estimate import estimate
from agent.execute import execute
from agent.records import (
    Answer,
    Context,
    Draft,
    Limits,
    Question,
    ScoredTable,
    Step,
    Verdict,
)
from agent.schema_index.build import build_index
from agent.schema_index.progress import Progress
from agent.schema_index.retrieve import retrieve
from agent.validators import validate

if TYPE_CHECKING:
    from agent.schema_index.store import SchemaIndex

MAX_QUESTION = 2_000
"""Characters; a longer text is no question."""


class Agent:
    """Asks one database. It may be used from several threads, and as a context manager.

    The index is made, and the database opened, when they are first needed.
    """

    def __init__(self, settings: Settings, today: date, progress: Progress | None = None) -> None:
        """An agent by its settings; `connect` is the usual way to make one."""
        self.settings = settings
        self.today = today
        self.limits = Limits(settings.limit, settings.timeout, memory_bytes=settings.memory * 1024 * 1024)
        self.is_demo = not settings.db
        self._progress = progress
        self._lock = RLock()
        self._index: SchemaIndex | None = None
        self._opened: Connection | None = None

    @classmethod
    def connect(
        cls,
        db: str | None = None,
        *,
        model: str | None = None,
        today: date | None = None,
        limit: int | None = None,
        timeout: float | None = None,
        cache_dir: Path | str | None = None,
        descriptions: Path | str | None = None,
        progress: Progress | None = None,
    ) -> Self:
        """An agent for a database URL or file; without one the settings say which, else it is the demo shop.

        What is not given comes from the settings. `today` is what "last month" is relative to, by default
        the day of the call. `progress` is told how far indexing is.
        """
        settings = load_settings(
            db=db, model=model, limit=limit, timeout=timeout, cache_dir=cache_dir, descriptions=descriptions
        )
        # The only look at the clock: from here on today is an argument.
        return cls(settings, today or date.today(), progress)  # noqa: DTZ011

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stop what runs and release the index and the database; more calls do nothing."""
        with self._lock:
            parts, self._index, self._opened = (self._index, self._opened), None, None
            for part in parts:
                if part is not None:
                    part.close()

    def ask(self, text: str) -> Answer:
        """Answer a question; every AgentError says in one line why there is no answer."""
        steps = list(self.steps(text))
        last = steps[-1]
        assert isinstance(last, Answer)  # noqa: S101 - the flow ends with it or raises
        return last

    def steps(self, text: str) -> Iterator[Step]:
        """The finished stages of a question one by one: context, draft, verdict, result, answer."""
        started = perf_counter()
        context = self._retrieve(text)
        yield context
        drafted, query = yield from draft(context, self._drafter, self._compiled)
        result = execute(query, self._connection, self.limits)
        yield result
        yield answer(context.question, drafted, query, result, perf_counter() - started)

    def draft(self, text: str) -> Draft:
        """The checked draft for a question; nothing runs."""
        drafts: list[Step] = list(draft(self._retrieve(text), self._drafter, self.check))
        return next(step for step in reversed(drafts) if isinstance(step, Draft))

    def check(self, sql: str) -> Verdict:
        """Whether a statement may run, or every finding against it; nothing runs."""
        return validate(sql, self.index.catalog)

    def search(self, text: str, limit: int = 10) -> tuple[ScoredTable, ...]:
        """The tables that fit a question, best first, at most `limit`, with reasons."""
        return self._retrieve(text).tables[:limit]

    @cached_property
    def url(self) -> str:
        """The database's URL; the demo shop is made here where no database is configured."""
        if self.is_demo:
            from agent.demo import ensure_shop

            return f"sqlite:///{ensure_shop(self.settings.cache_dir / 'demo', self.today)}"
        db = self.settings.db
        return db if "://" in db else f"sqlite:///{db}"

    @property
    def index(self) -> SchemaIndex:
        """The index of the database, made or brought up to date when it is first asked for."""
        with self._lock:
            if self._index is None:
                self._index = build_index(
                    self.url,
                    cache=self.settings.cache_dir,
                    encoder=self.settings.encoder,
                    values=self.settings.values,
                    descriptions=self._descriptions(),
                    progress=self._progress,
                )
            return self._index

    def _descriptions(self) -> Path | None:
        if self.is_demo and self.settings.descriptions is None:
            from agent.demo import DESCRIPTIONS

            return DESCRIPTIONS
        return self.settings.descriptions

    @property
    def _connection(self) -> Connection:
        with self._lock:
            if self._opened is None:
                self._opened = connect(self.url)
            return self._opened

    @cached_property
    def _drafter(self) -> Drafter:
        return load_drafter(self.settings)

    def _retrieve(self, text: str) -> Context:
        if not text.strip():
            raise UsageError("the question is empty", 'ask for example "how many customers are there?"')
        if len(text) > MAX_QUESTION:
            raise UsageError(
                f"the question has {len(text):,} characters, and {MAX_QUESTION:,} is the most",
                "ask a shorter one",
            )
        return retrieve(Question(text, self.today), self.index)

    def _compiled(self, sql: str) -> Verdict:
        """The check, and then what the engine itself says of the query."""
        verdict = self.check(sql)
        if verdict.query is None:
            return verdict
        return estimate(verdict.query, self._connection, self.limits)
