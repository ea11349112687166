"""The part of the store that searches responses."""

from typing import Any

from prellbock.store.responses import FACETS, SAMPLE, Facet, Response, Sought
from prellbock.store.sqlite.opened import Opened

_COLUMNS = (
    "events.key, events.time, address, hash, outcome, events.category, fault, permanent, decided_by, rule,"
    " events.provider, stream, campaign, status, smtp_code, template, text, response"
)
_JOINED = "events LEFT JOIN recipients USING (number) LEFT JOIN templates ON templates.key = template"
_EQUAL = ("category", "fault", "provider", "rule", "stream", "campaign", "outcome", "decided_by", "permanent")
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
            keys = self._with_text(sought.text)
            conditions.append(f"events.template IN ({','.join('?' * len(keys))})")
            values += keys
        return conditions, values

    def _with_text(self, text: str) -> list[int]:
        """The templates in which all words of a text stand."""
        words = text.lower().split()[:20]
        conditions = " AND ".join("instr(lower(text), ?)" for _ in words) or "1"
        rows = self._db.execute(
            f"SELECT key FROM templates WHERE {conditions} ORDER BY count DESC LIMIT ?",  # noqa: S608
            (*words, _MOST_TEMPLATES),
        )
        return [key for (key,) in rows]


def _response(row: tuple[Any, ...]) -> Response:
    found = dict(zip(Response.__struct_fields__, row, strict=True))
    found["hash"] = None if found["hash"] is None else found["hash"].hex()
    found["permanent"] = None if found["permanent"] is None else bool(found["permanent"])
    return Response(**found)
