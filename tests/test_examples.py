from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = sorted((Path(__file__).parents[1] / "examples").glob("*.py"))
SAYS = {
    "ask_the_demo_shop": ["SELECT", "Assumed: last month = "],
    "own_database": ["('Harbour Gulls', 15)", "teams without players → ('Old Mill',)", "I do not understand"],
    "watch_the_steps": ["Context\nDraft\nVerdict\nResult\nAnswer", "DELETE", "orders"],
}


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_runs_without_a_word_on_stderr(example: Path) -> None:
    done = subprocess.run([sys.executable, str(example)], capture_output=True, text=True, timeout=120)

    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    for text in SAYS[example.stem]:
        assert text in done.stdout
