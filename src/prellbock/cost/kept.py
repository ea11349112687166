"""A counted run in a file, so that other hours, prices and ways to pay are figured from the same run, in no time."""

from pathlib import Path

import msgspec

from prellbock.cost.measure import Histories, Measured, measure
from prellbock.cost.mix import Mix


class Asked(msgspec.Struct, frozen=True):
    """What a run is about."""

    mix: Mix
    histories: Histories
    envelope: int
    """Events of one."""
    tasks: tuple[str, ...]
    """Scheduled ones, that are counted too."""

    def run(self) -> Measured:
        """Half a minute on one core."""
        return measure(self.mix, list(self.tasks), in_one=self.envelope, histories=self.histories)


class Run(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What was asked, and what was counted."""

    asked: Asked
    measured: Measured


class RunError(ValueError):
    """A file that holds no run, or one of something else; says what to do."""


def kept(file: Path) -> Run:
    """The run in a file. Raises `RunError`, or OSError."""
    try:
        return msgspec.json.decode(file.read_bytes(), type=Run)
    except msgspec.MsgspecError as error:
        raise RunError(f"{file} holds no counted run: {error}; remove it to count anew") from error


def read_or_count(file: Path, asked: Asked) -> Measured:
    """The run in the file where there is one, else a new one, which is written there. Raises `RunError`, or OSError."""
    if not file.exists():
        run = Run(asked, asked.run())
        file.write_bytes(msgspec.json.format(msgspec.json.encode(run), indent=1) + b"\n")
        return run.measured
    run = kept(file)
    if run.asked != asked:
        other = next(name for name in Asked.__struct_fields__ if getattr(run.asked, name) != getattr(asked, name))
        raise RunError(
            f"{file} is a run with other {other}: {_told(run.asked, other)}, not {_told(asked, other)}; "
            "ask for the same, or remove the file to count anew"
        )
    return run.measured


def _told(asked: Asked, name: str) -> str:
    return msgspec.json.encode(getattr(asked, name)).decode()
