"""The GUI colours categories by fault without asking: its table must be the server's."""

import re
from pathlib import Path

from prellbock.taxonomy import FAULT_OF

TABLE = Path(__file__).parents[2] / "gui" / "src" / "app" / "core" / "taxonomy.ts"


def test_the_gui_knows_the_fault_of_every_category() -> None:
    told = dict(re.findall(r"^  ([a-z_]+): '([a-z]+)',$", TABLE.read_text("utf-8"), re.MULTILINE))
    assert told == dict(FAULT_OF)
