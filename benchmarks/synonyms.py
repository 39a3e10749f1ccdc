"""Makes schema_index/synonyms.txt of a WordNet 3.0 database: `python -m benchmarks.synonyms FOLDER`.

FOLDER holds index.noun, data.noun and so on, as WordNet and Debian's package wordnet-base install them.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from agent.schema_index.synonyms import FILE_NAME, key_of
from agent.schema_index.words import word_list

# How many of a word's senses count, the most frequent first: for synonyms, and for broader and narrower words.
SENSES = {"noun": (3, 2), "verb": (2, 1), "adj": (2, 0)}
BROADER, NARROWER = "@", "~"


class Synset(NamedTuple):
    """Words of one meaning, and the places of the broader and narrower ones."""

    words: tuple[str, ...]
    near: tuple[str, ...]


class Senses(NamedTuple):
    """The places of the meanings of a word, the most frequent first, and how many of them were met in texts."""

    places: tuple[str, ...]
    met: int


def main(folder: Path) -> None:
    """Write the table beside the module that reads it."""
    same: dict[str, set[str]] = defaultdict(set)
    near: dict[str, set[str]] = defaultdict(set)
    for kind, (synonym_senses, near_senses) in SENSES.items():
        synsets, senses = _synsets(folder / f"data.{kind}"), _senses(folder / f"index.{kind}")
        for word, other in _synonyms(synsets, senses, synonym_senses):
            same[key_of(word)].add(other)
        for word, other in _neighbours(synsets, senses, near_senses):
            near[key_of(word)].add(other)
    head = (Path(__file__).parent / "synonyms_head.txt").read_text(encoding="utf-8")
    # Sorted as they stand, to be found by halving.
    lines = sorted(_line(key, same[key], near[key] - same[key]) for key in (same.keys() | near.keys()) - {""})
    target = Path(__file__).parents[1] / "schema_index" / FILE_NAME
    target.write_text(head + "\n".join(lines) + "\n", encoding="utf-8")
    print(f"{target.name}: {len(lines)} words, {target.stat().st_size:,} bytes")


def _line(key: str, same: set[str], near: set[str]) -> str:
    return f"{key}: {', '.join(sorted(same))} | {', '.join(sorted(near))}"


def _lines(file: Path) -> Iterator[list[str]]:
    for line in file.read_text(encoding="utf-8").splitlines():
        if not line.startswith(" "):
            yield line.partition("|")[0].split()


def _synsets(file: Path) -> dict[str, Synset]:
    """The meanings of a data file (wndb(5WN)) by their places."""
    synsets = {}
    for place, _, kind, count, *rest in _lines(file):
        words = rest[0 : 2 * int(count, 16) : 2]
        pointers = rest[2 * int(count, 16) + 1 :]
        relations = zip(pointers[0::4], pointers[1::4], pointers[2::4], strict=False)
        near = tuple(at for sign, at, part in relations if sign in (BROADER, NARROWER) and part == kind)
        synsets[place] = Synset(tuple(word.partition("(")[0] for word in words), near)
    return synsets


def _senses(file: Path) -> dict[str, Senses]:
    """The words of an index file that are written with letters alone."""
    senses = {}
    for word, _, _, pointers, *rest in _lines(file):
        if word.replace("_", "").isalpha():
            after = rest[int(pointers) :]
            senses[word] = Senses(tuple(after[2:]), int(after[1]))
    return senses


def _synonyms(synsets: dict[str, Synset], senses: dict[str, Senses], most: int) -> Iterator[tuple[str, str]]:
    """Words that share a frequent meaning of both, one of which is met in texts."""
    for word, (places, met) in senses.items():
        for place in places[:most]:
            # A name is written with a capital there.
            for other in synsets[place].words if word in synsets[place].words else ():
                is_frequent = other in senses and place in senses[other].places[:most]
                is_known = (met or (is_frequent and senses[other].met)) and (_is_common(word) or _is_common(other))
                if other != word and is_frequent and is_known:
                    yield word, other.replace("_", " ")


def _neighbours(synsets: dict[str, Synset], senses: dict[str, Senses], most: int) -> Iterator[tuple[str, str]]:
    """Words and the broader and narrower ones, both met in texts."""
    for word, (places, met) in senses.items():
        for place in places[:most] if met and _is_common(word) else ():
            for near in synsets[place].near:
                for other in synsets[near].words:
                    if (
                        other in senses
                        and near in senses[other].places[:most]
                        and senses[other].met
                        and _is_common(other)
                    ):
                        yield word, other.replace("_", " ")


def _is_common(word: str) -> bool:
    return all(part in word_list("common_words.txt") for part in word.split("_"))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
