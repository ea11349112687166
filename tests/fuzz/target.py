"""The fuzz target (atheris, libFuzzer): no bytes make the reader raise, hang, or say what cannot be.

``python tests/fuzz/target.py [libFuzzer options] SEEDS...``; `test_fuzz.py` runs it for `make long`.
"""

import os
import sys

import atheris

# Compiled modules show no coverage; they are compared with the sources in `test_mail_compiled.py`.
os.environ["PRELLBOCK_PURE"] = "1"

with atheris.instrument_imports(include=["prellbock.sources.mail"]):
    from prellbock.sources.mail import read_mail


def one(raw: bytes) -> None:
    """What holds for every mail."""
    for event in read_mail(raw):
        assert event.outcome is not None
        assert event.status is None or (event.status[0] in "245" and event.status.count(".") == 2)
        assert event.smtp_code is None or 200 <= event.smtp_code <= 599
        assert event.recipient is None or ("@" in event.recipient and len(event.recipient) <= 320)
        for text in (event.recipient, event.response, event.message_id, event.sender, event.mx):
            # What cannot be written as UTF-8 cannot be printed or stored.
            assert text is None or text.encode() is not None


if __name__ == "__main__":
    atheris.Setup(sys.argv, one)
    atheris.Fuzz()
