"""What a settings file says of one database, and the kinds of setting that may hold for it alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator
from pydantic_core import PydanticCustomError
from pydantic_settings import NoDecode

from agent.policy_settings import PolicySettings
from agent.records import NO_POLICY, Policy


def not_empty(value: object) -> object:
    """The value of a setting; the empty text is none, which pydantic is told."""
    if value == "":
        raise PydanticCustomError("empty", "it is empty")
    return value


def _patterns(value: object) -> object:
    """A list of names; of a text, such as a variable of the environment holds, the names between its commas."""
    names = value.split(",") if isinstance(value, str) else value
    if not isinstance(names, list | tuple) or not all(isinstance(name, str) for name in names):
        raise PydanticCustomError("patterns", 'it is a list of names, such as [orders, "sales.*"]')
    if not all(name.strip() for name in names):
        raise PydanticCustomError("empty", "it is empty")
    return tuple(name.strip() for name in names)


def _words(value: object) -> object:
    if not isinstance(value, dict) or not all(isinstance(word, str) for pair in value.items() for word in pair):
        raise PydanticCustomError("words", "it maps short to long, such as {qty: quantity}, which only a file can hold")
    return value


def _described(value: object) -> object:
    if not isinstance(value, str | Path | dict):
        raise PydanticCustomError("descriptions", "it is a YAML file, or a mapping of the same form")
    return Path(value) if isinstance(value, str) else value


ValuesPolicy = Literal["all", "low-cardinality", "none"]
# Decoded here, because the library's own complaint of a variable that is no JSON would name none of this.
Patterns = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_patterns)]
Abbreviations = Annotated[dict[str, str], NoDecode, BeforeValidator(_words)]
Descriptions = Annotated[Path | dict[str, Any], NoDecode, BeforeValidator(_described)]


@dataclass(frozen=True, slots=True)
class Source:
    """The database to ask, with what holds for it; `url` is empty for the demo shop."""

    url: str = field(repr=False)
    schemas: tuple[str, ...]
    values: ValuesPolicy
    descriptions: Path | Mapping[str, Any] | None
    policy: Policy = NO_POLICY
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    abbreviations: Mapping[str, str] = field(default_factory=dict)


class ConnectionSettings(BaseModel):
    """A database by name, and what holds for it alone; a text alone is its URL."""

    # A message of pydantic's own would quote the URL, and a password in it.
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    url: str = Field(repr=False, description="Database URL or file; ${NAME} is taken from the environment.")
    schemas: tuple[str, ...] = Field((), description="Schemas to index; all that can be read where none is named.")
    values: ValuesPolicy | None = Field(None, description="As the setting of that name, which it has by default.")
    include: Patterns | None = Field(None, description="As the setting of that name, which it has by default.")
    exclude: Patterns | None = Field(None, description="As the setting of that name, which it has by default.")
    descriptions: Descriptions | None = Field(None, description="As the setting of that name, which it has by default.")
    abbreviations: Abbreviations | None = Field(
        None, description="As the setting of that name, which it has by default."
    )
    policy: PolicySettings | None = Field(None, description="As the setting of that name, which it has by default.")

    @model_validator(mode="before")
    @classmethod
    def _is_url(cls, value: object) -> object:
        return {"url": value} if isinstance(value, str) else value

    @field_validator("*", mode="before")
    @classmethod
    def _is_not_empty(cls, value: object) -> object:
        return not_empty(value)

    @field_validator("schemas", mode="before")
    @classmethod
    def _are_schemas(cls, value: object) -> object:
        return (value,) if isinstance(value, str) else value
