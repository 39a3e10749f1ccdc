"""What one thing costs: "how much is the blue lamp", "what does a blue lamp cost", "how much do we charge for it"."""

from __future__ import annotations

from collections.abc import Iterator

from agent.drafters.builtin.lexicon.operators import Aggregate
from agent.drafters.builtin.query.query import ColumnTerm
from agent.drafters.builtin.read.effects import About, Fragment, Show
from agent.drafters.builtin.read.scene import Scene
from agent.drafters.builtin.schema.line_amount import number_called
from agent.records import Column, Table

_FAR = 5


def asked_prices(scene: Scene, start: int) -> Iterator[Fragment]:
    """The price of a thing that is called by its name: the words that ask for it, and the verb behind the name."""
    if _asks(scene, start):
        verb = _verb(scene, start)
        # "how much is the lamp" says no verb.
        if verb or (not scene.is_any(start, "what") and scene.is_any(start + 1, "is") and scene.is_any(start + 2, "V")):
            for table, price in _priced(scene, start):
                effect = Show(ColumnTerm(table.id, price.name))
                yield scene.fragment(
                    start, start + 1, "price asked", effect, f"price asked {'by verb' if verb else 'alone'}"
                )
    for place in range(max(start - _FAR, 0), start):
        if _asks(scene, place) and _verb(scene, place) == start:
            for table, _ in _priced(scene, place):
                yield scene.fragment(start, start + 1, "price verb", About(table.id))


def _asks(scene: Scene, place: int) -> bool:
    """Whether "how much", or "what", stands at a place."""
    item = scene.items[place]
    return scene.is_any(place, "what") or (item.operator == Aggregate("sum") and item.phrase.casefold() == "how much")


def _verb(scene: Scene, start: int) -> int:
    """The place of a verb such as "cost" behind the name of the thing; 0 where there is none."""
    for place in range(start + 2, min(start + 1 + _FAR, len(scene.items))):
        named = any(scene.is_any(between, "V", "Q", "P") for between in range(start + 1, place))
        if named and scene.items[place].phrase.casefold() in scene.lexicon.costing:
            return place
    return 0


def _priced(scene: Scene, start: int) -> Iterator[tuple[Table, Column]]:
    """The table of the thing that is named by what its rows are called, and its price."""
    for item in scene.items[start + 1 : start + 1 + _FAR]:
        for link in item.values[:1]:
            price = number_called(link.table, scene.lexicon.prices[:1], scene.lexicon)
            if price is not None:
                yield link.table, price
                return
