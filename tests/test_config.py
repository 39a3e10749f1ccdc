"""Where settings come from, which source wins, and how a bad value is blamed on its own."""

from __future__ import annotations

import re
import traceback
from pathlib import Path

import pytest

from agent import Agent
from agent.config import Settings, load_settings, sources_of
from agent.errors import UsageError
from agent.index_options import index_options
from agent.settings_file import FILE_NAME, user_file


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The settings file of the folder one works in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path / FILE_NAME


@pytest.fixture
def everywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The settings file that holds for every folder."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    file = user_file()
    # Where the system has another place for it, the real one of this user must not be touched.
    if tmp_path not in file.parents:
        pytest.skip("the user's settings cannot be moved on this system")
    file.parent.mkdir(parents=True)
    return file


def test_the_nearer_source_wins(here: Path, everywhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert load_settings().limit == 1_000
    everywhere.write_text("limit: 1\ntimeout: 1\n")
    assert (load_settings().limit, load_settings().timeout) == (1, 1.0)
    here.write_text("limit: 2\n")
    assert (load_settings().limit, load_settings().timeout) == (2, 1.0)
    monkeypatch.setenv("SQLWRIGHT_LIMIT", "3")
    assert load_settings().limit == 3
    assert load_settings(limit=4).limit == 4
    assert load_settings(limit=None).limit == 3


def test_a_bad_value_is_blamed_on_its_source(here: Path, everywhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def blame(**flags: object) -> str:
        with pytest.raises(UsageError) as caught:
            load_settings(**flags)
        return caught.value.message

    everywhere.write_text("limit: 0\n")
    assert blame().startswith(f"setting limit in {everywhere}: ")
    here.write_text("limit: -1\n")
    assert blame().startswith(f"setting limit in {FILE_NAME}: ")
    monkeypatch.setenv("SQLWRIGHT_LIMIT", "many")
    assert blame().startswith("environment variable SQLWRIGHT_LIMIT: ")
    assert blame(limit=0).startswith("limit: ")


def test_an_argument_of_the_library_is_called_by_its_name() -> None:
    with pytest.raises(UsageError, match=r"^limit: "):
        Agent.connect(limit=0)


def test_an_unknown_setting_is_named_with_those_there_are(here: Path) -> None:
    here.write_text("colour: blue\n")

    with pytest.raises(UsageError) as caught:
        load_settings()

    assert caught.value.message.startswith(f"setting colour in {FILE_NAME}: ")
    assert "timeout" in caught.value.hint


@pytest.mark.parametrize("name", ["db", "cache_dir", "descriptions"])
def test_an_empty_value_is_an_error_and_no_default(name: str, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UsageError, match=f"^{name}: it is empty"):
        load_settings(**{name: ""})
    monkeypatch.setenv(f"SQLWRIGHT_{name.upper()}", "")
    with pytest.raises(UsageError, match=f"^environment variable SQLWRIGHT_{name.upper()}: it is empty"):
        load_settings()


MALFORMED = {
    "no YAML": b"limit: [1\n",
    "a list": b"- limit\n",
    "text": b"limit\n",
    "a key that is no name": b"1: 2\n",
    "no UTF-8": b"db: gr\xf6\xdfe.db\n",
}


@pytest.mark.parametrize("content", MALFORMED.values(), ids=MALFORMED)
@pytest.mark.parametrize("which", ["here", "everywhere"])
def test_a_malformed_file_is_blamed_by_its_own_path(which: str, content: bytes, here: Path, everywhere: Path) -> None:
    (here if which == "here" else everywhere).write_bytes(content)

    with pytest.raises(UsageError) as caught:
        load_settings()

    assert (str(everywhere) in caught.value.message) == (which == "everywhere")
    assert FILE_NAME in caught.value.message
    assert "\n" not in caught.value.message


def test_a_file_that_cannot_be_read_is_an_error(here: Path) -> None:
    here.mkdir()

    with pytest.raises(UsageError, match=rf"^{FILE_NAME} cannot be read: "):
        load_settings()


def test_an_empty_file_says_nothing(here: Path) -> None:
    here.write_text("# nothing yet\n")

    assert load_settings().limit == 1_000


def source() -> tuple[object, ...]:
    found = load_settings().connection
    return found.url, found.schemas, found.values, found.descriptions


def test_a_connection_has_what_it_leaves_out_from_the_top(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here.write_text(
        """
        db: shop
        values: none
        descriptions: all.yaml
        connections:
          shop: {url: "postgresql://ann@host/shop", schemas: [sales, stock], values: all, descriptions: shop.yaml}
          files: sales.duckdb
        """
    )

    assert source() == ("postgresql://ann@host/shop", ("sales", "stock"), "all", Path("shop.yaml"))
    monkeypatch.setenv("SQLWRIGHT_DB", "files")
    assert source() == ("sales.duckdb", (), "none", Path("all.yaml"))
    monkeypatch.setenv("SQLWRIGHT_DB", "sqlite:///other.db")
    assert source() == ("sqlite:///other.db", (), "none", Path("all.yaml"))


def test_a_connection_of_the_folder_hides_one_of_the_user(here: Path, everywhere: Path) -> None:
    everywhere.write_text("connections: {shop: {url: sqlite:////a.db, values: all}, old: sqlite:////old.db}\n")
    here.write_text("connections: {shop: sqlite:////b.db}\ndb: shop\n")

    assert source()[::2] == ("sqlite:////b.db", "low-cardinality")
    assert load_settings(db="old").connection.url == "sqlite:////old.db"
    assert sources_of(load_settings(limit=3), limit=3) == {
        "cache_dir": "environment variable SQLWRIGHT_CACHE_DIR",
        "connections.old": str(everywhere),
        "connections.shop": FILE_NAME,
        "db": FILE_NAME,
        "limit": "option",
        "model": "environment variable SQLWRIGHT_MODEL",
    }


def test_a_variable_is_needed_only_by_the_connection_in_use(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here.write_text(
        """
        connections:
          shop: "postgresql://${SHOP_USER}:${SHOP_PASSWORD}@host/shop"
          whole: ${SHOP_URL}
          plain: plain.db
        """
    )
    monkeypatch.setenv("SHOP_USER", "ann")

    assert load_settings(db="plain").connection.url == "plain.db"
    with pytest.raises(UsageError) as caught:
        load_settings(db="shop").connection  # noqa: B018
    assert caught.value.message == "connection shop needs the environment variable SHOP_PASSWORD, which is not set"
    monkeypatch.setenv("SHOP_PASSWORD", "p@ss/w:rd")
    monkeypatch.setenv("SHOP_URL", "postgresql://ann:x@host/shop")
    assert load_settings(db="shop").connection.url == "postgresql://ann:p%40ss%2Fw%3Ard@host/shop"
    assert load_settings(db="whole").connection.url == "postgresql://ann:x@host/shop"


def test_relative_paths_start_where_they_are_written(here: Path, everywhere: Path) -> None:
    everywhere.write_text(
        """
        descriptions: what.yaml
        cache_dir: ../cache
        connections:
          a: a.db
          b: {url: sqlite:///sub/b.db, descriptions: b.yaml}
          c: duckdb:////abs/c.duckdb
          d: ${SOME_URL}
          e: mysql://root@host/e
        """
    )
    folder = everywhere.parent

    settings = load_settings()

    assert settings.descriptions == folder / "what.yaml"
    # Options stand in no file, and environment variables neither: they start in the current folder.
    assert load_settings(descriptions="mine.yaml").descriptions == Path("mine.yaml")
    assert {name: connection.url for name, connection in settings.connections.items()} == {
        "a": f"{folder}/a.db",
        "b": f"sqlite:///{folder}/sub/b.db",
        "c": "duckdb:////abs/c.duckdb",
        "d": "${SOME_URL}",
        "e": "mysql://root@host/e",
    }
    assert settings.connections["b"].descriptions == folder / "b.yaml"
    everywhere.write_text("db: sales.db\n")
    assert load_settings().db == f"{folder}/sales.db"
    here.write_text("db: ~/sales.db\n")
    assert load_settings().db == str(Path("~/sales.db").expanduser())
    here.write_text("db: sales.db\n")
    assert load_settings().db == "sales.db"


def test_a_name_in_one_file_may_be_defined_in_the_other(here: Path, everywhere: Path) -> None:
    everywhere.write_text("db: shop\n")
    here.write_text("connections: {shop: sqlite:////shop.db}\n")

    assert load_settings().connection.url == "sqlite:////shop.db"


def test_an_unknown_name_is_answered_with_the_nearest(here: Path) -> None:
    def hint(db: str) -> str:
        with pytest.raises(UsageError, match=f"^db: there is no connection and no file called {db}( |$)") as caught:
            load_settings(db=db).connection  # noqa: B018
        return caught.value.hint

    assert "define connections" in hint("shpo")
    here.write_text("connections: {shop: a.db, shops: b.db, files: c.db}\n")
    assert hint("shpo") == "did you mean shop, shops?"
    assert hint("zzz") == "the connections are: files, shop, shops"
    (here.parent / "zzz").touch()
    assert load_settings(db="zzz").connection.url == "zzz"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("connections: [a.db]", "connections in sqlwright.yaml: it is a mapping"),
        ("connections: a.db", "connections in sqlwright.yaml: it is a mapping"),
        ("connections: {my shop: a.db}", "connections in sqlwright.yaml: the name 'my shop' has other signs"),
        ("connections: {shop: ''}", "connections.shop.url in sqlwright.yaml: it is empty"),
        ("connections: {shop: 3}", "connections.shop in sqlwright.yaml: "),
        ("connections: {shop: {schemas: [a]}}", "connections.shop.url in sqlwright.yaml: it is missing"),
        ("connections: {shop: {url: a.db, values: some}}", "connections.shop.values in sqlwright.yaml: it should be"),
        (
            "connections: {shop: {url: a.db, colour: red}}",
            "connections.shop.colour in sqlwright.yaml: there is no such",
        ),
        (
            "connections: {shop: {url: a.db, schemas: {a: b}}}",
            "connections.shop.schemas in sqlwright.yaml: it is a list",
        ),
    ],
)
def test_a_bad_connection_is_blamed_on_its_place(text: str, says: str, here: Path) -> None:
    here.write_text(f"{text}\n")

    with pytest.raises(UsageError) as caught:
        load_settings()

    assert caught.value.message.startswith(f"setting {says}")
    assert "\n" not in str(caught.value)


def test_one_schema_needs_no_brackets(here: Path) -> None:
    here.write_text("connections: {shop: {url: a.db, schemas: sales}}\n")

    assert load_settings(db="shop").connection.schemas == ("sales",)


def test_a_name_with_nothing_after_it_sets_nothing(here: Path) -> None:
    here.write_text("db:\nconnections:\nlimit: 5\n")

    settings = load_settings()
    assert (settings.db, settings.connections, settings.limit) == ("", {}, 5)


def test_only_a_name_may_stand_for_a_variable(here: Path) -> None:
    here.write_text('connections: {shop: "postgresql://${USER:-ann}@host/shop"}\n')

    with pytest.raises(UsageError, match="only a variable's name may stand in"):
        load_settings(db="shop").connection  # noqa: B018


def test_a_path_in_a_variable_is_left_as_it_is(
    here: Path, everywhere: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DATA", str(tmp_path))
    everywhere.write_text("connections: {shop: 'sqlite:///${DATA}/shop.db'}\n")

    assert load_settings(db="shop").connection.url == f"sqlite:///{tmp_path}/shop.db"


def test_connections_in_the_environment_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SQLWRIGHT_CONNECTIONS", "{")

    with pytest.raises(UsageError, match=r"^environment variable SQLWRIGHT_CONNECTIONS: .* only a file can hold"):
        load_settings()


@pytest.mark.parametrize(
    "text",
    [
        'db: "postgresql://ann:secret@host/shop',
        "db: [postgresql://ann:secret@host/shop]",
        "connections: {shop: {url: [postgresql://ann:secret@host/shop]}}",
        "connections: {shop: {url: postgresql://ann:secret@host/shop, values: secret}}",
    ],
)
def test_no_message_nor_trace_shows_a_password(text: str, here: Path) -> None:
    here.write_text(f"{text}\n")

    with pytest.raises(UsageError) as caught:
        load_settings()

    assert "secret" not in "".join(traceback.format_exception(caught.value))


def test_settings_do_not_show_a_password(here: Path) -> None:
    here.write_text("connections: {shop: 'postgresql://ann:secret@host/shop'}\ndb: postgresql://ann:secret@host/x\n")
    settings = load_settings()

    assert "secret" not in repr(settings) + str(settings) + repr(settings.connection) + repr(settings.connections)


def test_every_setting_has_a_description() -> None:
    assert all(field.description for field in Settings.model_fields.values())


def test_an_index_has_what_its_connection_says_and_else_what_holds_for_all(here: Path) -> None:
    here.write_text(
        """
        db: a
        include: [orders, "sales.*"]
        exclude: tmp_*
        abbreviations: {qty: quantity}
        descriptions: {tables: {orders: {tags: [finance]}}}
        chroma: http://127.0.0.1:8000
        query_prefix: ""
        document_prefix: "passage: "
        connections:
          a: a.db
          b: {url: b.db, include: [x, y], exclude: [], abbreviations: {}, descriptions: b.yaml}
        """
    )

    def held(name: str) -> tuple[object, ...]:
        options = index_options(load_settings(db=name))
        return options.include, options.exclude, options.abbreviations, options.descriptions, options.origin

    common = {"tables": {"orders": {"tags": ["finance"]}}}
    place = f"{here.resolve()}: descriptions"
    assert held("a") == (("orders", "sales.*"), ("tmp_*",), {"qty": "quantity"}, common, place)
    assert held("b") == (("x", "y"), (), {}, Path("b.yaml"), str(Path("b.yaml").resolve()))
    options = index_options(load_settings())
    assert (options.chroma, options.query_prefix, options.document_prefix) == ("http://127.0.0.1:8000", "", "passage: ")


def test_a_variable_of_the_environment_lists_patterns(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SQLWRIGHT_INCLUDE", "orders, sales.*")
    monkeypatch.setenv("SQLWRIGHT_DESCRIPTIONS", "said.yaml")

    assert load_settings().include == ("orders", "sales.*")
    assert load_settings().descriptions == Path("said.yaml")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("include: [1]", f"setting include in {FILE_NAME}: it is a list of names"),
        ("exclude: {a: b}", f"setting exclude in {FILE_NAME}: it is a list of names"),
        ("include: [' ']", f"setting include in {FILE_NAME}: it is empty"),
        ("abbreviations: [qty]", f"setting abbreviations in {FILE_NAME}: it maps short to long"),
        ("abbreviations: {no: number}", f"setting abbreviations in {FILE_NAME}: it maps short to long"),
        ("descriptions: [a.yaml]", f"setting descriptions in {FILE_NAME}: it is a YAML file, or a mapping"),
        ("connections: {a: {url: a.db, include: 5}}", "setting connections.a.include in"),
        ("chroma: ''", f"setting chroma in {FILE_NAME}: it is empty"),
    ],
)
def test_a_setting_of_an_index_that_has_another_form_is_blamed(text: str, message: str, here: Path) -> None:
    here.write_text(f"{text}\n")

    with pytest.raises(UsageError) as caught:
        load_settings()

    assert message in caught.value.message


def test_what_two_files_say_of_databases_is_not_mixed(here: Path, everywhere: Path) -> None:
    everywhere.write_text("descriptions: {tables: {old: {tags: [a]}}}\n")
    here.write_text("descriptions: {tables: {orders: {tags: [b]}}}\n")

    assert load_settings().descriptions == {"tables": {"orders": {"tags": ["b"]}}}


def test_what_is_said_of_the_demo_shop_comes_to_what_is_known_of_it(here: Path) -> None:
    here.write_text("descriptions: {tables: {orders: {tags: [finance]}}}\n")

    said = index_options(load_settings()).descriptions

    assert isinstance(said, dict)
    assert said["tables"]["orders"]["tags"] == ["finance"]
    assert said["tables"]["orders"]["synonyms"] == ["purchases", "sales"]


def test_an_encoder_is_reached_as_the_settings_say(here: Path) -> None:
    here.write_text("encoder: some/model\ncache_folder: models\nlocal_files_only: true\n")

    access = index_options(load_settings()).access

    assert (access.cache_folder, access.local_files_only, access.ollama) == (Path("models"), True, None)


def test_the_headers_of_one_server_do_not_come_to_another(here: Path, everywhere: Path) -> None:
    everywhere.write_text("ollama: http://far:1\nollama_headers: {Authorization: Bearer s3cret}\n")
    assert load_settings().ollama_headers == {"Authorization": "Bearer s3cret"}
    here.write_text("ollama: http://near:1\n")
    assert load_settings().ollama_headers == {}
    here.write_text("ollama_headers: {X-Team: red}\n")
    assert load_settings().ollama_headers == {"X-Team": "red"}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("keep_alive: soon", "keep_alive in sqlwright.yaml: it is a duration such as 30m"),
        ("keep_alive: true", "keep_alive in sqlwright.yaml: it is a duration such as 30m"),
        ("ollama_headers: x", "ollama_headers in sqlwright.yaml: it is a mapping of names to values"),
        ("ollama_headers: {a: 1}", "ollama_headers.a in sqlwright.yaml: it should be a valid string"),
        ("max_context: 10", "max_context in sqlwright.yaml: it should be greater than or equal to 1024"),
        ("load_timeout: 0", "load_timeout in sqlwright.yaml: it should be greater than 0"),
    ],
)
def test_a_bad_setting_of_a_model_is_blamed(here: Path, text: str, says: str) -> None:
    here.write_text(text)
    with pytest.raises(UsageError, match=re.escape(says)):
        load_settings()


@pytest.mark.parametrize(
    ("text", "value"), [("30m", "30m"), ("1h30m", "1h30m"), ("-1", "-1"), ("0", "0"), ("90", "90")]
)
def test_how_long_a_model_stays_loaded_is_a_duration(here: Path, text: str, value: str) -> None:
    here.write_text(f"keep_alive: {text}\n")
    assert load_settings().keep_alive == value


def test_headers_in_the_environment_are_refused(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SQLWRIGHT_OLLAMA_HEADERS", '{"a": "s3cret"}')
    with pytest.raises(UsageError, match=r"SQLWRIGHT_OLLAMA_HEADERS: .*only a file can hold") as caught:
        load_settings()
    assert "s3cret" not in str(caught.value)
