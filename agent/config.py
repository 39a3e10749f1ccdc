"""Settings: a flag beats the environment, which beats ./sqlwright.yaml, which beats the user-wide file."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import platformdirs
import yaml
from pydantic import Field, ValidationError
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    YamlConfigSettingsSource,
)

from agent.errors import UsageError

FILE_NAME = "sqlwright.yaml"
ENV_PREFIX = "SQLWRIGHT_"


def user_file() -> Path:
    """The settings file that holds for every folder of this user."""
    return platformdirs.user_config_path("sqlwright") / FILE_NAME


class Settings(BaseSettings):
    """Every setting with its default; `load_settings` reads them."""

    model_config = SettingsConfigDict(env_prefix=ENV_PREFIX, extra="forbid")

    db: str = Field("", description="Database URL; empty asks the demo shop.")
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
        return (
            init_settings,
            env_settings,
            *(YamlConfigSettingsSource(settings_cls, file) for file in files),
        )


def load_settings(**flags: Any) -> Settings:
    """Read the settings; flags that are None were not given.

    Raises UsageError that names the setting, its source, and what is wrong with it.
    """
    given = {name: value for name, value in flags.items() if value is not None}
    try:
        return Settings(**given)
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0])
        known = ", ".join(sorted(Settings.model_fields))
        hint = f"the settings are: {known}" if first["type"] == "extra_forbidden" else ""
        raise UsageError(f"{_source_of(name, given)}: {first['msg']}", hint) from error
    except (yaml.YAMLError, TypeError, ValueError) as error:
        reason = " ".join(str(error).split())
        raise UsageError(f"{FILE_NAME} is not a valid settings file: {reason}") from error


def _source_of(name: str, flags: dict[str, Any]) -> str:
    sources: list[tuple[str, PydanticBaseSettingsSource]] = [
        (f"option --{name.replace('_', '-')}", InitSettingsSource(Settings, flags)),
        (f"environment variable {ENV_PREFIX}{name.upper()}", EnvSettingsSource(Settings)),
        (f"setting {name} in {FILE_NAME}", YamlConfigSettingsSource(Settings, Path(FILE_NAME))),
        (f"setting {name} in {user_file()}", YamlConfigSettingsSource(Settings, user_file())),
    ]
    return next((label for label, source in sources if name in source()), f"setting {name}")
