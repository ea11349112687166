"""Writing what followed from a batch. Everything here runs inside the caller's transaction."""

import json
import re
import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import msgspec
import numpy as np

from prellbock.history.judge import Standing
from prellbock.history.recipient import encode_state
from prellbock.identity import short
from prellbock.pipeline import Change, Decision, Judgement, Reported, Result
from prellbock.store.contract import Part
from prellbock.store.sqlite.history import with_evidence
from prellbock.store.sqlite.kept import Kept, KeptInTables, Row
from prellbock.store.sqlite.memory import SqliteMemory
from prellbock.store.sqlite.tallies import tally_new

encode_json = msgspec.json.Encoder().encode
NAMES = re.compile(r"[^\s/\\]+@[^\s/\\]+")
"""Addresses in a text that is kept, such as the path of an input."""
WITHHOLDING = ("paused", "suppressed", "complained", "unsubscribed")


class Versions(msgspec.Struct, frozen=True):
    """Who judged, and by what: written beside every decision."""

    policy: str
    ruleset: str
    actor: str


def write_batch(
    db: sqlite3.Connection,
    kept: Kept,
    memory: SqliteMemory,
    result: Result,
    parts: Sequence[Part],
    counts: Sequence[Mapping[str, int]],
    *,
    now: float,
    plain: bool,
    ruleset: str,
) -> dict[bytes, int]:
    """Records batches that were judged as one as done, with all their effects but the decisions.

    Returns the numbers of whom they name. ``counts``: of each batch; ``ruleset`` is the version of the rules that have
    judged them.
    """
    origins = _write_parts(db, parts, counts, now, plain=plain)
    numbers = _number(kept, result, plain=plain)
    tally_new(db, kept, result.reported, numbers)
    kept.add_events(_events(result.reported, numbers, origins, plain=plain))
    if plain:
        kept.add_raws(_raws(result.reported, numbers, origins, now))
    write_changes(kept, result.changes, numbers)
    _write_templates(db, result, plain=plain)
    _write_rollups(db, result)
    _write_campaigns(db, result.reported)
    write_judgements(db, result.judgements, ruleset)
    if len(deliveries := result.deliveries.events):
        memory.runs.count(result.deliveries.hours, deliveries, now)
    if len(result.deliveries.recipients):
        times_ms = np.rint(result.deliveries.times * 1000).astype(np.int64)
        memory.runs.deliver(result.deliveries.days, result.deliveries.recipients, times_ms, result.deliveries.messages)
    memory.note_open([(short(change.entity), change) for change in result.changes])
    return numbers


def _write_parts(
    db: sqlite3.Connection, parts: Sequence[Part], counts: Sequence[Mapping[str, int]], now: float, *, plain: bool
) -> dict[int, tuple[int, str]]:
    """Where each event that is not a delivery comes from: number and source of the batch, by key."""
    origins: dict[int, tuple[int, str]] = {}
    for part, own in zip(parts, counts, strict=True):
        source = part.source if plain else NAMES.sub("{address}", part.source)
        cursor = db.execute(
            "INSERT INTO batches (digest, source, recorded, counts) VALUES (?, ?, ?, ?)",
            (part.digest, source, now, json.dumps(own)),
        )
        assert cursor.lastrowid is not None
        origin = (cursor.lastrowid, part.source)
        for key in part.batch.other_keys:
            origins.setdefault(key, origin)
    return origins


def _number(kept: Kept, result: Result, *, plain: bool) -> dict[bytes, int]:
    """The random numbers of all recipients and domains in the batch; new ones are entered."""
    names = {report.entity: report.event.recipient for report in result.reported if report.entity is not None}
    names.update((change.entity, change.name) for change in result.changes)
    return kept.numbers(names, plain=plain)


def _events(
    reported: Iterable[Reported], numbers: dict[bytes, int], origins: Mapping[int, tuple[int, str]], *, plain: bool
) -> list[Row]:
    """Rows of `kept.EVENT_COLUMNS`."""
    return [
        (
            r.key,
            numbers[r.entity] if r.entity is not None else None,
            r.event.time,
            r.message,
            r.event.outcome,
            r.verdict.category,
            r.verdict.fault,
            None if r.verdict.permanent is None else int(r.verdict.permanent),
            r.verdict.decided_by,
            r.verdict.rule,
            r.template,
            r.verdict.provider,
            r.event.stream,
            r.event.campaign,
            r.event.status,
            r.event.smtp_code,
            r.event.feedback_type,
            storable(r.event.response) if plain else None,
            origins[r.key][0],
            r.origin or None,
            r.incident,
            r.judgement,
        )
        for r in reported
    ]


def _raws(
    reported: Iterable[Reported], numbers: dict[bytes, int], origins: Mapping[int, tuple[int, str]], now: float
) -> list[Row]:
    """What sources have sent about events, as it came (``meta.raw``)."""
    return [
        (
            r.key,
            numbers[r.entity] if r.entity is not None else None,
            r.event.time,
            origins[r.key][1],
            storable(raw),
            now,
        )
        for r in reported
        if r.event.meta is not None and isinstance(raw := r.event.meta.get("raw"), str)
    ]


def storable(text: str | None) -> str | None:
    """A text without lone surrogates, which SQLite cannot hold."""
    if text is None or text.isascii():
        return text
    return text.encode("utf-8", "replace").decode()


