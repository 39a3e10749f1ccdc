from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from agent.schema_index.describe import Document
from agent.schema_index.embed import Encoder
from agent.schema_index.split import split


def words(texts: Sequence[str]) -> list[int]:
    """A tokenizer that takes every word for a token, and long words for several."""
    return [sum(-(-len(word) // 8) for word in text.split()) for text in texts]


def test_a_short_document_stays_one_text() -> None:
    assert split(Document("orders", ("id", "total")), words, 10) == ["orders. id, total."]


def test_each_text_of_a_long_document_begins_with_its_head() -> None:
    texts = split(Document("wide table", tuple(f"column {n}" for n in range(100))), words, 20)
    assert len(texts) > 1
    assert all(text.startswith("wide table. ") for text in texts)
    assert max(words(texts)) <= 20


@given(st.text("abc ", min_size=1, max_size=200), st.lists(st.text("abcdef ", min_size=1, max_size=120), max_size=12))
def test_nothing_is_cut_and_nothing_is_lost(head: str, parts: list[str]) -> None:
    texts = split(Document(head, tuple(parts)), words, 12)
    assert max(words(texts)) <= 12
    said = "".join(texts).replace(" ", "").replace(".", "").replace(",", "")
    for word in (*head.split(), *(word for part in parts for word in part.split())):
        # A word longer than a text is cut inside.
        assert len(word) > 40 or word in said or all(letter in said for letter in word)


def test_a_very_long_head_is_split_too() -> None:
    texts = split(Document("word " * 20_000), words, 12)
    assert sum(words(texts)) >= 20_000
    assert max(words(texts)) <= 12


def test_the_real_tokenizer_reads_every_text_whole(encoder: Encoder) -> None:
    document = Document("readings", tuple(f"measurement of the quantity number {n}" for n in range(300)))
    texts = split(document, encoder.count_tokens, encoder.max_tokens)
    assert len(texts) > 5
    assert max(encoder.count_tokens(texts)) <= encoder.max_tokens
    assert all(f"number {n}" in " ".join(texts) for n in range(300))
