"""The rule for rankings: "top 5", "cheapest", "the most orders"."""

from __future__ import annotations

from agent.drafters.builtin.items import ColumnLink, Item, Mention, Number, TableLink
from agent.drafters.builtin.lexicon import Aggregate, Bucket, Function, Marker, Superlative
from agent.drafters.builtin.query import ColumnTerm, Condition, MeasureTerm, Ordering, RelatedTerm, Term
from agent.drafters.builtin.reading import Reading, quoted
from agent.drafters.builtin.rules.aggregates import aggregated
from agent.drafters.builtin.schema import (
    find_column,
    is_intensive,
    is_numeric,
    is_temporal,
    measure_columns,
    ranking_measure,
)
from agent.drafters.builtin.tokens import stems
from agent.drafters.builtin.wording import is_plural, is_verb, spoken
from agent.errors import NotUnderstoodError
from agent.records import Table
from agent.schema_index.words import humanise

DEFAULT_LIMIT = 10


def superlatives(reading: Reading) -> None:
    """ "top 5 customers", "cheapest product", "country with the most customers", "product with the highest price"."""
    found = [item for item in reading.items if isinstance(item.meaning, Superlative)]
    if not found:
        return
    if len(found) > 1:
        raise NotUnderstoodError(
            f"{quoted(found)} in one question are more than one ranking", "ask for one ranking at a time"
        )
    item = found[0]
    meaning = item.meaning
    assert isinstance(meaning, Superlative)  # noqa: S101 - chosen by it
    position = reading.items.index(item)
    number = _number_beside(reading, position)
    if number:
        reading.use(number)
    if reading.order_by:
        raise NotUnderstoodError(
            f'"{item.phrase}" ranks, and the question asks for another order too', "ask for one of the two"
        )
    _refuse_ranking_within_groups(reading, item)
    position = reading.items.index(item)
    reading.use(item)
    # With the superlative gone, what it ranks or counts stands at its position, and the head before it or there.
    _rank_bucket(reading)
    position = min(position, len(reading.items))
    measure: Term | None
    if meaning.by:
        measure, descending = _by_adjective(reading, item, position)
    else:
        measure, descending = _by_measure(reading, item, position), meaning.descending
    if measure is None:
        return
    reading.limit = _limit(number, reading.head is None or is_plural(reading.head.phrase))
    reading.order_by.append(Ordering(measure, descending))
    _say_ranking(reading, item, measure, number)


def _refuse_ranking_within_groups(reading: Reading, item: Item) -> None:
    for position in range(len(reading.items)):
        if reading.marker(position, "grouping") and reading.at(position + 1):
            raise NotUnderstoodError(
                f"{quoted([item, *reading.items[position : position + 2]])}: a ranking within each group is more than"
                " I can read",
                "ask for one ranking over all, or for the measure by group",
            )


def _rank_bucket(reading: Reading) -> None:
    """ "which month had the highest revenue", "busiest day": the calendar unit is what is ranked."""
    item = next((item for item in reading.items if isinstance(item.meaning, Bucket)), None)
    if item and isinstance(item.meaning, Bucket):
        reading.use(item)
        reading.head, reading.bucket = item, item.meaning.unit


def _number_beside(reading: Reading, position: int) -> Item | None:
    """ "top 5 …" or "the 5 best …"."""
    for place in (position + 1, position - 1):
        item = reading.at(place)
        if item and isinstance(item.meaning, Number):
            return item
    return None


def _limit(number: Item | None, plural: bool) -> int:
    if number is None:
        return DEFAULT_LIMIT if plural else 1
    assert isinstance(number.meaning, Number)  # noqa: S101 - chosen by it
    if number.meaning.value < 1 or not isinstance(number.meaning.value, int):
        raise NotUnderstoodError(f"a ranking cannot have {number.phrase} rows", "give a whole number of 1 or more")
    return number.meaning.value


