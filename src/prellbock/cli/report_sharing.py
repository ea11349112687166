"""``prellbock report-links`` and ``prellbock report-mails``: who sees a month's report without signing in."""

import time
from pathlib import Path
from typing import Any

import click

from prellbock.cli.actions import who
from prellbock.cli.shell import data_option, opened, write_line, write_lines
from prellbock.reporting.links import LONGEST_DAYS, USUAL_DAYS, make_link
from prellbock.reporting.mailing import MailingError, checked
from prellbock.reporting.month import Month, MonthError, last_whole, month_of
from prellbock.reporting.words import LANGUAGES, Language
from prellbock.store.reports import Link, Mailing
from prellbock.times import rfc3339

_stream_option = click.option("--stream", help="Only this kind of mail.  [default: all together]")
_language_option = click.option("--language", type=click.Choice(LANGUAGES), default="en", show_default=True)


@click.group()
def report_links() -> None:
    """Links to one report each, for people without an account."""


@report_links.command("list")
@data_option
def list_links(data: Path) -> None:
    """Lists the links that hold, the newest first; their secrets are not known any more."""
    with opened(data) as store:
        write_lines(map(_link, store.report_links(time.time())))


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
    write_line({**_link(link), "link": path})


@report_links.command("revoke")
@click.argument("number", type=click.IntRange(1, 2**63 - 1))
@data_option
def revoke_link(number: int, data: Path) -> None:
    """The link leads nowhere any more."""
    with opened(data) as store:
        found = store.revoke_report_link(number, time.time())
    if found is None:
        raise click.ClickException(f"no link {number} holds; `prellbock report-links list` names those that do")
    write_line({**_link(found), "revoked": rfc3339(found.revoked)})


@click.group()
def report_mails() -> None:
    """Who gets the report of a stream by mail, each month."""


@report_mails.command("list")
@data_option
def list_mails(data: Path) -> None:
    """Lists who gets which report, and what became of the last mail of each."""
    with opened(data) as store:
        write_lines(map(_mail, store.report_mails()))


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
    try:
        addresses = checked(list(recipients))
    except MailingError as error:
        raise click.ClickException(str(error)) from None
    mailing = Mailing(
        stream=stream, recipients=addresses, day=day, language=language, paused=paused, changed=time.time(),
        creator=who(),
    )  # fmt: skip
    with opened(data) as store:
        write_line(_mail(store.put_report_mail(mailing)))


@report_mails.command("send")
@click.argument("number", type=click.IntRange(1, 2**63 - 1))
@click.option("--month", help="Such as 2026-10.  [default: the last that is over]")
@data_option
def send_mail(number: int, month: str | None, data: Path) -> None:
    """Lets the running server send a month's report (again) within a minute."""
    now = time.time()
    wanted = _month(month, now)
    with opened(data) as store:
        _known(store.ask_report(number, str(wanted), now), number)
        write_line(next(_mail(each) for each in store.report_mails() if each.number == number))


@report_mails.command("remove")
@click.argument("number", type=click.IntRange(1, 2**63 - 1))
@data_option
def remove_mail(number: int, data: Path) -> None:
    """Nobody gets this report by mail any more."""
    with opened(data) as store:
        _known(store.remove_report_mail(number), number)


def _month(text: str | None, now: float) -> Month:
    try:
        month = last_whole(now) if text is None else month_of(text)
    except MonthError as error:
        raise click.BadParameter(str(error), param_hint="--month") from None
    if month.begin >= now:
        raise click.BadParameter(f"{month} has not begun yet", param_hint="--month")
    return month


def _known(is_known: bool, number: int) -> None:
    if not is_known:
        raise click.ClickException(f"there is no mail {number}; `prellbock report-mails list` names them")


def _link(link: Link) -> dict[str, Any]:
    return {
        "number": link.number, "month": link.month, "stream": link.stream, "language": link.language,
        "created": rfc3339(link.created), "by": link.creator, "expires": rfc3339(link.expires),
    }  # fmt: skip


def _mail(mailing: Mailing) -> dict[str, Any]:
    last = mailing.last
    return {
        "number": mailing.number, "stream": mailing.stream, "recipients": list(mailing.recipients),
        "day": mailing.day, "language": mailing.language, "paused": mailing.paused,
        "last": last and {
            "month": last.month, "attempts": last.attempts, "sent": rfc3339(last.sent), "error": last.error,
            "due": rfc3339(last.due) if last.sent is None else None,
        },
    }  # fmt: skip
