"""Values of DuckDB in Python: in the types that lose nothing, else as the text that the engine writes.

The client turns a month into 30 days and infinity into the year 9999. What it would do this to is asked for as text.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from duckdb.sqltypes import DuckDBPyType

Convert = Callable[[Any], Any]

EXACT = frozenset(
    (
        *("boolean", "tinyint", "smallint", "integer", "bigint", "hugeint", "utinyint", "usmallint", "uinteger"),
        *("ubigint", "uhugeint", "float", "double", "decimal", "varchar", "blob", "uuid", "enum", "bit", "null"),
    )
)
MOMENTS: dict[str, Convert] = {
    "date": date.fromisoformat,
    **dict.fromkeys(("time", "time_ns", "time with time zone"), time.fromisoformat),
    **dict.fromkeys(("timestamp", "timestamp_s", "timestamp_ms", "timestamp_ns"), datetime.fromisoformat),
    **dict.fromkeys(("timestamp with time zone", "timestamptz_ns"), datetime.fromisoformat),
}
NESTED = ("list", "array", "struct", "map", "union", "tuple")


@dataclass(frozen=True, slots=True)
class Reading:
    """How a type is read: the type to cast it to before, and what makes a value of it after; each may be nothing."""

    cast: str = ""
    convert: Convert | None = None


def reading_of(kind: DuckDBPyType) -> Reading:
    """How values of a type of the engine are read without loss."""
    name = kind.id
    if name in EXACT:
        return Reading()
    if name in MOMENTS:
        return Reading("VARCHAR", _lenient(MOMENTS[name]))
    if name not in NESTED:
        return Reading("VARCHAR")
    children: dict[str, Any] = dict(kind.children)
    size = children.pop("size", "")
    parts = {key: reading_of(part) for key, part in children.items()}
    casts = {key: part.cast or str(children[key]) for key, part in parts.items()}
    is_cast = any(part.cast for part in parts.values())
    if not is_cast and name != "array" and not any(part.convert for part in parts.values()):
        return Reading()
    match name:
        case "list" | "array":  # the client makes a tuple of an array
            cast, child = f"{casts['child']}[{size}]", parts["child"]
            return Reading(cast if is_cast else "", lambda items: [_made(child, item) for item in items])
        case "struct":
            cast = f"STRUCT({', '.join(f'{_quoted(key)} {casts[key]}' for key in parts)})"
            return Reading(cast if is_cast else "", lambda made: {key: _made(parts[key], made[key]) for key in made})
        case "map" if children["key"].id not in NESTED:
            cast, key, value = f"MAP({casts['key']}, {casts['value']})", parts["key"], parts["value"]
            return Reading(
                cast if is_cast else "",
                lambda made: {_made(key, name): _made(value, item) for name, item in made.items()},
            )
    return Reading("VARCHAR")


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _made(reading: Reading, value: Any) -> Any:
    return value if value is None or reading.convert is None else reading.convert(value)


def _lenient(convert: Convert) -> Convert:
    def read(text: str) -> Any:
        try:
            return convert(text)
        except ValueError:  # infinity, the year 20000, before Christ, 24:00
            return text

    return read
