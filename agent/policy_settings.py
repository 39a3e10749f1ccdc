"""What a settings file says may be asked of a database."""

from __future__ import annotations

import re

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from agent.records import Policy

_FUNCTION = re.compile(r"[A-Za-z_]\w*", re.ASCII)


class PolicySettings(BaseModel):
    """What may be asked of a database; everything else does not exist for the flow."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    tables: tuple[str, ...] = Field((), description="Tables that may be read, such as orders or sales.*; else all.")
    hidden: tuple[str, ...] = Field((), description="Columns that may not, such as customers.email or *.password.")
    allow_functions: tuple[str, ...] = Field((), description="Functions that may be called beside the listed ones.")
    limit: int | None = Field(None, ge=1, le=1_000_000, description="The most rows that may be asked for.")
    timeout: float | None = Field(None, gt=0, le=86_400, description="The most seconds that may be asked for.")

    @property
    def policy(self) -> Policy:
        """The same as a record."""
        functions = frozenset(name.lower() for name in self.allow_functions)
        return Policy(self.tables, self.hidden, functions, self.limit, self.timeout)

    @model_validator(mode="before")
    @classmethod
    def _is_mapping(cls, value: object) -> object:
        if not isinstance(value, dict):
            raise PydanticCustomError("policy", "it is a mapping, which only a file can hold")
        return value

    @field_validator("tables", "hidden", "allow_functions", mode="before")
    @classmethod
    def _is_list(cls, value: object) -> object:
        return (value,) if isinstance(value, str) else value

    @field_validator("tables", "hidden")
    @classmethod
    def _are_patterns(cls, patterns: tuple[str, ...]) -> tuple[str, ...]:
        if not all(pattern.strip() for pattern in patterns):
            raise PydanticCustomError("empty", "it is empty")
        return patterns

    @field_validator("hidden")
    @classmethod
    def _are_columns(cls, patterns: tuple[str, ...]) -> tuple[str, ...]:
        for pattern in patterns:
            if "." not in pattern:
                reason = (
                    "{pattern} names no column: write {pattern}.* for all of a table, or *.{pattern} for all of a name"
                )
                raise PydanticCustomError("hidden", reason, {"pattern": pattern})
        return patterns

    @field_validator("allow_functions")
    @classmethod
    def _are_bare(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        for name in names:
            if not _FUNCTION.fullmatch(name):
                raise PydanticCustomError("function", "{name} is not the bare name of a function", {"name": name})
        return names
