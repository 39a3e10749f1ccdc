"""Names and texts as they are written in an engine's SQL, for the fixed statements of the index."""

from __future__ import annotations

from agent.records import Table


def quoted_name(dialect: str, name: str) -> str:
    """A name in the quotes of the engine."""
    quote = "`" if dialect == "mysql" else '"'
    return quote + name.replace(quote, quote * 2) + quote


def quoted_table(dialect: str, table: Table) -> str:
    """The name of a table, after that of its schema where it is not in the default one."""
    return ".".join(quoted_name(dialect, name) for name in (table.schema, table.name) if name)


def quoted_text(dialect: str, text: str) -> str:
    """A text as a literal."""
    if dialect == "mysql":
        # A setting of the session decides what a backslash in quotes means there.
        return f"_utf8mb4 X'{text.encode().hex()}'"
    return "'" + text.replace("'", "''") + "'"
