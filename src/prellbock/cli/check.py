"""``prellbock check``: which of these addresses may be mailed?"""

import sys
import time
from collections.abc import Iterator
from pathlib import Path

import click
import msgspec

from prellbock import checking
from prellbock.addresses import AddressError, canonical
from prellbock.cli.shell import Problems, Progress, data_option, opened, warn_of_thinning
from prellbock.cli.times import Time
from prellbock.history.check import Intent

_encode = msgspec.json.Encoder().encode_lines
_BATCH = 5000
"""Addresses that are looked up together."""


@click.command()
@click.option("--stream", help="The kind of mail, e.g. newsletter or password-reset; without it: marketing.")
@click.option("--intent", type=click.Choice(["requested"]), help="The recipient has just asked for this mail.")
@click.option("--campaign", default="", help="Who asks: a probe is granted to one campaign at a time.")
@click.option("--as-of", type=Time(), help="Judge as if it were then (takes no probes).")
@data_option
def check(stream: str | None, intent: Intent | None, campaign: str, as_of: float | None, data: Path) -> int:
    """Say for each address on stdin (one a line) whether it may be mailed.

    Prints `address, may_mail, status, until, reason`. An address that nothing is known about may be mailed.
    """
    problems = Problems()
    question = checking.Question(stream=stream, intent=intent, campaign=campaign, as_of=as_of)
    with opened(data) as store, Progress("check", unit="addresses") as progress:
        warn_of_thinning(store, as_of)
        for addresses in _addresses(problems):
            lines = checking.lines(
                addresses, question, lookups=store, leases=store, policy=store.policy, clock=time.time()
            )
            sys.stdout.buffer.write(_encode(lines))
            sys.stdout.flush()
            progress.advance(len(addresses))
    return problems.exit_code


def _addresses(problems: Problems) -> Iterator[list[str]]:
    """Canonical addresses from stdin; what is none is named and left out. Someone who types gets an answer a line."""
    held: list[str] = []
    size = 1 if sys.stdin.isatty() else _BATCH
    for number, line in enumerate(sys.stdin.buffer, 1):
        text = line.strip()
        if not text:
            continue
        try:
            held.append(canonical(text.decode()))
        except UnicodeDecodeError:
            problems.add(f"<stdin>:{number}", "the address is not UTF-8")
        except AddressError as error:
            problems.add(f"<stdin>:{number}", f"{text.decode()[:80]!r}: {error}")
        if len(held) >= size:
            yield held
            held = []
    if held:
        yield held
