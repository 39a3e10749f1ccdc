"""What the doctor finds, in order and out of order."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from agent import Agent
from agent.check import Check
from agent.cli.app import app
from agent.doctor import diagnose
from agent.errors import CancelledError, DatabaseError, ModelError, UsageError
from agent.records import Drafting
from tests.conftest import TODAY
from tests.drafters.ollama_server import Drips, Fails, Hangs, Model, OllamaServer, Reply, Says
from tests.drafters.openai_server import OpenAIServer
from tests.drafters.openai_server import Says as OpenAISays
from tests.services import (
    POSTGRES,
    database_of,
    mariadb_database,
    needs_postgres,
    postgres_admin_url,
    postgres_database,
)

NOWHERE = "http://127.0.0.1:9"


@pytest.fixture(autouse=True)
def _no_ollama(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SQLWRIGHT_OLLAMA", NOWHERE)


@pytest.fixture
def books(tmp_path: Path) -> Path:
    path = tmp_path / "books.db"
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE books (id INTEGER PRIMARY KEY, title TEXT)")
        database.commit()
    return path


def found(**arguments: Any) -> dict[str, Check]:
    return {check.part: check for check in diagnose(TODAY, **arguments)}


def states(**arguments: Any) -> dict[str, str]:
    return {part: check.state for part, check in found(**arguments).items()}


def doctor(*options: str) -> Result:
    return CliRunner().invoke(app, ["doctor", *options])


def test_all_is_well_with_an_indexed_database(books: Path, shop: Agent) -> None:
    with Agent.connect(books) as agent:
        assert agent.index.catalog.tables

    checks = found(db=str(books))

    assert {check.state for check in checks.values()} == {"ok"}
    assert list(checks) == ["settings", "database", "role", "index", "encoder", "ollama", "model"]
    assert f"db = {books} (option)" in checks["settings"].details
    assert "model = builtin (environment variable SQLWRIGHT_MODEL)" in checks["settings"].details
    assert checks["database"].what.startswith("SQLite 3.")
    assert checks["index"].what.startswith("up to date: 1 tables, 2 columns, ")


def test_an_index_is_missing_then_stale_then_damaged(books: Path, shop: Agent) -> None:
    def index() -> tuple[str, str]:
        check = found(db=str(books))["index"]
        return check.state, check.what

    assert index()[1].startswith("there is none yet")
    with Agent.connect(books) as agent:
        folder = agent.index.folder
    assert index()[0] == "ok"
    with closing(sqlite3.connect(books)) as database:
        database.execute("ALTER TABLE books ADD COLUMN pages INTEGER")
        database.commit()
    assert index()[0] == "warning"
    assert index()[1].startswith("the schema has changed since")
    for file in folder.glob("index-*.db*"):
        file.write_bytes(b"damaged" * 1_000)
    assert index()[0] == "warning"
    assert "cannot be read" in index()[1]


def test_what_has_changed_is_named(books: Path, tmp_path: Path, shop: Agent) -> None:
    file = tmp_path / "described.yaml"
    given = {"db": str(books), "descriptions": file}

    file.write_text("tables: {books: {synonyms: [volumes]}}")
    with Agent.connect(books, descriptions=file) as agent:
        assert agent.index.catalog.tables
    assert found(**given)["index"].state == "ok"
    file.write_text("tables: {books: {synonyms: [tomes]}}")
    assert found(**given)["index"].what.startswith("what descriptions say has changed since it was made: ")
    with closing(sqlite3.connect(books)) as database:
        database.execute("ALTER TABLE books ADD COLUMN pages INTEGER")
    said = "the schema has changed and what descriptions say has changed since it was made: "
    assert found(**given)["index"].what.startswith(said)
    assert found(db=str(books))["index"].what.startswith("there is none yet")


@pytest.mark.parametrize("damage", ["UPDATE meta SET value = '[]' WHERE key = 'catalog'", "DROP TABLE meta"])
def test_a_damaged_index_is_looked_at_and_left(damage: str, books: Path, shop: Agent) -> None:
    with Agent.connect(books) as agent:
        folder = agent.index.folder
    [file] = folder.glob("index-*.db")
    with closing(sqlite3.connect(file)) as database:
        database.execute(damage)
        database.commit()
    before = {path for path in folder.rglob("*") if path.suffix not in {".db-shm", ".db-wal"}}

    check = found(db=str(books))["index"]

    assert (check.state, "cannot be read" in check.what) == ("warning", True)
    assert before <= set(folder.rglob("*"))


def test_an_index_without_its_vectors_is_not_up_to_date(books: Path, shop: Agent) -> None:
    with Agent.connect(books) as agent:
        shutil.rmtree(agent.index.folder / agent.index.vectors)

    assert "cannot be read" in found(db=str(books))["index"].what


def test_nothing_is_made_but_the_demo_shop(tmp_path: Path) -> None:
    checks = found(cache_dir=tmp_path)

    assert checks["index"].state == checks["encoder"].state == "warning"
    assert {path.name for path in tmp_path.iterdir()} == {"demo"}


def test_a_part_that_fails_does_not_stop_the_next(tmp_path: Path) -> None:
    checks = found(db="nowhere.db", model="gpt-17", cache_dir=tmp_path)

    assert checks["database"].error is DatabaseError
    assert checks["index"].error is DatabaseError
    assert checks["encoder"].state == "warning"
    assert checks["ollama"].state == "ok"
    assert checks["model"].error is UsageError


def test_a_connection_that_is_not_defined_is_a_fault_of_the_database() -> None:
    checks = found(db="shop")

    assert checks["settings"].state == "ok"
    assert checks["database"].error is UsageError
    assert checks["model"].state == "ok"


def test_descriptions_among_the_settings_are_not_recited(books: Path) -> None:
    said = {"tables": {}, "glossary": {"churn": "Having left."}}

    details = found(db=str(books), descriptions=said)["settings"].details

    assert "descriptions = {tables, glossary} (option)" in details


def test_bad_settings_are_all_that_can_be_told() -> None:
    assert {part: check.error for part, check in found(limit=0).items()} == {"settings": UsageError}


def test_an_engine_without_execution_is_a_warning() -> None:
    check = found(db="oracle://scott:tiger@host/db")["database"]

    assert check.state == "warning"
    assert "oracle://scott@host/db" in check.what
    assert "--sql-only" in check.hint


def test_a_role_that_only_reads_is_in_order() -> None:
    with postgres_database("CREATE TABLE t (id int)") as url:
        checks = found(db=url)

    assert (checks["database"].state, checks["role"].state) == ("ok", "ok")
    assert checks["database"].what.startswith("PostgreSQL ")


def test_mariadb_is_looked_at_too() -> None:
    with mariadb_database("CREATE TABLE t (id int)") as url:
        checks = found(db=url)

    assert (checks["database"].state, checks["role"].state) == ("ok", "ok")
    assert "MariaDB" in checks["database"].what


def test_a_superuser_is_a_warning_with_the_way_out() -> None:
    needs_postgres()

    result = doctor("--db", POSTGRES)

    assert "may do more than read" in result.stdout
    assert "            CREATE ROLE sqlwright_reader LOGIN PASSWORD 'choose one'" in result.stdout


def test_a_safe_role_is_shown_its_statements_when_asked_for() -> None:
    with mariadb_database("CREATE TABLE t (id int)") as url:
        plain, full = doctor("--db", url), doctor("--db", url, "--grants")

    assert "GRANT" not in plain.stdout
    assert "GRANT SELECT, SHOW VIEW ON " in full.stdout


def test_the_statements_are_for_the_schemas_of_the_connection(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with postgres_database("CREATE SCHEMA sales; CREATE SCHEMA stock; CREATE TABLE sales.t (id int)") as url:
        admin_url = postgres_admin_url(database_of(url))
        Path("sqlwright.yaml").write_text(f"connections: {{shop: {{url: '{admin_url}', schemas: [sales]}}}}\n")
        statements = found(db="shop")["role"].details

    assert "GRANT USAGE ON SCHEMA sales TO sqlwright_reader;" in statements
    assert not any("SCHEMA stock " in statement or "SCHEMA public TO" in statement for statement in statements)


def test_the_proof_is_a_line_for_each_attempt(books: Path) -> None:
    proved, unproved = doctor("--db", str(books), "--prove"), doctor("--db", str(books))

    assert "proof     delete rows: stopped by the connection" in proved.stdout
    assert "NOT stopped" not in proved.stdout
    assert proved.exit_code == 0
    assert " proof " not in unproved.stdout


def test_what_is_not_stopped_is_a_fault() -> None:
    with postgres_database("CREATE TABLE t (id int)") as url:
        result = doctor("--db", postgres_admin_url(database_of(url)), "--prove")

    assert "read a file of the server: NOT stopped; it was answered" in result.stdout
    assert result.exit_code == 1


def test_an_engine_that_nothing_runs_on_has_no_proof() -> None:
    checks = [check for check in diagnose(TODAY, prove=True, db="oracle://scott@host/db") if check.part == "proof"]

    assert [check.state for check in checks] == ["warning"]


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (("--db", "nowhere.db"), 4),
        (("--db", "nothing"), 2),
        (("--db", "postgresql://ann:secret@127.0.0.1:9/shop"), 4),
    ],
)
def test_the_first_fault_decides_the_exit_code(options: tuple[str, ...], code: int) -> None:
    result = doctor(*options)

    assert result.exit_code == code
    assert "secret" not in result.output
    assert "Traceback" not in result.output


def test_a_model_without_its_server_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SQLWRIGHT_MODEL", "ollama:qwen2.5-coder:7b")

    checks = found()

    assert checks["ollama"].error is checks["model"].error is ModelError
    assert doctor().exit_code == 5


def test_checks_are_records_for_programs(books: Path) -> None:
    result = doctor("--db", str(books), "--format", "json")

    envelope = json.loads(result.stdout)
    assert envelope["version"] == 1
    assert [check["part"] for check in envelope["checks"]] == list(found(db=str(books)))
    assert envelope["checks"][0].keys() == {"part", "state", "what", "hint", "details"}


def test_no_password_is_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sqlwright.yaml").write_text(
        "connections: {a: 'postgresql://ann:secret@127.0.0.1:9/a', b: {url: 'mysql://ann:secret@h/b?x=y'}}\ndb: a\n"
        "ollama: http://ann:secret@127.0.0.1:9\n"
    )
    monkeypatch.delenv("SQLWRIGHT_OLLAMA")

    assert "secret" not in doctor().output
    assert "secret" not in doctor("--format", "json").output
    assert "secret" not in doctor("--db", "mysql://ann:secret@127.0.0.1:9/x").output


QWEN = {"block_count": 28, "attention.head_count": 28, "attention.head_count_kv": 4, "embedding_length": 3584}


@pytest.fixture
def ollama(monkeypatch: pytest.MonkeyPatch) -> Iterator[OllamaServer]:
    """A server with a model, by Ollama's protocol, which counts as far as it is asked to."""
    with OllamaServer().running() as server:
        server.models = [Model(facts=QWEN)]
        server.answerer = lambda request: Says("".join(f"{n:7}" for n in range(request["options"]["num_predict"])))
        monkeypatch.setenv("SQLWRIGHT_OLLAMA", server.url)
        yield server


