from __future__ import annotations

import pytest

from agent.schema_index.prefixes import Prefixes, known_prefixes, own_prefixes, prefixes_of

ENGLISH = "Represent this sentence for searching relevant passages: "
CHINESE = "为这个句子生成表示以用于检索相关文章："
E5 = Prefixes("query: ", "passage: ")
NOMIC = Prefixes("search_query: ", "search_document: ")


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("BAAI/bge-small-en-v1.5", Prefixes(ENGLISH)),
        ("BAAI/bge-large-zh", Prefixes(CHINESE)),
        ("BAAI/bge-small-zh-v1.5", Prefixes(CHINESE)),
        ("BAAI/bge-m3", Prefixes()),
        ("ollama:bge-m3:567m", Prefixes()),
        ("ollama:bge-large", Prefixes(ENGLISH)),
        ("intfloat/e5-base-v2", E5),
        ("intfloat/multilingual-e5-small", E5),
        ("ollama:nomic-embed-text:v1.5", NOMIC),
        ("nomic-ai/nomic-embed-text-v1.5", NOMIC),
        ("moka-ai/m3e-base", Prefixes()),
        ("Snowflake/snowflake-arctic-embed-l-v2.0", Prefixes("query: ")),
        ("Snowflake/snowflake-arctic-embed-m-v1.5", Prefixes(ENGLISH)),
        ("/srv/models/multilingual-e5-base/", E5),
        ("C:\\models\\e5-small-v2", E5),
        ("/home/me/.cache/huggingface/hub/models--BAAI--bge-base-en-v1.5/snapshots/a5beb1e3e68b", Prefixes(ENGLISH)),
        ("bundled", Prefixes()),
        ("somebody/else", Prefixes()),
    ],
)
def test_prefixes_are_known_by_name(name: str, known: Prefixes) -> None:
    assert known_prefixes(name) == known


@pytest.mark.parametrize("name", ["intfloat/multilingual-e5-large-instruct", "Qwen/Qwen3-Embedding-0.6B"])
def test_an_instruction_goes_before_questions_alone(name: str) -> None:
    query, document = known_prefixes(name)
    assert query.startswith("Instruct: ") and "\nQuery:" in query
    assert document == ""


def test_what_is_set_beats_what_the_model_says_which_beats_its_name() -> None:
    own = Prefixes("find: ", "")
    assert prefixes_of("intfloat/e5-base", own=own) == own
    assert prefixes_of("intfloat/e5-base") == E5
    assert prefixes_of("intfloat/e5-base", document="text: ") == Prefixes("query: ", "text: ")
    assert prefixes_of("intfloat/e5-base", "", "", own) == Prefixes()


def test_a_model_says_it_as_sentence_transformers_reads_it() -> None:
    assert own_prefixes({"query": "q: ", "passage": "p: "}, None) == Prefixes("q: ", "p: ")
    assert own_prefixes({"query": "", "document": "", "s": "find: "}, "s") == Prefixes("find: ", "find: ")
    assert own_prefixes({"query": "q: ", "document": ""}, None) == Prefixes("q: ", "")
    assert own_prefixes({"s": None}, "s") == Prefixes()