def _by_adjective(reading: Reading, item: Item, position: int) -> tuple[Term, bool]:
    """ "cheapest": the column of the subject that the adjective points to, or its average, and whether descending."""
    if reading.subject is None:
        raise NotUnderstoodError(f'I cannot tell what "{item.phrase}" ranks', "name the table that is ranked")
    meaning = item.meaning
    assert isinstance(meaning, Superlative)  # noqa: S101 - chosen by it
    named, beside = reading.mention(position), reading.at(position)
    link = named.column() if named and beside and beside.start == item.end else None
    if link and (is_temporal(link.column) or is_numeric(link.column)) and link.score > 0.9:
        reading.use(reading.items[position])
        turned = set(stems(humanise(link.column.name))) & set(meaning.against)
        return _rank_by_column(reading, link), meaning.descending != bool(turned)
    for words, descending in ((meaning.against, not meaning.descending), (meaning.by, meaning.descending)):
        column = find_column(reading.subject, words, reading.lexicon)
        if column:
            return _rank_by_column(reading, ColumnLink(reading.subject, column, 1.0)), descending
    for scored in reading.context.tables:
        many = reading.fans_out_to(scored.table.id)
        found = find_column(scored.table, meaning.by, reading.lexicon) if many else None
        if found and is_numeric(found):
            return _rank_by_column(reading, ColumnLink(scored.table, found, 1.0)), meaning.descending
    raise NotUnderstoodError(
        f'nothing in {reading.subject.id} says what "{item.phrase}" means',
        f"name the column to rank by: {', '.join(column.name for column in reading.subject.columns[:8])}",
    )


def _by_measure(reading: Reading, item: Item, position: int) -> Term | None:
    """ "top customers [by revenue]", "most orders", "highest price"."""
    counted = reading.at(position)
    if counted and isinstance(counted.meaning, Aggregate) and counted.meaning.function in {"count", "sum"}:
        # "the most number of orders", "the highest total revenue": the superlative says as much.
        reading.use(counted)
    ranked_item, ranked = reading.at(position), reading.mention(position)
    best = ranked.links[0] if ranked else None
    before = [other for other in reading.items[:position] if isinstance(other.meaning, Mention)]
    has_head = reading.head_before(item) or bool(before)
    verb = ranked_item is not None and is_verb(ranked_item.phrase, reading.lexicon)
    if isinstance(best, TableLink) and (has_head or verb) and best.table != reading.subject:
        reading.use(reading.items[position])
        _rank_head(reading, before)
        return _count(reading, best.table, item)
    numeric = ranked.column("integer", "number") if ranked else None
    if numeric and not (isinstance(best, TableLink) and best.score > 0.9):
        reading.use(reading.items[position])
        adjective = reading.head and ranked_item and reading.head.start == ranked_item.end
        if not has_head and not adjective and not reading.is_grouped:
            # "the highest price of products" is a value, "the highest priced products" are rows.
            meaning = item.meaning
            function: Function = "max" if isinstance(meaning, Superlative) and meaning.descending else "min"
            reading.measures.append(MeasureTerm(function, numeric.table.id, numeric.term))
            return None
        _rank_head(reading, before)
        return _rank_by_column(reading, numeric, item)
    _rank_head(reading, before or ([reading.items[position]] if ranked and not isinstance(best, TableLink) else []))
    return _ranking(reading, item)


def _rank_head(reading: Reading, mentions: list[Item]) -> None:
    """A column as the head ("which country has the most …") is grouped by."""
    if reading.head is not None:
        return
    for item in mentions:
        link = item.meaning.column() if isinstance(item.meaning, Mention) else None
        if link and not is_numeric(link.column):
            reading.use(item)
            reading.head = item
            reading.group_by.append(link.term)
            return


