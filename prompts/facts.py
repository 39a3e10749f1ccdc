"""What the front matter of a prompt template says, typed."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Place = Literal["last-fence", "open-fence", "whole", "after-marker"]
"""Where in a reply the SQL is.

`last-fence`: in the last fenced block, after whatever else is written. `open-fence`: at its start, because the prompt
ends within a fence. `whole`: from the first SELECT or WITH to the end. `after-marker`: the same, after the last marker.
"""

_STRICT = ConfigDict(extra="forbid", frozen=True, strict=True)


class Sampling(BaseModel):
    """How the next token is drawn; what is left out is for the server to say."""

    model_config = _STRICT

    temperature: float = Field(ge=0, le=2)
    top_p: float | None = Field(None, gt=0, le=1)
    top_k: int | None = Field(None, ge=1)
    min_p: float | None = Field(None, ge=0, le=1)
    repeat_penalty: float | None = Field(None, gt=0)

    def options(self) -> dict[str, float | int]:
        """What is set, by the names that Ollama has for it."""
        options: dict[str, float | int] = self.model_dump(exclude_none=True)
        return options


class Facts(BaseModel):
    """The front matter: what a template is for, and how a model is called with it.

    `families` are patterns of the names of the models it suits, and `dialects` the dialects of SQL, any where there is
    none. `like` names the template that has the parts, where the file has none. `source` is the address of the model
    card that it follows. A `completion` is the whole text that the model goes on with; a `chat` is put into the model's
    own chat format by its server. `schema_format` (`schema` in the file) is how tables are told. `thinks` is what a
    model is told that can be told to think or not, and how much. `reply_tokens` bounds what the model may write,
    thoughts too. `decline` are the words by which it says that it cannot answer, empty where it has none.
    """

    model_config = _STRICT

    name: str = Field(min_length=1)
    task: Literal["draft"]
    families: list[str] = Field(min_length=1)
    dialects: list[str] = []
    like: str = ""
    source: str = Field("", pattern=r"^(https://\S+)?$")
    format: Literal["chat", "completion"] = "chat"
    schema_format: Literal["m-schema", "ddl"] = Field("m-schema", alias="schema")
    thinks: bool | Literal["low", "medium", "high"] = False
    sampling: Sampling
    stop: list[str] = []
    reply_tokens: int = Field(gt=0)
    reply: Place
    marker: str = ""
    decline: str = ""

    @model_validator(mode="after")
    def _marker_is_used(self) -> Self:
        if (self.reply == "after-marker") != bool(self.marker):
            raise ValueError("marker belongs to reply: after-marker, and to no other")
        return self
