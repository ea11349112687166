"""Recipients as a list in SQLite: `prellbock.store.people.Recipients`."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import msgspec

from prellbock.addresses import domain_of
from prellbock.history.judge import Standing
from prellbock.history.policy import Policy
from prellbock.providers import provider_of_domain
from prellbock.store.people import Listed, Releases, Sought
from prellbock.store.sqlite.actions import Person, release_numbers
from prellbock.store.sqlite.announce import PAGE
from prellbock.store.sqlite.opened import Opened

_SCOPED = ("complained", "unsubscribed")
_RELEASABLE = ("paused", "suppressed")
_LAST = (
    "(SELECT provider FROM events WHERE events.number = states.number AND provider IS NOT NULL"
    " ORDER BY time DESC LIMIT 1)"
)
_MARKS = (
    "(SELECT group_concat(status || ' ' || scope, char(10)) FROM withheld WHERE withheld.number = states.number"
    " AND scope != 'all')"
)
_COLUMNS = f"number, hash, address, {_LAST} AS provider, standing, {_MARKS}"
_MOST_SAMPLES = 20
_PAGE = 20_000
"""Rows that are read at once."""
_decode = msgspec.json.Decoder(Standing).decode


class Listing(Opened):
    """See `prellbock.store.people.Recipients`."""

    def recipients(self, sought: Sought, *, after: int, most: int) -> list[Listed]:
        """See `prellbock.store.people.Recipients.recipients`."""
        with self._reading():
            return self._sought(sought, after, most)

    def _sought(self, sought: Sought, after: int, most: int) -> list[Listed]:
        source, where, values = _where(sought)
        rows = self._db.execute(
            f"SELECT {_COLUMNS} FROM {source} WHERE {where} AND number > :after AND is_domain = 0"  # noqa: S608
            " ORDER BY number LIMIT :most",
            {**values, "after": after, "most": most},
        ).fetchall()
        return [_listed(row) for row in rows]

    def withheld_now(self, now: float) -> Iterator[tuple[bytes, str, str, float | None]]:
        """See `prellbock.store.people.Recipients.withheld_now`."""
        number, scope = -1, ""
        while True:
            with self._reading():
                rows = self._db.execute(
                    "SELECT hash, status, scope, until, number FROM withheld JOIN recipients USING (number)"
                    " WHERE (number, scope) > (?, ?) AND (until IS NULL OR until > ?) ORDER BY number, scope LIMIT ?",
                    (number, scope, now, _PAGE),
                ).fetchall()
            yield from (row[:4] for row in rows)
            if len(rows) < _PAGE:
                return
            number, scope = rows[-1][4], rows[-1][2]

    def release_all(
        self, sought: Sought, *, actor: str, reason: str, policy: Policy, now: float, dry_run: bool = False
    ) -> Releases:
        """See `prellbock.store.people.Recipients.release_all`."""
        counts: dict[str, Counter[str]] = {"status": Counter(), "category": Counter(), "provider": Counter()}
        matched = released = 0
        samples: list[Listed] = []
        after = -1
        person = Person(actor, reason, policy, now)
        while True:
            with self._writing(dry_run=dry_run):
                page = self._sought(sought, after, PAGE)
                meant = [each for each in page if each.standing.at(now).status in _RELEASABLE]
                entities = [(each.number, bytes.fromhex(each.hash), each.address or "") for each in meant]
                done = release_numbers(self._db, self._memory, entities, person)
            matched += len(meant)
            released += sum(acted.after.at(now).status not in _RELEASABLE for acted in done)
            for each in meant:
                counts["status"][each.standing.at(now).status] += 1
                counts["category"][each.standing.category or ""] += 1
                counts["provider"][each.provider or ""] += 1
            samples += meant[: _MOST_SAMPLES - len(samples)]
            if len(page) < PAGE:
                break
            after = page[-1].number
        return Releases(
            matched=matched, released=released, by_status=dict(counts["status"].most_common()),
            by_category=dict(counts["category"].most_common()), by_provider=dict(counts["provider"].most_common()),
            samples=tuple(samples),
        )  # fmt: skip


def _where(sought: Sought) -> tuple[str, str, dict[str, Any]]:
    """Tables, condition and values. Only texts that stand here get into the statement."""
    source = "states JOIN recipients USING (number)"
    parts: list[str] = ["1"]
    values: dict[str, Any] = {}
    if sought.status in _SCOPED:
        parts.append("number IN (SELECT number FROM withheld WHERE status = :status)")
        values["status"] = sought.status
    elif sought.status is not None:
        parts.append("status = :status")
        values["status"] = sought.status
    if sought.provider is not None:
        parts.append(f"{_LAST} = :provider")
        values["provider"] = sought.provider
    for name in ("category", "rule"):
        if (value := getattr(sought, name)) is not None:
            parts.append(f"json_extract(standing, '$.{name}') = :{name}")
            values[name] = value
    if sought.since is not None:
        parts.append("json_extract(standing, '$.since') >= :since")
        values["since"] = sought.since
    if sought.until is not None:
        parts.append("json_extract(standing, '$.since') <= :until")
        values["until"] = sought.until
    if sought.prefix is not None:
        # The greatest character closes the range.
        parts.append("address >= :prefix AND address < :prefix || char(1114111)")
        values["prefix"] = sought.prefix
    if sought.domain is not None:
        parts.append("substr(address, -length(:domain) - 1) = '@' || :domain")
        values["domain"] = sought.domain
    return source, " AND ".join(parts), values


def _listed(row: tuple[Any, ...]) -> Listed:
    number, digest, address, provider, standing, marks = row
    if provider is None and address:
        provider = provider_of_domain(domain_of(address))
    return Listed(
        number=number, hash=digest.hex(), address=address, provider=provider, standing=_decode(standing),
        marks=tuple(marks.split("\n")) if marks else (),
    )  # fmt: skip
