"""A YAML text is added to, and all else in it stays letter for letter."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.edit_yaml import edit_yaml

TEXT = """\
# Settings of ours.
db: shop  # asked by default

connections:
    shop: "sqlite:///shop.db"   # the shop
    log: {url: log.db}
descriptions:
  tables:
    orders:
      description: One.   # to be told better
      synonyms:
        - sales

    empty:   # nothing yet
    last:
      description: >
        Folded text
        goes on.
      columns:
        total: What was paid.

# Bounds.
limit: 0o17
"""


def test_what_is_added_leaves_all_else_letter_for_letter() -> None:
    target = yaml.safe_load(TEXT)
    tables = target["descriptions"]["tables"]
    target["connections"]["shop"] = {"url": "sqlite:///shop.db", "descriptions": {"tables": {"a": {"tags": ["x"]}}}}
    target["connections"]["log"]["descriptions"] = {"glossary": {"a: b": "on, [x]"}}
    tables["orders"] |= {"description": "Two: # of them", "synonyms": ["sales", "no"], "tags": ["finance"]}
    tables["empty"] = {"columns": {"yes": "größe"}}
    tables["last"]["columns"]["total"] = {"description": "What was paid.", "tags": ["finance"]}
    tables["fresh"] = {"description": "New."}
    target["descriptions"]["glossary"] = {"churn": "Having left."}

    assert edit_yaml(TEXT, target) == (
        """\
# Settings of ours.
db: shop  # asked by default

connections:
    shop:   # the shop
      url: sqlite:///shop.db
      descriptions:
        tables:
          a:
            tags: [x]
    log: {url: log.db, descriptions: {glossary: {'a: b': 'on, [x]'}}}
descriptions:
  tables:
    orders:
      description: 'Two: # of them'   # to be told better
      synonyms:
        - sales
        - 'no'
      tags: [finance]

    empty:   # nothing yet
      columns:
        'yes': größe
    last:
      description: >
        Folded text
        goes on.
      columns:
        total:
          description: What was paid.
          tags: [finance]
    fresh:
      description: New.
  glossary:
    churn: Having left.

# Bounds.
limit: 0o17
"""
    )


@pytest.mark.parametrize(
    ("text", "added", "edited"),
    [
        ("", {"a": {"b": 1}}, "a:\n  b: 1\n"),
        ("# only a comment", {"a": 1}, "# only a comment\na: 1\n"),
        ("{a: 1}", {"b": [2]}, "{a: 1, b: [2]}"),
        ("{}\n", {"b": 2}, "{b: 2}\n"),
        ("a: 1\n...\n", {"b": 2}, "a: 1\nb: 2\n...\n"),
        ("a:\n- 1\nb: ~\n", {"a": [1, 2], "b": {"c": 3}}, "a:\n- 1\n- 2\nb:\n  c: 3\n"),
        ("a: [1]  # one\nb: 2", {"a": [1, 3]}, "a: [1, 3]  # one\nb: 2"),
        ("a: |\n  x\n\n# end\n", {"b": "y\nz"}, "a: |\n  x\nb: |-\n  y\n  z\n\n# end\n"),
    ],
)
def test_short_texts(text: str, added: dict[str, Any], edited: str) -> None:
    target = (yaml.safe_load(text) or {}) | added
    found = edit_yaml(text, target)
    assert found is not None
    assert yaml.safe_load(found) == target
    if "|-" not in edited:
        assert found == edited


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("a: &x {q: 1}\nb: *x\n", {"a": {"q": 1, "r": 2}, "b": {"q": 1}}),
        ("a: 1\nb: 2\n", {"a": 1}),
        ("a:\n- 1 # one\n# two\n- 2\n", {"a": [3]}),
    ],
    ids=["an alias would change too", "something would be taken out", "a comment would go"],
)
def test_what_cannot_be_added_to_is_left(text: str, target: dict[str, Any]) -> None:
    assert edit_yaml(text, target) is None


NAMES = st.text("ab:# -'\"no{}[],1é", min_size=1, max_size=6)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | NAMES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=8,
)


def grown(held: Any, more: Any) -> Any:
    if isinstance(held, dict) and isinstance(more, dict):
        return held | {name: grown(held.get(name), value) for name, value in more.items()}
    if isinstance(held, list) and isinstance(more, list):
        return held + more
    return more


@settings(max_examples=100, deadline=None)
@given(
    held=st.dictionaries(NAMES, VALUES, max_size=4),
    more=st.dictionaries(NAMES, VALUES, max_size=4),
    flow=st.sampled_from([True, False, None]),
    indent=st.integers(2, 5),
)
def test_any_text_of_the_library_can_be_added_to(
    held: dict[str, Any], more: dict[str, Any], flow: bool | None, indent: int
) -> None:
    text = yaml.safe_dump(held, default_flow_style=flow, indent=indent, allow_unicode=True)
    target = grown(held, more)

    edited = edit_yaml(text, target)

    assert edited is not None
    assert yaml.safe_load(edited) == target
