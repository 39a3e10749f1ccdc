from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.records import Catalog, Column, ScoredTable, Table, Term
from agent.schema_index.build import index_catalog
from agent.schema_index.embed import Encoder
from agent.schema_index.options import IndexOptions
from agent.schema_index.progress import silent
from agent.schema_index.rank import STEPS, encode_question, features, fusion, rank_tables
from agent.schema_index.sample import StoredValue
from agent.schema_index.store import SchemaIndex

VECTORS = frozenset(step for step in STEPS if "vectors" in step)


def table(name: str, *columns: str, schema: str = "", comment: str = "", **facts: object) -> Table:
    return Table(name, tuple(Column(each, "TEXT") for each in columns), schema, comment=comment, **facts)  # type: ignore[arg-type]


CATALOG = Catalog(
    "sqlite",
    (
        table("customers", "id", "name", "city", schema="shop"),
        table("orders", "id", "customer_id", "total", schema="shop", comment="One row for each purchase order."),
        table("IBE", "id", "amount", schema="shop"),
        table("OBE", "id", "amount", schema="shop"),
        table("orders", "id", "patient_id", "scan", schema="clinic"),
        table("patients", "id", "name", "ward", schema="clinic"),
        table("visits_20240101", "id", schema="clinic", shard_of="clinic.visits_20240103"),
        table("visits_20240103", "id", schema="clinic", pattern="visits_YYYYMMDD", shards=("clinic.visits_20240101",)),
    ),
    glossary=(Term("regulars", "People who come back.", ("shop.customers",)),),
)


@pytest.fixture(scope="module")
def index(cache: Path, encoder: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SchemaIndex]:
    values = [StoredValue("clinic.patients", "ward", "Silver Lake")]
    with index_catalog(CATALOG, values, tmp_path_factory.mktemp("rank"), IndexOptions(cache), silent) as index:
        yield index


def ranked(index: SchemaIndex, question: str, without: frozenset[str] = frozenset()) -> list[ScoredTable]:
    return list(rank_tables(encode_question(question, index), index, without))


def best(index: SchemaIndex, question: str, without: frozenset[str] = frozenset()) -> str:
    return ranked(index, question, without)[0].table.id


@pytest.mark.parametrize("code", ["IBE", "OBE"])
def test_an_exact_code_comes_before_its_neighbour_and_before_all_else(index: SchemaIndex, code: str) -> None:
    first, second, *_ = ranked(index, f"which customers have orders in {code} per city and name?")
    assert first.table.name == code
    assert first.score == 1
    assert second.score < 1e-9


@pytest.mark.parametrize(
    "question", ["ID of the city of CUSTOMERS", "العملاء 客户 ลูกค้า customers", "customers in the US"]
)
def test_a_word_in_capitals_or_in_another_script_is_no_code_of_a_column(
    question: str, cache: Path, encoder: Encoder, tmp_path: Path
) -> None:
    others = tuple(table(f"t{n}", "id", "us", "العملاء") for n in range(6))
    catalog = Catalog("sqlite", (table("customers", "id", "city"), *others))
    with index_catalog(catalog, (), tmp_path, IndexOptions(cache), silent) as index:
        found, _ = features(encode_question(question, index), index)
        assert not found["code"][1:].any()


def test_a_column_is_meant_by_its_code_where_few_tables_have_it(cache: Path, encoder: Encoder, tmp_path: Path) -> None:
    catalog = Catalog(
        "sqlite", (table("orders", "id", "total"), table("weighings", "id", "XQ7"), table("boxes", "xq8"))
    )
    with index_catalog(catalog, (), tmp_path, IndexOptions(cache), silent) as index:
        assert best(index, "total of the orders with XQ7") == "weighings"


def test_a_synonym_counts_for_a_part_of_a_name(index: SchemaIndex) -> None:
    share = {}
    for word, without in (("customers", ""), ("clients", ""), ("clients", "synonyms")):
        found, _ = features(encode_question(f"{word} elsewhere", index), index, frozenset({without}))
        share[word, without] = found["table_words"][0]
    assert share["customers", ""] > share["clients", ""] > share["clients", "synonyms"] == 0


def test_the_rest_of_its_schema_tells_one_namesake_from_another(index: SchemaIndex) -> None:
    assert best(index, "orders of the city with the most customers").startswith("shop.")
    places = [scored.table.id for scored in ranked(index, "how many orders are there for each patient in a ward?")]
    assert places.index("clinic.orders") < places.index("shop.orders")


def test_a_comment_is_searched(index: SchemaIndex) -> None:
    assert best(index, "purchase", VECTORS) == "shop.orders"


def test_a_term_of_the_glossary_brings_its_tables(index: SchemaIndex) -> None:
    first = ranked(index, "who are our regulars?")[0]
    assert first.table.id == "shop.customers"
    assert "the glossary names it for 'regulars'" in first.reasons


def test_a_stored_value_brings_its_table_and_a_near_one_says_so(index: SchemaIndex) -> None:
    exact = ranked(index, "who is in Silver Lake?", VECTORS)[0]
    assert exact.table.id == "clinic.patients"
    assert exact.reasons == ("'Silver Lake' is stored in ward",)
    assert any(e.source == "value" and e.words == "Silver Lake" for e in exact.evidence)


def test_one_entry_stands_for_all_copies_but_for_one_that_is_named(index: SchemaIndex) -> None:
    ids = [scored.table.id for scored in ranked(index, "visits")]
    assert "clinic.visits_20240103" in ids
    assert "clinic.visits_20240101" not in ids
    assert best(index, "rows of visits_20240101") == "clinic.visits_20240101"


@pytest.mark.parametrize("step", STEPS)
def test_a_step_switched_off_has_no_say(index: SchemaIndex, step: str) -> None:
    question = "regulars of Silver Lake: total of the orders of clients by customer id"
    encoded = encode_question(question, index)
    alone, without = frozenset(STEPS) - {step}, frozenset({step})
    assert len(rank_tables(encoded, index, alone)) == len(rank_tables(encoded, index, without)) == 7
    whole, _ = features(encoded, index)
    less, _ = features(encoded, index, without)
    changed = {name for name in whole if name not in less or (whole[name] != less[name]).any()}
    assert changed


def test_every_feature_has_a_weight_and_every_weight_a_feature(index: SchemaIndex) -> None:
    found, _ = features(encode_question("orders", index), index)
    assert found.keys() == fusion().keys()
