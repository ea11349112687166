"""``prellbock report-links`` and ``prellbock report-mails``: who sees a month's report without signing in."""

import time
from pathlib import Path

import click
import msgspec

from prellbock.cli.actions import who
from prellbock.cli.settings import SettingUp
from prellbock.cli.shell import data_option, opened, write_line, write_lines
from prellbock.reporting import mailing as setting_up
from prellbock.reporting.links import LONGEST_DAYS, USUAL_DAYS, make_link, revoke_link
from prellbock.reporting.month import Month, MonthError, begun_month
from prellbock.reporting.shown import link_record, mail_record
from prellbock.reporting.words import LANGUAGES, Language
from prellbock.times import rfc3339

_stream_option = click.option("--stream", help="Only this kind of mail.  [default: all together]")
_language_option = click.option("--language", type=click.Choice(LANGUAGES), default="en", show_default=True)


@click.group(cls=SettingUp)
def report_links() -> None:
    """Links to one report each, for people without an account."""


@report_links.command("list")
@data_option
def list_links(data: Path) -> None:
    """Lists the links that hold, the newest first; their secrets are not known any more."""
    with opened(data) as store:
        write_lines(map(link_record, store.report_links(time.time())))


@report_links.command("add")
@click.option("--month", help="Such as 2026-10.  [default: the last that is over]")
@_stream_option
@_language_option
@click.option("--days", type=click.IntRange(1, LONGEST_DAYS), default=USUAL_DAYS, show_default=True, help="It holds.")
@data_option
def add_link(month: str | None, stream: str | None, language: Language, days: int, data: Path) -> None:
    """Makes a link to one report. Its secret is told only now; put `public_url` of the server before it."""
    now = time.time()
    wanted = _month(month, now)
    with opened(data) as store:
        link, path = make_link(store, wanted, stream, language, days=days, now=now, creator=who())
    write_line(link_record(link, path))


@report_links.command("revoke")
@click.argument("number", type=click.IntRange(1, 2**63 - 1))
@data_option
def revoke(number: int, data: Path) -> None:
    """The link leads nowhere any more."""
    with opened(data) as store:
        found = revoke_link(store, number, time.time())
    write_line({**msgspec.structs.asdict(link_record(found)), "revoked": rfc3339(found.revoked)})


@click.group(cls=SettingUp)
def report_mails() -> None:
    """Who gets the report of a stream by mail, each month."""


@report_mails.command("list")
@data_option
def list_mails(data: Path) -> None:
    """Lists who gets which report, and what became of the last mail of each."""
    with opened(data) as store:
        write_lines(map(mail_record, store.report_mails()))


@report_mails.command("set")
@click.argument("recipients", nargs=-1, required=True, metavar="ADDRESS...")
@_stream_option
@click.option(
    "--day", type=click.IntRange(1, 28), default=1, show_default=True, help="Of the month after, from 06:00 UTC."
)
@_language_option
@click.option("--paused", is_flag=True, help="Keeps it, and sends nothing.")
@data_option
def set_mail(
    recipients: tuple[str, ...], stream: str | None, day: int, language: Language, paused: bool, data: Path
) -> None:
    """Sends the report of a stream to ADDRESS each month, instead of to whom it went before.

    The mail server is that of alarms, `[mail]` in guard.toml; a running server sends.
    """
    with opened(data) as store:
        made = setting_up.put(
            store, stream, recipients, day=day, language=language, paused=paused, now=time.time(), actor=who()
        )
        write_line(mail_record(made))


@report_mails.command("send")
@click.argument("number", type=click.IntRange(1, 2**63 - 1))
@click.option("--month", help="Such as 2026-10.  [default: the last that is over]")
@data_option
def send_mail(number: int, month: str | None, data: Path) -> None:
    """Lets the running server send a month's report (again) within a minute."""
    now = time.time()
    wanted = _month(month, now)
    with opened(data) as store:
        write_line(mail_record(setting_up.ask(store, number, wanted, now)))


@report_mails.command("remove")
@click.argument("number", type=click.IntRange(1, 2**63 - 1))
@data_option
def remove_mail(number: int, data: Path) -> None:
    """Nobody gets this report by mail any more."""
    with opened(data) as store:
        setting_up.remove(store, number)


def _month(text: str | None, now: float) -> Month:
    try:
        return begun_month(text, now)
    except MonthError as error:
        raise click.BadParameter(str(error), param_hint="--month") from None
