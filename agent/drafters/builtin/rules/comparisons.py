"""The rule for comparisons with numbers and quoted text."""

from __future__ import annotations

from agent.drafters.builtin.items import ColumnLink, Item, Mention, Number, Quoted, TableLink
from agent.drafters.builtin.lexicon import Aggregate, Comparison, Function, Marker
from agent.drafters.builtin.query import ColumnTerm, Condition, Exists, MeasureTerm, RelatedTerm, Value
from agent.drafters.builtin.reading import Reading
from agent.drafters.builtin.schema import find_column, is_intensive, is_numeric, label_columns, measure_columns
from agent.errors import NotUnderstoodError
from agent.records import Column, Table


def comparisons(reading: Reading) -> None:
    """ "price over 100", "more than 5 orders", "orders above 100", "average rating over 4", "between 1 and 5"."""
    for item in list(reading.items):
        if item not in reading.items:
            continue
        meaning = item.meaning
        position = reading.items.index(item)
        if isinstance(meaning, Number) and _numeric(reading, reading.at(position - 1)):
            _compare(reading, position, [item], "=")
            continue
        if isinstance(meaning, Comparison):
            operands = _operands(reading, position)
            operator = meaning.operator
        elif isinstance(meaning, Marker) and meaning.kind == "between":
            operands = _bounds(reading, position)
            operator = "between"
        else:
            continue
        if operands:
            _compare(reading, position, [item, *operands], operator)


def _operands(reading: Reading, position: int) -> list[Item]:
    """The number or quoted text on the right, or a number on the left ("5 or more")."""
    for place in (position + 1, position - 1):
        item = reading.at(place)
        if item and isinstance(item.meaning, Number | Quoted):
            return [item]
    return []


def _bounds(reading: Reading, position: int) -> list[Item]:
    items = [reading.at(position + offset) for offset in (1, 2, 3)]
    low, joiner, high = items
    if low and joiner and high and isinstance(low.meaning, Number) and isinstance(high.meaning, Number):
        return [low, joiner, high]
    return []


def _compare(reading: Reading, position: int, used: list[Item], operator: str) -> None:
    values: tuple[Value, ...] = tuple(
        item.meaning.value if isinstance(item.meaning, Number) else item.meaning.text
        for item in used
        if isinstance(item.meaning, Number | Quoted)
    )
    first = min(reading.items.index(item) for item in used)
    after = max(reading.items.index(item) for item in used) + 1
    left, right = reading.at(first - 1), reading.at(after)
    if any(isinstance(value, str) for value in values):
        compare_text(reading, left, used, operator, values)
        return
    aggregate = reading.at(first - 2)
    column = _numeric(reading, left)
    if left and column:
        function = aggregate.meaning.function if aggregate and isinstance(aggregate.meaning, Aggregate) else None
        if function == "count":
            # "how many products with price over 10" counts the products.
            function = None
        reading.use(left, *used, *([aggregate] if aggregate and function else []))
        _compare_column(reading, column, operator, values, function)
        return
    other = reading.mention(after)
    table = other.links[0] if other else None
    if right and isinstance(table, TableLink) and table.table != reading.subject:
        reading.require_path(table.table)
        reading.use(right, *used)
        _compare_measure(reading, MeasureTerm("count", table.table.id), operator, values)
        return
    column = _numeric(reading, right)
    if right and column:
        reading.use(right, *used)
        _compare_column(reading, column, operator, values, None)
        return
    named = reading.mention(first - 1)
    best = named.links[0] if named else None
    owner = best.table if isinstance(best, TableLink) else reading.subject
    measures = _comparable(reading, owner) if owner else []
    if not owner or not measures or len(used) < 2:
        return
    reading.assume(f"{used[0].phrase} {used[1].phrase} = by {owner.id}.{measures[0].name}", 0.1)
    if left and owner != reading.subject and reading.fans_out_to(owner.id):
        # "customers with orders over 100": one such order is enough.
        reading.use(left, *used)
        condition = Condition(ColumnTerm(owner.id, measures[0].name), operator, values)
        reading.where.append(Exists(reading.owner(), owner.id, (condition,)))
        return
    reading.use(*used)
    _compare_column(reading, ColumnLink(owner, measures[0], 1.0), operator, values, None)


