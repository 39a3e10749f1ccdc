"""What is in order and what is not: settings, database, role, index, encoder, Ollama and model, one after the other."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

from agent.check import Check, fault
from agent.config import Settings, load_settings, sources_of
from agent.dialects import DIALECTS, grants_of, role_of
from agent.dialects.address import FILE_ENGINES, Address, read_address
from agent.doctor_models import check_model, check_ollama
from agent.drafters import Listen, unheard
from agent.errors import AgentError, CancelledError, UsageError
from agent.records import NO_POLICY

if TYPE_CHECKING:
    from agent.records import Catalog
    from agent.schema_index.inspect_index import InspectedIndex


def diagnose(today: date, *, prove: bool = False, listen: Listen = unheard, **arguments: Any) -> Iterator[Check]:
    """Check one part after the other, with the settings that `load_settings` makes of the arguments.

    `today` is the day that the demo shop is made for. No index is made; a language model is loaded to have a few
    words of it, of which `listen` is told. It never raises but what that raises: a part that cannot be told is a fault,
    and the next is checked all the same. `prove` asks for one part more, in which the connection has to stop harmless
    writes.
    """
    try:
        settings = load_settings(**arguments)
    except AgentError as error:
        # Without settings nothing else can be told.
        yield fault("settings", error)
        return
    yield _settings(settings, arguments)
    for part, examine in (_PARTS | ({"proof": _proof} if prove else {})).items():
        try:
            yield from examine(settings, today, listen)
        except CancelledError:
            raise
        except Exception as error:  # a fault of one part must not hide the others
            yield fault(part, error)


def _settings(settings: Settings, arguments: dict[str, Any]) -> Check:
    places = sources_of(settings, **arguments)
    details = tuple(f"{name} = {_shown(settings, name)} ({place})" for name, place in places.items())
    many = len(details)
    what = f"{many} {'is' if many == 1 else 'are'} set, all others have their defaults" if many else "all at defaults"
    return Check("settings", "ok", what, details=details)


def _shown(settings: Settings, name: str) -> str:
    """The value of a setting without a password in it."""
    kind, connection = name.partition(".")[::2]
    held = settings.connections[connection].url if connection else getattr(settings, kind)
    if isinstance(held, dict):
        # By its names alone: descriptions may fill pages.
        return f"{{{', '.join(held)}}}"
    value = str(held)
    return Address("", value).shown if "://" in value else value


def _database(settings: Settings, today: date, _: Listen) -> Iterator[Check]:
    address = _address(settings, today)
    if address.dialect not in DIALECTS:
        what = f"sqlwright can draft for {address.dialect}, and run nothing on it: {address.shown}"
        yield Check("database", "warning", what, "agent ask --sql-only prints the SQL")
        return
    role, grants = role_of(address), grants_of(address, settings.connection.schemas)
    yield Check("database", "ok", f"{role.server} answers at {address.shown}")
    if role.may:
        hint = "let sqlwright use a role that can only read, which these statements make"
        yield Check("role", "warning", f"{role.name} may do more than read: {', '.join(role.may)}", hint, grants)
    else:
        rights = "the file is opened read-only" if address.dialect in FILE_ENGINES else "it may only read"
        yield Check("role", "ok", f"{role.name}; {rights}", details=grants)


def _proof(settings: Settings, today: date, _: Listen) -> Iterator[Check]:
    from contextlib import closing

    from agent.dialects import connect
    from agent.dialects.prove import prove

    address = _address(settings, today)
    if address.dialect not in DIALECTS:
        yield Check(
            "proof", "warning", f"sqlwright runs nothing on {address.dialect}, so that there is nothing to prove"
        )
        return
    with closing(connect(address)) as connection:
        for attempt in prove(connection, address):
            if attempt.stopped_by:
                yield Check("proof", "ok", f"{attempt.what}: stopped by {attempt.stopped_by}", details=(attempt.said,))
            else:
                hint = "let sqlwright use a role that can only read; --grants prints the statements that make one"
                if address.dialect in FILE_ENGINES:
                    hint = "this is a fault of sqlwright; please report it"
                yield Check("proof", "fault", f"{attempt.what}: NOT stopped; {attempt.said}", hint)


def _address(settings: Settings, today: date) -> Address:
    if settings.db:
        return read_address(settings.connection.url)
    from agent.demo import ensure_shop

    return read_address(f"sqlite:///{ensure_shop(settings.cache_dir / 'demo', today)}")


def _policy(settings: Settings, today: date, _: Listen) -> Iterator[Check]:
    """What the policy leaves to be asked, where there is one, and what of it fits nothing."""
    from agent.schema_index.policy import apply_policy, unmatched
    from agent.schema_index.reflect import reflect

    source, limits = settings.connection, settings.limits
    if source.policy == NO_POLICY:
        return
    catalog = reflect(_address(settings, today), source.schemas)
    left = apply_policy(catalog, source.policy)
    most = f"{limits.rows:,} rows, {limits.seconds:g} seconds"
    what = f"{_size(left)} of {_size(catalog)} may be asked for; {most}"
    if not left.tables:
        yield Check("policy", "fault", "it leaves no table", "name some in tables, or hide less", error=UsageError)
    elif unknown := unmatched(source.policy, catalog):
        hint = "check the spelling; write a table with its schema where it is not in the default one"
        yield Check("policy", "warning", f"nothing is called {', '.join(unknown)}; {what}", hint)
    else:
        yield Check("policy", "ok", what)


def _size(catalog: Catalog) -> str:
    return f"{len(catalog.tables):,} tables with {sum(len(table.columns) for table in catalog.tables):,} columns"


def _index(settings: Settings, today: date, _: Listen) -> Iterator[Check]:
    from agent.index_options import index_options
    from agent.schema_index.index_folder import index_folder
    from agent.schema_index.inspect_index import inspect_index

    address, options = _address(settings, today), index_options(settings)
    folder = index_folder(address, options)
    try:
        index = inspect_index(address, options)
    except (sqlite3.Error, ValueError):
        yield Check("index", "warning", f"it cannot be read in {folder}", "agent index makes it anew")
        return
    if index is None:
        hint = "agent index makes it; the first question would do so too"
        yield Check("index", "warning", f"there is none yet in {folder.parent}", hint)
        return
    held = _held(index)
    changed = (*(["the schema has changed"] if index.drift.touched else []), *index.changed)
    if changed:
        what = f"{' and '.join(changed)} since it was made: {held}"
        yield Check("index", "warning", what, "agent index brings it up to date")
    else:
        yield Check("index", "ok", f"up to date: {held}")


def _held(index: InspectedIndex) -> str:
    what = f"{index.tables:,} tables, {index.columns:,} columns, {index.made.astimezone():%Y-%m-%d %H:%M}"
    return f"{what}, {index.size / 1e6:,.1f} MB in {index.folder}"


def _encoder(settings: Settings, _: date, __: Listen) -> Iterator[Check]:
    from agent.schema_index.model_source import BUNDLED, encoder_key, model_source

    folder = settings.cache_dir / "encoders" / encoder_key(settings.encoder)
    if (folder / "encoder.json").is_file():
        yield Check("encoder", "ok", f"{settings.encoder} is ready in {folder}")
        return
    if settings.encoder == BUNDLED:
        model_source(BUNDLED)
    hint = "agent index prepares it, which takes half a minute once"
    yield Check("encoder", "warning", f"{settings.encoder} is not prepared yet", hint)


_PARTS: dict[str, Callable[[Settings, date, Listen], Iterator[Check]]] = {
    "database": _database,
    "policy": _policy,
    "index": _index,
    "encoder": _encoder,
    "ollama": check_ollama,
    "model": check_model,
}
