"""``prellbock check``: which of these addresses may be mailed?"""

import sys
import time
from collections.abc import Iterator
from pathlib import Path

import click

from prellbock.addresses import AddressError, canonical, domain_of
from prellbock.cli.shell import Problems, Progress, data_option, opened, write_line
from prellbock.cli.times import Time, rfc3339
from prellbock.history.check import Answer, Intent, answer, waiting
from prellbock.history.policy import DEFAULT
from prellbock.store.contract import Store

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
    with opened(data) as store, Progress("check", unit="addresses") as progress:
        for addresses in _addresses(problems):
            judged = store.standings(addresses, DEFAULT, as_of=as_of)
            now = as_of if as_of is not None else time.time()
            answers = [
                answer(personal, marks, domain, policy=DEFAULT, now=now, stream=stream, intent=intent)
                for personal, marks, domain in judged
            ]
            if as_of is None:
                _lease(store, addresses, answers, now, campaign)
            for address, said in zip(addresses, answers, strict=True):
                write_line(
                    {
                        "address": address,
                        "may_mail": said.may_mail,
                        "status": said.status,
                        "until": rfc3339(said.until),
                        "reason": said.reason,
                    }
                )
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


def _lease(store: Store, addresses: list[str], answers: list[Answer], now: float, holder: str) -> None:
    """Takes the probes among the answers; whoever asks while another's probe is under way has to wait."""
    wanted = {
        f"@{domain_of(address)}" if said.of_domain else address: said.lease
        for address, said in zip(addresses, answers, strict=True)
        if said.lease
    }
    if not wanted:
        return
    held = store.lease(wanted, now, holder)
    given: set[str] = set()
    for index, (address, said) in enumerate(zip(addresses, answers, strict=True)):
        name = f"@{domain_of(address)}" if said.of_domain else address
        if said.lease and (name in held or name in given):
            answers[index] = waiting(held.get(name, now + said.lease), said.status)
        elif said.lease:
            given.add(name)
