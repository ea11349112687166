"""``GET /v1/overview``: the figures of a time beside those of the time before it."""

import msgspec
from litestar import get
from litestar.params import FromQuery

from prellbock.api.auth.scopes import NEEDS
from prellbock.api.installation import Here
from prellbock.api.period import DAY, Since, Until, period
from prellbock.store.contract import Store
from prellbock.store.figures import Dimension
from prellbock.times import rfc3339

_HOUR = 3600
_HOURLY_DAYS = 8
"""So long a time is cut into hours, a longer one into days."""


class Piece(msgspec.Struct, kw_only=True):
    """What happened in a piece of time, or in all of it: counts of events, if nothing else is said."""

    time: str | None = None
    """Begin of the piece."""
    events: int = 0
    delivered: int = 0
    deferred: int = 0
    bounced: int = 0
    """Messages that failed for good."""
    hard: int = 0
    """Messages that failed permanently, by the fault of the recipient or the domain."""
    final: int = 0
    """Messages with a final outcome: delivered or bounced."""
    failures: int = 0
    """Reports of failures and deferrals: what can be classified."""
    unclassified: int = 0
    suppressed: int = 0
    """Recipients newly suppressed, whatever stream and provider."""
    revived: int = 0
    """Recipients that may be mailed again after a pause or suppression, whatever stream and provider."""


class StreamPiece(msgspec.Struct, kw_only=True):
    """A kind of mail in the whole time: what its limits hang on, the share of hard bounces above all."""

    stream: str | None
    """Null: not known."""
    events: int = 0
    delivered: int = 0
    deferred: int = 0
    bounced: int = 0
    """Messages that failed for good."""
    hard: int = 0
    """Messages that failed permanently, by the fault of the recipient or the domain."""
    final: int = 0
    """Messages with a final outcome: delivered or bounced."""


class Overview(msgspec.Struct):
    """The figures of a time, in pieces, and of the time of the same length before it."""

    since: str | None
    until: str | None
    step: int
    """Length of a piece in seconds: an hour or a day."""
    now: Piece
    before: Piece
    pieces: list[Piece]
    newest_input: str | None
    """When the latest input was recorded; null as long as the store is empty."""
    streams: list[StreamPiece] = []
    """Every stream that was asked for, the one with the most events first."""


@get("/v1/overview", opt={NEEDS: "read"})
async def overview(
    installation: Here,
    since: Since = None,
    until: Until = None,
    stream: FromQuery[str | None] = None,
    provider: FromQuery[str | None] = None,
) -> Overview:
    """Counts, rates' bases and decisions of a time, of one stream or provider where these are given."""
    begin, end = period(since, until, installation.clock())
    return await installation.answering(_overview, installation.figures, begin, end, stream, provider)


def _overview(store: Store, begin: float, end: float, stream: str | None, provider: str | None) -> Overview:
    step = _HOUR if end - begin <= _HOURLY_DAYS * DAY else DAY
    newest = store.newest_input()
    pieces = _pieces(store, begin, end, step, stream, provider)
    earlier = _pieces(store, 2 * begin - end, begin, step, stream, provider, counted_by=DAY)
    return Overview(
        rfc3339(begin), rfc3339(end), step, _sum(pieces), _sum(earlier), pieces, rfc3339(newest),
        _streams(store, begin, end, step, stream, provider),
    )  # fmt: skip


def _streams(
    store: Store, begin: float, end: float, step: int, stream: str | None, provider: str | None
) -> list[StreamPiece]:
    found: dict[str | None, StreamPiece] = {}
    where: dict[Dimension, str] = {} if provider is None else {"provider": provider}
    for count in store.counts(since=begin, until=end, by=["stream", "outcome"], seconds=None, where=where):
        piece = found.setdefault(count.stream, StreamPiece(stream=count.stream))
        piece.events += count.count
        if count.outcome == "delivered":
            piece.delivered += count.count
        elif count.outcome == "deferred":
            piece.deferred += count.count
    for tally in store.stream_tallies(since=begin, until=end, seconds=step, provider=provider):
        piece = found.setdefault(tally.stream, StreamPiece(stream=tally.stream))
        piece.bounced, piece.hard = tally.bounced, tally.hard
    for piece in found.values():
        piece.final = piece.delivered + piece.bounced
    asked = [piece for piece in found.values() if stream is None or piece.stream == stream]
    return sorted(asked, key=lambda piece: (-piece.events, piece.stream or ""))


def _pieces(
    store: Store, begin: float, end: float, step: int, stream: str | None, provider: str | None, *,
    counted_by: int | None = None,
) -> list[Piece]:  # fmt: skip
    """``counted_by``: counts in longer pieces than ``step``, which is cheaper where only the sum is told."""
    found: dict[float, Piece] = {}
    where: dict[Dimension, str] = {}
    if stream is not None:
        where["stream"] = stream
    if provider is not None:
        where["provider"] = provider
    for count in store.counts(
        since=begin, until=end, by=["outcome", "category"], seconds=counted_by or step, where=where
    ):
        assert count.time is not None
        piece = found.setdefault(count.time, Piece(time=rfc3339(count.time)))
        piece.events += count.count
        if count.outcome == "delivered":
            piece.delivered += count.count
        elif count.outcome in ("deferred", "bounced"):
            piece.failures += count.count
            piece.deferred += count.count if count.outcome == "deferred" else 0
            piece.unclassified += count.count if count.category == "unclassified" else 0
    for tally in store.tallies(since=begin, until=end, seconds=step, stream=stream, provider=provider):
        piece = found.setdefault(tally.time, Piece(time=rfc3339(tally.time)))
        piece.bounced, piece.hard = tally.bounced, tally.hard
        piece.suppressed, piece.revived = tally.suppressed, tally.revived
    for piece in found.values():
        piece.final = piece.delivered + piece.bounced
    return [found[time] for time in sorted(found)]


def _sum(pieces: list[Piece]) -> Piece:
    names = [name for name in Piece.__struct_fields__ if name != "time"]
    return Piece(**{name: sum(getattr(piece, name) for piece in pieces) for name in names})
