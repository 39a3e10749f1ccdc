"""A model that is stopped from another thread, or by Ctrl-C, at any moment: at once, and its server hears of it."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from threading import Thread
from time import monotonic

import pytest

from agent import Agent
from agent.errors import AgentError, CancelledError, ModelError, UsageError
from agent.records import Answer, Drafting
from tests.drafters.ollama_server import Drips, Hangs, NeverLoads, OllamaServer, Reply
from tests.drafters.openai_server import OpenAIServer, Says, Sends, event
from tests.drafters.self_signed import self_signed

TODAY = date(2026, 11, 21)
COUNT = "```sql\nSELECT COUNT(*) AS n FROM customers\n```"
# Far less than any timeout, and far more than a busy machine needs.
AT_ONCE = 5.0

Stop = Callable[[Agent], None]
Stuck = Callable[[OllamaServer], Reply]

STUCK: dict[str, Stuck] = {
    "loading": lambda server: NeverLoads(server.over),
    "before its first word": lambda server: Hangs(server.over),
    "in the middle of a word": lambda server: Hangs(server.over, "```sql\nSEL"),
    "while it writes": lambda server: Drips(0.02),
}


class Asked:
    """A question that is asked in a thread; `end` is the answer or the error."""

    def __init__(self, agent: Agent) -> None:
        self.heard: list[Drafting] = []
        self.end: Answer | AgentError | None = None
        self.thread = Thread(target=self._ask, args=(agent,), daemon=True)
        self.thread.start()

    def _ask(self, agent: Agent) -> None:
        try:
            self.end = agent.ask("how many customers", listen=self.heard.append)
        except AgentError as error:
            self.end = error

    def ended_in(self, seconds: float) -> bool:
        self.thread.join(seconds)
        return not self.thread.is_alive()


@contextmanager
def agent(model: str = "ollama:fake") -> Iterator[Agent]:
    with Agent.connect(model=model, today=TODAY) as connected:
        connected.search("customers")  # so that nothing but the model is waited for
        yield connected


@pytest.mark.parametrize("stuck", STUCK.values(), ids=STUCK)
def test_a_model_is_cancelled_at_any_moment_and_the_agent_stays_open(
    ollama: OllamaServer, shop: Agent, stuck: Stuck
) -> None:
    ollama.queue(stuck(ollama), COUNT)
    with agent() as open_agent:
        asked = Asked(open_agent)
        assert ollama.asked.wait(60)
        started = monotonic()
        open_agent.cancel()

        assert asked.ended_in(AT_ONCE)
        assert isinstance(asked.end, CancelledError)
        assert monotonic() - started < AT_ONCE
        assert open_agent.ask("how many customers").columns == ("n",)


def test_a_model_is_stopped_where_the_agent_is_closed(ollama: OllamaServer, shop: Agent) -> None:
    ollama.queue(NeverLoads(ollama.over))
    with agent() as open_agent:
        asked = Asked(open_agent)
        assert ollama.asked.wait(60)
        open_agent.close()

        assert asked.ended_in(AT_ONCE)
        assert isinstance(asked.end, UsageError)


def test_the_server_hears_that_nobody_listens_any_more(ollama: OllamaServer, shop: Agent) -> None:
    ollama.queue(Drips(0.02))
    with agent() as open_agent:
        asked = Asked(open_agent)
        assert ollama.asked.wait(60)
        open_agent.cancel()

        # Ollama stops generating when its client leaves.
        assert ollama.left.wait(AT_ONCE)
        assert asked.ended_in(AT_ONCE)


def test_what_listens_may_end_it_with_an_error_of_its_own(ollama: OllamaServer, shop: Agent) -> None:
    class EnoughError(ValueError):
        pass

    def listen(drafting: Drafting) -> None:
        if drafting.stage == "writing":
            raise EnoughError

    ollama.queue(Drips(0.02))
    with agent() as open_agent, pytest.raises(EnoughError):
        open_agent.ask("how many customers", listen=listen)

    assert ollama.left.wait(AT_ONCE)


def test_a_model_behind_tls_is_cancelled_too(tmp_path: Path, shop: Agent, monkeypatch: pytest.MonkeyPatch) -> None:
    import ssl

    certificate = self_signed(tmp_path / "server.pem")
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate)
    with OllamaServer(tls).running() as server:
        monkeypatch.setenv("SQLWRIGHT_OLLAMA", server.url)
        monkeypatch.setenv("SQLWRIGHT_CA_FILE", str(certificate))
        server.queue(Drips(0.02))
        with agent() as open_agent:
            asked = Asked(open_agent)
            assert server.asked.wait(60)
            open_agent.cancel()

            assert asked.ended_in(AT_ONCE)
            assert isinstance(asked.end, CancelledError)
            assert server.left.wait(AT_ONCE)


def test_a_server_of_openais_protocol_is_cancelled_too(shop: Agent) -> None:
    with OpenAIServer().running() as server:
        server.replies = [Sends((event(choices=[{"delta": {"content": "SEL"}}]),), server.over), Says(COUNT)]
        with agent(f"openai:small@{server.url}") as open_agent:
            asked = Asked(open_agent)
            while not any(drafting.stage == "writing" for drafting in asked.heard):
                asked.thread.join(0.05)
                assert asked.thread.is_alive()
            open_agent.cancel()

            assert asked.ended_in(AT_ONCE)
            assert isinstance(asked.end, CancelledError)
            assert open_agent.ask("how many customers").columns == ("n",)


def test_a_server_that_says_nothing_of_itself_is_cancelled_too(shop: Agent) -> None:
    with OpenAIServer().running() as server, agent(f"openai:small@{server.url}") as open_agent:
        server.slow = server.over
        asked = Asked(open_agent)
        while not asked.heard:
            asked.thread.join(0.05)
            assert asked.thread.is_alive()
        open_agent.cancel()

        assert asked.ended_in(AT_ONCE)
        assert isinstance(asked.end, CancelledError)


def test_an_event_loop_goes_on_while_a_model_is_asked_in_a_thread(ollama: OllamaServer, shop: Agent) -> None:
    ollama.queue(NeverLoads(ollama.over))

    async def ask_and_cancel(open_agent: Agent) -> int:
        asked = asyncio.create_task(asyncio.to_thread(open_agent.ask, "how many customers"))
        ticks = 0
        while not ollama.asked.is_set():
            await asyncio.sleep(0.01)
            ticks += 1
        open_agent.cancel()
        with pytest.raises(CancelledError):
            await asyncio.wait_for(asked, AT_ONCE)
        return ticks

    with agent() as open_agent:
        assert asyncio.run(ask_and_cancel(open_agent)) > 1


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
@pytest.mark.parametrize("stuck", STUCK.values(), ids=STUCK)
def test_an_interrupt_ends_a_model_at_once(ollama: OllamaServer, shop: Agent, stuck: Stuck) -> None:
    ollama.queue(stuck(ollama))
    process = subprocess.Popen(
        [sys.executable, "-m", "agent", "ask", "how many orders", "--model", "ollama:fake"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ,
        start_new_session=True,
    )
    assert ollama.asked.wait(60)
    started = monotonic()
    process.send_signal(signal.SIGINT)
    stdout, stderr = process.communicate(timeout=30)

    assert monotonic() - started < AT_ONCE
    assert process.returncode == 130
    assert stdout == ""
    assert "Traceback" not in stderr
    assert stderr.splitlines()[-1] == "interrupted"


def test_a_dropped_connection_is_no_cancellation(ollama: OllamaServer, shop: Agent) -> None:
    with OllamaServer().running() as gone:
        url = gone.url
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SQLWRIGHT_OLLAMA", url)
        with agent() as open_agent, pytest.raises(ModelError):
            open_agent.ask("how many customers")
