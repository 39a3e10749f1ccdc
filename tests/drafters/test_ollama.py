"""A model on Ollama, asked through the whole flow: what it is told, what becomes of its reply, and how it fails."""

from __future__ import annotations

import os
import re
import signal
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from itertools import groupby
from pathlib import Path
from time import monotonic
from typing import Any

import pytest

from agent import Agent
from agent.config import load_settings
from agent.drafters import Varying, load_drafter
from agent.errors import ModelError, NotUnderstoodError, UnsafeError, UsageError
from agent.ollama_address import ollama_address
from agent.records import Context, Draft, Drafting
from tests.drafters.ollama_server import (
    COUNTED,
    Babbles,
    Breaks,
    Drips,
    Fails,
    Hangs,
    Loads,
    Model,
    NeverLoads,
    OllamaServer,
    Reply,
    Says,
    fenced,
)
from tests.drafters.self_signed import self_signed

TODAY = date(2026, 11, 21)
GERMANS = "SELECT COUNT(*) AS n FROM customers WHERE country = 'Germany'"


@contextmanager
def agent(model: str = "ollama:fake", **settings: Any) -> Iterator[Agent]:
    with Agent.connect(model=model, today=TODAY, **settings) as connected:
        yield connected


def test_the_query_of_a_model_is_checked_and_run(ollama: OllamaServer, shop: Agent) -> None:
    ollama.queue(fenced(GERMANS))
    with agent() as asked:
        answer = asked.ask("how many customers are there in Germany?")
        assert asked.drafter_name == "ollama:fake"

    assert answer.rows == shop.ask("how many customers are there in Germany?").rows
    assert answer.columns == ("n",)
    assert answer.tables == ("customers",)
    assert 0.5 < answer.confidence < 1
    assert not answer.assumptions


def test_the_model_is_told_what_it_needs(ollama: OllamaServer) -> None:
    ollama.queue(fenced(GERMANS))
    with agent() as asked:
        asked.draft("how many customers are there in Germany?")

    (request,) = ollama.requests
    prompt = ollama.prompt(0)
    assert [message["role"] for message in request["messages"]] == ["system", "user"]
    assert "one SQLite query" in prompt
    assert "Today: 2026-11-21, a Saturday" in prompt
    assert "Weeks start on Monday." in prompt
    assert "\"Germany\" is stored as customers.country = 'Germany'" in prompt
    assert "how many customers are there in Germany?" in prompt
    for table in ("customers", "orders", "shipments"):
        assert f"# Table: {table}" in prompt
    assert request["stream"] is True
    assert "think" not in request
    options = request["options"]
    assert options["temperature"] == 0
    assert options["seed"] == 0
    assert options["num_predict"] == 1024
    assert options["num_ctx"] == 8192


def test_the_model_is_told_the_questions_before_and_their_values(ollama: OllamaServer) -> None:
    ollama.queue(fenced(GERMANS))
    with agent() as asked:
        asked.draft("only enterprise", earlier=["how many customers are there", "just in Germany"])

    prompt = ollama.prompt(0)
    assert "<earlier>\nhow many customers are there\njust in Germany\n</earlier>" in prompt
    assert "\"Germany\" is stored as customers.country = 'Germany'" in prompt
    assert "\"enterprise\" is stored as customers.segment = 'enterprise'" in prompt


def test_a_draft_that_fails_is_repaired_with_what_was_found(ollama: OllamaServer) -> None:
    ollama.queue(fenced("SELECT nam FROM customers"), fenced("SELECT name FROM customers"))
    with agent(limit=1) as asked:
        steps = list(asked.steps("names of customers"))

    drafts = [step for step in steps if isinstance(step, Draft)]
    assert [draft.sql for draft in drafts] == ["SELECT nam FROM customers", "SELECT name FROM customers"]
    assert drafts[1].confidence < drafts[0].confidence
    first, second = ollama.prompt(0), ollama.prompt(1)
    assert second.startswith(first)
    assert "<query>\nSELECT nam FROM customers\n</query>" in second
    assert "there is no column nam (did you mean name?)" in second
    # Ollama loads a model anew when this changes.
    assert ollama.requests[0]["options"] == ollama.requests[1]["options"]


