"""How fast are bounce mails read? Reading alone, with verdicts, and the whole command, beside `email`'s parser.

The mails are the labelled corpus where it stands (``PRELLBOCK_CORPUS``, or ``../shared/corpus`` beside the repository),
else the samples of the tests.
"""

import contextlib
import email
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import orjson

from prellbock.bench import Figure, Figures
from prellbock.bench.timing import interleaved, seconds
from prellbock.classify.classifier import Classifier
from prellbock.classify.report_lines import Row, report_lines
from prellbock.rules.toml import read_default
from prellbock.sources.mail import IS_COMPILED, read_mail

TARGET = 2.2
"""Times the rate of `email.message_from_bytes`."""
_ROUNDS = 9
_FILES = 4000
"""Files in the folder that the command reads: enough that its start counts little."""
_REPOSITORY = Path(__file__).parents[3]


def run() -> Figures:
    """All figures of the workload; takes about half a minute. Rates are mails per second on one core."""
    mails = corpus()
    classifier = Classifier(read_default(), None)

    def with_verdicts() -> None:
        rows: list[Row] = []
        for raw in mails:
            rows += [("-", event) for event in read_mail(raw) or (None,)]
        for line in report_lines(rows, classifier):
            orjson.dumps(line)

    taken = interleaved(
        {
            "email": lambda: [email.message_from_bytes(raw) for raw in mails],
            "read_mail": lambda: [read_mail(raw) for raw in mails],
            "parse_in_process": with_verdicts,
        },
        rounds=_ROUNDS,
    )
    rates = {name: len(mails) / one for name, one in taken.items()}
    rates["command"] = _FILES / _command(mails, _FILES)
    figures: Figures = {"email_message_from_bytes": Figure(value=rates.pop("email"), unit="mails/s")}
    yardstick = figures["email_message_from_bytes"]["value"]
    for name, rate in rates.items():
        figures[name] = Figure(value=rate, unit="mails/s", ratio=rate / yardstick, of="email_message_from_bytes")
    figures["read_mail"]["target"] = TARGET
    figures["read_mail"]["note"] = (
        "compiled" if IS_COMPILED else "pure Python: no compiled modules, or PRELLBOCK_PURE is set"
    )
    figures["command_320_files"] = Figure(value=_command(mails, 320), unit="s")
    figures["mails"] = Figure(value=len(mails), unit="mails")
    return figures


def corpus() -> list[bytes]:
    """The mails that are measured; raises FileNotFoundError where there are none."""
    named = os.environ.get("PRELLBOCK_CORPUS")
    folders = [Path(named)] if named else [_REPOSITORY.parent / "shared" / "corpus"]
    for folder in [*(one / "mails" for one in folders), _REPOSITORY / "tests" / "data" / "mails"]:
        with contextlib.suppress(OSError):
            if found := [path.read_bytes() for path in sorted(folder.rglob("*.eml"))]:
                return found
    raise FileNotFoundError("no sample mails: run this in a checkout, or set PRELLBOCK_CORPUS to a folder with mails/")


def _command(mails: list[bytes], count: int) -> float:
    """Seconds of ``prellbock parse`` on a folder of so many files, its start included."""
    with tempfile.TemporaryDirectory() as folder:
        for number in range(count):
            (Path(folder) / f"{number:06}.eml").write_bytes(mails[number % len(mails)])
        command = [sys.executable, "-c", "from prellbock.cli import main; main()", "parse", folder]
        return seconds(lambda: subprocess.run(command, stdout=subprocess.DEVNULL, check=True), rounds=3)
