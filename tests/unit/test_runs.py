"""Whoever is sought alone is found by a search in the rows, many are found in whole runs: both find the same."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from prellbock.store.sqlite import connection
from prellbock.store.sqlite.runs import DAY_MS, Runs

DELIVERY = st.tuples(
    st.integers(-2, 2) | st.sampled_from([-(2**63), 2**63 - 1]),
    st.integers(0, 6 * DAY_MS - 1),
    st.integers(0, 2**32 - 1),
)
BATCHES = st.lists(st.lists(DELIVERY, min_size=1, max_size=20), max_size=16)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("runs")


@given(BATCHES, st.integers(1, 7), st.integers(0, 6 * DAY_MS), st.none() | st.integers(0, 6 * DAY_MS), st.booleans())
def test_few_and_many_are_found_alike(
    folder: Path, batches: list[list[tuple[int, int, int]]], kept: int, since: int, until: int | None, warm: bool
) -> None:
    db, _ = connection.connect(folder, create=True)
    db.execute("BEGIN")
    few, many = Runs(db), Runs(db)
    many.in_rows = False
    for batch in batches:
        keys, times, messages = (np.array(column, dtype=np.int64) for column in zip(*batch, strict=True))
        few.deliver((times // DAY_MS).astype(np.int32), keys, times, messages.astype(np.uint32))
    few.thin(kept)
    if not warm:
        few.forget_cache()
    for key in {-3, *(delivery[0] for batch in batches for delivery in batch)}:
        asked = np.array([key], dtype=np.int64), np.array([since], dtype=np.int64), until
        one, other = few.deliveries(*asked), many.deliveries(*asked)
        assert {key: sorted(found) for key, found in one.items()} == {
            key: sorted(found) for key, found in other.items()
        }
    db.execute("ROLLBACK")
    db.close()
