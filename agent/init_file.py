"""The text of a new settings file: what was answered, and every other setting with its default as a comment."""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import yaml

from agent.config import Settings, load_settings
from agent.dialects import role_of
from agent.dialects.address import FILE_ENGINES, Address, read_address
from agent.drafters import load_drafter
from agent.environment import expand
from agent.errors import AgentError, UsageError

HEAD = """\
# Settings of sqlwright for this folder. An option of the command line beats the environment (SQLWRIGHT_LIMIT=…),
# which beats this file, which beats the user-wide one. A line that begins with # says what holds without it.
"""
CONNECTIONS = """\
# connections:
#   shop: {url: "postgresql://${SHOP_USER}:${SHOP_PASSWORD}@host/shop", schemas: [sales], values: none}
#   files: sales.duckdb
"""
POLICY = """\
# policy:
#   tables: [orders, customers, "sales.*"]
#   hidden: [customers.email, "*.password", "salaries.*"]
#   allow_functions: [my_bucket]
#   limit: 500
#   timeout: 10
"""
DESCRIPTIONS = """\
# descriptions:
#   tables:
#     orders:
#       description: One row per order.
#       tags: [finance]
#       columns: {amt: {description: "What was paid, in euros.", synonyms: [revenue]}}
#   glossary:
#     active customer: A customer who has ordered in the last 12 months.
"""
EXAMPLES = {
    "connections": CONNECTIONS,
    "include": '# include: [orders, "sales.*"]\n',
    "exclude": '# exclude: ["tmp_*", "audit.*"]\n',
    "descriptions": DESCRIPTIONS,
    "abbreviations": "# abbreviations: {clm: claim, pol: policy}\n",
    "policy": POLICY,
}
WIDTH = 112

_LOGIN = re.compile(r"(?<=://)([^/@:]*):(.*)@")


@dataclass(frozen=True, slots=True)
class Database:
    """A database as a settings file names it; `variable` is what has to hold its password, or empty.

    `doubt` is why it could not be opened, or what cannot be done with it.
    """

    url: str
    variable: str = ""
    doubt: str = ""


def read_database(answer: str) -> Database:
    """The database that an answer names, with a reference in place of a password.

    Raises UsageError when it is no URL and no file, or has a password where it cannot be taken out, and DatabaseError
    when the file is missing or no database.
    """
    answer = str(Path(answer).expanduser()) if answer.startswith("~") else answer
    address = read_address(answer)
    if address.dialect in FILE_ENGINES:
        role_of(address)
        return Database(answer)
    if any("pass" in name.lower() for name, _ in parse_qsl(urlsplit(answer).query)):
        raise UsageError("the password is among the options of the URL", "write it as user:password@host")
    login = _LOGIN.search(answer)
    if not login or not login[2] or re.fullmatch(r"\$\{\w+\}", login[2]):
        return Database(answer, doubt=_doubt(answer))
    # Named without the password, of which a part could pass for the database.
    variable = _variable(read_address(_LOGIN.sub(r"\1@", answer, count=1)))
    url = _LOGIN.sub(lambda found: f"{found[1]}:${{{variable}}}@", answer, count=1)
    return Database(url, variable, _doubt(answer))


def read_model(answer: str) -> str:
    """The drafter that an answer names; UsageError when there is none of that name."""
    load_drafter(load_settings(model=answer))
    return answer


def read_values(answer: str) -> str:
    """The policy for stored values that an answer names; UsageError when there is none of that name."""
    return load_settings(values=answer).values


def settings_text(answers: dict[str, str]) -> str:
    """The settings file for these answers, by the names of settings; those left out are comments."""
    parts = [HEAD]
    for name, field in Settings.model_fields.items():
        described = textwrap.wrap(field.description or "", WIDTH)
        parts.append("\n" + "".join(f"# {line}\n" for line in described))
        if name in answers:
            parts.append(_yaml({name: answers[name]}))
        elif name in EXAMPLES:
            parts.append(EXAMPLES[name])
        else:
            parts.append(f"# {_default(name)}")
    return "".join(parts)


def write_settings(file: Path, text: str) -> None:
    """Write a settings file where there is none; AgentError when there is one, or it cannot be written."""
    try:
        with file.open("x", encoding="utf-8") as opened:
            opened.write(text)
    except FileExistsError:
        raise AgentError(f"{file} is here already", "edit it, or move it away first") from None
    except OSError as error:
        raise AgentError(f"{file} cannot be written: {error.strerror}", "go to a folder of your own") from error


def _doubt(url: str) -> str:
    """Why a server cannot be asked now, which need not keep anybody from naming it."""
    try:
        role_of(read_address(expand(url, "db")))
    except AgentError as error:
        return error.message
    return ""


def _variable(address: Address) -> str:
    name = re.sub(r"\W+", "_", address.database, flags=re.ASCII).strip("_").upper()
    return f"{name or 'DB'}_PASSWORD" if not name[:1].isdigit() else f"DB_{name}_PASSWORD"


def _default(name: str) -> str:
    value: Any = Settings.model_fields[name].get_default(call_default_factory=True)
    if value is None or value == "":
        return f"{name}:\n"
    return _yaml({name: str(value) if isinstance(value, Path) else value})


def _yaml(values: dict[str, Any]) -> str:
    return yaml.safe_dump(values, allow_unicode=True, width=10_000)
