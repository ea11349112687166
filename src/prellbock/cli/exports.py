"""``prellbock exports``: suppressions, decisions and responses as files, on a schedule."""

import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any, get_args

import click
import msgspec

from prellbock.cli.settings import SettingUp, named_values, secret_of
from prellbock.cli.shell import Problems, data_option, opened, write_line, write_lines
from prellbock.exporting import exports as setting_up
from prellbock.exporting.exports import Place
from prellbock.exporting.places.kinds import KINDS
from prellbock.exporting.shown import export_record, run_record
from prellbock.scheduled import BusyError
from prellbock.store.exports import Exports, Format, Mode, Options, What

_ACTOR = "command line"
_settings_option = click.option(
    "--set", "settings", multiple=True, metavar="NAME=VALUE", help="A setting of the place: path, bucket, host ..."
)
_secret_option = click.option(
    "--secret-file", type=click.File("r"), help="Holds the password, private key or KEY:SECRET (- is stdin)."
)
_schedule_option = click.option(
    "--schedule", help="When `serve` runs it: 'daily 03:00 Europe/Berlin', hourly, or the five fields of cron."
)
_gzip_option = click.option("--gzip/--no-gzip", default=None, help="Pack CSV and NDJSON.")
_raw_option = click.option("--raw/--masked", default=None, help="Responses with the text as it came, or masked.")
_rows_option = click.option("--rows-per-file", type=click.IntRange(1), help="At most.  [default: 1000000]")


@click.group(cls=SettingUp)
def exports() -> None:
    """Suppressions, decisions and responses as files: in a directory, in S3 or by SFTP."""


@exports.command("add")
@click.argument("name")
@click.option("--what", type=click.Choice(get_args(What)), required=True, help="What is written.")
@click.option("--to", "kind", type=click.Choice(list(KINDS)), required=True, help="Where to.")
@click.option("--format", "format_", type=click.Choice(get_args(Format)), default="csv", show_default=True)
@click.option("--mode", type=click.Choice(get_args(Mode)), default="full", show_default=True,
              help="Everything each time, or what is new.")  # fmt: skip
@_settings_option
@_secret_option
@_schedule_option
@_gzip_option
@_raw_option
@_rows_option
@data_option
def add(
    name: str,
    what: What,
    kind: str,
    format_: Format,
    mode: Mode,
    settings: tuple[str, ...],
    secret_file: Iterable[str] | None,
    schedule: str | None,
    data: Path,
    **options: Any,
) -> None:
    """Sets up an export; without --schedule it runs when it is asked to."""
    with opened(data, create=True) as store:
        to = Place(kind, named_values(settings, "--set"), secret_of(secret_file))
        export = setting_up.add(
            store, name, what, format_, mode, to, options=_options(Options(), options), schedule=schedule,
            anywhere=True, now=time.time(), actor=_ACTOR,
        )  # fmt: skip
        write_line(export_record(export, time.time()))


@exports.command("list")
@data_option
def list_(data: Path) -> None:
    """Lists the exports: when each runs next, and what became of its last run."""
    with opened(data) as store:
        write_lines(export_record(each, time.time()) for each in store.exports())


@exports.command("show")
@click.argument("name")
@data_option
def show(name: str, data: Path) -> None:
    """Shows one export."""
    with opened(data) as store:
        write_line(export_record(setting_up.known_export(store, name), time.time()))


@exports.command("set")
@click.argument("name")
@click.option("--format", "format_", type=click.Choice(get_args(Format)))
@click.option("--to", "kind", type=click.Choice(list(KINDS)), help="Another kind of place.")
@_settings_option
@_secret_option
@_schedule_option
@click.option("--by-hand", is_flag=True, help="Without a schedule.")
@_gzip_option
@_raw_option
@_rows_option
@data_option
def set_(
    name: str,
    format_: Format | None,
    kind: str | None,
    settings: tuple[str, ...],
    secret_file: Iterable[str] | None,
    schedule: str | None,
    by_hand: bool,
    data: Path,
    **options: Any,
) -> None:
    """Changes an export; what is not named stays."""
    with opened(data) as store:
        before = setting_up.known_export(store, name)
        secret, to = secret_of(secret_file), None
        if kind is not None or settings or secret is not None:
            kept = before.settings if kind in (None, before.kind) else {}
            to = Place(kind or before.kind, {**kept, **named_values(settings, "--set")}, secret)
        _changed(
            store, name, format_=format_, options=_options(before.options, options), to=to, schedule=schedule,
            by_hand=by_hand, anywhere=True,
        )  # fmt: skip


@exports.command("pause")
@click.argument("name")
@data_option
def pause(name: str, data: Path) -> None:
    """Leaves its schedule aside until it is resumed."""
    with opened(data) as store:
        _changed(store, name, paused=True)


@exports.command("resume")
@click.argument("name")
@data_option
def resume(name: str, data: Path) -> None:
    """Follows its schedule again; what was missed is made up for, once."""
    with opened(data) as store:
        _changed(store, name, paused=False)


@exports.command("remove")
@click.argument("name")
@data_option
def remove(name: str, data: Path) -> None:
    """Takes an export away; its files stay."""
    with opened(data) as store:
        setting_up.remove(store, name)


@exports.command("run")
@click.argument("name")
@data_option
def run(name: str, data: Path) -> None:
    """Runs an export now and says what it has made; ends with 1 where it failed."""
    from prellbock.exporting.running import run as run_now
    from prellbock.store.sqlite import SqliteStore

    with opened(data) as store, SqliteStore(data, read_only=True) as reading:
        try:
            done = run_now(store, reading, data, name, time.time)
        except BusyError as error:
            raise click.ClickException(str(error)) from error
    write_line(run_record(done))
    if done.state != "done":
        raise click.ClickException(done.why or "the run failed")


@exports.command("runs")
@click.argument("name")
@click.option("--most", type=click.IntRange(1, 1000), default=100, show_default=True)
@data_option
def runs(name: str, most: int, data: Path) -> None:
    """Lists its runs, the newest first."""
    with opened(data) as store:
        setting_up.known_export(store, name)
        write_lines(run_record(each) for each in store.export_runs(name, most))


@exports.command("verify")
@click.argument("directory", type=click.Path(file_okay=False, exists=True, path_type=Path))
def verify(directory: Path) -> int:
    """Checks that files are those that their manifests tell of; ends with 1 where they are not."""
    from prellbock.exporting.verifying import verify as checked

    problems, count = Problems(), 0
    for each in checked(directory):
        count += 1
        write_line(each)
        for problem in each.problems:
            problems.add(str(directory / each.manifest), problem)
    if not count:
        problems.add(str(directory), "there is no manifest here: name the directory in which the files are")
    return problems.exit_code


def _changed(store: Exports, name: str, **changes: Any) -> None:
    export = setting_up.change(store, name, now=time.time(), **changes)
    write_line(export_record(export, time.time()))


def _options(before: Options, said: dict[str, Any]) -> Options:
    return msgspec.structs.replace(before, **{name: value for name, value in said.items() if value is not None})
