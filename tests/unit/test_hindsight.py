"""What is known after the fact: of little it is counted at once, of much beside the server."""

import asyncio
from pathlib import Path

import pytest
from processes import Command, event, ndjson

from prellbock.alarming.drift import drift
from prellbock.api import hindsight
from prellbock.api.hindsight import Hindsight
from prellbock.api.installation import Interruptible
from prellbock.classify.model import shipped_model
from prellbock.store.sqlite.store import SqliteStore

UNTIL = 1_772_323_200.0
"""2026-03-01T00:00:00Z"""


@pytest.fixture
def filled(command: Command) -> Path:
    lines = [
        event(f"u{n}@example.com", f"2026-02-{1 + n % 28:02}T08:00:00Z", response="553 Wrzl today", message_id=f"u{n}")
        for n in range(840)
    ]
    command.run("ingest", "-", stdin=ndjson(*lines))
    return command.data


def test_drift_of_much_is_counted_beside_and_is_the_same(filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def asked(store: SqliteStore) -> None:
        lasting: set[Interruptible] = set()
        here = Hindsight(store, filled, lasting, lambda: UNTIL)
        at_once = await here.drift(7, UNTIL)
        assert at_once == drift(store, shipped_model(), UNTIL, days=7)
        monkeypatch.setattr(hindsight, "AT_ONCE", -1)
        found = await here.drift(7, UNTIL)
        assert found is None
        while found is None:
            await asyncio.wait(asyncio.all_tasks() - {asyncio.current_task()})
            found = await here.drift(7, UNTIL)
        assert found == at_once

    with SqliteStore(filled, read_only=True) as store:
        asyncio.run(asked(store))