def test_what_ollama_has_pulled_is_listed(ollama: OllamaServer) -> None:
    checks = found(model="ollama:fake")

    assert checks["ollama"].state == checks["model"].state == "ok"
    assert checks["ollama"].what == f"version 0.40.0 answers at {ollama.url} with 1 model"
    assert "fake:latest" in checks["ollama"].details
    missing = found(model="ollama:other")
    assert missing["model"].error is ModelError
    assert missing["model"].hint.startswith("pull it with")
    assert not {"context", "answer"} & missing.keys()


def test_a_model_is_loaded_and_says_a_few_words(ollama: OllamaServer) -> None:
    heard: list[Drafting] = []
    checks = {check.part: check for check in diagnose(TODAY, listen=heard.append, model="auto")}

    assert {checks[part].state for part in ("ollama", "model", "context", "answer")} == {"ok"}
    assert checks["model"].what == (
        "auto takes ollama:fake:latest (sqlwright does not know it), prompted by the template general"
    )
    assert checks["context"].what == (
        "fake:latest reads 32,768 tokens, of which max_context lets 16,384 be used, "
        "for which it needs about 5.4 GB of memory"
    )
    assert re.fullmatch(
        r"the first token of fake:latest came after \d+\.\d seconds, then [\d,]+ tokens a second",
        checks["answer"].what,
    )
    (asked,) = ollama.requests
    assert 1 < asked["options"]["num_predict"] < 50
    assert asked["options"]["num_ctx"] == 4_096
    assert {"loading", "writing"} <= {drafting.stage for drafting in heard}


