"""Where what is said of a database is kept."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from agent.config import Settings, sets
from agent.errors import UsageError
from agent.settings_file import FILE_NAME, read_settings, user_file

DESCRIPTIONS = "descriptions"


@dataclass(frozen=True, slots=True)
class Place:
    """A file, and the names in it under which the descriptions of a database stand; none where they are the file."""

    file: Path
    keys: tuple[str, ...] = ()

    def __str__(self) -> str:
        return ": ".join(filter(None, (str(self.file.resolve()), ".".join(self.keys))))


def description_place(settings: Settings) -> Place:
    """Where the descriptions are of the database that the settings name, or where they would be.

    A connection's own come first, then those for all; where there are none they come to the connection, and without
    one to the settings file of this folder. Raises UsageError where that file asks another database.
    """
    connection = settings.connections.get(settings.db)
    own, common = (connection.descriptions if connection else None), settings.descriptions
    held = common if own is None else own
    if isinstance(held, Path):
        return Place(held)
    if connection and (own is not None or common is None):
        return Place(_file("connections", settings.db), ("connections", settings.db, DESCRIPTIONS))
    if common is None:
        _refuse_another(settings)
    return Place(_file(DESCRIPTIONS), (DESCRIPTIONS,))


def _file(*setting: str) -> Path:
    """The file that sets it, and this folder's where none does."""
    # A connection of this folder hides the user's of the same name.
    is_everywhere = sets(read_settings(user_file()), setting) and not sets(read_settings(Path(FILE_NAME)), setting)
    return user_file() if is_everywhere else Path(FILE_NAME)


def _refuse_another(settings: Settings) -> None:
    usual = read_settings(Path(FILE_NAME)).get("db", "")
    if usual not in ("", settings.db):
        raise UsageError(
            f"{FILE_NAME} is about another database than this one",
            "give this one a name there: connections: {name: URL}, and then --db name",
        )
