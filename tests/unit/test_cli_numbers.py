"""`nan` compares with nothing, so no bound keeps it out by itself."""

import pytest
from click.testing import CliRunner

from prellbock.cli import cli


@pytest.mark.parametrize(
    "words",
    [
        ("classify", "--least-confidence", "nan"),
        ("learn", "thresholds", "--target", "nan"),
        ("syncs", "add", "ours", "--per-second", "nan"),
        ("cost", "--per-hour", "inf"),
    ],
)
def test_what_is_no_number_is_refused_where_a_range_is_asked(words: tuple[str, ...]) -> None:
    told = CliRunner().invoke(cli, words, input="550 x\n")
    assert told.exit_code == 2
    assert words[-2] in told.output
    assert "is no number" in told.output