def _ranking(reading: Reading, item: Item) -> Term:
    """What "top" ranks by: the measure that is named ("by revenue", "total spend"), or the nearest that adds up."""
    named = _named_measure(reading, item)
    if named:
        return named
    grouped = reading.group_by[0] if reading.group_by else None
    table = reading.subject
    if reading.head and is_verb(reading.head.phrase, reading.lexicon):
        raise NotUnderstoodError(
            f'I cannot tell who or what "{item.phrase}" ranks', 'name it, as in "which customer …"'
        )
    if table and reading.bucket:
        return measured(reading, MeasureTerm("count", table.id))
    if table is None and isinstance(grouped, ColumnTerm):
        table = reading.catalog.table(grouped.table)
    if table is None:
        raise NotUnderstoodError(f'I cannot tell what "{item.phrase}" ranks', "name a table or a column")
    own = measure_columns(table, reading.lexicon)
    if own and not grouped:
        return ColumnTerm(table.id, own[0].name)
    term = ranking_measure(reading.catalog, table, reading.lexicon)
    if term:
        reading.confidence *= 0.9
        return measured(reading, MeasureTerm("sum", term.table, term))
    raise NotUnderstoodError(
        f'I cannot tell by what "{item.phrase}" ranks {table.id}',
        f'name it, as in "top {table.name} by …": {", ".join(column.name for column in table.columns[:8])}',
    )


def _named_measure(reading: Reading, superlative: Item) -> Term | None:
    """The measure behind "by": an aggregate ("number of orders") or a numeric column ("revenue")."""
    for position, item in enumerate(reading.items):
        follower = reading.at(position + 1)
        if not (isinstance(item.meaning, Marker) and item.meaning.kind in {"by", "ordering"} and follower):
            continue
        if isinstance(follower.meaning, Aggregate):
            reading.use(item)
            return measured(reading, aggregated(reading, follower)[0])
        mention = reading.mention(position + 1)
        link = mention.column("integer", "number") if mention else None
        best = mention.links[0] if mention else None
        if link and link is best:
            reading.use(item, follower)
            return _rank_by_column(reading, link)
        if isinstance(best, TableLink) and reading.fans_out_to(best.table.id):
            reading.use(item, follower)
            return _count(reading, best.table, superlative)
    for item in reading.items:
        named = item.meaning.links[0] if isinstance(item.meaning, Mention) else None
        if isinstance(named, ColumnLink) and is_numeric(named.column):
            reading.use(item)
            return _rank_by_column(reading, named)
    return None


def _rank_by_column(reading: Reading, link: ColumnLink, superlative: Item | None = None) -> Term:
    """The column itself where each row of the subject has one; what it adds up to where it has many.

    A superlative right before a column that does not add up means its extreme: "department with the highest salary".
    """
    grouped = reading.subject is None or reading.is_grouped
    reading.require_path(link.table)
    if not grouped and not reading.fans_out_to(link.table.id):
        if link.column.nullable:
            reading.where.append(Condition(link.term, "null", negated=True))
        return link.term
    function: Function = "avg" if is_intensive(link.column, reading.lexicon) else "sum"
    if function == "avg" and superlative and isinstance(superlative.meaning, Superlative):
        function = "max" if superlative.meaning.descending else "min"
    return measured(reading, MeasureTerm(function, link.table.id, link.term))


def _count(reading: Reading, table: Table, superlative: Item) -> Term:
    """The number of rows for each row of the subject; from the bottom those without any come first."""
    reading.require_path(table)
    meaning = superlative.meaning
    ascending = isinstance(meaning, Superlative) and not meaning.descending
    if ascending and reading.subject and not reading.is_grouped:
        return RelatedTerm(reading.subject.id, MeasureTerm("count", table.id))
    return measured(reading, MeasureTerm("count", table.id))


def measured(reading: Reading, measure: MeasureTerm) -> MeasureTerm:
    """Add a measure that is taken for each row of the subject, or for each group."""
    reading.measures.append(measure)
    if not reading.is_grouped:
        reading.per_subject = True
    return measure


def _say_ranking(reading: Reading, item: Item, measure: Term, number: Item | None) -> None:
    rows = "first row" if reading.limit == 1 else f"first {reading.limit}"
    if number is None or isinstance(measure, MeasureTerm | RelatedTerm):
        reading.assume(f"{item.phrase} = by {spoken(measure, reading.catalog)}, {rows}", 0.02)
