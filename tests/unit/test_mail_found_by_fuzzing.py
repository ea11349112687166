"""Inputs that once made the reader say what cannot be; each stands in tests/data/fuzz under the name of its fault."""

import re
from pathlib import Path

import pytest

from prellbock.sources.mail import read_mail

FOUND = sorted((Path(__file__).parents[1] / "data" / "fuzz").glob("*.bin"))


@pytest.mark.parametrize("path", FOUND, ids=lambda path: path.stem)
def test_mended(path: Path) -> None:
    for event in read_mail(path.read_bytes()):
        assert event.outcome is not None
        assert event.status is None or re.fullmatch(r"[245]\.\d{1,3}\.\d{1,3}", event.status)
        assert event.smtp_code is None or 200 <= event.smtp_code <= 599
        assert event.recipient is None or 3 <= len(event.recipient) <= 320
        for text in (event.recipient, event.response, event.message_id, event.sender, event.mx):
            assert text is None or text.encode()