def _comparable(reading: Reading, table: Table) -> list[Column]:
    """What "orders over 100" compares: what adds up, or else the price."""
    price = find_column(table, ("price", "amount"), reading.lexicon)
    return [*measure_columns(table, reading.lexicon), *([price] if price and is_numeric(price) else [])]


def _numeric(reading: Reading, item: Item | None) -> ColumnLink | None:
    if item is None or not isinstance(item.meaning, Mention):
        return None
    best = item.meaning.links[0]
    if isinstance(best, TableLink) and best.score > 0.9:
        return None
    return item.meaning.column("integer", "number")


def _compare_column(
    reading: Reading, link: ColumnLink, operator: str, values: tuple[Value, ...], function: Function | None
) -> None:
    """Compare a column of the row itself, or what its rows add up to for each row of the subject."""
    term = link.term
    if reading.subject is None and (function or not is_intensive(link.column, reading.lexicon)) and _heads(reading):
        raise NotUnderstoodError(
            f"I cannot compare {link.column.name} for each group", "ask for the measure by group instead"
        )
    if reading.subject is None:
        reading.subject = link.table
    reading.require_path(link.table)
    many = reading.fans_out_to(link.table.id)
    if not many and function is not None:
        raise NotUnderstoodError(
            f"each of {reading.owner()} has one {link.column.name}, not an aggregate", "leave the aggregate out"
        )
    if function is None and not many:
        reading.where.append(Condition(term, operator, values))
        return
    if function is None and (is_intensive(link.column, reading.lexicon) or not _adds_up(reading, link)):
        reading.where.append(Exists(reading.owner(), link.table.id, (Condition(term, operator, values),)))
        return
    measure = MeasureTerm(function or "sum", link.table.id, term)
    if function is None:
        reading.assume(
            f"{link.column.name} = sum of {link.table.id}.{link.column.name} for each of {reading.subject.id}"
        )
    _compare_measure(reading, measure, operator, values)


def _compare_measure(reading: Reading, measure: MeasureTerm, operator: str, values: tuple[Value, ...]) -> None:
    """A measure over the rows of each row of the subject, or of each group where there is no subject."""
    term = RelatedTerm(reading.subject.id, measure) if reading.subject else measure
    if reading.subject and not reading.fans_out_to(measure.table):
        raise NotUnderstoodError(
            f"one row of {reading.subject.id} has no rows of {measure.table} to count",
            "name a table that it has many of",
        )
    reading.where.append(Condition(term, operator, values))


def _heads(reading: Reading) -> bool:
    """Whether a column stands for groups of rows ("countries with …")."""
    firsts = [item.meaning.links[0] for item in reading.items if isinstance(item.meaning, Mention)]
    return any(isinstance(link, ColumnLink) and link.column.kind == "text" for link in firsts)


def _adds_up(reading: Reading, link: ColumnLink) -> bool:
    return link.column in measure_columns(link.table, reading.lexicon)


def compare_text(
    reading: Reading, left: Item | None, used: list[Item], operator: str, values: tuple[Value, ...]
) -> None:
    """ "email = 'x'", "customers named 'x'": by the column named before it, or by what rows are called."""
    column = left.meaning.column() if left and isinstance(left.meaning, Mention) else None
    table = left.meaning.table() if left and isinstance(left.meaning, Mention) else None
    if left and column and (table is None or column.score > table.score):
        reading.use(left, *used)
        term = column.term
    else:
        owner = table.table if table else reading.subject
        labels = label_columns(owner, reading.lexicon) if owner else ()
        if not owner or not labels or labels[0].kind != "text":
            return
        reading.use(*used)
        term = ColumnTerm(owner.id, labels[0].name)
    reading.where.append(Condition(term, operator, values))