def without_name(text: str, recipient: str) -> str:
    """A template without the recipient's address or local part, however they are quoted in it.

    Masks know an address by its form; ``Unknown user: johndoe`` or a path with the name in it have none.
    """
    local, _, domain = recipient.rpartition("@")
    names = [recipient, f"{local}%40{domain}", local, local.strip('"')]
    for name in sorted({name for name in names if len(name) > 2}, key=len, reverse=True):
        text = re.sub(rf"(?<![A-Za-z]){re.escape(name)}(?![A-Za-z])", "{address}", text, flags=re.IGNORECASE)
    return text


def write_changes(kept: Kept, changes: Sequence[Change], numbers: dict[bytes, int]) -> None:
    kept.put_states(
        [
            (
                numbers[change.entity],
                short(change.entity),
                int(change.state.is_open),
                change.standing.status,
                encode_json(change.standing),
                encode_state(change.state),
            )
            for change in changes
        ]
    )
    # Of a long history only the day is still known: no news for the ledger, but the list says what the history says.
    kept.correct_withheld(
        [
            (found.since, found.until, numbers[change.entity], found.status, found.rule)
            for change in changes
            if (found := change.standing).partial and found.status in WITHHOLDING
        ]
    )


def write_decisions(
    db: sqlite3.Connection,
    kept: Kept,
    decisions: Iterable[tuple[int, Decision]],
    now: float,
    versions: Versions,
) -> int:
    """The ledger, and beside it the list of what withholds mail now; each decision after the number of whom it is
    about. Returns the sequence number of the last."""
    row = db.execute("SELECT seq FROM sqlite_sequence WHERE name = 'ledger'").fetchone()
    seq = int(row[0]) if row else 0
    entries: list[Row] = []
    withheld: dict[tuple[int, str], Row | None] = {}
    for number, decision in decisions:
        seq += 1
        before, after = decision.before, with_evidence(kept, number, decision.after)
        entries.append(
            (
                seq,
                number,
                after.scope,
                decision.time,
                now,
                before.status,
                *_told(after),
                json.dumps(after.evidence),
                versions.policy,
                versions.ruleset,
                versions.actor,
                decision.action,
            )
        )
        if after.status in WITHHOLDING:
            withheld[number, after.scope] = (number, after.scope, *_told(after), seq)
        elif before.status in WITHHOLDING:
            withheld[number, after.scope] = None
    kept.add_decisions(entries)
    kept.withhold(
        [row for row in withheld.values() if row is not None], [key for key, row in withheld.items() if row is None]
    )
    return seq


def write_decision(db: sqlite3.Connection, decision: Decision, number: int, now: float, versions: Versions) -> int:
    """One decision; returns its sequence number."""
    return write_decisions(db, KeptInTables(db), [(number, decision)], now, versions)


def _told(standing: Standing) -> tuple[object, ...]:
    return (
        standing.status,
        standing.since,
        standing.until,
        standing.category,
        standing.rule,
        standing.source,
    )


def _write_templates(db: sqlite3.Connection, result: Result, *, plain: bool) -> None:
    db.executemany(
        "INSERT INTO templates (key, text, category, provider, count, first, last, sample)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO UPDATE SET count = count + excluded.count,"
        " category = excluded.category, first = min(first, excluded.first), last = max(last, excluded.last)",
        [
            (
                key,
                storable(t.text if plain else without_name(t.text, t.recipient)),
                t.category,
                t.provider,
                t.count,
                t.first,
                t.last,
                storable(t.sample) if plain else None,
            )
            for key, t in result.templates.items()
        ],
    )


def _write_rollups(db: sqlite3.Connection, result: Result) -> None:
    hourly = [
        (k.hour, k.category, k.fault, k.provider, k.stream, k.rule, k.outcome, n) for k, n in result.rollups.items()
    ]
    daily: Counter[tuple[object, ...]] = Counter()
    for hour, *kind, count in hourly:
        daily[hour // 24, *kind] += count
    for table, piece, rows in (
        ("rollups", "hour", hourly),
        ("rollup_days", "day", [(*key, count) for key, count in daily.items()]),
    ):
        db.executemany(
            f"INSERT INTO {table} ({piece}, category, fault, provider, stream, rule, outcome, count)"  # noqa: S608
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET count = count + excluded.count",
            rows,
        )


def _write_campaigns(db: sqlite3.Connection, reported: Iterable[Reported]) -> None:
    """How many failures and deferrals campaigns had, by day."""
    found: dict[tuple[int, str, str, str], tuple[int, float]] = {}
    for each in reported:
        event = each.event
        if event.campaign is not None and event.outcome in ("bounced", "deferred"):
            assert event.time is not None
            key = (int(event.time // 86400), event.campaign, event.stream or "", each.verdict.provider or "")
            count, first = found.get(key, (0, event.time))
            found[key] = (count + 1, min(first, event.time))
    db.executemany(
        "INSERT INTO campaign_days VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET count = count + excluded.count,"
        " first = min(first, excluded.first)",
        [(*key, *value) for key, value in found.items()],
    )


def write_judgements(db: sqlite3.Connection, judgements: Mapping[int, tuple[Judgement, int]], ruleset: str) -> None:
    """Counts judgements, new ones among them."""
    db.executemany(
        "INSERT INTO verdicts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (key) DO UPDATE SET count = count + excluded.count, ruleset = excluded.ruleset",
        [
            (key, each.template, each.provider, each.smtp_code, each.status, each.stage, each.reporter, each.category,
             each.permanent, each.decided_by, each.rule, ruleset, count)
            for key, (each, count) in judgements.items()
        ],
    )  # fmt: skip
