"""The rule for stored values, quoted text and yes-or-no columns."""

from __future__ import annotations

from dataclasses import replace

from agent.drafters.builtin.choices import Choice, Option
from agent.drafters.builtin.items import ColumnLink, Item, Quoted, TableLink, ValueLink
from agent.drafters.builtin.query import ColumnTerm, Condition
from agent.drafters.builtin.reading import Reading
from agent.drafters.builtin.rules.comparisons import compare_text
from agent.drafters.builtin.schema import joins, label_columns
from agent.errors import NotUnderstoodError

_JOINERS = ("conjunction", "disjunction")


def stored_values(reading: Reading) -> None:
    """ "in Germany", "shipped orders", "status is shipped", "Germany or France", "discontinued", "email 'x'"."""
    for item in list(reading.items):
        if item not in reading.items:
            continue
        position = reading.items.index(item)
        if isinstance(item.meaning, Quoted):
            _quoted(reading, item, position)
            continue
        mention = reading.mention(position)
        best = mention.links[0] if mention else None
        if mention and isinstance(best, ValueLink):
            equal(reading, item, mention.values(), negated=False)
        elif isinstance(best, ColumnLink) and best.column.kind == "boolean":
            reading.use(item)
            # "not subscribed to the newsletter" may name one column twice.
            if not any(isinstance(known, Condition) and known.term == best.term for known in reading.where):
                reading.where.append(Condition(best.term, "=", (True,)))


def _quoted(reading: Reading, item: Item, position: int) -> None:
    """Quoted text is compared with the column before it, with the value before an "or", or with the subject's name."""
    assert isinstance(item.meaning, Quoted)  # noqa: S101 - chosen by it
    joiner, latest = reading.at(position - 1), len(reading.where) - 1
    if joiner and reading.marker(position - 1, *_JOINERS) and reading.said_at.get(latest) == joiner.start:
        known = reading.where[latest]
        if isinstance(known, Condition):
            reading.use(item, joiner)
            reading.said_at[latest] = item.end
            reading.where[latest] = replace(known, operator="in", values=(*known.values, item.meaning.text))
            return
    left = reading.at(position - 1)
    named = reading.head is None or left is None or reading.head.end != item.start
    compare_text(reading, left if named else None, [item], "=", (item.meaning.text,))
    if len(reading.where) > latest + 1:
        reading.said_at[latest + 1] = item.end
        _say_what_is_stored(reading, item.meaning.text)


def _say_what_is_stored(reading: Reading, text: str) -> None:
    """Quoted text is compared as it is written, and so finds nothing where a value is spelled in another way."""
    stored = [match for match in reading.context.values if match.phrase.casefold() == text.casefold()]
    if stored and all(match.value != text for match in stored):
        match = stored[0]
        reading.assume(f'"{text}" as written; {match.value!r} is stored in {match.table}.{match.column}', 0.3)


def equal(reading: Reading, item: Item, links: tuple[ValueLink, ...], negated: bool) -> None:
    """A condition on the value's column, joined with an earlier one on the same column into one list."""
    position = reading.items.index(item)
    link, named = _named_column(reading, position, links)
    term = link.term
    if len(links) > 1 and not named and links[0].score == links[1].score:
        link = _decided(reading, item, links)
        term = link.term
        others = ", ".join(sorted({f"{other.table.id}.{other.column.name}" for other in links if other.term != term}))
        reading.assume(f'"{item.phrase}" = {term.table}.{term.column} (also stored in {others})', 0.15)
    elif item.phrase != link.value or not named:
        sign = "is not" if negated else "is"
        reading.assume(f'"{item.phrase}": {term.table}.{term.column} {sign} {link.value!r}', 0.0)
    if reading.subject:
        reading.require_path(link.table)
    place = position - 1 - sum(other.start < item.start for other in named)
    joiner = reading.items[place : place + 1] if place >= 0 else []
    joined, both = reading.marker(place, *_JOINERS), reading.marker(place, "conjunction")
    # "orders by Ann" are hers.
    by = joiner if reading.marker(place, "by") else []
    reading.use(item, *named, *by)
    known = _condition_before(reading, term, item.start)
    if known is None:
        reading.said_at[len(reading.where)] = item.end
        reading.where.append(Condition(term, "in", (link.value,), negated))
    elif both and reading.fans_out_to(link.table.id):
        raise NotUnderstoodError(
            f'"{item.phrase}": that one row of {reading.owner()} has both values is more than I can read',
            'say "or", or ask for one after the other',
        )
    elif joined:
        earlier = reading.where[known]
        assert isinstance(earlier, Condition)  # noqa: S101 - chosen by it
        reading.use(*joiner)
        reading.said_at[known] = item.end
        reading.where[known] = replace(earlier, values=(*earlier.values, link.value))
    else:
        raise NotUnderstoodError(
            f'"{item.phrase}" is a second value of {term.table}.{term.column}', "join the two with and, or"
        )


def _decided(reading: Reading, item: Item, links: tuple[ValueLink, ...]) -> ValueLink:
    """The link that is meant; a value that is stored in two columns equally near has two meanings."""
    subject = reading.subject.id if reading.subject else links[0].table.id
    paths = [(link, path) for link in links if (path := joins(reading.catalog, subject, link.table.id)) is not None]
    tied: dict[ColumnTerm, ValueLink] = {}
    for link, path in paths:
        if len(path) == len(paths[0][1]):
            tied.setdefault(link.term, link)
    beside = _tables_beside(reading, item) & {term.table for term in tied}
    tied = {term: link for term, link in tied.items() if term.table in beside or not beside}
    if len(tied) < 2:
        return next(iter(tied.values()), links[0])
    options = tuple(Option((term,), f"{item.phrase} is {term.table}.{term.column}") for term in tied)
    (term,) = reading.decisions.take(Choice(f"value at {item.start}", options)).columns
    return tied[term]


def _tables_beside(reading: Reading, item: Item) -> frozenset[str]:
    """The tables named right before or behind a value: "clients in Porto", "Porto clients"."""
    position = reading.items.index(item)
    mentions = [mention for place in (position - 1, position + 1) if (mention := reading.mention(place))]
    tables = [table for mention in mentions if (table := mention.table()) and table.score > 0.9]
    return frozenset(link.table.id for link in tables)


def _condition_before(reading: Reading, term: ColumnTerm, start: int) -> int | None:
    """The position of the condition on the same column that was said last before a place in the question."""
    places = [
        (end, index)
        for index, end in reading.said_at.items()
        if end <= start and (known := reading.where[index]) and isinstance(known, Condition) and known.term == term
    ]
    return max(places)[1] if places else None


def _named_column(reading: Reading, position: int, links: tuple[ValueLink, ...]) -> tuple[ValueLink, list[Item]]:
    """The link whose column is named beside the value ("country Germany", "status is shipped"), and that name."""
    for place in (position - 1, position + 1):
        mention = reading.mention(place)
        # A grouping word before the name means that it is grouped by.
        if mention is None or reading.marker(place - 1, "by", "grouping"):
            continue
        named = {(link.table.id, link.column.name) for link in mention.links if isinstance(link, ColumnLink)}
        for link in links:
            if (link.table.id, link.column.name) in named:
                return link, [reading.items[place]]
        tables = {link.table.id for link in mention.links if isinstance(link, TableLink) and link.score > 0.9}
        for link in links:
            # "the Toys category": the value is what the row of that table is called.
            if link.table.id in tables and link.column in label_columns(link.table, reading.lexicon):
                return link, [reading.items[place]] if link.table != reading.subject else []
    return links[0], []
