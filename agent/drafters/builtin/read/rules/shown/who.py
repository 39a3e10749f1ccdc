"""Persons that are asked for: "who signed up", "people without orders", "who supplies it"."""

from __future__ import annotations

from collections.abc import Iterator

from agent.drafters.builtin.query.query import ColumnTerm
from agent.drafters.builtin.question.tokens import stem
from agent.drafters.builtin.read.clues.asked_tables import asked_tables, asked_things
from agent.drafters.builtin.read.clues.from_named import from_named
from agent.drafters.builtin.read.clues.persons import is_anyone, is_of_persons
from agent.drafters.builtin.read.clues.roles import role
from agent.drafters.builtin.read.effects import About, Fragment, Show, ShowRows
from agent.drafters.builtin.read.scene import Scene
from agent.drafters.builtin.schema.rows import keys
from agent.records import Table
from agent.schema_index.words import humanise

# The least letters of a verb that a name of who does it has, and how such names end.
_ROOT, _AGENT = 4, ("er", "or", "ist", "ian")


def who(scene: Scene, start: int) -> Iterator[Fragment]:
    """Rows of persons, or the column that says who did what follows."""
    if scene.is_any(start, "who"):
        for table, near in asked_tables(scene, start):
            kind = "persons" if is_of_persons(table, scene.lexicon) else "others"
            acts = role(table, scene)
            more = (f"who are {kind}", near, *((f"who role {acts}",) if acts else ()), *_away(table, scene))
            yield scene.fragment(start, start + 1, "who", ShowRows(table.id), *more)
        yield from _agents(scene, start)
    elif is_anyone(scene.items[start], scene.lexicon):
        for table, near in asked_tables(scene, start):
            if is_of_persons(table, scene.lexicon):
                more = (near, *_away(table, scene))
                yield scene.fragment(start, start + 1, "people", ShowRows(table.id), *more)
                yield scene.fragment(start, start + 1, "people about", About(table.id), *more)


def _agents(scene: Scene, start: int) -> Iterator[Fragment]:
    """ "Who supplies it", where a column says so: the supplier."""
    place = scene.skip(start + 1, "is", "has", "also", "x", most=1)
    for behind in dict.fromkeys((start + 1, place)):
        root = stem(scene.items[behind].last_word).rstrip("iey") if behind < len(scene.items) else ""
        for table, near in asked_things(scene, behind) if len(root) >= _ROOT else ():
            for column in table.columns:
                words = humanise(column.name).casefold().split()
                # "who ordered" asks for no order number.
                does = any(word.startswith(root) and word != root and word.endswith(_AGENT) for word in words)
                if does and column.kind == "text" and column.name not in keys(table):
                    term = ColumnTerm(table.id, column.name)
                    yield scene.fragment(start, behind + 1, "who agent", Show(term), f"who agent {near}")


def _away(table: Table, scene: Scene) -> Iterator[tuple[str, float] | str]:
    found = from_named(table, scene)
    if found.apart is not None:
        yield ("persons apart", float(found.apart))
    if found.may_lack:
        yield "who may be missing"
