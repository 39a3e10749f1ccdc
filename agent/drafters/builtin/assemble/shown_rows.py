"""What is shown of rows that are asked for by the name of their table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from agent.drafters.builtin.assemble.parts import Features, Impossible, Parts
from agent.drafters.builtin.query.query import AllColumns, ColumnTerm, MeasureTerm, Term
from agent.drafters.builtin.read.clues.details import asks_for_details
from agent.drafters.builtin.read.scene import Scene
from agent.drafters.builtin.schema.rows import keys, label_columns
from agent.records import Catalog, Table
from agent.schema_index.per_catalog import per_catalog


def shown_rows(rows: Sequence[str], scene: Scene, implied: bool) -> Iterator[tuple[list[Term], Features]]:
    """What rows are called, everything of them, or their key; `implied` says that nothing says that they are shown."""
    if not rows:
        yield [], {}
        return
    table = scene.catalog.table(rows[0])
    if table is None:
        raise Impossible
    said = "asked about" if any(asks_for_details(scene, place) for place in range(len(scene.items))) else "asked"
    labels = label_terms(table, scene)
    key: list[Term] = [ColumnTerm(table.id, name) for name in table.primary_key]
    choices: list[tuple[str, list[Term]]] = [("label" if labels != key else "key only", labels)]
    choices.append(("whole", [AllColumns(table.id)]))
    if len(key) == 1 and key != labels:
        choices += [("key", key), ("key and label", [*key, *labels])]
    for how, terms in choices:
        yield (
            terms,
            {
                f"rows as {how}": 1.0,
                f"rows as {how} {said}": 1.0,
                f"rows as {how} {'implied' if implied else 'said'}": 1.0,
            },
        )


def shown_groups(parts: Parts, scene: Scene) -> Iterator[tuple[list[Term], Features]]:
    """How the rows are shown for each of which something is given: what they are called, or their key."""
    shown = {term.table for term in parts.shows if isinstance(term, ColumnTerm)}
    tables = [table for name in parts.group_rows if name not in shown and (table := scene.catalog.table(name))]
    if not tables:
        yield [], {}
        return
    labels = [term for table in tables for term in label_terms(table, scene)]
    found = [pointer_to(table, parts, scene) for table in tables]
    yield labels, {"groups as label": 1.0}
    pointers = [term for term in found if term is not None]
    if len(pointers) == len(tables) and pointers != labels:
        yield list(pointers), {"groups as key": 1.0}
        yield [*pointers, *labels], {"groups as key and label": 1.0}


def pointer_to(table: Table, parts: Parts, scene: Scene) -> ColumnTerm | None:
    """The column that tells rows of the table apart: a key to it in a table that is measured, which saves a join."""
    for name in dict.fromkeys(term.table for term in parts.shows if isinstance(term, MeasureTerm)):
        other = scene.catalog.table(name)
        for key in other.foreign_keys if other else ():
            if key.target == table.id and len(key.columns) == 1:
                return ColumnTerm(name, key.columns[0])
    return ColumnTerm(table.id, table.primary_key[0]) if len(table.primary_key) == 1 else None


def label_terms(table: Table, scene: Scene) -> list[Term]:
    """The columns that say what a row of the table is called."""
    known = _labels(scene.catalog)
    if table.id not in known:
        known[table.id] = tuple(ColumnTerm(table.id, column.name) for column in label_columns(table, scene.lexicon))
    return list(known[table.id])


@per_catalog
def _labels(catalog: Catalog) -> dict[str, tuple[ColumnTerm, ...]]:
    """The labels of the tables of a catalog that have been asked for."""
    return {}


def kind_of_shown(terms: Sequence[Term], scene: Scene) -> str:
    """What the columns are to their rows: `key`, `label`, `pointer`, `several` or `other`."""
    columns = [term for term in terms if isinstance(term, ColumnTerm)]
    if any(_is_key(term, scene) for term in columns):
        return "key"
    if len(columns) != 1:
        return "several"
    table = scene.catalog.table(columns[0].table)
    if table is None:
        return "other"
    if columns[0] in label_terms(table, scene):
        return "label"
    return "pointer" if columns[0].column in keys(table) else "other"


def _is_key(term: ColumnTerm, scene: Scene) -> bool:
    table = scene.catalog.table(term.table)
    return table is not None and table.primary_key == (term.column,)
