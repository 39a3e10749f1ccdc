"""Settings: a flag beats the environment, which beats ./sqlwright.yaml, which beats the user-wide file."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import platformdirs
from pydantic import BaseModel, BeforeValidator, Field, ValidationError, ValidationInfo, field_validator
from pydantic_core import ErrorDetails, PydanticCustomError
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    InitSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from agent.connection_settings import (
    Abbreviations,
    ConnectionSettings,
    Descriptions,
    Patterns,
    Source,
    ValuesPolicy,
    not_empty,
)
from agent.environment import expand
from agent.errors import UsageError
from agent.policy_settings import PolicySettings
from agent.records import NO_POLICY, Limits
from agent.settings_file import CONNECTION_NAME, FILE_NAME, Values, read_settings, user_file

ENV_PREFIX = "SQLWRIGHT_"
PER_CONNECTION = ("values", "include", "exclude", "descriptions", "abbreviations", "policy")
# For which the empty text is a choice: an encoder is given what it reads as it is.
PREFIXES = ("query_prefix", "document_prefix")


def _keep_alive(value: object) -> object:
    text = str(value).strip()
    if isinstance(value, bool) or not _DURATION.fullmatch(text):
        raise PydanticCustomError("keep_alive", "it is a duration such as 30m or 90s, 0, or -1 for always")
    return text


# Written as Go reads a duration, or in seconds.
_DURATION = re.compile(r"-?\d+(?:\.\d+)?|-?(?:\d+(?:\.\d+)?(?:ms|s|m|h))+")
KeepAlive = Annotated[str, BeforeValidator(_keep_alive)]


class Settings(BaseSettings):
    """Every setting with its default; `load_settings` reads them."""

    model_config = SettingsConfigDict(
        env_prefix=ENV_PREFIX, extra="forbid", validate_default=False, hide_input_in_errors=True
    )

    db: str = Field(
        "", repr=False, description="Database URL, file, or name of a connection; without it the demo shop is asked."
    )
    connections: Annotated[dict[str, ConnectionSettings], NoDecode] = Field(
        default_factory=dict, description="Databases by name, each a URL or a mapping with url, schemas, values, …"
    )
    model: str = Field(
        "auto",
        description="The drafter: builtin (no language model), ollama:NAME, openai:NAME@URL (any server that speaks "
        "OpenAI's protocol), replay:FILE (replies made elsewhere), or auto, the best that Ollama has pulled.",
    )
    ollama: str = Field("http://127.0.0.1:11434", description="Where Ollama answers.")
    ollama_headers: Annotated[dict[str, str], NoDecode] = Field(
        default_factory=dict,
        repr=False,
        description="Headers to send to Ollama with every request, by name; a value may be ${VARIABLE}.",
    )
    ca_file: Path | None = Field(
        None, description="Certificates to trust for https instead of the usual ones, as a PEM file."
    )
    load_timeout: float = Field(
        600.0, gt=0, le=86_400, description="Seconds until a language model's first word, while it loads and reads."
    )
    model_timeout: float = Field(
        120.0, gt=0, le=86_400, description="Seconds a language model may be silent since its last word."
    )
    keep_alive: KeepAlive | None = Field(
        None, description="How long Ollama keeps a model loaded, such as 30m, 0 or -1 (always); its own, if left out."
    )
    max_context: int = Field(
        16_384,
        ge=1_024,
        le=1_048_576,
        description="Tokens of the largest context window to ask of a language model; more take more memory.",
    )
    candidates: int = Field(
        1,
        ge=1,
        le=10,
        description="Drafts that a model makes of a question; the rows that most of them give are taken.",
    )
    prompts: Path | None = Field(
        None, description="Folder of your own prompt templates, which come before those that ship."
    )
    encoder: str = Field(
        "bundled",
        description="Embedding model: bundled, a local folder, a hub name of sentence-transformers, or ollama:NAME.",
    )
    cache_folder: Path | None = Field(
        None, description="Folder in which models of the hub are kept; Hugging Face's own by default."
    )
    local_files_only: bool = Field(False, description="Never ask the hub for an embedding model.")
    query_prefix: str | None = Field(
        None, description="Text that the encoder wants before a question; left out, what its makers say."
    )
    document_prefix: str | None = Field(
        None, description="Text that the encoder wants before what is indexed; left out, what its makers say."
    )
    chroma: str = Field(
        "", description="URL of a Chroma server that holds the vectors; left out, the cache folder does."
    )
    include: Patterns = Field((), description="Tables to index, such as orders or sales.*; all, if left out.")
    exclude: Patterns = Field((), description="Tables to leave out, such as tmp_* or audit.*.")
    descriptions: Descriptions | None = Field(
        None, description="What tables and columns mean, or a YAML file that says it; agent schema describe writes it."
    )
    abbreviations: Abbreviations = Field(
        default_factory=dict, description="What short words in names stand for, beside the common ones."
    )
    values: ValuesPolicy = Field(
        "low-cardinality",
        description="Which stored values are sampled into the index: all, low-cardinality "
        "(skips columns that look personal) or none.",
    )
    policy: Annotated[PolicySettings | None, NoDecode] = Field(
        None, description="What may be asked of a connection that has no policy of its own; all, if left out."
    )
    limit: int = Field(1_000, ge=1, le=1_000_000, description="Rows returned at most.")
    timeout: float = Field(30.0, gt=0, le=86_400, description="Seconds a query may run.")
    memory: int = Field(1024, ge=64, description="Megabytes a query may use.")
    max_plan_rows: float | None = Field(
        Limits().plan_rows, gt=0, description="Rows that a step of a query may be expected to make; null for any."
    )
    max_plan_cost: float | None = Field(
        Limits().plan_cost, gt=0, description="Cost of a query, as the engine estimates it; any, if left out."
    )
    week_start: Literal["monday", "sunday"] = Field("monday", description="First day of the week: monday or sunday.")
    cache_dir: Path = Field(
        default_factory=lambda: platformdirs.user_cache_path("sqlwright"),
        description="Folder of the indexes, exported encoders and the demo shop.",
    )

    @property
    def connection(self) -> Source:
        """The database that `db` names, by a connection's name or by itself.

        Raises UsageError when it names none, or a variable of the environment that its URL needs is not set.
        """
        named = self.connections.get(self.db)
        url = self._url() if named is None else expand(named.url, f"connection {self.db}")
        own = {name: value for name in PER_CONNECTION if (value := getattr(named, name, None)) is not None}
        held: Values = {name: own.get(name, getattr(self, name)) for name in PER_CONNECTION}
        policy: PolicySettings | None = held.pop("policy")
        return Source(url, named.schemas if named else (), policy=policy.policy if policy else NO_POLICY, **held)

    def of_tables(self, include: Sequence[str] | None, exclude: Sequence[str] | None) -> Self:
        """The settings with other tables to index, where some are given, for every connection."""
        given = {name: tuple(said) for name, said in (("include", include), ("exclude", exclude)) if said}
        unset: dict[str, None] = dict.fromkeys(given)
        named = {name: each.model_copy(update=unset) for name, each in self.connections.items()}
        return self.model_copy(update={**given, "connections": named}) if given else self

    @property
    def limits(self) -> Limits:
        """The bounds of a query: what is set, and else no more than the policy allows.

        Raises UsageError when more is set than it allows, and as `connection` does.
        """
        policy = self.connection.policy
        return Limits(
            rows=int(self._within("limit", policy.limit)),
            seconds=self._within("timeout", policy.timeout),
            memory_bytes=self.memory * 1024 * 1024,
            plan_rows=self.max_plan_rows,
            plan_cost=self.max_plan_cost,
        )

    def _within(self, name: str, most: float | None) -> float:
        value: float = getattr(self, name)
        if most is None or value <= most:
            return value
        if name in self.model_fields_set:
            raise UsageError(f"{name}: {value:.10g} is more than the policy allows", f"ask for at most {most:.10g}")
        return most

    def _url(self) -> str:
        if CONNECTION_NAME.fullmatch(self.db) and not Path(self.db).exists():
            raise UsageError(f"db: there is no connection and no file called {self.db}", self._names_near())
        return expand(self.db, "db")

    def _names_near(self) -> str:
        if near := get_close_matches(self.db, self.connections, n=3):
            return f"did you mean {', '.join(near)}?"
        known = ", ".join(sorted(self.connections))
        return f"the connections are: {known}" if known else f"define connections in {FILE_NAME}"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The sources, strongest first."""
        here, everywhere = read_settings(Path(FILE_NAME)), read_settings(user_file())
        near, far = (values.get("connections") for values in (here, everywhere))
        if isinstance(near, dict) and isinstance(far, dict):
            # A connection of this folder hides one of the same name; their parts must not be mixed.
            here["connections"] = far | near
            del everywhere["connections"]
        if {"ollama", "ollama_headers"} & here.keys():
            # What lets one into one server is not for another.
            everywhere.pop("ollama_headers", None)
        for name in {"policy", "descriptions"} & here.keys():
            # Nor may those of two policies, or what is said of two databases.
            everywhere.pop(name, None)
        files = (InitSettingsSource(settings_cls, values) for values in (here, everywhere))
        return (init_settings, env_settings, *files)

    @field_validator("*", mode="before")
    @classmethod
    def _is_not_empty(cls, value: object, told: ValidationInfo) -> object:
        # A script whose variable is empty must not be answered from the demo shop, or write its cache here.
        return value if told.field_name in PREFIXES else not_empty(value)

    @field_validator("ollama_headers", mode="before")
    @classmethod
    def _is_mapping(cls, value: object) -> object:
        if not isinstance(value, dict):
            raise PydanticCustomError("headers", "it is a mapping of names to values, which only a file can hold")
        return value

    @field_validator("connections", mode="before")
    @classmethod
    def _have_names(cls, value: object) -> object:
        if not isinstance(value, dict):
            raise PydanticCustomError("connections", "it is a mapping of names to URLs, which only a file can hold")
        for name in value:
            if not CONNECTION_NAME.fullmatch(str(name)):
                reason = "the name {name} has other signs than letters, digits, - and _"
                raise PydanticCustomError("connections", reason, {"name": repr(name)})
        return value


