"""The prompt templates there are: the user's own, and those that ship."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from agent.prompts.loader import FOLDER, Template, TemplateError, load_template


def all_templates(folder: Path | None = None) -> tuple[Template, ...]:
    """The templates of the user's `folder`, then those that ship, without those that it replaces by their names.

    Raises TemplateError for a file that is malformed, and for a folder that is none.
    """
    own = {template.facts.name: template for template in _all_in(folder)} if folder else {}
    return (*own.values(), *(template for template in _shipped() if template.facts.name not in own))


def find_template(name: str, folder: Path | None = None) -> Template:
    """The template of that name; TemplateError when there is none."""
    known = {template.facts.name: template for template in all_templates(folder)}
    if name not in known:
        raise TemplateError(f"there is no template {name}", f"there are {', '.join(sorted(known))}")
    return known[name]


@cache
def _shipped() -> tuple[Template, ...]:
    return tuple(_all_in(FOLDER))


def _all_in(folder: Path) -> Iterator[Template]:
    if not folder.is_dir():
        raise TemplateError(f"prompts: there is no folder {folder}", "make it, or leave the setting out")
    for path in sorted(folder.glob("*.md")):
        yield load_template(path.stem, folder)
