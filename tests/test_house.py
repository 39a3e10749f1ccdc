"""Rules of the house that the linters cannot see."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]


def modules_after(code: str) -> set[str]:
    """The top-level modules that a fresh interpreter has loaded after the code."""
    program = f"{code}\nimport sys\nprint(*sorted({{name.partition('.')[0] for name in sys.modules}}))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT)
    return set(done.stdout.split())


def test_importing_agent_loads_nothing_heavy() -> None:
    loaded = modules_after("import agent")

    assert not loaded & {"torch", "chromadb", "textual", "sqlalchemy", "numpy", "sqlglot", "pydantic"}


def test_asking_loads_neither_torch_nor_sqlalchemy() -> None:
    ask = "from agent import Agent\nwith Agent.connect() as shop: shop.ask('top customers last month')"
    modules_after(ask)  # makes the index, which may need them
    loaded = modules_after(ask)

    assert {"chromadb_rust_bindings", "onnxruntime"} <= loaded
    assert not loaded & {"torch", "sentence_transformers", "transformers", "sqlalchemy", "chromadb"}


def test_every_package_folder_ships() -> None:
    setuptools = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]
    links = {path.name for path in (ROOT / "agent").iterdir() if path.is_symlink()}
    folders = {ROOT / "agent", *(path.parent for path in (ROOT / "agent").rglob("__init__.py"))}
    folders |= {ROOT / "agent" / name for name in links}
    nested = {
        init.parent for name in links for init in (ROOT / name).rglob("__init__.py") if init.parent != ROOT / name
    }
    packages = {".".join(folder.relative_to(ROOT).parts) for folder in folders}
    packages |= {".".join(("agent", *folder.relative_to(ROOT).parts)) for folder in nested}

    assert packages == set(setuptools["packages"])
    assert {f"agent.{name}": name for name in links} == setuptools["package-dir"]


def test_every_direct_dependency_is_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = [
        *project["dependencies"],
        *(name for extra in project["optional-dependencies"].values() for name in extra),
    ]
    names = {entry.partition(">")[0].partition("[")[0].partition("=")[0] for entry in wanted} - {"sqlwright"}
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    pinned = {line.partition("==")[0] for line in lines if not line.startswith("#")}

    assert names <= pinned
    assert "torch==2.13.0" in lines
