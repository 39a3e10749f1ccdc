"""All tables of an index in the order in which they fit a question."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from agent.records import Evidence, ScoredTable, ValueMatch
from agent.schema_index.layout import Layout, Scores, layout_of
from agent.schema_index.names import NameMatch
from agent.schema_index.rank_names import rank_names, telling_words
from agent.schema_index.rank_vectors import Near, rank_vectors
from agent.schema_index.words import package_text, stem_key

if TYPE_CHECKING:
    from agent.schema_index.embed import Vectors
    from agent.schema_index.store import SchemaIndex

STEPS = (
    "table vectors",
    "column vectors",
    "schema vectors",
    "names",
    "synonyms",
    "exact names",
    "values",
    "glossary",
)
"""The steps that can be switched off, to see what each is worth."""

# Below this similarity a vector is no reason that a reader would accept.
CLOSE = 0.25
MAX_REASONS = 4
FEW = 3
# Of all that is near, what is told.
EXPLAINED = 100
# An encoder cuts a longer text anyway.
MAX_QUESTION = 2_000
# More than all else together: what is written as an identifier is meant.
_CODE = 1_000.0


@dataclass(frozen=True)
class EncodedQuestion:
    """A question with its vector, [dimension], of length 1."""

    text: str
    vector: Vectors


def encode_questions(texts: Sequence[str], index: SchemaIndex) -> list[EncodedQuestion]:
    """The questions as the index compares them with its documents.

    The vector lies in the middle between that of the question and that of its words without those of asking, which
    finds more than either.
    """
    cut = [text[:MAX_QUESTION] for text in texts]
    vectors = index.encoder.encode_queries([*cut, *(telling_words(text) or text for text in cut)])
    middle = vectors[: len(cut)] + vectors[len(cut) :]
    lengths = np.maximum(np.linalg.norm(middle, axis=1, keepdims=True), 1e-9)
    return [EncodedQuestion(text, vector) for text, vector in zip(texts, middle / lengths, strict=True)]


def encode_question(text: str, index: SchemaIndex) -> EncodedQuestion:
    """One question as the index compares it with its documents."""
    return encode_questions([text], index)[0]


def rank_tables(
    question: EncodedQuestion, index: SchemaIndex, without: frozenset[str] = frozenset(), most: int | None = None
) -> tuple[ScoredTable, ...]:
    """Every table, or the `most` best, best first, with what speaks for it; the best has the score 1.

    What the steps say of each table is a number of its own (`features`), and their sum by the weights of fusion.yaml is
    the logarithm of its score. A table whose identifier stands in the question as it is written comes before all
    others. `without` names steps that are left out. Raises IndexingError when the index is damaged.
    """
    layout = layout_of(index.catalog)
    found, case = features(question, index, without)
    weights = fusion()
    fused = np.zeros(len(layout.tables), dtype=np.float32)
    for name, scores in found.items():
        fused += weights[name] * scores
    best = float(fused.max()) if len(fused) else 0.0
    # Equal ones in the order of their ids.
    order = np.lexsort((layout.by_id, -fused))
    relative = np.exp(np.minimum(fused - best, 0.0))
    # A copy that another table stands for, and that is meant itself.
    named = [(copy, 1.0) for name in case.copies if (copy := index.catalog.table(name))]
    scored = [*named, *((layout.tables[n], float(relative[n])) for n in order[:most])]
    return tuple(ScoredTable(table, score, case.reasons(table.id), case.evidence(table.id)) for table, score in scored)


def features(
    question: EncodedQuestion, index: SchemaIndex, without: frozenset[str] = frozenset()
) -> tuple[dict[str, Scores], Case]:
    """What each step says of each table, by the names that fusion.yaml weighs, and the case for each table."""
    layout, case = layout_of(index.catalog), Case()
    found: dict[str, Scores] = {}
    if "exact names" not in without:
        found |= _exact(index.find_exact(question.text), layout, case)
    if "values" not in without:
        found["values"] = _values(index.find_values(question.text), layout, case)
    if "glossary" not in without:
        found["glossary"] = _glossary(question.text, index, layout, case)
    if "names" not in without:
        found |= rank_names(question.text, index, layout, without)
    similar, near = rank_vectors(question.vector, index, layout, without)
    _explain_near(near, case)
    return found | similar, case


@cache
def fusion() -> dict[str, float]:
    """The weight of every feature."""
    lines = (line.partition("#")[0] for line in package_text("fusion.yaml").splitlines())
    pairs = (line.partition(":") for line in lines if line.strip())
    return {"code": _CODE} | {name.strip(): float(weight) for name, _, weight in pairs}


class Case:
    """What speaks for each table, in words and as evidence; `copies` are the ids of those that no row stands for."""

    def __init__(self) -> None:
        self.copies: list[str] = []
        self._reasons: dict[str, dict[str, None]] = defaultdict(dict)
        self._evidence: dict[str, list[Evidence]] = defaultdict(list)

    def add(self, table: str, evidence: Evidence, reason: str = "") -> None:
        """Note what speaks for a table."""
        self._evidence[table].append(evidence)
        if reason:
            self._reasons[table][reason] = None

    def reasons(self, table: str) -> tuple[str, ...]:
        """The first reasons in words."""
        return tuple(self._reasons.get(table, ()))[:MAX_REASONS]

    def evidence(self, table: str) -> tuple[Evidence, ...]:
        """All evidence, as it was found."""
        return tuple(self._evidence.get(table, ()))


def _exact(matches: tuple[NameMatch, ...], layout: Layout, case: Case) -> dict[str, Scores]:
    """Names that stand whole in the question: identifiers, and columns of several plain words."""
    found = {name: np.zeros(len(layout.tables), dtype=np.float32) for name in ("code", "column_name", "given_name")}
    holders = Counter(match.name for match in matches if match.column)
    for match in matches:
        what = f"column {match.column}" if match.column else "name"
        case.add(match.table, Evidence("exact name", match.column, match.name, 1.0), f"{what} matches '{match.name}'")
        row = layout.row_of.get(match.table)
        if row is None:
            if match.is_code:
                case.copies.append(match.table)
            continue
        # A column that many tables have points to none of them.
        if match.is_code and (not match.column or holders[match.name] <= FEW):
            found["code"][row] = max(found["code"][row], 0.5 if match.column else 1.0)
        if match.is_synonym:
            found["given_name"][row] = max(found["given_name"][row], 0.5 if match.column else 1.0)
        # A single plain word is no telling name: the share of the words weighs it, and names of tables are all in that.
        elif match.column and " " in match.name:
            found["column_name"][row] = 1.0
    return found


def _values(matches: tuple[ValueMatch, ...], layout: Layout, case: Case) -> Scores:
    """Stored values in the question: the fewer columns hold one, and the nearer it is, the more it says."""
    scores = np.zeros(len(layout.tables), dtype=np.float32)
    for match in matches:
        weight = 1 / (match.columns * (1 + match.distance))
        how = f"is stored in {match.column}" if not match.distance else f"in {match.column} is near '{match.phrase}'"
        case.add(match.table, Evidence("value", match.column, match.phrase, weight), f"'{match.value}' {how}")
        if (row := layout.row_of.get(match.table)) is not None:
            scores[row] = max(scores[row], weight)
    return scores


def _glossary(question: str, index: SchemaIndex, layout: Layout, case: Case) -> Scores:
    """Words of the house in the question, and the tables that they are about."""
    scores = np.zeros(len(layout.tables), dtype=np.float32)
    asked = f" {stem_key(question)} "
    for term in index.catalog.glossary:
        if f" {stem_key(term.term)} " in asked:
            for table in term.tables:
                case.add(table, Evidence("glossary", "", term.term, 1.0), f"the glossary names it for '{term.term}'")
                if (row := layout.row_of.get(table)) is not None:
                    scores[row] = 1.0
    return scores


def _explain_near(near: Near, case: Case) -> None:
    for table, column, similarity in near[:EXPLAINED]:
        if similarity < CLOSE:
            break
        source = "column vector" if column else "table vector"
        what = f"column {column}" if column else "table"
        case.add(table, Evidence(source, column, "", similarity), f"{what} is close ({similarity:.2f})")