def load_settings(**arguments: Any) -> Settings:
    """Read the settings; arguments that are None were not given.

    Raises UsageError that names the setting, its source, and what is wrong with it.
    """
    given = _given(arguments)
    try:
        return Settings(**given)
    except ValidationError as error:
        first = error.errors()[0]
        label = _source_of(tuple(map(str, first["loc"])), given)
        # From None, because the trace of the cause could show a password.
        raise UsageError(f"{label}: {_reason(first)}", _hint(first)) from None


def sources_of(settings: Settings, **arguments: Any) -> dict[str, str]:
    """Where each setting that is not left at its default comes from; connections are `connections.NAME`."""
    given = _given(arguments)
    names = [(name,) for name in sorted(settings.model_fields_set - {"connections"})]
    connections = [("connections", name) for name in sorted(settings.connections)]
    return {".".join(name): _place_of(name, given) for name in (*names, *connections)}


def _given(arguments: Values) -> Values:
    return {name: value for name, value in arguments.items() if value is not None}


def _reason(error: ErrorDetails) -> str:
    """What is wrong with a setting, in other words than the library's where those speak of its own types."""
    reasons = {
        "extra_forbidden": "there is no such setting",
        "missing": "it is missing",
        "tuple_type": "it is a list, such as [sales, archive]",
        "model_type": "it is a URL, or a mapping with a url",
        "model_attributes_type": "it is a URL, or a mapping with a url",
    }
    return reasons.get(error["type"]) or error["msg"].replace("Input should be", "it should be")


