"""``prellbock check``: which of these addresses may be mailed?"""

import sys
import time
from collections.abc import Iterator
from pathlib import Path

import click

from prellbock import checking
from prellbock.cli.shell import Problems, Progress, data_option, opened
from prellbock.cli.times import Time
from prellbock.history.check import Intent

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

    Prints `address, may_mail, status, until, reason`, one line for each that is not blank, in order. An address that
    nothing is known about may be mailed; a text that is no address may not, and is named on stderr, too.
    """
    problems = Problems()
    question = checking.Question(stream=stream, intent=intent, campaign=campaign, as_of=as_of)
    with opened(data, as_of=as_of) as store, Progress("check", unit="addresses") as progress:
        for numbers, texts in _texts():
            answered = checking.lines(
                texts, question, lookups=store, leases=store, policy=store.policy, clock=time.time()
            )
            for index, line in sorted(answered.bad.items()):
                problems.add(f"<stdin>:{numbers[index]}", f"{line.address[:80]!r}: {line.reason}")
            sys.stdout.buffer.write("".join(f"{line}\n" for line in answered.json()).encode())
            sys.stdout.flush()
            progress.advance(len(texts))
    return problems.exit_code


def _texts() -> Iterator[tuple[list[int], list[bytes]]]:
    """What stands on the lines of stdin, with their numbers. Someone who types gets an answer a line."""
    numbers: list[int] = []
    texts: list[bytes] = []
    size = 1 if sys.stdin.isatty() else _BATCH
    for number, line in enumerate(sys.stdin.buffer, 1):
        if text := line.strip():
            numbers.append(number)
            texts.append(text)
        if len(texts) >= size:
            yield numbers, texts
            numbers, texts = [], []
    if texts:
        yield numbers, texts
