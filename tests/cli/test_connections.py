"""`agent connections`: names and places, never a password, and no database is opened."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from agent.cli.app import app


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path / "sqlwright.yaml"


FILE = """
db: shop
connections:
  shop: "postgresql://ann:secret@host:5433/shop?sslmode=require"
  refers: "mysql://${SHOP_USER}:${SHOP_PASSWORD}@host/shop"
  whole: ${SHOP_URL}
  files: sales.duckdb
"""


def test_connections_are_listed_without_passwords(here: Path) -> None:
    here.write_text(FILE)

    result = CliRunner().invoke(app, ["connections"])

    assert result.exit_code == 0, result.stderr
    assert [line.split() for line in result.stdout.splitlines()[1:]] == [
        ["files", "duckdb", "duckdb:///sales.duckdb", "sqlwright.yaml"],
        ["refers", "mysql", "mysql://${SHOP_USER}@host/shop", "sqlwright.yaml"],
        ["*", "shop", "postgres", "postgresql://ann@host:5433/shop", "sqlwright.yaml"],
        ["whole", "${SHOP_URL}", "sqlwright.yaml"],
    ]
    assert "secret" not in result.output


def test_connections_are_records_for_programs(here: Path) -> None:
    here.write_text(FILE)

    envelope = json.loads(CliRunner().invoke(app, ["connections", "--format", "json"]).stdout)

    assert envelope["version"] == 1
    assert [row["name"] for row in envelope["connections"] if row["default"]] == ["shop"]
    assert envelope["connections"][0] == {
        "name": "files",
        "engine": "duckdb",
        "url": "duckdb:///sales.duckdb",
        "defined_in": "sqlwright.yaml",
        "default": False,
    }


def test_without_connections_it_is_said_how_to_define_one(here: Path) -> None:
    result = CliRunner().invoke(app, ["connections"])

    assert (result.exit_code, result.stdout) == (0, "")
    assert "agent init" in result.stderr
