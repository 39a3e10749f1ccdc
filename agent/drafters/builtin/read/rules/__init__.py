"""The rules: each reads one kind of construction, and proposes a fragment wherever it may stand."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from agent.drafters.builtin.read.effects import Fragment
from agent.drafters.builtin.read.rules.against import against
from agent.drafters.builtin.read.rules.amounts import amounts
from agent.drafters.builtin.read.rules.averages import averages
from agent.drafters.builtin.read.rules.coded import coded
from agent.drafters.builtin.read.rules.compared_times import compared_times
from agent.drafters.builtin.read.rules.comparisons import comparisons
from agent.drafters.builtin.read.rules.counts import counts
from agent.drafters.builtin.read.rules.figures import figures
from agent.drafters.builtin.read.rules.firsts import firsts
from agent.drafters.builtin.read.rules.groupings import groupings
from agent.drafters.builtin.read.rules.in_names import in_names
from agent.drafters.builtin.read.rules.measures import measures
from agent.drafters.builtin.read.rules.missing import missing
from agent.drafters.builtin.read.rules.orderings import orderings
from agent.drafters.builtin.read.rules.own_rows import own_rows
from agent.drafters.builtin.read.rules.places import places
from agent.drafters.builtin.read.rules.pointed_rows import pointed_rows
from agent.drafters.builtin.read.rules.presence import presence
from agent.drafters.builtin.read.rules.projections import projections
from agent.drafters.builtin.read.rules.question_words import question_words
from agent.drafters.builtin.read.rules.rankings import rankings
from agent.drafters.builtin.read.rules.row_numbers import row_numbers
from agent.drafters.builtin.read.rules.shares import shares
from agent.drafters.builtin.read.rules.structure import structure
from agent.drafters.builtin.read.rules.superlatives import superlatives
from agent.drafters.builtin.read.rules.text_tests import text_tests
from agent.drafters.builtin.read.rules.undone import undone
from agent.drafters.builtin.read.rules.unstored import unstored
from agent.drafters.builtin.read.rules.values import values
from agent.drafters.builtin.read.rules.windows import windows
from agent.drafters.builtin.read.scene import Scene

Rule = Callable[[Scene, int], Iterator[Fragment]]

RULES: tuple[Rule, ...] = (
    projections,
    measures,
    groupings,
    values,
    unstored,
    coded,
    comparisons,
    against,
    text_tests,
    missing,
    windows,
    compared_times,
    superlatives,
    orderings,
    firsts,
    places,
    counts,
    structure,
    figures,
    amounts,
    rankings,
    row_numbers,
    shares,
    averages,
    in_names,
    presence,
    question_words,
    own_rows,
    pointed_rows,
    undone,
)
