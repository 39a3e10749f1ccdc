from __future__ import annotations

import os
from pathlib import Path

import pytest

from agent.errors import IndexingError
from agent.records import Catalog, Column, Table
from agent.schema_index.embed import Encoder
from agent.schema_index.model_source import revision_of
from agent.schema_index.triplets import Example, triplets
from agent.schema_index.tuned import (
    STALE,
    Tuning,
    forget_tuning,
    new_model,
    read_tuning,
    sweep_models,
    tuned_encoder,
    write_tuning,
)


def _tuning(base: str, model: str) -> Tuning:
    return Tuning(base, revision_of(base), model, 100, 20, 5, 0.5, 0.6)


def _model(folder: Path) -> Path:
    model = new_model(folder)
    model.mkdir()
    (model / "modules.json").write_text("[]")
    return model


def test_the_tuned_model_is_used_for_its_base_alone(tmp_path: Path) -> None:
    assert tuned_encoder(tmp_path, "bundled") == "bundled"
    model = _model(tmp_path)
    write_tuning(tmp_path, _tuning("bundled", model.name))
    assert tuned_encoder(tmp_path, "bundled") == str(model)
    assert tuned_encoder(tmp_path, "other/model") == "other/model"
    forget_tuning(tmp_path)
    forget_tuning(tmp_path)
    assert read_tuning(tmp_path) is None
    assert tuned_encoder(tmp_path, "bundled") == "bundled"


def test_a_changed_base_is_not_the_one_that_was_tuned(tmp_path: Path) -> None:
    base = _model(tmp_path)
    model = _model(tmp_path)
    write_tuning(tmp_path, _tuning(str(base), model.name))
    assert tuned_encoder(tmp_path, str(base)) == str(model)
    (base / "modules.json").write_text("[1]")
    assert tuned_encoder(tmp_path, str(base)) == str(base)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"base": "bundled"}'])
def test_a_damaged_record_counts_for_nothing(tmp_path: Path, text: str) -> None:
    (tmp_path / "tuned.json").write_text(text)
    assert tuned_encoder(tmp_path, "bundled") == "bundled"


def test_a_model_that_is_gone_is_not_used(tmp_path: Path) -> None:
    write_tuning(tmp_path, _tuning("bundled", "tuned-gone"))
    assert tuned_encoder(tmp_path, "bundled") == "bundled"


def test_a_record_that_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "tuned.json").mkdir()
    with pytest.raises(IndexingError, match="cannot write"):
        write_tuning(tmp_path, _tuning("bundled", "tuned-a"))
    assert [path.name for path in tmp_path.iterdir()] == ["tuned.json"]


def test_only_old_models_that_are_not_used_are_swept(tmp_path: Path) -> None:
    used, fresh, old = (_model(tmp_path) for _ in range(3))
    trial = tmp_path / ".tuning-old"
    trial.mkdir()
    write_tuning(tmp_path, _tuning("bundled", used.name))
    for path in (used, old, trial):
        os.utime(path, (0, path.stat().st_mtime - STALE - 60))
    sweep_models(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {used.name, fresh.name, "tuned.json"}


def _table(schema: str, name: str, *columns: str) -> Table:
    return Table(name, tuple(Column(column, "TEXT", "text") for column in columns), schema)


CATALOG = Catalog(
    "sqlite",
    (
        _table("shop", "customer", "name", "city"),
        _table("shop", "customer_address", "street", "city"),
        _table("shop", "rainfall", "millimetres"),
        _table("farm", "customer", "name", "farm"),
        _table("alone", "customer", "name", "city"),
    ),
)


def test_negatives_are_the_nearest_of_the_same_schema(encoder: Encoder) -> None:
    (one,) = triplets([Example("in which city do customers live?", ("shop.customer",))], CATALOG, encoder, {})
    assert one.document.startswith("customer")
    assert one.negative.startswith("customer address")
    assert one.also_right == (one.document,)


def test_each_table_of_a_question_has_a_triplet_and_a_negative_of_its_own(encoder: Encoder) -> None:
    asked = Example("rain in the streets where customers live", ("shop.rainfall", "shop.customer_address"))
    first, second = triplets([asked], CATALOG, encoder, {})
    assert (first.document[:8], second.document[:16]) == ("rainfall", "customer address")
    assert first.also_right == second.also_right
    assert set(first.also_right) == {first.document, second.document}
    assert first.negative == second.negative
    assert first.negative not in first.also_right


def test_a_schema_without_another_table_gives_no_triplet(encoder: Encoder) -> None:
    assert triplets([Example("customers", ("alone.customer",))], CATALOG, encoder, {}) == []
