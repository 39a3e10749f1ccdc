"""The condition by which two tables are joined."""

from __future__ import annotations

from sqlglot import exp

from agent.drafters.builtin.compose.sql_names import SqlNames
from agent.drafters.builtin.compose.steps import Step
from agent.drafters.builtin.query.query import ColumnTerm


def tied(step: Step, names: SqlNames) -> exp.Expr:
    """That the columns of a key are the same on both sides of a step."""
    pairs = zip(step.left_columns, step.right_columns, strict=True)
    return exp.and_(
        *(
            exp.EQ(
                this=names.column(ColumnTerm(step.right.table, right, step.right.via)),
                expression=names.column(ColumnTerm(step.left.table, left, step.left.via)),
            )
            for left, right in pairs
        )
    )