def test_the_speed_is_that_of_the_tokens(ollama: OllamaServer) -> None:
    class Slow(Says):
        def lines(self) -> Iterator[str]:
            for line in super().lines():
                time.sleep(0.1)
                yield line

    ollama.queue(Slow("".join(f"{n:7}" for n in range(15))))
    check = found(model="ollama:fake")["answer"]

    told = re.search(r"then (\d+) tokens a second", check.what)
    assert told
    assert 5 <= int(told[1]) <= 10


def test_a_slow_model_is_a_warning_with_what_to_do(ollama: OllamaServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agent.doctor_models.SLOW", 1e9)
    ollama.models = [Model(loaded=4_096)]

    check = found(model="ollama:fake")["answer"]

    assert check.state == "warning"
    assert "100% of it is on a graphics card" in check.what
    assert "take a smaller model" in check.hint


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (Fails(500, "model requires more system memory (20 GiB) than is available"), "more system memory"),
        (Fails(None, "an error was encountered while running the model"), "while running the model"),
        (Says(""), "wrote nothing"),
    ],
)
def test_a_model_that_does_not_answer_is_a_fault(reply: Reply, said: str, ollama: OllamaServer) -> None:
    ollama.queue(reply)

    checks = found(model="ollama:fake")

    assert checks["model"].state == checks["context"].state == "ok"
    assert checks["answer"].state == "fault"
    assert said in checks["answer"].what
    assert checks["answer"].hint
    assert checks["answer"].error is ModelError


