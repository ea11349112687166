"""The server looks for what is wrong by itself, tells it, and announces what waited for its bucket to be judged."""

import asyncio
from collections.abc import Callable, Iterator, Sequence

import msgspec

from prellbock.alarming.findings import QUICK, RARE, SLOW, Look, doors, exports, mailings, syncs
from prellbock.alarming.looking import deliver, look
from prellbock.api.installation import Installation
from prellbock.api.logs import log
from prellbock.guard.alarms import Finding
from prellbock.store.errors import StoreError

Question = Callable[[Look], Iterator[Finding]]


class Every(msgspec.Struct, frozen=True):
    """How often, in seconds."""

    quick: float = 5.0
    slow: float = 300.0
    rare: float = 6 * 3600.0


EVERY = Every()


async def watch(installation: Installation, every: Every = EVERY) -> None:
    """Looks again and again until it is cancelled. What goes wrong is logged and tried again."""
    looked = {"slow": 0.0, "rare": installation.clock() - every.rare + every.slow}
    while not installation.stopping:
        now = installation.clock()
        questions: list[Question] = [*QUICK, doors, exports, syncs, mailings]
        for name, more in (("slow", SLOW), ("rare", RARE)):
            if now - looked[name] >= getattr(every, name):
                looked[name] = now
                questions += more
        try:
            await installation.answering(_once, installation, questions, now)
        except StoreError as error:
            log.warning("alarms could not be looked for", error=str(error))
        await asyncio.sleep(every.quick)


def _once(installation: Installation, questions: Sequence[Question], now: float) -> None:
    channels = installation.channels
    installation.store.settle(now)
    written = installation.exports.exports() if installation.writes_files else ()
    changed = look(
        installation.store, installation.guarded, channels, now, questions, installation.lists, installation.doors,
        written, installation.outbox if installation.publishes else None,
        installation.reports.report_mails() if installation.shares_reports else (),
        installation.syncs.syncs() if installation.keeps_alike else (),
    )  # fmt: skip
    for alarm in changed.raised:
        log.warning("alarm raised", kind=alarm.kind, subject=alarm.subject)
    for alarm in changed.over:
        log.info("alarm over", kind=alarm.kind, subject=alarm.subject)
    if channels.names:
        deliver(installation.store, channels, now)
