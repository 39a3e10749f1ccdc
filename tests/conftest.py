"""What all tests share: one cache folder a run, so that the embedding model is exported once, and the demo shop."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from agent import Agent

TODAY = date(2026, 11, 21)


@pytest.fixture(scope="session", autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The cache folder of this run; no setting of the person who runs the tests has a say."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("SQLWRIGHT_")]:
            patch.delenv(name)
        folder = tmp_path_factory.mktemp("cache")
        patch.setenv("SQLWRIGHT_CACHE_DIR", str(folder))
        patch.setenv("XDG_CONFIG_HOME", str(folder / "no-config"))
        # What a model would draft is tested where a model is named.
        patch.setenv("SQLWRIGHT_MODEL", "builtin")
        yield folder


@pytest.fixture(scope="session")
def shop(cache: Path) -> Iterator[Agent]:
    """The demo shop, asked on TODAY."""
    with Agent.connect(today=TODAY, limit=100_000) as agent:
        yield agent
