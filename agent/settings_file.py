"""A settings file: one mapping in YAML, whose relative paths start in the folder that the file is in."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import platformdirs
import yaml

from agent.errors import UsageError

# Ten times as fast, where it was compiled: a long text of descriptions may stand among the settings.
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
FILE_NAME = "sqlwright.yaml"
FILE_ENGINES = ("sqlite", "duckdb")
CONNECTION_NAME = re.compile(r"[A-Za-z0-9_-]+")

Values = dict[str, Any]


def user_file() -> Path:
    """The settings file that holds for every folder of this user."""
    return platformdirs.user_config_path("sqlwright") / FILE_NAME


def read_settings(file: Path) -> Values:
    """The settings in a file, none where there is no file; UsageError when it is not a mapping in YAML."""
    try:
        content = yaml.load(file.read_text(encoding="utf-8"), LOADER)  # noqa: S506 - it is the safe one
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        # From None, because the trace of the cause would quote the line, and a password in it.
        raise UsageError(f"{file} is not a valid settings file: {_reason(error)}") from None
    if not isinstance(content, dict | None):
        raise UsageError(f"{file} is not a valid settings file: it holds no settings", "write for example limit: 100")
    # A name with nothing after it sets nothing.
    return _anchored({str(name): value for name, value in (content or {}).items() if value is not None}, file.parent)


def _reason(error: yaml.YAMLError | UnicodeDecodeError) -> str:
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark:
        return f"{error.problem} in line {error.problem_mark.line + 1}"
    return "it is not text in UTF-8" if isinstance(error, UnicodeDecodeError) else "it is not YAML"


def _anchored(values: Values, folder: Path) -> Values:
    """The settings with `~` and relative paths made whole, as they are meant where they are written."""
    anchors: dict[str, Callable[[str], str]] = {
        "db": lambda db: db if _is_connection(db, folder) else _url(db, folder),
        "descriptions": lambda name: _path(name, folder),
        "ca_file": lambda name: _path(name, folder),
        "prompts": lambda name: _path(name, folder),
        "cache_dir": lambda name: _path(name, folder),
        "cache_folder": lambda name: _path(name, folder),
        "encoder": lambda name: _path(name, folder) if Path(_path(name, folder)).is_dir() else name,
    }
    anchored = _with(values, anchors)
    connections = values.get("connections")
    if isinstance(connections, dict):
        anchored["connections"] = {str(name): _connection(value, folder) for name, value in connections.items()}
    return anchored


def _is_connection(db: str, folder: Path) -> bool:
    # It may be defined in the other settings file, so only its form is known here.
    return bool(CONNECTION_NAME.fullmatch(db)) and not (folder / db).exists()


def _connection(value: object, folder: Path) -> object:
    if isinstance(value, str):
        return _url(value, folder)
    if isinstance(value, dict):
        return _with(
            {str(name): part for name, part in value.items()},
            {"url": lambda url: _url(url, folder), "descriptions": lambda name: _path(name, folder)},
        )
    return value


def _with(values: Values, anchors: dict[str, Callable[[str], str]]) -> Values:
    changed = {name: anchors[name](value) for name, value in values.items() if name in anchors and _is_name(value)}
    return values | changed


def _is_name(value: object) -> bool:
    return isinstance(value, str) and value != ""


def _url(url: str, folder: Path) -> str:
    """A URL or file name of a database; `${NAME}` alone may stand for either, and is left to be told later."""
    engine, separator, name = url.partition(":///")
    if separator and engine.partition("+")[0].lower() in FILE_ENGINES and name and not name.startswith("${"):
        return f"{engine}:///{_path(name, folder)}"
    return url if "://" in url or url.startswith("${") else _path(url, folder)


def _path(name: str, folder: Path) -> str:
    # Joined without pathlib, which would drop a leading ./ and make a connection's name of it.
    return os.path.join("" if folder == Path() else folder, os.path.expanduser(name))  # noqa: PTH111, PTH118
