"""The rule for what is absent: "without orders", "never ordered", "no phone", "not shipped"."""

from __future__ import annotations

from agent.drafters.builtin.dates import Window
from agent.drafters.builtin.items import ColumnLink, Mention, Number, TableLink, ValueLink
from agent.drafters.builtin.lexicon import Comparison, Marker
from agent.drafters.builtin.moments import moment_of, window_condition
from agent.drafters.builtin.query import ColumnTerm, Condition, Exists
from agent.drafters.builtin.reading import Reading, quoted
from agent.drafters.builtin.rules.stored_values import equal
from agent.drafters.builtin.schema import fans_out, measure_columns
from agent.errors import NotUnderstoodError
from agent.records import Table


def absences(reading: Reading) -> None:
    """ "without orders", "never ordered", "no phone", "not shipped", "not discontinued"."""
    for item in list(reading.items):
        if not (isinstance(item.meaning, Marker) and item.meaning.kind == "negation"):
            continue
        position = reading.items.index(item)
        target = reading.at(position + 1)
        mention = reading.mention(position + 1)
        if target is None or mention is None:
            continue
        best = mention.links[0]
        if reading.fans_out_to(best.table.id):
            reading.use(item)
            reading.where.append(_absent(reading, best.table, position))
        elif isinstance(best, ValueLink):
            reading.use(item)
            equal(reading, target, mention.values(), negated=True)
        elif isinstance(best, ColumnLink) and (best.column.nullable or best.column.kind == "boolean"):
            reading.use(item, target)
            _without_column(reading, best)
        elif isinstance(best, ColumnLink):
            raise NotUnderstoodError(
                f"{quoted([item, target])}: {best.table.id}.{best.column.name} is never missing",
                "compare it with a value",
            )
        elif reading.subject and best.table.id != reading.subject.id:
            raise NotUnderstoodError(
                f"one row of {reading.subject.id} has no rows of {best.table.id} that could be absent",
                "ask for a missing value instead",
            )


def _absent(reading: Reading, table: Table, position: int) -> Exists:
    """No row of the table; all that is said behind the negation narrows what must be absent."""
    owner, conditions, through = _owner(reading, table, position), [], []
    first = True
    while follower := reading.at(position):
        meaning = follower.meaning
        best = meaning.links[0] if isinstance(meaning, Mention) else None
        used = [follower]
        if reading.marker(position, "by") and reading.mention(position + 1):
            pass  # "not reviewed by …"
        elif isinstance(meaning, Window) and (moment := moment_of(reading, table)):
            conditions.append(window_condition(reading, follower.phrase, meaning, moment))
        elif isinstance(meaning, Comparison) and (number := reading.at(position + 1)):
            columns = measure_columns(table, reading.lexicon)
            if not columns or not isinstance(number.meaning, Number):
                break
            used.append(number)
            conditions.append(
                Condition(ColumnTerm(table.id, columns[0].name), meaning.operator, (number.meaning.value,))
            )
        elif best is None or not reading.fans_out_to(best.table.id):
            break
        elif isinstance(best, ValueLink):
            conditions.append(Condition(best.term, "in", (best.value,)))
        elif isinstance(best, ColumnLink) and best.column.kind == "boolean":
            conditions.append(Condition(best.term, "=", (True,)))
        elif isinstance(best, TableLink):
            through.append(best.table.id)
        elif not first:
            break
        reading.use(*used)
        first = False
    return Exists(owner, table.id, tuple(conditions), negated=True, through=tuple(dict.fromkeys(through)))


def _owner(reading: Reading, table: Table, position: int) -> str:
    """Whose rows are absent: of the noun right before the negation, else of the subject."""
    mention = reading.mention(position - 1)
    best = mention.links[0] if mention else None
    near = isinstance(best, TableLink) and fans_out(reading.catalog, best.table.id, table.id)
    return best.table.id if best and near else reading.owner()


def _without_column(reading: Reading, link: ColumnLink) -> None:
    term = link.term
    if link.column.kind == "boolean":
        reading.where.append(Condition(term, "=", (False,)))
    else:
        reading.where.append(Condition(term, "null"))
