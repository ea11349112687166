"""The part of the store that searches responses."""

import re
from typing import Any

from prellbock.addresses import canonical
from prellbock.store.responses import FACETS, SAMPLE, Campaign, Facet, Frequent, Response, Sought
from prellbock.store.sqlite.opened import Opened

_COLUMNS = (
    "events.key, events.time, address, hash, outcome, events.category, fault, permanent, decided_by, rule,"
    " events.provider, stream, campaign, status, smtp_code, template, text, response"
)
_JOINED = "events LEFT JOIN recipients USING (number) LEFT JOIN templates ON templates.key = template"
_EQUAL = ("category", "fault", "provider", "rule", "stream", "campaign", "outcome", "decided_by", "permanent")
_DAY = 86_400.0
_SORTING = 10
"""So many times dearer is a row that is sorted than one that is read in order."""
_MOST_TEMPLATES = 5000
"""Templates that a text is looked for in at most, the most frequent first."""


class SearchedHere(Opened):
    """See `prellbock.store.responses.Searched`."""

    def responses(self, sought: Sought, *, after: tuple[float, int] | None, most: int) -> list[Response]:
        """See `prellbock.store.responses.Searched.responses`."""
        with self._reading():
            conditions, values = self._conditions(sought)
            if after is not None:
                conditions.append("(events.time, events.key) < (?, ?)")
                values += after
            rows = self._db.execute(
                f"SELECT {_COLUMNS} FROM {_JOINED} WHERE {' AND '.join(conditions)}"  # noqa: S608 -- names of ours
                " ORDER BY events.time DESC, events.key DESC LIMIT ?",
                (*values, most),
            ).fetchall()
        return [_response(row) for row in rows]

    def response(self, key: int) -> Response | None:
        """See `prellbock.store.responses.Searched.response`."""
        with self._reading():
            row = self._db.execute(f"SELECT {_COLUMNS} FROM {_JOINED} WHERE events.key = ?", (key,)).fetchone()  # noqa: S608
        return None if row is None else _response(row)

    def facets(self, sought: Sought) -> tuple[int, dict[Facet, list[tuple[str, int]]]]:
        """See `prellbock.store.responses.Searched.facets`."""
        counted: dict[Facet, dict[str, int]] = {facet: {} for facet in FACETS}
        with self._reading():
            conditions, values = self._conditions(sought)
            rows = self._db.execute(
                f"SELECT {', '.join(FACETS)} FROM events WHERE {' AND '.join(conditions)}"  # noqa: S608 -- names of ours
                " ORDER BY time DESC LIMIT ?",
                (*values, SAMPLE),
            ).fetchall()
        for row in rows:
            for facet, value in zip(FACETS, row, strict=True):
                if value is not None:
                    counted[facet][value] = counted[facet].get(value, 0) + 1
        ordered = {
            facet: sorted(values.items(), key=lambda each: (-each[1], each[0])) for facet, values in counted.items()
        }
        return len(rows), ordered

    def _conditions(self, sought: Sought) -> tuple[list[str], list[Any]]:
        conditions, values = ["1"], list[Any]()
        for name, operator in (("since", ">="), ("until", "<")):
            if (moment := getattr(sought, name)) is not None:
                conditions.append(f"events.time {operator} ?")
                values.append(moment)
        for name in _EQUAL:
            if (wanted := getattr(sought, name)) is not None:
                conditions.append(f"events.{name} = ?")
                values.append(wanted)
        if sought.template is not None:
            conditions.append("events.template = ?")
            values.append(sought.template)
        if sought.text is not None:
            condition, more = self._text_condition(sought.text)
            conditions.append(condition)
            values += more
        return conditions, values

    def _text_condition(self, text: str) -> tuple[str, list[Any]]:
        """An address finds what its recipient got; a rule's name what it decided; words the templates that hold them.

        What no template holds is masked in them (a number, a host): that is looked for in the responses as they came,
        in the order in which they lie, which takes a third of the time that the order of an index takes.
        """
        if "@" in text.strip("@") and " " not in text and (address := _address(text)) is not None:
            return "events.number = (SELECT number FROM recipients WHERE hash = ?)", [self.identity.of_address(address)]
        if self._db.execute("SELECT 1 FROM rollup_days WHERE rule = ? LIMIT 1", (text,)).fetchone():
            return "events.rule = ?", [text]
        if keys := self._with_text(text):
            return f"events.template IN ({','.join('?' * len(keys))})", [*keys]
        pattern = "%" + re.sub(r"([\\%_])", r"\\\1", text) + "%"
        return "events.row IN (SELECT row FROM events WHERE response LIKE ? ESCAPE '\\')", [pattern]

    def _with_text(self, text: str) -> list[int]:
        """The templates in which all words of a text stand."""
        words = text.lower().split()[:20]
        conditions = " AND ".join("instr(lower(text), ?)" for _ in words) or "1"
        rows = self._db.execute(
            f"SELECT key FROM templates WHERE {conditions} ORDER BY count DESC LIMIT ?",  # noqa: S608
            (*words, _MOST_TEMPLATES),
        )
        return [key for (key,) in rows]

    def frequent(
        self, *, since: float, until: float, pieces: int, stream: str | None, provider: str | None, most: int
    ) -> list[Frequent]:
        """See `prellbock.store.responses.Searched.frequent`."""
        begin, length = 2 * since - until, (until - since) / pieces
        with self._reading():
            index = "events_template" if self._is_large_part(since, until) else "events_searched"
            rows = self._db.execute(
                f"SELECT template, count(*) FROM events INDEXED BY {index} WHERE time >= ?1 AND time < ?2"  # noqa: S608
                " AND template IS NOT NULL"
                " AND outcome IN ('bounced', 'deferred') AND (?3 IS NULL OR stream = ?3)"
                " AND (?4 IS NULL OR provider = ?4) GROUP BY template ORDER BY 2 DESC, 1 LIMIT ?5",
                (since, until, stream, provider, most),
            ).fetchall()
            found = []
            for key, count in rows:
                text, category = self._db.execute(
                    "SELECT text, category FROM templates WHERE key = ?", (key,)
                ).fetchone()
                parts = self._db.execute(
                    "SELECT CAST((time - ?2) / ?6 AS INTEGER), provider, count(*) FROM events WHERE template = ?1"
                    " AND time >= ?2 AND time < ?3 AND outcome IN ('bounced', 'deferred')"
                    " AND (?4 IS NULL OR stream = ?4) AND (?5 IS NULL OR provider = ?5)"
                    " GROUP BY 1, 2",
                    (key, since, until, stream, provider, length),
                ).fetchall()
                (before,) = self._db.execute(
                    "SELECT count(*) FROM events WHERE template = ? AND time >= ? AND time < ?", (key, begin, since)
                ).fetchone()
                found.append(_frequent(key, text, category, count, before, parts, pieces))
        return found

    def _is_large_part(self, since: float, until: float) -> bool:
        """Whether so much of what is stored lies in a time that reading all of it in another order is cheaper.

        By the index of templates they come grouped and are only counted, at a tenth of the price of sorting them.
        """
        (oldest,) = self._db.execute("SELECT min(time) FROM events").fetchone()
        (newest,) = self._db.execute("SELECT max(time) FROM events").fetchone()
        return oldest is not None and (min(until, newest) - max(since, oldest)) * _SORTING > newest - oldest

    def unrecognised(self, most: int) -> tuple[int, list[tuple[str, int]]]:
        """See `prellbock.store.responses.Searched.unrecognised`."""
        with self._reading():
            (newest, oldest) = self._db.execute("SELECT max(row), min(row) FROM events").fetchone()
            rows = self._db.execute(
                "SELECT substr(address, instr(address, '@') + 1) AS domain, count(*) FROM events"
                " JOIN recipients USING (number) WHERE row > ? AND provider IS NULL AND address IS NOT NULL"
                " GROUP BY domain ORDER BY count(*) DESC, domain LIMIT ?",
                ((newest or 0) - SAMPLE, most),
            ).fetchall()
        return min(SAMPLE, newest - oldest + 1) if newest else 0, [(str(domain), int(count)) for domain, count in rows]

    def campaigns(self, *, since: float, until: float, stream: str | None, provider: str | None) -> list[Campaign]:
        """See `prellbock.store.responses.Searched.campaigns`."""
        first, last = int(-(-since // _DAY)), int(until // _DAY)
        edges = [(since, until)] if first > last else [(since, first * _DAY), (last * _DAY, until)]
        found: dict[tuple[str, str | None], tuple[float, int]] = {}
        with self._reading():
            rows = self._db.execute(
                "SELECT campaign, nullif(stream, ''), min(first), sum(count) FROM campaign_days WHERE day >= ?1"
                " AND day < ?2 AND (?3 IS NULL OR stream = ?3) AND (?4 IS NULL OR provider = ?4)"
                " GROUP BY campaign, stream",
                (first, last, stream, provider),
            ).fetchall()
            for begin, end in edges:
                rows += self._db.execute(
                    "SELECT campaign, nullif(stream, ''), min(time), count(*) FROM events"
                    " WHERE time >= ?1 AND time < ?2 AND campaign IS NOT NULL"
                    " AND outcome IN ('bounced', 'deferred') AND (?3 IS NULL OR stream = ?3)"
                    " AND (?4 IS NULL OR provider = ?4) GROUP BY campaign, stream",
                    (begin, end, stream, provider),
                ).fetchall()
        for name, of_stream, earliest, count in rows:
            known, counted = found.get((name, of_stream), (earliest, 0))
            found[name, of_stream] = (min(known, earliest), counted + count)
        told = [Campaign(*key, *value) for key, value in found.items()]
        return sorted(told, key=lambda each: (each.first, each.name))


def _address(text: str) -> str | None:
    try:
        return canonical(text)
    except ValueError:
        return None


def _frequent(
    key: int, text: str, category: str, count: int, before: int, parts: list[tuple[int, str | None, int]], pieces: int
) -> Frequent:
    trend = [0] * pieces
    providers: dict[str | None, int] = {}
    for piece, provider, number in parts:
        trend[min(piece, pieces - 1)] += number
        providers[provider] = providers.get(provider, 0) + number
    ordered = sorted(providers.items(), key=lambda each: (-each[1], each[0] or ""))
    return Frequent(
        template=key, text=text, category=category, count=count, before=before, providers=ordered, pieces=trend
    )


def _response(row: tuple[Any, ...]) -> Response:
    found = dict(zip(Response.__struct_fields__, row, strict=True))
    found["hash"] = None if found["hash"] is None else found["hash"].hex()
    found["permanent"] = None if found["permanent"] is None else bool(found["permanent"])
    return Response(**found)