def test_a_syntax_error_is_told_with_its_place(ollama: OllamaServer) -> None:
    ollama.queue(fenced("SELECT name FROM customers WHERE (country = 'Germany'"), fenced(GERMANS))
    with agent() as asked:
        asked.ask("customers in Germany")

    assert "this is not sqlite SQL" in ollama.prompt(1)
    assert "Expecting )" in ollama.prompt(1)


def test_an_error_of_the_engine_itself_is_told(ollama: OllamaServer) -> None:
    ollama.queue(fenced("SELECT MAX(COUNT(*)) FROM customers"), fenced(GERMANS))
    with agent() as asked:
        asked.ask("customers in Germany")

    assert "misuse of aggregate" in ollama.prompt(1).partition("<findings>\n-")[2]


def test_all_failed_drafts_are_told_and_four_are_the_most(ollama: OllamaServer) -> None:
    ollama.queue(*(fenced(f"SELECT wrong_{n} FROM customers") for n in range(9)))
    with agent() as asked, pytest.raises(UnsafeError, match="there is no column wrong_3"):
        asked.ask("names of customers")

    assert len(ollama.requests) == 4
    assert all(f"SELECT wrong_{n} FROM customers" in ollama.prompt(3) for n in range(3))


def test_the_same_sql_again_ends_it(ollama: OllamaServer) -> None:
    ollama.queue(*[fenced("SELECT wrong FROM customers")] * 9)
    with agent() as asked, pytest.raises(UnsafeError, match="there is no column wrong"):
        asked.ask("names of customers")

    assert len(ollama.requests) == 2


@pytest.mark.parametrize(
    "sql",
    [
        "DROP TABLE orders",
        "SELECT 1; DROP TABLE orders",
        "SELECT pg_read_file('/etc/passwd')",
        "SELECT load_extension('evil')",
        "ATTACH DATABASE 'other.db' AS other",
        "WITH gone AS (DELETE FROM orders RETURNING id) SELECT * FROM gone",
        "PRAGMA writable_schema = 1",
        "SELECT * FROM sqlite_master",
    ],
)
def test_hostile_sql_of_a_model_never_runs(ollama: OllamaServer, sql: str) -> None:
    ollama.queue(*[fenced(sql)] * 4)
    with agent() as asked:
        before = asked.check("SELECT COUNT(*) FROM orders").query
        steps = asked.steps("how many orders")
        with pytest.raises(UnsafeError):
            list(steps)

        assert before is not None
        ollama.replies.clear()
        ollama.queue(fenced("SELECT COUNT(*) FROM orders"))
        assert asked.ask("how many orders").rows[0][0] > 1_000


@pytest.mark.parametrize(
    "reply",
    [
        Says(f"<think>Perhaps ```sql\nSELECT 0\n```?</think>{fenced(GERMANS)}"),
        Says(fenced(GERMANS), thinking="Perhaps ```sql\nSELECT 0\n```?"),
        Says(f"The orders.\n</think>\n\n{GERMANS};"),
        Says(fenced(GERMANS), tokens=None),
        Says(fenced(GERMANS) + "And so on and so on", done_reason="length"),
    ],
    ids=["thoughts", "thoughts apart", "thoughts without a start", "not counted", "cut after the SQL"],
)
def test_only_the_sql_of_a_reply_is_taken(ollama: OllamaServer, reply: Reply) -> None:
    ollama.queue(reply)
    with agent() as asked:
        assert asked.ask("how many customers in Germany").columns == ("n",)


def test_a_model_that_can_think_is_told_not_to_and_given_room(ollama: OllamaServer) -> None:
    ollama.models = [Model(capabilities=["completion", "thinking"])]
    ollama.queue(fenced(GERMANS))
    with agent() as asked:
        asked.draft("how many customers in Germany")

    assert ollama.requests[0]["think"] is False
    assert ollama.requests[0]["options"]["num_predict"] == 4096


