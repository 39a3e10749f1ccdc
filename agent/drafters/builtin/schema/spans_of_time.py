"""How long something takes: the days from one date of a row to another, or from a date of the row that it points to."""

from __future__ import annotations

from agent.drafters.builtin.lexicon.lexicon import Lexicon
from agent.drafters.builtin.query.query import ColumnTerm
from agent.drafters.builtin.schema.paths import path_between
from agent.drafters.builtin.schema.row_dates import begins_row, is_beside, is_own_date
from agent.drafters.builtin.schema.rows import is_temporal
from agent.records import Catalog, Column, Table


def span_of_rows(table: Table, lexicon: Lexicon) -> ColumnTerm | None:
    """From the day on which a row begins to the day on which it is done, where the table has a date for either."""
    first, last = _first_date(table, lexicon), last_date(table, lexicon)
    return ColumnTerm(table.id, last.name, less=first.name) if first and last else None


def span_until(table: Table, event: Column, of: Table | None, catalog: Catalog, lexicon: Lexicon) -> ColumnTerm | None:
    """From the beginning of a row to an event of it; an event that is itself the beginning is counted from the row that
    it belongs to, which is one of the table `of` where one is named.
    """
    first = _first_date(table, lexicon)
    if first is not None and first.name != event.name and (of is None or of.id == table.id):
        return ColumnTerm(table.id, event.name, less=first.name)
    for other in [of] if of is not None else _belongs_to(table, catalog):
        start = _first_date(other, lexicon) if other.id != table.id else None
        if start is not None and _is_one(table, other, catalog):
            return ColumnTerm(table.id, event.name, less=start.name, less_of=other.id)
    return None


def span_between(start: tuple[Table, Column], end: tuple[Table, Column], catalog: Catalog) -> ColumnTerm | None:
    """From one date to another, of the same row or of a row that it belongs to."""
    (first, began), (last, ended) = start, end
    if first.id == last.id:
        return ColumnTerm(last.id, ended.name, less=began.name) if began.name != ended.name else None
    if _is_one(last, first, catalog):
        return ColumnTerm(last.id, ended.name, less=began.name, less_of=first.id)
    return None


def last_date(table: Table, lexicon: Lexicon) -> Column | None:
    """The last date that is no plan, which a row without one has yet to reach; of only two dates, the other one."""
    first = _first_date(table, lexicon)
    dates = [column for column in table.columns if is_temporal(column) and first and column.name != first.name]
    done = [column for column in dates if not is_beside(column, lexicon)]
    reached = [column for column in done if column.nullable]
    return reached[-1] if reached else done[0] if len(done) == 1 else None


def _first_date(table: Table, lexicon: Lexicon) -> Column | None:
    """The date on which a row begins; the first one where no name says so."""
    dates = [column for column in table.columns if is_temporal(column)]
    said = [column for column in dates if not lexicon.starts.isdisjoint(lexicon.column_words(column.name))]
    begun = [column for column in dates if begins_row(column, lexicon)]
    own = [column for column in dates if is_own_date(table, column, lexicon)]
    return next(iter((*said, *begun, *own, *dates)), None)


def _belongs_to(table: Table, catalog: Catalog) -> list[Table]:
    targets = (catalog.table(key.target) for key in table.foreign_keys)
    return [target for target in targets if target is not None]


def _is_one(table: Table, other: Table, catalog: Catalog) -> bool:
    """Whether a row of the table belongs to one row of the other."""
    path = path_between(catalog, table.id, other.id)
    return bool(path) and not any(join.fans_out for join in path or ())
