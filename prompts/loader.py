"""Prompt templates: Markdown files with typed front matter, whose named variables are filled strictly."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

FOLDER = Path(__file__).parent / "templates"

Part = Literal["system", "user", "repair"]

_VARIABLE = re.compile(r"\{\{\s*(\w+)\s*\}\}")
_FRONT = re.compile(r"---\n(?P<facts>.*?)\n---\n(?P<body>.*)", re.DOTALL)
_HEADING = re.compile(r"^## (.*)\n", re.MULTILINE)


class TemplateError(ValueError):
    """A template that is malformed, or filled with other variables than it has."""


class Facts(BaseModel):
    """The front matter: what a template is for, and how a model is called with it.

    `families` are name patterns of the models it suits. `reply_tokens` bounds what the model may write.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    name: str = Field(min_length=1)
    task: Literal["draft"]
    families: list[str] = Field(min_length=1)
    temperature: float = Field(ge=0)
    stop: list[str]
    reply_tokens: int = Field(gt=0)


@dataclass(frozen=True)
class Template:
    """The parts of a prompt and the facts of its front matter."""

    facts: Facts
    parts: Mapping[Part, str]

    def fill(self, part: Part, **values: str) -> str:
        """The part with every variable replaced, in one pass, so that no value is read as a template.

        Raises TemplateError for a variable that is missing, and for one that the part does not have.
        """
        text = self.parts[part]
        wanted = set(_VARIABLE.findall(text))
        if wanted != set(values):
            missing, unknown = sorted(wanted - set(values)), sorted(set(values) - wanted)
            raise TemplateError(f"{self.facts.name}, part {part}: missing {missing}, unknown {unknown}")
        return _VARIABLE.sub(lambda match: values[match[1]], text)


def load_template(name: str, folder: Path = FOLDER) -> Template:
    """The template in the file of that name; TemplateError says what is wrong with the file."""
    path = folder / f"{name}.md"
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise TemplateError(f"{path.name}: cannot be read: {error.strerror}") from error
    match = _FRONT.fullmatch(text)
    if match is None:
        raise TemplateError(f"{path.name}: it does not begin with front matter between two lines of ---")
    return Template(_facts(path, match["facts"]), _parts(path, match["body"]))


def _facts(path: Path, text: str) -> Facts:
    try:
        facts = Facts.model_validate(yaml.safe_load(text))
    except yaml.YAMLError as error:
        raise TemplateError(f"{path.name}: the front matter is not valid YAML") from error
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(map(str, first["loc"]))
        raise TemplateError(f"{path.name}: front matter: {key}: {first['msg']}") from error
    if facts.name != path.stem:
        raise TemplateError(f"{path.name}: it is named {facts.name}")
    return facts


def _parts(path: Path, body: str) -> dict[Part, str]:
    before, *pairs = _HEADING.split(body)
    names, texts = pairs[::2], pairs[1::2]
    if before.strip() or names != list(get_args(Part)):
        raise TemplateError(f"{path.name}: its parts must be {', '.join(get_args(Part))}, each under a ## heading")
    return {part: text.strip() for part, text in zip(get_args(Part), texts, strict=True)}