def test_a_model_may_decline(ollama: OllamaServer) -> None:
    ollama.queue("CANNOT ANSWER: no table\tholds the weather. " + "Sorry. " * 200)
    with agent() as asked, pytest.raises(NotUnderstoodError) as caught:
        asked.ask("how many customers had rain")

    assert "fake says that it cannot answer this: no table holds the weather." in caught.value.message
    assert len(caught.value.message) < 300
    assert "\n" not in str(caught.value)


LINES: list[tuple[Reply, str, str]] = [
    (Says("I would rather talk about\nthe sea."), "fake wrote no SQL but: I would rather talk about the sea.", "other"),
    (Says("word " * 99), "wrote no SQL but: word word", "other"),
    (Says("<think>for ever"), "wrote no SQL and nothing else", "other"),
    (Says(""), "wrote no SQL and nothing else", "other"),
    (Says("```sql\nSELECT", done_reason="length"), "did not come to an end of its SQL within 1024 tokens", "simpler"),
    (Fails(500, "llama runner process has terminated:\nexit 2"), "terminated: exit 2", "--model"),
    (Fails(400, '"fake" does not support chat'), "does not support chat", "--model"),
    (Fails(None, "an error was met"), "Ollama refuses the request: an error was met", "--model"),
    (Breaks(), "was lost in the middle of a reply", "ask again"),
    (Says(fenced(GERMANS), finished=False), "was lost in the middle of a reply", "ask again"),
    (Babbles(), "is not Ollama", "setting ollama"),
    (Babbles("[1]"), "is not Ollama", "setting ollama"),
]


@pytest.mark.parametrize(("reply", "message", "hint"), LINES, ids=[message[:30] for _, message, _ in LINES])
def test_a_failure_of_the_model_is_one_line(ollama: OllamaServer, reply: Reply, message: str, hint: str) -> None:
    ollama.queue(reply)
    with agent() as asked, pytest.raises(ModelError) as caught:
        asked.ask("how many customers")

    assert message in caught.value.message
    assert hint in caught.value.hint
    assert "\n" not in str(caught.value)
    assert len(caught.value.message) < 250


@pytest.mark.parametrize("heard", [True, False], ids=["status sent", "not even a status"])
def test_a_model_that_never_loads_is_given_up(
    ollama: OllamaServer, monkeypatch: pytest.MonkeyPatch, heard: bool
) -> None:
    monkeypatch.setenv("SQLWRIGHT_LOAD_TIMEOUT", "0.5")
    ollama.queue(Hangs(ollama.over) if heard else NeverLoads(ollama.over))
    with agent() as asked, pytest.raises(ModelError, match=r"fake wrote nothing within 0\.5 seconds.*load_timeout"):
        asked.ask("how many customers")


