"""The rule for aggregates: "how many", "total", "average", "min and max"."""

from __future__ import annotations

from agent.drafters.builtin.items import ColumnLink, Item, TableLink
from agent.drafters.builtin.lexicon import Aggregate, Function
from agent.drafters.builtin.query import ColumnTerm, MeasureTerm
from agent.drafters.builtin.reading import Reading, quoted
from agent.drafters.builtin.schema import measure_columns
from agent.drafters.builtin.wording import is_plural, name_of
from agent.errors import NotUnderstoodError

_IN_ALL = frozenset({"in total", "overall", "altogether", "combined", "how much", "how many"})


def aggregates(reading: Reading) -> None:
    """ "how many orders", "number of different countries", "total revenue", "min, max and average price"."""
    while True:
        found = next((item for item in reading.items if isinstance(item.meaning, Aggregate)), None)
        if found is None:
            return
        per_subject = reading.head_before(found) and found.phrase.casefold() not in _IN_ALL
        measures = aggregated(reading, found)
        for measure in measures:
            if per_subject and reading.fans_out_to(measure.table):
                reading.per_subject = True
            if measure not in reading.measures:
                reading.measures.append(measure)


def aggregated(reading: Reading, first: Item) -> list[MeasureTerm]:
    """The measures of one aggregate phrase, or of several that share what follows; their items are used."""
    position = reading.items.index(first)
    used = [first]
    place = position + 1
    while True:
        joined = reading.marker(place, "conjunction")
        item = reading.at(place + 1 if joined else place)
        if item is None or not isinstance(item.meaning, Aggregate):
            break
        if not joined and first.meaning != item.meaning:
            raise NotUnderstoodError(
                f"{quoted([first, item])}: an aggregate of an aggregate is more than I can read",
                "ask for one of them, or group by a column",
            )
        used += [reading.items[place], item] if joined else [item]
        place = reading.items.index(item) + 1
    distinct = reading.marker(place, "distinct")
    if distinct:
        used.append(reading.items[place])
        place += 1
    functions = [item.meaning.function for item in used if isinstance(item.meaning, Aggregate)]
    if functions == ["count"]:
        return [_counted(reading, used, place, distinct)]
    if distinct:
        raise NotUnderstoodError(
            f"{quoted(used)}: an aggregate over different values is more than I can read", "leave the last word out"
        )
    return _computed(reading, used, place, functions)


def _counted(reading: Reading, used: list[Item], place: int, distinct: bool) -> MeasureTerm:
    target, mention = reading.at(place), reading.mention(place)
    best = mention.links[0] if mention else None
    if reading.head and reading.subject and used[-1].end <= reading.head.start < (target or reading.head).start:
        # "how many items were sold": the subject stands between.
        reading.use(*used)
        return MeasureTerm("count", reading.subject.id)
    if target and isinstance(best, TableLink):
        reading.use(*used, target)
        return MeasureTerm("count", best.table.id)
    if target and isinstance(best, ColumnLink) and best.column in measure_columns(best.table, reading.lexicon):
        # "how many units": they are added up.
        reading.use(*used, target)
        return MeasureTerm("sum", best.table.id, best.term)
    if target and isinstance(best, ColumnLink):
        reading.use(*used, target)
        return MeasureTerm("count", best.table.id, best.term, distinct=True)
    if reading.subject:
        reading.use(*used)
        return MeasureTerm("count", reading.subject.id)
    raise NotUnderstoodError(f'I cannot tell what "{used[0].phrase}" counts', "name a table or a column")


def _computed(reading: Reading, used: list[Item], place: int, functions: list[Function]) -> list[MeasureTerm]:
    phrase = used[0].phrase
    for position in [*range(place, len(reading.items)), *range(place - len(used) - 1, -1, -1)]:
        mention = reading.mention(position)
        link = mention.column("integer", "number") if mention else None
        named = mention.table() if mention else None
        if reading.marker(position, "grouping"):
            break
        if link is None or (named and named.score > link.score):
            continue
        reading.use(*used, reading.items[position])
        return [MeasureTerm(function, link.table.id, link.term) for function in functions]
    mention = reading.mention(place)
    target = mention.table() if mention else None
    table = target.table if target else reading.subject
    directly = target or (reading.head and reading.head.start == used[-1].end)
    noun = reading.items[place].phrase if target else reading.head.phrase if reading.head else ""
    if directly and functions != ["sum"] and is_plural(noun):
        raise NotUnderstoodError(
            f'"{phrase} {noun}": an average of a count is more than I can read', "name the column that it is taken over"
        )
    if table and phrase.casefold() == "total" and directly:
        reading.use(*used, *([reading.items[place]] if target else []))
        reading.assume(f"{phrase} {table.name} = number of {table.name}", 0.1)
        return [MeasureTerm("count", table.id)]
    columns = measure_columns(table, reading.lexicon) if table else ()
    if table and columns:
        reading.use(*used, *([reading.items[place]] if target else []))
        term = ColumnTerm(table.id, columns[0].name)
        reading.assume(f"{phrase} = of {name_of(term, reading.catalog)}", 0.1)
        return [MeasureTerm(function, table.id, term) for function in functions]
    raise NotUnderstoodError(f'I cannot tell what "{phrase}" is taken over', "name a numeric column")
