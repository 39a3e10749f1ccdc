from __future__ import annotations

import pytest

from agent.cli.index_tune import tell
from agent.evaluate.quality import Quality
from agent.tuning import TuningReport


def _report(*after: float) -> TuningReport:
    before = {1: 0.5, 3: 0.75}
    found = dict(zip(before, after, strict=True))
    unusable = tuple(f"questions.jsonl, line {number}: sql is missing" for number in range(1, 8))
    return TuningReport(80, unusable, 3, Quality(20, before, before), Quality(20, found, found))


def test_both_figures_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    tell(_report(0.4, 0.8), quiet=False)
    printed = capsys.readouterr()
    lines = printed.out.splitlines()
    assert lines[0] == "Tuned on 80 questions, measured on 20 others:"
    assert "recall@3  0.750   0.800" in lines
    assert "all@1     0.500   0.400" in lines
    assert lines[-1] == "The index uses the tuned model now: recall@3 0.750 before, 0.800 after."
    assert "7 lines cannot be used:" in printed.err
    assert "line 5: sql is missing" in printed.err
    assert "and 2 more" in printed.err
    assert "line 6" not in printed.err


def test_a_model_that_is_no_better_is_told_to_be_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    tell(_report(0.9, 0.75), quiet=True)
    printed = capsys.readouterr()
    assert "The tuned model is not used" in printed.out
    assert "recall@3 0.750 before, 0.750 after. The index is as it was." in printed.out
    assert printed.err == ""
