"""What every command shares: NDJSON on stdout, problems and progress on stderr, and the option --data."""

import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, TypeVar

import click
import msgspec
import orjson

from prellbock.times import rfc3339

if TYPE_CHECKING:
    from prellbock.store.sqlite import SqliteStore

F = TypeVar("F", bound=Callable[..., Any])
T = TypeVar("T")


def data_option(function: F) -> F:
    """Lets --data also stand after the command; the function gets the folder as keyword ``data`` (a Path)."""

    def chosen(ctx: click.Context, param: click.Parameter, value: str | None) -> Path:
        return Path(value if value is not None else ctx.find_root().obj or "prellbock-data")

    return click.option(
        "--data", type=click.Path(file_okay=False), callback=chosen, help="The folder that holds everything stored."
    )(function)


def named_paths(ctx: click.Context, param: click.Parameter, value: tuple[str, ...]) -> tuple[str, ...]:
    """Callback of PATH arguments: an empty path (an unset variable of a script) is not the current folder."""
    if not all(value):
        raise click.BadParameter("an empty path names nothing; write . for the current folder")
    return value


def write_line(record: object) -> None:
    """Writes one NDJSON line to stdout."""
    sys.stdout.buffer.write(orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE, default=_plain))


def _plain(value: object) -> object:
    """Structs as objects."""
    if isinstance(value, msgspec.Struct):
        return msgspec.structs.asdict(value)
    raise TypeError(f"{type(value).__name__} is no JSON")


def write_lines(records: Iterable[object]) -> None:
    """Writes NDJSON lines to stdout."""
    for record in records:
        write_line(record)


class Problems:
    """Names every piece of bad input on stderr as it is met, and knows the exit code at the end."""

    def __init__(self) -> None:
        self.count = 0

    def add(self, place: str, what: str) -> None:
        """``place`` is a file, ``file:line`` or ``file#n``; ``what`` says what is wrong and what to do."""
        self.count += 1
        click.echo(f"{click.style(place, bold=True)}: {what}", err=True)

    @property
    def exit_code(self) -> int:
        return 1 if self.count else 0


class Progress:
    """A bar (or a counter where the end is unknown) on stderr, only on a terminal, and only after half a second."""

    def __init__(self, label: str, total: int | None = None, unit: str = "") -> None:
        self._label, self._total, self._unit = label, total, unit
        self._done = 0
        self._begin = time.monotonic()
        self._next = self._begin + 0.5
        self._on = sys.stderr.isatty()
        self._shown = False

    def __enter__(self) -> "Progress":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._shown:
            self._draw(time.monotonic())
            sys.stderr.write("\n")

    def advance(self, by: int = 1) -> None:
        self._done += by
        if self._on and (now := time.monotonic()) >= self._next:
            self._next = now + 0.2
            self._draw(now)

    def _draw(self, now: float) -> None:
        self._shown = True
        rate = self._done / max(now - self._begin, 1e-9)
        if self._total:
            share = min(self._done / self._total, 1.0)
            left = (self._total - self._done) / rate if rate else 0
            bar = "#" * int(share * 30)
            text = f"{self._label} [{bar:<30}] {share:4.0%}  {left:,.0f} s left"
        else:
            text = f"{self._label} {self._done:,} {self._unit} ({rate:,.0f}/s)"
        sys.stderr.write(f"\r\x1b[2K{text[:79]}")
        sys.stderr.flush()

    def over(self, items: Iterable[T]) -> Iterator[T]:
        """Passes the items through, advancing by one for each."""
        for item in items:
            yield item
            self.advance()


def _warn_of_thinning(store: "SqliteStore", as_of: float) -> None:
    """Says on stderr that a time asked for lies before the deliveries that are remembered one by one."""
    if as_of < (since := store.deliveries_since):
        click.echo(
            f"prellbock: of deliveries before {rfc3339(since)} only the last four of each recipient are remembered; "
            "as of an earlier time somebody may seem worse off than he was.",
            err=True,
        )


@contextmanager
def opened(
    data: Path, *, create: bool = False, addresses: str | None = None, as_of: float | None = None
) -> Iterator["SqliteStore"]:
    """The store in the data folder; what is wrong with it ends the command with a sentence and exit code 1.

    Whoever asks ``as_of`` a time (Unix seconds) that the store no longer knows exactly is told so.
    """
    from prellbock.store.errors import StoreError
    from prellbock.store.sqlite import SqliteStore

    try:
        # A folder that may only be read (a back-up, a mounted snapshot) can still be asked.
        look = not create and os.access(data, os.X_OK) and not os.access(data, os.W_OK)
        with SqliteStore(data, create=create, addresses=addresses, read_only=look) as store:
            if as_of is not None:
                _warn_of_thinning(store, as_of)
            yield store
    except StoreError as error:
        raise click.ClickException(str(error)) from error


@contextmanager
def writing(data: Path, *, create: bool = False, addresses: str | None = None) -> Iterator["SqliteStore"]:
    """The store for a command that writes: by the server of the folder, if one answers, else as `opened`."""
    from prellbock.handing.place import SOCKET
    from prellbock.store.errors import StoreError

    if (data / SOCKET).exists():
        from prellbock.handing.store import handed

        try:
            if (served := handed(data, addresses=addresses)) is not None:
                with served:
                    yield served
                return
        except StoreError as error:
            raise click.ClickException(str(error)) from error
    with opened(data, create=create, addresses=addresses) as store:
        yield store
