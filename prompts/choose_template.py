"""Which prompt template a model gets."""

from __future__ import annotations

from fnmatch import fnmatchcase
from operator import itemgetter
from pathlib import Path

from agent.prompts.all_templates import all_templates
from agent.prompts.loader import Template, load_template

LAST = "general"
"""The name of the template that is taken where no other fits, in the user's folder or in ours."""


def choose_template(model: str, dialect: str, folder: Path | None = None) -> Template:
    """The template for a model by its name on its server, and for a dialect of SQL.

    Those of the user's `folder` come before those that ship, then those that name the dialect, then the one whose
    pattern tells the model most exactly; the one called general comes last, and ours where the user's own is for fewer.
    Raises TemplateError for a file that is malformed.
    """
    fitting = [
        (rank, template) for template in all_templates(folder) if (rank := _rank(template, model.lower(), dialect))
    ]
    return max(fitting, key=itemgetter(0))[1] if fitting else load_template(LAST)


def _rank(template: Template, model: str, dialect: str) -> tuple[bool, bool, bool, int] | None:
    """How well a template fits, the better the greater; None where it does not."""
    facts = template.facts
    exactness = _exactness(template, model)
    if exactness is None or (facts.dialects and dialect not in facts.dialects):
        return None
    return facts.name != LAST, not template.ships, bool(facts.dialects), exactness


def _exactness(template: Template, model: str) -> int | None:
    """How many letters of the model's name the best pattern tells; None where none fits."""
    last = model.rpartition("/")[2]
    fits = (
        pattern
        for pattern in template.facts.families
        # A folder or an owner of models may be called after another family.
        if fnmatchcase(model if "/" in pattern else last, pattern.lower())
    )
    return max((sum(char not in "*?" for char in pattern) for pattern in fits), default=None)
