"""Writes weights as files that a person can read and compare: one a line, those of a rule together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

_MADE = "by `python -m benchmarks.readings`, but for what a new rule begins with; see docs/drafter.md."
_SKIPPED, _WHOLE = "skip", "the whole query"


def write_weights(file: Path, weights: Mapping[str, float], rules: Iterable[str], note: str) -> None:
    """Write what the features of readings weigh (log odds), grouped by the rule that their names begin with."""
    longest = sorted({*rules, _SKIPPED}, key=lambda rule: (-len(rule), rule))
    groups: dict[str, list[str]] = defaultdict(list)
    for name in sorted(weights):
        if weight := _rounded(weights[name]):
            rule = next((rule for rule in longest if name == rule or name.startswith(f"{rule} ")), _WHOLE)
            groups[rule].append(f"{name}: {weight}")
    parts = [f"# How much each feature speaks for a reading, in log odds; {_MADE}", f"# {note}."]
    for rule in sorted(groups, key=lambda rule: (rule == _WHOLE, rule)):
        parts += ["", f"# {rule}", *groups[rule]]
    file.write_text("\n".join(parts) + "\n", encoding="utf-8")


def write_confidence(file: Path, weights: Mapping[str, float], note: str) -> None:
    """Write what the evidence for the best reading weighs in the log odds that it is right."""
    head = [f"# How much each evidence speaks for the best reading, in log odds; {_MADE}", f"# {note}."]
    lines = [f"{name}: {weights[name]:.3f}" for name in sorted(weights)]
    file.write_text("\n".join([*head, "", *lines]) + "\n", encoding="utf-8")


def _rounded(weight: float) -> str:
    """Two decimals, or nothing for what they make 0."""
    return f"{weight:.2f}" if abs(weight) >= 0.005 else ""