def test_a_model_that_falls_silent_is_given_up(ollama: OllamaServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SQLWRIGHT_MODEL_TIMEOUT", "0.5")
    ollama.queue(Hangs(ollama.over, "```sql"))
    with agent() as asked, pytest.raises(ModelError, match=r"fell silent for 0\.5 seconds.*model_timeout"):
        asked.ask("how many customers")


def test_loading_may_take_longer_than_silence(ollama: OllamaServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SQLWRIGHT_MODEL_TIMEOUT", "0.3")
    ollama.queue(Loads(Says(fenced(GERMANS)), 1.0))
    with agent() as asked:
        assert asked.ask("how many customers in Germany").columns == ("n",)


def test_a_model_that_writes_slowly_is_not_given_up(ollama: OllamaServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SQLWRIGHT_MODEL_TIMEOUT", "0.5")
    ollama.queue(Says(fenced(GERMANS), pause=0.1))
    with agent() as asked:
        started = monotonic()
        assert asked.ask("how many customers in Germany").columns == ("n",)

    assert monotonic() - started > 1.0


@pytest.mark.parametrize(
    ("loaded", "stage"), [(0, "loading"), (4_096, "loading"), (16_384, "reading")], ids=["no", "other window", "yes"]
)
def test_what_a_model_does_is_told_while_it_does_it(ollama: OllamaServer, loaded: int, stage: str) -> None:
    ollama.models = [Model(capabilities=["completion", "thinking"], loaded=loaded)]
    ollama.queue(Loads(Says(fenced(GERMANS), thinking="Customers, then."), 1.2))
    heard: list[Drafting] = []
    with agent() as asked:
        asked.draft("how many customers in Germany", listen=heard.append)

    told = [drafting for drafting in heard if drafting.stage != "waiting"]
    assert [stage for stage, _ in groupby(told, lambda drafting: drafting.stage)] == [stage, "thinking", "writing"]
    assert {drafting.model for drafting in told} == {"fake"}
    before = [drafting.seconds for drafting in told if drafting.stage == stage]
    assert len(before) >= 8
    assert before == sorted(before)
    assert before[-1] > 1.0
    assert "".join(drafting.text for drafting in told if drafting.stage == "thinking") == "Customers, then."
    assert "".join(drafting.text for drafting in told if drafting.stage == "writing") == fenced(GERMANS)


def test_the_first_word_is_told_before_the_last_is_written(ollama: OllamaServer) -> None:
    ollama.queue(Says(fenced(GERMANS), pause=0.05))
    came: list[float] = []
    with agent() as asked:
        asked.draft(
            "how many customers in Germany",
            listen=lambda drafting: came.append(monotonic()) if drafting.stage == "writing" and drafting.text else None,
        )

    assert came[-1] - came[0] > 0.3


def test_a_server_that_does_not_know_what_is_loaded_is_waited_for(ollama: OllamaServer) -> None:
    ollama.knows_loaded = False
    ollama.queue(Loads(Says(fenced(GERMANS)), 0.4))
    heard: list[Drafting] = []
    with agent() as asked:
        asked.draft("how many customers in Germany", listen=heard.append)

    assert {drafting.stage for drafting in heard} == {"waiting", "writing"}


def test_a_model_that_never_ends_is_stopped_at_the_bound(ollama: OllamaServer) -> None:
    ollama.queue(Drips(0.0))
    with agent() as asked, pytest.raises(ModelError, match="did not come to an end of its SQL within 1024 tokens"):
        asked.ask("how many customers")

    # The connection is closed, so that Ollama stops as well.
    assert ollama.left.wait(30)


def test_a_server_that_is_not_there_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    with OllamaServer().running() as server:
        url = server.url
    monkeypatch.setenv("SQLWRIGHT_OLLAMA", url)
    with agent() as asked, pytest.raises(ModelError) as caught:
        asked.ask("how many customers")

    assert caught.value.message == f"Ollama does not answer at {url}"
    assert "ollama serve" in caught.value.hint
    assert "--model builtin" in caught.value.hint


def test_a_model_that_is_not_pulled_is_said_with_those_that_are(ollama: OllamaServer) -> None:
    ollama.models = [Model("qwen:7b"), Model("llama:8b")]
    with agent("ollama:other") as asked, pytest.raises(ModelError) as caught:
        asked.ask("how many customers")

    assert caught.value.message == "Ollama has no model other"
    assert caught.value.hint == "pull it with `ollama pull other`; pulled are: qwen:7b, llama:8b"


def test_a_model_that_cannot_write_is_said(ollama: OllamaServer) -> None:
    ollama.models = [Model(capabilities=["embedding"])]
    with agent() as asked, pytest.raises(ModelError, match="fake cannot draft SQL: it makes embeddings"):
        asked.ask("how many customers")

    assert not ollama.requests


def test_a_server_of_an_older_version_is_asked_all_the_same(ollama: OllamaServer) -> None:
    ollama.models = [Model(capabilities=None)]
    ollama.queue(fenced(GERMANS))
    with agent() as asked:
        assert asked.ask("how many customers in Germany").columns == ("n",)


def test_a_prompt_that_was_cut_is_reported_and_made_smaller(ollama: OllamaServer) -> None:
    ollama.models = [Model(context=8_192)]
    ollama.queue(Says(fenced(GERMANS), tokens=8_192), Says(fenced(GERMANS), tokens=3_000))
    heard: list[Drafting] = []
    with agent() as asked:
        answer = asked.ask("how many customers in Germany", listen=heard.append)

    assert len(ollama.prompt(1)) < len(ollama.prompt(0))
    assert "# Table: customers" in ollama.prompt(1)
    assert "shortened" in {drafting.stage for drafting in heard}
    assert any("the prompt was too long for fake, which was told of" in said for said in answer.assumptions)


def test_what_a_cut_prompt_brought_is_never_used(ollama: OllamaServer) -> None:
    ollama.models = [Model(context=8_192)]
    ollama.queue(*[Says(fenced(GERMANS), tokens=8_192)] * 9)
    with agent() as asked, pytest.raises(ModelError, match="are more than fake can read"):
        asked.ask("how many customers in Germany")

    assert 2 <= len(ollama.requests) <= 3


@pytest.mark.parametrize("tokens", [2_048, 2_047])
def test_a_server_that_cuts_to_a_window_of_its_own_is_found_out(ollama: OllamaServer, tokens: int) -> None:
    ollama.queue(Says(fenced(GERMANS), tokens=tokens), Says(fenced(GERMANS), tokens=1_300))
    with agent() as asked:
        answer = asked.ask("how many customers in Germany")

    assert len(ollama.prompt(1)) < len(ollama.prompt(0))
    assert "the prompt was too long for fake" in " ".join(answer.assumptions)


@pytest.mark.parametrize(
    "error",
    [
        "the input length exceeds the context length",
        "prompt too long; exceeded max context length by 12 tokens",
        '{"code":400,"message":"request (9000 tokens) exceeds the available context size (8192 tokens), try it"}',
    ],
)
def test_a_prompt_that_is_refused_for_its_length_is_made_smaller(ollama: OllamaServer, error: str) -> None:
    ollama.queue(Fails(400, error), Says(fenced(GERMANS)))
    with agent() as asked:
        assert asked.ask("how many customers in Germany").assumptions

    assert len(ollama.prompt(1)) < len(ollama.prompt(0))


def test_no_prompt_is_longer_than_the_window_that_is_asked_for(ollama: OllamaServer) -> None:
    for context in (3_000, 4_096, 8_192, 131_072):
        ollama.models = [Model(context=context)]
        ollama.queue(Says(fenced(GERMANS), tokens=COUNTED))
        with agent() as asked:
            assert not asked.ask("how many customers in Germany").assumptions

        options = ollama.requests[-1]["options"]
        words = len(re.findall(r"\w+|[^\w\s]", ollama.prompt(-1)))
        assert words + options["num_predict"] <= options["num_ctx"] <= min(context, 16_384)


def test_the_window_is_no_larger_than_the_setting_allows(ollama: OllamaServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SQLWRIGHT_MAX_CONTEXT", "3000")
    ollama.queue(Says(fenced(GERMANS), tokens=COUNTED))
    with agent() as asked:
        assert asked.ask("how many customers in Germany").columns == ("n",)

    assert ollama.requests[0]["options"]["num_ctx"] == 3_000


def test_thoughts_leave_room_for_a_prompt_in_a_small_window(
    ollama: OllamaServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SQLWRIGHT_MAX_CONTEXT", "4096")
    ollama.models = [Model(capabilities=["completion", "thinking"])]
    ollama.queue(Says(fenced(GERMANS), tokens=COUNTED))
    with agent() as asked:
        assert asked.ask("how many customers in Germany").columns == ("n",)

    options = ollama.requests[0]["options"]
    assert (options["num_ctx"], options["num_predict"]) == (4_096, 2_048)


@pytest.mark.parametrize(("said", "sent"), [("30m", "30m"), ("-1", -1), ("0", 0), ("", None)])
def test_how_long_a_model_stays_loaded_is_told(
    ollama: OllamaServer, monkeypatch: pytest.MonkeyPatch, said: str, sent: float | str | None
) -> None:
    if said:
        monkeypatch.setenv("SQLWRIGHT_KEEP_ALIVE", said)
    ollama.queue(fenced(GERMANS))
    with agent() as asked:
        asked.draft("how many customers in Germany")

    assert ollama.requests[0].get("keep_alive") == sent


def test_a_varied_draft_is_drawn_at_a_temperature_of_its_own(ollama: OllamaServer) -> None:
    ollama.queue(*[fenced(GERMANS)] * 3)
    drafter = load_drafter(load_settings(model="ollama:fake"))
    assert isinstance(drafter, Varying)
    with agent() as asked:
        context = next(asked.steps("how many customers in Germany"))
    assert isinstance(context, Context)
    for each in (drafter, drafter.varied(1), drafter.varied(2)):
        each.draft(context)

    options = [request["options"] for request in ollama.requests]
    assert [(option["temperature"], option["seed"]) for option in options] == [(0, 0), (0.7, 1), (0.7, 2)]
    assert len({option["num_ctx"] for option in options}) == 1


def test_a_template_of_a_whole_text_is_generated_raw(ollama: OllamaServer) -> None:
    ollama.models = [Model("sqlcoder:7b")]
    ollama.queue(Says(f" {GERMANS};"))
    with agent("ollama:sqlcoder:7b") as asked:
        assert asked.ask("how many customers in Germany").columns == ("n",)

    (request,) = ollama.requests
    assert request["raw"] is True
    assert "### Task" in request["prompt"]
    assert "messages" not in request


def test_a_context_that_holds_no_table_is_said(ollama: OllamaServer) -> None:
    ollama.models = [Model(context=1_024)]
    with agent() as asked, pytest.raises(ModelError, match="does not fit into the 1024 tokens that fake can read"):
        asked.ask("how many customers in Germany")

    assert not ollama.requests


def test_no_proxy_carries_the_prompt_away(ollama: OllamaServer, monkeypatch: pytest.MonkeyPatch) -> None:
    with OllamaServer().running() as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        monkeypatch.setenv("ALL_PROXY", proxy.url)
        ollama.queue(fenced(GERMANS))
        with agent() as asked:
            assert asked.ask("how many customers in Germany").columns == ("n",)

        assert not proxy.headers


def test_no_redirect_carries_the_prompt_away(ollama: OllamaServer) -> None:
    with OllamaServer().running() as other:
        ollama.queue(Fails(307, "moved", location=f"{other.url}/api/chat"))
        with agent() as asked, pytest.raises(ModelError, match="Ollama refuses the request: moved"):
            asked.ask("how many customers in Germany")

        assert not other.headers


def test_a_login_is_sent_and_never_shown(ollama: OllamaServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SQLWRIGHT_OLLAMA", ollama.url.replace("//", "//me:s3cret@"))
    ollama.queue(Breaks())
    with agent() as asked, pytest.raises(ModelError) as caught:
        asked.ask("how many customers")

    assert "s3cret" not in str(caught.value)
    assert ollama.headers[-1]["authorization"] == "Basic bWU6czNjcmV0"


@pytest.mark.parametrize("model", ["ollama", "ollama:", "ollama: ", "openai:", "builtin:x", "auto:fast", "llama"])
def test_what_is_no_drafter_is_said_with_the_choices(model: str) -> None:
    with (
        agent(model) as asked,
        pytest.raises(UsageError, match=r"choose builtin, auto, ollama:NAME, openai:NAME@URL, replay:FILE"),
    ):
        asked.ask("how many customers")


def test_the_key_of_another_service_is_not_sent(ollama: OllamaServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OLLAMA_API_KEY", "s3cret")
    ollama.queue("```sql\nSELECT COUNT(*) FROM customers\n```")
    with agent() as asked:
        asked.draft("how many customers are there?")

    assert ollama.headers
    assert not any("authorization" in sent for sent in ollama.headers)


def test_the_headers_of_the_settings_are_sent_and_never_shown(
    ollama: OllamaServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOKEN", "s3cret")
    settings = load_settings(model="ollama:fake", ollama_headers={"Authorization": "Bearer ${TOKEN}", "X-Team": "red"})
    ollama.queue(Fails(403, "who are you"))
    with (
        Agent(settings, TODAY) as asked,
        pytest.raises(ModelError, match=r"refuses this user: who are you.*ollama_headers") as caught,
    ):
        asked.ask("how many customers")

    assert ollama.headers
    assert all(sent["authorization"] == "Bearer s3cret" and sent["x-team"] == "red" for sent in ollama.headers)
    assert "s3cret" not in f"{caught.value!s} {settings!r} {ollama_address(settings)!r}"


def test_a_header_that_cannot_be_sent_is_said(ollama: OllamaServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOKEN", "s3\ncret")
    for headers in ({"X": "${TOKEN}"}, {"X Y": "1"}, {"X": "ü"}):
        with pytest.raises(UsageError, match=r"setting ollama_headers: .* cannot be sent") as caught:
            ollama_address(load_settings(ollama_headers=headers))
        assert "cret" not in str(caught.value)
    with pytest.raises(UsageError, match=r"ollama_headers\.X needs the environment variable NO_SUCH"):
        ollama_address(load_settings(ollama_headers={"X": "${NO_SUCH}"}))


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate for this machine, signed by itself, with its key."""
    return self_signed(tmp_path / "server.pem")


def test_a_server_with_an_own_certificate_is_asked(
    certificate: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate)
    with OllamaServer(tls).running() as server:
        monkeypatch.setenv("SQLWRIGHT_OLLAMA", server.url)
        with agent() as asked, pytest.raises(ModelError, match=r"is not trusted .*ca_file"):
            asked.ask("how many customers in Germany")
        for name in ("SQLWRIGHT_CA_FILE", "SSL_CERT_FILE"):
            server.queue(fenced(GERMANS))
            with monkeypatch.context() as patch, agent() as asked:
                patch.setenv(name, str(certificate))
                with agent() as asked:
                    assert asked.ask("how many customers in Germany").columns == ("n",)
        heard: list[Drafting] = []
        server.models[0].loaded = 8_192
        server.queue(Loads(Says(fenced(GERMANS)), 0.3))
        monkeypatch.setenv("SQLWRIGHT_CA_FILE", str(certificate))
        with agent() as asked:
            asked.draft("how many customers in Germany", listen=heard.append)
        assert "reading" in {drafting.stage for drafting in heard}
        (tmp_path / "none.pem").write_text("nothing")
        for file, reason in (("none.pem", "it holds no certificates"), ("gone.pem", "No such file")):
            monkeypatch.setenv("SQLWRIGHT_CA_FILE", str(tmp_path / file))
            with agent() as asked, pytest.raises(UsageError, match=f"ca_file: .*{file}: {reason}"):
                asked.ask("how many customers in Germany")


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_an_interrupt_while_a_model_thinks_ends_at_once(ollama: OllamaServer, shop: Agent, tmp_path: Path) -> None:
    ollama.queue(Hangs(ollama.over))
    process = subprocess.Popen(
        [sys.executable, "-m", "agent", "ask", "how many orders", "--model", "ollama:fake"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ,
        start_new_session=True,
    )
    assert ollama.asked.wait(60)
    process.send_signal(signal.SIGINT)
    stdout, stderr = process.communicate(timeout=30)

    assert process.returncode == 130
    assert stdout == ""
    assert "Traceback" not in stderr
