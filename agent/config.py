"""Settings: a flag beats the environment, which beats ./sqlwright.yaml, which beats the user-wide file."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import platformdirs
import yaml
from pydantic import Field, ValidationError, field_validator
from pydantic_core import PydanticCustomError
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from agent.errors import UsageError

FILE_NAME = "sqlwright.yaml"
ENV_PREFIX = "SQLWRIGHT_"


def user_file() -> Path:
    """The settings file that holds for every folder of this user."""
    return platformdirs.user_config_path("sqlwright") / FILE_NAME


class Settings(BaseSettings):
    """Every setting with its default; `load_settings` reads them."""

    model_config = SettingsConfigDict(env_prefix=ENV_PREFIX, extra="forbid", validate_default=False)

    db: str = Field("", description="Database URL or SQLite file; without it the demo shop is asked.")
    model: str = Field("builtin", description="The drafter: builtin needs no language model.")
    encoder: str = Field(
        "bundled",
        description="Embedding model: bundled, a local folder, or a hub name of sentence-transformers.",
    )
    descriptions: Path | None = Field(None, description="YAML file that describes tables and columns.")
    values: Literal["all", "low-cardinality", "none"] = Field(
        "low-cardinality", description="Which stored values are sampled into the index."
    )
    limit: int = Field(1_000, ge=1, le=1_000_000, description="Rows returned at most.")
    timeout: float = Field(30.0, gt=0, le=86_400, description="Seconds a query may run.")
    memory: int = Field(1024, ge=64, description="Megabytes a query may use.")
    week_start: Literal["monday", "sunday"] = Field("monday", description="First day of the week.")
    cache_dir: Path = Field(
        default_factory=lambda: platformdirs.user_cache_path("sqlwright"),
        description="Folder of the indexes, exported encoders and the demo shop.",
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The four sources, strongest first."""
        files = (Path(FILE_NAME), user_file())
        return (init_settings, env_settings, *(InitSettingsSource(settings_cls, _read(file)) for file in files))

    @field_validator("*", mode="before")
    @classmethod
    def _is_not_empty(cls, value: object) -> object:
        # A script whose variable is empty must not be answered from the demo shop, or write its cache here.
        if value == "":
            raise PydanticCustomError("empty", "it is empty")
        return value


def load_settings(**arguments: Any) -> Settings:
    """Read the settings; arguments that are None were not given.

    Raises UsageError that names the setting, its source, and what is wrong with it.
    """
    given = {name: value for name, value in arguments.items() if value is not None}
    try:
        return Settings(**given)
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0])
        known = ", ".join(sorted(Settings.model_fields))
        hints = {"extra_forbidden": f"the settings are: {known}", "empty": "leave it out to have the default"}
        raise UsageError(f"{_source_of(name, given)}: {first['msg']}", hints.get(first["type"], "")) from error


def _source_of(name: str, arguments: dict[str, Any]) -> str:
    """What to call a setting: by its name alone as an argument or option, else with the place that sets it."""
    sources: tuple[tuple[str, dict[str, Any]], ...] = (
        (name, arguments),
        (f"environment variable {ENV_PREFIX}{name.upper()}", EnvSettingsSource(Settings)()),
        (f"setting {name} in {FILE_NAME}", _read(Path(FILE_NAME))),
    )
    return next((label for label, values in sources if name in values), f"setting {name} in {user_file()}")


def _read(file: Path) -> dict[str, Any]:
    """The settings in a file, none where there is no file; UsageError when it is not a mapping in YAML."""
    try:
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        reason = " ".join(str(error).split())
        raise UsageError(f"{file} is not a valid settings file: {reason}") from error
    if not isinstance(content, dict | None):
        raise UsageError(f"{file} is not a valid settings file: it holds no settings", "write for example limit: 100")
    return {str(name): value for name, value in (content or {}).items()}
