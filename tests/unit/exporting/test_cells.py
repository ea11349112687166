"""CSV that no spreadsheet runs, and that can be read back exactly."""

import csv
import gzip
import io
from pathlib import Path
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prellbock.exporting.cells import STARTS, guarded, plain
from prellbock.exporting.formats import Part
from prellbock.store.exports import COLUMNS, Row

NASTY = st.one_of(
    st.text(st.characters(codec="utf-8"), max_size=30),
    st.builds("{}{}".format, st.sampled_from([*STARTS, "'", "''", '"', ",", ";"]), st.text(max_size=10)),
)


@given(NASTY)
def test_every_text_comes_back_and_none_begins_like_a_formula(text: str) -> None:
    cell = guarded(text)
    assert not cell.startswith(STARTS)
    assert plain(cell) == text


def test_an_empty_text_differs_from_nothing_at_all() -> None:
    assert plain("") is None and plain(guarded("")) == ""


@pytest.mark.parametrize("text", ["=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(1)", "\t=1", "\r=1", "\n=1", "＝1"])
def test_what_owasp_names_gets_an_apostrophe(text: str) -> None:
    assert guarded(text) == f"'{text}"


TEXT = (
    st.none()
    | st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)
    | NASTY.map(lambda text: text.encode(errors="replace").decode().replace("\0", ""))
)


@given(rows=st.lists(st.tuples(*[TEXT] * 4), min_size=1, max_size=8))
def test_a_whole_file_comes_back(rows: list[tuple[str | None, ...]], tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("csv") / "file"
    whole = [
        cast(Row, (n, each[0], "ab", each[1], each[2], 1e9, None, each[3], None, None)) for n, each in enumerate(rows)
    ]
    part = Part(path, "suppressions", "csv", packed=True)
    part.write(whole)
    part.end()
    found = list(csv.reader(io.StringIO(gzip.decompress(path.read_bytes()).decode(), newline="")))
    assert found[0] == list(COLUMNS["suppressions"])
    for row, cells in zip(rows, found[1:], strict=True):
        assert [plain(cells[at]) for at in (1, 3, 4, 7)] == [*row]
        assert not any(cell.startswith(STARTS) for cell in cells)
        assert cells[5] == "2001-09-09T01:46:40Z" and cells[6] == ""


def test_the_same_rows_are_the_same_octets(tmp_path: Path) -> None:
    digests = set()
    for name in ("a", "b"):
        part = Part(tmp_path / name, "suppressions", "csv", packed=True)
        part.write([(1, "u@example.com", "ab", "paused", "all", 1e9, 2e9, None, None, None)])
        digests.add(part.end())
    assert len(digests) == 1
