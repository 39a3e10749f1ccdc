"""`python -m tests.validators.pure_parser`: the verdicts of sqlglot in plain Python, without its compiled modules.

Reads pairs of a dialect and a text as JSON, and writes the SQL that passed and what was found for each.
"""

from __future__ import annotations

import json
import sys
from importlib.machinery import SOURCE_SUFFIXES, FileFinder, SourceFileLoader
from pathlib import Path


def main() -> None:
    sys.path_hooks.insert(0, _source_of_sqlglot)
    sys.path_importer_cache.clear()
    from tests.validators.verdicts import verdicts

    compiled = [name for name, module in sys.modules.items() if name.startswith("sqlglot") and _is_compiled(module)]
    if compiled:
        raise SystemExit(f"compiled modules are in use: {compiled}")
    json.dump(verdicts(json.load(sys.stdin)), sys.stdout)


def _source_of_sqlglot(path: str) -> FileFinder:
    if "sqlglot" not in Path(path).parts:
        raise ImportError
    return FileFinder(path, (SourceFileLoader, SOURCE_SUFFIXES))


def _is_compiled(module: object) -> bool:
    return str(getattr(module, "__file__", "")).endswith((".so", ".pyd"))


if __name__ == "__main__":
    main()
