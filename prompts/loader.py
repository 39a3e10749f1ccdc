"""Prompt templates: Markdown files with typed front matter, whose named variables are filled strictly."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal, get_args

import yaml
from pydantic import ValidationError

from agent.errors import UsageError
from agent.prompts.facts import Facts
from agent.prompts.marks import OF_SCHEMAS, marks_of

FOLDER = Path(__file__).parent / "templates"

Part = Literal["system", "user", "repair"]

ALWAYS = frozenset({"schema", "question", "repairs"})
"""The variables that stand in every template, each once at least, in its part system or user."""

OPTIONAL = frozenset({"values", "glossary", "examples", "earlier", "repairs"})
"""The variables that may be empty: a paragraph that has no other ones is then left out."""

VARIABLES: Mapping[Part, frozenset[str]] = {
    "system": ALWAYS | OPTIONAL | {"dialect", "today", "week_start"},
    "user": ALWAYS | OPTIONAL | {"dialect", "today", "week_start"},
    "repair": frozenset({"sql", "findings"}),
}
"""What each part of a template may ask for; `repairs` are the parts `repair` of earlier tries."""

# libyaml's is many times faster, and not everywhere there.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_VARIABLE = re.compile(r"\{\{\s*(\w+)\s*\}\}")
_FRONT = re.compile(r"---[ \t]*\n(?P<facts>.*?)\n---[ \t]*\n(?P<body>.*)", re.DOTALL)
_PART = re.compile(rf"^## ({'|'.join(get_args(Part))})[ \t]*\n", re.MULTILINE)


class TemplateError(UsageError):
    """A template that is malformed, or filled with other variables than it has."""


@dataclass(frozen=True)
class Template:
    """The parts of a prompt, the facts of its front matter, and the file that holds both.

    A part that the file does not have is empty.
    """

    facts: Facts
    parts: Mapping[Part, str]
    path: Path

    @property
    def text(self) -> str:
        """What its file holds, and the parts that it has of another."""
        parts = [f"## {part}\n{text}" for part, text in self.parts.items() if text] if self.facts.like else []
        return "\n\n".join([self.path.read_text(encoding="utf-8-sig").strip(), *parts])

    @property
    def ships(self) -> bool:
        """Whether it is ours, and not the user's own."""
        return self.path.parent == FOLDER

    def variables(self, part: Part) -> frozenset[str]:
        """The variables that a part asks for."""
        return frozenset(_VARIABLE.findall(self.parts[part]))

    def fill(self, part: Part, **values: str) -> str:
        """The part with every variable replaced, in one pass, so that no value is read as a template.

        Lines and paragraphs whose variables are all optional and empty are left out. What a value has of the
        template's own marks is changed. Raises TemplateError for a variable that is missing, and for one that the part
        does not have.
        """
        wanted = self.variables(part)
        if wanted != set(values):
            missing, unknown = sorted(wanted - set(values)), sorted(set(values) - wanted)
            raise TemplateError(f"{self.facts.name}, part {part}: missing {missing}, unknown {unknown}")
        empty = {name for name in wanted & OPTIONAL if not values[name]}
        paragraphs = (_lines_left(text, empty) for text in self.parts[part].split("\n\n") if not _lacks(text, empty))
        clean = {name: self._clean(name, text) for name, text in values.items()}
        return _VARIABLE.sub(lambda match: clean[match[1]], "\n\n".join(paragraphs))

    def _clean(self, name: str, value: str) -> str:
        # Repairs were cleaned when they were filled, and a schema has the marks of one.
        if name == "repairs":
            return value
        return self._without_own_marks(value) if name == "schema" else self._without_marks(value)

    @cached_property
    def _without_own_marks(self) -> Callable[[str], str]:
        return marks_of(self.parts.values())

    @cached_property
    def _without_marks(self) -> Callable[[str], str]:
        return marks_of([*self.parts.values(), OF_SCHEMAS])


