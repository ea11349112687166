"""``prellbock suppress``, ``release`` and ``note``: what people decide, and why."""

import getpass
import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

import click

from prellbock.addresses import AddressError, canonical, canonical_domain
from prellbock.cli.shell import Problems, data_option, write_line, writing
from prellbock.history.actions import Kind
from prellbock.times import rfc3339

F = TypeVar("F", bound=Callable[..., Any])
_BATCH = 1000
"""Addresses that are written in one transaction."""
MOST_REASON = 2000
"""Characters of a reason or a note."""


def who() -> str:
    """The user of the operating system."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return f"uid {os.getuid()}"


def stated(ctx: click.Context, param: click.Parameter, value: str) -> str:
    """Callback of --reason, --by and texts: one line, not empty, within bounds."""
    text = " ".join(value.split())
    if not text or len(text) > MOST_REASON:
        raise click.BadParameter(f"must have 1 to {MOST_REASON:,} characters")
    return text


reason_option = click.option("--reason", required=True, callback=stated, help="Why; it is kept and told.")
by_option = click.option(
    "--by", "actor", default=who, show_default="the user of the system", callback=stated, help="Who decides this."
)  # fmt: skip


def _of_addresses(function: F) -> F:
    for option in (
        data_option,
        by_option,
        click.option("--from", "file", type=click.File("rb"), help="Addresses from this file, one a line; - is stdin."),
    ):
        function = option(function)
    return function


@click.command()
@click.argument("addresses", nargs=-1, metavar="ADDRESS...|-")
@reason_option
@_of_addresses
def suppress(addresses: tuple[str, ...], reason: str, file: BinaryIO | None, actor: str, data: Path) -> int:
    """Withhold all mail from ADDRESS until somebody releases it (or it gives a new consent).

    Deliveries and opens do not lift it. Prints one line for each address; - reads addresses from stdin.
    """
    return _act("suppress", addresses, file, reason=reason, actor=actor, data=data)


@click.command()
@click.argument("addresses", nargs=-1, metavar="ADDRESS...|-")
@reason_option
@click.option("--scope", default="", help="Lift the complaint and unsubscribe of this stream (or marketing) instead.")
@_of_addresses
def release(addresses: tuple[str, ...], reason: str, scope: str, file: BinaryIO | None, actor: str, data: Path) -> int:
    """Hold nothing against ADDRESS that is known up to now: failures, imports, what people suppressed.

    What happens later counts anew. Complaints and unsubscribes stay, unless --scope names theirs. ADDRESS may also be
    a whole domain that is paused: @example.com.
    """
    return _act("release", addresses, file, reason=reason, actor=actor, scope=scope, data=data)


@click.command()
@click.argument("address_and_text", nargs=-1, metavar="[ADDRESS|-] TEXT")
@_of_addresses
def note(address_and_text: tuple[str, ...], file: BinaryIO | None, actor: str, data: Path) -> int:
    """Write TEXT into the story of ADDRESS. It decides nothing."""
    *addresses, text = address_and_text or ("",)
    if len(addresses) > 1 or (not addresses and file is None):
        raise click.UsageError('give one address and one text in quotes: prellbock note u@example.com "called us"')
    ctx = click.get_current_context()
    return _act("note", tuple(addresses), file, reason=stated(ctx, ctx.command.params[0], text), actor=actor, data=data)


def _act(
    kind: Kind,
    addresses: tuple[str, ...],
    file: BinaryIO | None,
    *,
    reason: str,
    actor: str,
    scope: str = "",
    data: Path,
) -> int:
    if not addresses and file is None:
        raise click.UsageError("name an address, or - (or --from FILE) to read addresses, one a line")
    problems = Problems()
    with writing(data, create=kind == "suppress") as store:
        for batch in canonical_batches(addresses, file, problems, domains=kind != "suppress"):
            now = time.time()
            for acted in store.act(
                batch, kind=kind, scope=scope, actor=actor, reason=reason, policy=store.policy, now=now
            ):
                write_line({
                    "address": acted.address,
                    "action": kind,
                    "before": acted.before.at(now).status,
                    "status": acted.after.at(now).status,
                    "until": rfc3339(acted.after.until),
                    "scope": acted.after.scope,
                    "by": actor,
                    "reason": reason,
                })  # fmt: skip
            sys.stdout.flush()
    return problems.exit_code


def canonical_batches(
    addresses: tuple[str, ...], file: BinaryIO | None, problems: Problems, *, domains: bool
) -> Iterator[list[str]]:
    """Canonical addresses, each once a batch; what is none is named and left out."""
    held: dict[str, None] = {}
    for place, text in _texts(addresses, file):
        try:
            held[_name(text.decode(), domains)] = None
        except UnicodeDecodeError:
            problems.add(place, "the address is not UTF-8")
        except AddressError as error:
            problems.add(place, f"{text.decode()[:80]!r}: {error}")
        if len(held) >= _BATCH:
            yield list(held)
            held = {}
    if held:
        yield list(held)


def _name(text: str, domains: bool) -> str:
    """The canonical address, or ``@domain``. Raises `AddressError`."""
    return f"@{canonical_domain(text[1:])}" if domains and text.startswith("@") else canonical(text)


def _texts(addresses: tuple[str, ...], file: BinaryIO | None) -> Iterator[tuple[str, bytes]]:
    """Where each address stands, and its octets; blank lines are skipped."""
    for number, word in enumerate(addresses, 1):
        if word == "-":
            yield from _lines("<stdin>", sys.stdin.buffer)
        else:
            yield f"argument {number}", word.encode("utf-8", "surrogateescape")
    if file is not None:
        yield from _lines(getattr(file, "name", "<stdin>"), file)


def _lines(name: str, file: BinaryIO) -> Iterator[tuple[str, bytes]]:
    for number, line in enumerate(file, 1):
        if text := line.strip():
            yield f"{name}:{number}", text
