"""One look at everything: what is wrong becomes alarms, and what is due is told."""

import json
from collections.abc import Callable, Iterator, Sequence

import httpx
import msgspec

from prellbock.alarming.findings import KINDS, QUICK, RARE, SLOW, Look
from prellbock.alarming.limits import overlaid
from prellbock.alarming.settings import Channels, Guarded
from prellbock.doors.state import Shown
from prellbock.guard.alarms import SUMMARY, Alarm, Finding, Kind
from prellbock.sinks import mail, webhook
from prellbock.store.alarms import Notice
from prellbock.store.contract import Store
from prellbock.store.destinations import Publishes
from prellbock.store.exports import Export
from prellbock.store.reports import Mailing
from prellbock.store.syncs import Sync

ALL = (*QUICK, *SLOW, *RARE)
Question = Callable[[Look], Iterator[Finding]]


class Changed(msgspec.Struct, frozen=True):
    """Alarms that begin, and alarms that are over."""

    raised: list[Alarm]
    over: list[Alarm]


def look(
    store: Store, settings: Guarded, channels: Channels, now: float, questions: Sequence[Question] = ALL,
    lists: Store | None = None, doors: Sequence[Shown] = (), exports: Sequence[Export] = (),
    outbox: Publishes | None = None, mailings: Sequence[Mailing] = (), syncs: Sequence[Sync] = (),
) -> Changed:  # fmt: skip
    """Asks the questions and writes what follows. ``lists`` is read where the store is busy writing."""
    settings = overlaid(settings, store.limits_changed())
    store.check_campaigns(settings.breaker, now)
    standing = {(each.kind, each.subject): each for each in store.alarms(standing=True)}
    asked: set[Kind] = {kind for question in questions for kind in KINDS[question]}
    where = Look(
        lists or store, settings.alarms, now, lambda kind, subject: (kind, subject) in standing, doors, exports,
        outbox, mailings, syncs,
    )  # fmt: skip
    found = [finding for question in questions for finding in question(where)]
    # Of what was not asked nothing is over.
    found += [_again(alarm) for (kind, _), alarm in standing.items() if kind not in asked]
    return Changed(*store.note_alarms(found, now, channels.names))


def _again(alarm: Alarm) -> Finding:
    return Finding(
        kind=alarm.kind, subject=alarm.subject, value=alarm.value, limit=alarm.limit, details=alarm.details
    )  # fmt: skip


def deliver(store: Store, channels: Channels, now: float) -> tuple[int, int]:
    """Sends what is due; how many were taken, and how many were not."""
    done = failed = 0
    with httpx.Client() as client:
        for notice in store.due(now):
            error = _send(notice, channels, client, now)
            pause = webhook.RETRY_SECONDS[notice.attempts : notice.attempts + 1]
            retry = now + pause[0] if error is not None and pause else None
            store.sent(notice.number, now, error=error, retry=retry)
            done, failed = (done + 1, failed) if error is None else (done, failed + 1)
    return done, failed


def _send(notice: Notice, channels: Channels, client: httpx.Client, now: float) -> str | None:
    if notice.channel == "webhook" and channels.url is not None and channels.signer is not None:
        return webhook.send(client, channels.url, channels.signer, notice.id, notice.payload.encode(), now)
    if notice.channel == "mail" and channels.mailbox is not None:
        subject, text = _in_words(json.loads(notice.payload))
        return mail.send(channels.mailbox, mail.compose(channels.mailbox, notice.id, subject, text, now))
    return f"the channel {notice.channel} is no longer configured"


def _in_words(payload: dict[str, object]) -> tuple[str, str]:
    """Subject and text of a mail."""
    data = payload["data"]
    assert isinstance(data, dict)
    over = payload["type"] == "alarm.recovered"
    subject = f"[Prellbock] {'over: ' if over else ''}{SUMMARY[data['kind']]}: {data['subject']}"
    details = "\n".join(f"{name}: {value}" for name, value in data["details"].items())
    lines = [
        f"{SUMMARY[data['kind']]}.", "", f"What: {data['subject']}", f"Value: {data['value']} (limit {data['limit']})",
        f"Since: {data['since']}", *([f"Over since: {data['until']}"] if over else []), "", details,
    ]  # fmt: skip
    return " ".join(subject.split())[:200], "\n".join(lines) + "\n"