def _lacks(text: str, empty: set[str]) -> bool:
    """Whether a text has variables, and nothing for any of them."""
    named = set(_VARIABLE.findall(text))
    return bool(named) and named <= empty


def _lines_left(paragraph: str, empty: set[str]) -> str:
    return "\n".join(line for line in paragraph.split("\n") if not _lacks(line, empty))


def load_template(name: str, folder: Path = FOLDER) -> Template:
    """The template in the file of that name; TemplateError says what is wrong with the file."""
    path = folder / f"{name}.md"
    facts, body = _read(path)
    template = Template(facts, _parts_like(path, facts, body) if facts.like else _parts(path, body), path)
    _check(template)
    return template


def _read(path: Path) -> tuple[Facts, str]:
    """The front matter of a file, and what comes after it."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeError) as error:
        reason = (error.strerror if isinstance(error, OSError) else "") or "it is no UTF-8 text"
        raise TemplateError(f"{path.name}: cannot be read: {reason}") from error
    match = _FRONT.fullmatch(f"{text}\n")
    if match is None:
        raise TemplateError(f"{path.name}: it does not begin with front matter between two lines of ---")
    return _facts(path, match["facts"]), match["body"]


def _facts(path: Path, text: str) -> Facts:
    try:
        facts = Facts.model_validate(yaml.load(text, _LOADER))  # noqa: S506 - both are safe
    except yaml.YAMLError as error:
        raise TemplateError(f"{path.name}: the front matter is not valid YAML") from error
    except ValidationError as error:
        first = error.errors()[0]
        key = "".join(f"{part}: " for part in [".".join(map(str, first["loc"]))] if part)
        raise TemplateError(f"{path.name}: front matter: {key}{first['msg'].removeprefix('Value error, ')}") from error
    if facts.name != path.stem:
        raise TemplateError(f"{path.name}: it is named {facts.name}", "a template has the name of its file")
    return facts


def _parts_like(path: Path, facts: Facts, body: str) -> Mapping[Part, str]:
    """The parts of another template, of the same folder or else of those that ship, one of its own name too."""
    if body.strip():
        raise TemplateError(f"{path.name}: it is like {facts.like}, and has no parts of its own")
    near = path.parent / f"{facts.like}.md"
    other = near if near != path and near.exists() else FOLDER / near.name
    others, parts = _read(other)
    if others.like:
        raise TemplateError(f"{path.name}: {facts.like}, which it is like, has no parts of its own")
    return _parts(other, parts)


def _parts(path: Path, body: str) -> dict[Part, str]:
    before, *pairs = _PART.split(body)
    names, texts = pairs[::2], pairs[1::2]
    found = dict(zip(names, texts, strict=True))
    if before.strip() or list(found) != names or [name for name in get_args(Part) if name in found] != names:
        raise TemplateError(f"{path.name}: its parts are {', '.join(get_args(Part))}, in this order, each once")
    if missing := {"user", "repair"} - set(found):
        raise TemplateError(f"{path.name}: it has no part ## {min(missing)}")
    return {part: found.get(part, "").strip() for part in get_args(Part)}


def _check(template: Template) -> None:
    """Raise TemplateError where a part has a variable that nothing fills, or lacks one that it needs."""
    name = template.path.name
    for part, known in VARIABLES.items():
        if unknown := sorted(template.variables(part) - known):
            choice = ", ".join(sorted(known))
            raise TemplateError(f"{name}, part {part}: there is no variable {unknown[0]}", f"there are {choice}")
    if missing := sorted(VARIABLES["repair"] - template.variables("repair")):
        raise TemplateError(f"{name}, part repair: it has no {{{{{missing[0]}}}}}")
    if missing := sorted(ALWAYS - template.variables("system") - template.variables("user")):
        raise TemplateError(f"{name}: it has no {{{{{missing[0]}}}}}")
    if template.facts.format == "completion" and template.parts["system"]:
        raise TemplateError(f"{name}: a completion is one text, and has no part ## system")
