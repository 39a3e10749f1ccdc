from __future__ import annotations

from agent.records import Catalog, Column, ForeignKey, Table
from agent.schema_index.catalog_json import dump_catalog, load_catalog

FULL = Table(
    name='größe "x"',
    columns=(
        Column("a", "TEXT", "text", False, "what it is", ("one", "two"), ("sample", "日本")),
        Column("b", ""),
    ),
    schema="other",
    kind="view",
    comment="a comment",
    synonyms=("sizes",),
    primary_key=("a", "b"),
    foreign_keys=(ForeignKey(("a",), "t", ("id",), inferred=True),),
)


def test_nothing_of_a_catalog_is_lost() -> None:
    catalog = Catalog("sqlite", (FULL, Table("t", ())))
    assert load_catalog(dump_catalog(catalog)) == catalog
