"""The kinds of queries."""

from __future__ import annotations

import pytest

from agent.evaluate.query_kind import query_kind


@pytest.mark.parametrize(
    ("sql", "names"),
    [
        ("SELECT 1", ("no table", "none of these three")),
        ("SELECT title FROM films", ("1 table", "none of these three")),
        ("SELECT COUNT(*) FROM films", ("1 table", "aggregation")),
        ("SELECT DISTINCT room FROM screenings GROUP BY room", ("1 table", "aggregation")),
        ("SELECT * FROM films JOIN screenings ON films.id = film_id", ("2 tables", "none of these three")),
        ("SELECT * FROM a, b JOIN c ON b.i = c.i JOIN d USING (i)", ("3 or more tables", "none of these three")),
        ("SELECT title FROM films WHERE id IN (SELECT film_id FROM screenings)", ("1 table", "nesting")),
        ("SELECT * FROM (SELECT title FROM films) AS t", ("1 table", "nesting")),
        ("SELECT title FROM films WHERE EXISTS (SELECT 1 FROM screenings)", ("1 table", "nesting")),
        ("WITH old AS (SELECT * FROM films) SELECT * FROM old", ("1 table", "nesting")),
        ("SELECT id FROM films EXCEPT SELECT film_id FROM screenings", ("1 table", "set operation")),
        ("(SELECT id FROM films) UNION (SELECT id FROM rooms)", ("1 table", "set operation")),
        (
            "SELECT MAX(n) FROM (SELECT 1 AS n UNION SELECT id FROM films)",
            ("1 table", "aggregation", "nesting", "set operation"),
        ),
        ("SELECT FROM WHERE", ("not read by the parser",)),
        ("SELECT " + "(" * 5_000 + "1" + ")" * 5_000, ("not read by the parser",)),
    ],
)
def test_kinds(sql: str, names: tuple[str, ...]) -> None:
    assert query_kind(sql, "sqlite").names == names


@pytest.mark.parametrize(
    ("sql", "is_ordered"),
    [
        ("SELECT title FROM films ORDER BY title", True),
        ("SELECT title FROM films ORDER BY year LIMIT 3", True),
        ("SELECT id FROM films UNION SELECT id FROM rooms ORDER BY id", True),
        ("(SELECT title FROM films ORDER BY title)", True),
        ("SELECT title FROM films", False),
        ("SELECT title FROM films WHERE id = (SELECT film_id FROM screenings ORDER BY tickets LIMIT 1)", False),
        ("SELECT * FROM (SELECT title FROM films ORDER BY title LIMIT 2) AS t", False),
        ("SELECT RANK() OVER (ORDER BY year) FROM films", False),
    ],
)
def test_only_the_order_at_the_top_counts(sql: str, is_ordered: bool) -> None:
    assert query_kind(sql, "sqlite").is_ordered is is_ordered
