"""With the checker left out, and the role that `agent doctor` prints, no attack changes anything."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from tests.safety.files import file_place
from tests.safety.place import OUR_STOLEN, SAFETY, STOLEN, Place, Run, attacks, harms, harms_of_each, read_only
from tests.safety.servers import ADMIN_URLS, shared_place
from tests.safety.superuser import superuser_place
from tests.safety.writing import WRITING
from tests.services import database_of

CONTROLS = yaml.safe_load((SAFETY / "controls.yaml").read_text("utf-8"))
PLACES = {"sqlite": file_place, "duckdb": file_place, "postgres": shared_place, "mysql": shared_place}


@pytest.mark.parametrize("dialect", PLACES)
def test_no_attack_changes_anything(dialect: str, folder: Path) -> None:
    with PLACES[dialect](dialect, folder) as place, read_only(place.url) as run:
        assert harms(attacks(dialect), place, run) == {}


@pytest.mark.parametrize("dialect", PLACES)
def test_harm_would_be_noticed(dialect: str, folder: Path) -> None:
    """What changes something on a connection that may write is seen to change it."""
    with PLACES[dialect](dialect, folder) as place:
        url = ADMIN_URLS[dialect](database_of(place.url)) if dialect in ADMIN_URLS else place.url
        with WRITING[dialect](url) as run:
            assert _unnoticed(CONTROLS[dialect], place, run) == []


@pytest.mark.parametrize("dialect", CONTROLS["private"])
def test_harm_to_a_server_would_be_noticed(dialect: str, folder: Path) -> None:
    with superuser_place(dialect, folder) as place:
        for control in CONTROLS["private"][dialect]:
            # Each in a session of its own: a server that is started anew knows nothing of the last.
            with WRITING[dialect](place.url) as run:
                assert _unnoticed([control], place, run) == []


def _unnoticed(controls: list[dict[str, str]], place: Place, run: Run) -> list[str]:
    """The controls of which it is not seen that they change what they change."""
    changes = {control["sql"].replace(STOLEN, OUR_STOLEN): control["changes"] for control in controls}
    found = harms_of_each(list(changes), place, run)
    return [sql for sql, changed in changes.items() if changed not in found.get(sql, "")]