def test_a_model_that_hangs_is_given_up(ollama: OllamaServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SQLWRIGHT_LOAD_TIMEOUT", "0.5")
    ollama.queue(Hangs(ollama.over))

    assert "wrote nothing within 0.5 seconds" in found(model="ollama:fake")["answer"].what


def test_who_listens_can_stop_it(ollama: OllamaServer) -> None:
    def leave(drafting: Drafting) -> None:
        if drafting.stage == "writing":
            raise CancelledError("enough")

    ollama.queue(Drips())
    with pytest.raises(CancelledError):
        list(diagnose(TODAY, listen=leave, model="ollama:fake"))
    assert ollama.left.wait(10)


@pytest.mark.parametrize(
    ("model", "options", "what", "hint"),
    [
        (Model(context=2_048), {}, "reads 2,048 tokens", "only small schemas fit"),
        (Model(), {"MAX_CONTEXT": "2048"}, "of which max_context lets 2,048 be used", "raise the setting max_context"),
        (Model(size=10**15, facts=QWEN), {}, "this machine has ", "take a smaller model"),
    ],
)
def test_too_little_context_or_memory_is_a_warning(
    model: Model,
    options: dict[str, str],
    what: str,
    hint: str,
    ollama: OllamaServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in options.items():
        monkeypatch.setenv(f"SQLWRIGHT_{name}", value)
    ollama.models = [model]

    check = found(model="ollama:fake")["context"]

    assert check.state == "warning"
    assert what in check.what
    assert hint in check.hint


def test_without_a_model_it_is_told_how_to_get_one(ollama: OllamaServer) -> None:
    ollama.models = [Model("nomic-embed-text:latest", family="nomic-bert")]

    checks = found(model="auto")

    assert checks["ollama"].state == "warning"
    assert "agent models pull qwen2.5-coder:" in checks["ollama"].hint
    assert checks["model"].what == "auto takes the built-in drafter, which needs no language model"
    assert found(model="builtin")["ollama"].state == "ok"


def test_without_a_server_it_is_told_how_to_get_one() -> None:
    check = found(model="auto")["ollama"]

    assert (check.state, check.what) == ("ok", f"Ollama does not answer at {NOWHERE}, and nothing needs it")
    assert "https://ollama.com" in check.hint
    assert not found(model="builtin")["ollama"].hint


def test_an_encoder_of_ollama_needs_it() -> None:
    assert found(encoder="ollama:bge-m3")["ollama"].state == "fault"


def test_a_server_of_openais_protocol_is_asked_too() -> None:
    with OpenAIServer().running() as server:
        server.replies = [OpenAISays("".join(f"{n:7}" for n in range(24)))]
        checks = found(model=f"openai:small@{server.url}")

        assert "ollama" not in checks
        assert checks["model"].what.startswith(f"openai:small at {server.url}/v1, ")
        assert checks["answer"].state == "ok"
        assert "tokens a second" in checks["answer"].what
    gone = found(model=f"openai:small@{server.url}")
    assert gone["model"].state == "fault"
    assert gone["model"].what == f"no server answers at {server.url}/v1"


def test_replies_made_elsewhere_need_no_server(tmp_path: Path) -> None:
    file = tmp_path / "replies.jsonl"
    file.write_text('{"question": "how many books?", "reply": "SELECT COUNT(*) FROM books"}\n')

    assert found(model=f"replay:{file}")["model"].state == "ok"
    assert found(model=f"replay:{tmp_path / 'none.jsonl'}")["model"].state == "fault"


def test_no_redirect_learns_the_login_of_ollama(monkeypatch: pytest.MonkeyPatch) -> None:
    with OllamaServer().running() as other, _redirecting(f"{other.url}/api/version") as url:
        monkeypatch.setenv("SQLWRIGHT_OLLAMA", url.replace("//", "//ann:secret@"))

        check = found()["ollama"]

        assert other.headers == []
        assert " is not Ollama" in check.what


@contextmanager
def _redirecting(target: str) -> Iterator[str]:
    """A server that sends every caller on."""

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, format: str, *args: Any) -> None:
            pass

        def do_GET(self) -> None:
            self.send_response(302)
            self.send_header("Location", target)
            self.send_header("Content-Length", "0")
            self.end_headers()

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()