def _hint(error: ErrorDetails) -> str:
    known = ", ".join(sorted(_model_of(error["loc"]).model_fields))
    hints = {
        "extra_forbidden": f"the settings are: {known}",
        "empty": "leave it out to have the default",
        "missing": f"a connection has {known}",
        "headers": f"write in {FILE_NAME} for example ollama_headers: {{Authorization: Bearer ${{TOKEN}}}}",
        "connections": f"write in {FILE_NAME} for example connections: {{shop: sqlite:///shop.db}}",
    }
    return hints.get(error["type"], "")


def _model_of(location: tuple[int | str, ...]) -> type[BaseModel]:
    """The model that has the setting at a place."""
    connection = location[0] == "connections"
    if location[2:3] == ("policy",) if connection else len(location) > 1:
        return PolicySettings
    return ConnectionSettings if connection else Settings


def _source_of(name: tuple[str, ...], arguments: Values) -> str:
    """What to call a setting: by its name alone as an argument or option, else with the place that sets it."""
    place = _place_of(name, arguments)
    if place == OPTION:
        return name[0]
    return place if place.startswith("environment") else f"setting {'.'.join(name)} in {place}"


OPTION = "option"


def _place_of(name: tuple[str, ...], arguments: Values) -> str:
    """The strongest place that sets a setting: an option, a variable of the environment, or a file."""
    variable = f"{ENV_PREFIX}{name[0].upper()}"
    sources: tuple[tuple[str, Values], ...] = (
        (OPTION, arguments),
        (f"environment variable {variable}", EnvSettingsSource(Settings)()),
        (FILE_NAME, read_settings(Path(FILE_NAME))),
    )
    return next((place for place, values in sources if sets(values, name)), str(user_file()))


def sets(values: Values, name: tuple[str, ...]) -> bool:
    """Whether settings hold one, by its name and, of a connection, that of the connection."""
    value = values.get(name[0])
    if name[0] == "connections" and len(name) > 1 and isinstance(value, dict):
        return name[1] in value
    return name[0] in values
