"""Who may run SQL that no checker has seen."""

from __future__ import annotations

import ast
from pathlib import Path

AGENT = Path(__file__).parents[2] / "agent"
# What they run is no SQL: programs, and a neural network.
OTHERS = {"subprocess", "session"}


def runs_statements(path: Path) -> bool:
    """Whether a module calls `run` of something that may be a connection."""
    calls = (node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call))
    return any(
        isinstance(call.func, ast.Attribute)
        and call.func.attr == "run"
        and getattr(call.func.value, "id", "") not in OTHERS
        for call in calls
    )


def test_right_queries_are_run_by_the_evaluation_alone() -> None:
    folders = [folder for folder in AGENT.iterdir() if folder.is_dir() and folder.name != "dialects"]
    modules = [*AGENT.glob("*.py"), *(module for folder in folders for module in folder.rglob("*.py"))]
    found = {module.relative_to(AGENT).as_posix() for module in modules if runs_statements(module)}

    assert found == {"execute.py", "evaluate/answer_job.py"}
