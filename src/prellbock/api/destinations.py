"""``/v1/destinations``: where decisions go, what became of each message, and sending again. Secrets are shown once."""

import secrets
from typing import Annotated, Any, Literal

import msgspec
from litestar import Request, delete, get, patch, post
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from prellbock.api.auth.access import Principal
from prellbock.api.auth.door import Door
from prellbock.api.auth.scopes import NEEDS
from prellbock.api.installation import Here
from prellbock.api.problems import ProblemError
from prellbock.publishing import destinations as setting_up
from prellbock.publishing.kinds import KINDS
from prellbock.publishing.messages import message_of, test_message
from prellbock.publishing.publisher import headers_now, source_of, try_destination
from prellbock.publishing.shown import DeliveryRecord, DestinationRecord, delivery_record, destination_record
from prellbock.store.destinations import Destination, Wanted

_HOUR = 3600.0
Limit = Annotated[int, QueryParameter(ge=1, le=1000, description="Deliveries of a page.")]
Before = Annotated[int | None, QueryParameter(ge=0, description="The `next` of the page before.")]
Outcomes = Literal["waiting", "taken", "dead"]


class NewDestination(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A destination that shall be set up."""

    kind: str
    name: str
    settings: dict[str, Any]
    """What the kind needs; `GET /v1/destinations/kinds` tells it."""
    wanted: Wanted = Wanted()
    secret: str | None = None
    """Left out where we make it."""
    from_the_beginning: bool = False
    """Send everything that was ever decided first, instead of what is decided from now on."""
    keep_days: float | None = None
    """Decisions older than so many days are not sent any more; left out: all are, however late."""


class ChangedDestination(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """What shall be different; what is left out stays."""

    settings: dict[str, Any] | None = None
    wanted: Wanted | None = None
    state: Literal["active", "paused"] | None = None
    reason: str | None = None
    """Why it is paused."""
    keep_days: float | None = None
    """0: send all decisions, however old."""
    secret: str | None = None
    """A new one, in place of the one before; where settings would show that to others it must be given."""


class NewDestinationSecret(msgspec.Struct, forbid_unknown_fields=True):
    """A secret that shall hold from now on."""

    secret: str | None = None
    hold_hours: float = 24.0
    """How long the one before it signs as well."""


class Again(msgspec.Struct, forbid_unknown_fields=True):
    """What is sent again: certain decisions, everything after one, or (neither) all that was given up."""

    seqs: list[int] | None = None
    since: Annotated[int, msgspec.Meta(ge=0)] | None = None


class ShownKind(msgspec.Struct, frozen=True):
    """A kind of destination."""

    kind: str
    title: str
    settings: dict[str, Any]
    """A JSON schema."""
    secret: str
    page: str


class Tried(msgspec.Struct, frozen=True):
    """What became of a test message."""

    taken: bool
    code: int | None
    answer: str
    seconds: float


class DeliveryPage(msgspec.Struct, frozen=True):
    """Messages, those about the newest decisions first."""

    items: list[DeliveryRecord]
    next: int | None


class ShownDelivery(msgspec.Struct, frozen=True):
    """One message: what became of it, and what is sent (null once the recipient was erased)."""

    delivery: DeliveryRecord
    id: str | None
    headers: dict[str, str] | None
    """Of an attempt that is made now, signed for this moment; null for queues."""
    body: Any


@get("/v1/destinations/kinds", opt={NEEDS: "admin"}, sync_to_thread=False)
def list_destination_kinds() -> list[ShownKind]:
    """What can be set up, and what each kind needs."""
    return [
        ShownKind(kind.name, kind.title, msgspec.json.schema(kind.settings), kind.secret, kind.page)
        for kind in KINDS.values()
    ]


@get("/v1/destinations", opt={NEEDS: "admin"})
async def list_destinations(installation: Here) -> list[DestinationRecord]:
    """All destinations by name: how far each has come, and what is wrong with it."""

    def found() -> list[DestinationRecord]:
        newest = installation.outbox.cursor()
        return [destination_record(each, newest) for each in installation.outbox.destinations()]

    return await installation.answering(found)


@post("/v1/destinations", opt={NEEDS: "admin"})
async def add_destination(
    request: Request[Principal, Any, Any], data: JSONBody[NewDestination], access: Door, installation: Here
) -> DestinationRecord:
    """Sends decisions somewhere. ``secret`` is shown only now, where it was made here."""

    def added() -> tuple[Destination, str | None]:
        return setting_up.add(
            installation.outbox, data.kind, data.name, data.settings, wanted=data.wanted, secret=data.secret,
            from_the_beginning=data.from_the_beginning, keep_days=data.keep_days, now=installation.clock(),
            actor=request.user.actor,
        )  # fmt: skip

    destination, made = await installation.answering(added)
    await access.record(request.user, "destination.create", data.name, kind=data.kind)
    return await _shown(installation, destination, made)


@patch("/v1/destinations/{name:str}", opt={NEEDS: "admin"})
async def change_destination(
    request: Request[Principal, Any, Any], name: FromPath[str], data: JSONBody[ChangedDestination], access: Door,
    installation: Here,
) -> DestinationRecord:  # fmt: skip
    """Changes settings, what is wanted, or whether it is sent at all; ``active`` also revives a disabled one."""
    await _known(installation, name)

    def changed() -> Destination:
        return setting_up.change(
            installation.outbox, name, settings=data.settings, wanted=data.wanted, state=data.state,
            reason=data.reason, keep_days=data.keep_days, secret=data.secret, now=installation.clock(),
        )  # fmt: skip

    destination = await installation.answering(changed)
    await access.record(request.user, "destination.change", name)
    return await _shown(installation, destination)


@post("/v1/destinations/{name:str}/secrets", opt={NEEDS: "admin"})
async def add_destination_secret(
    request: Request[Principal, Any, Any], name: FromPath[str], data: JSONBody[NewDestinationSecret], access: Door,
    installation: Here,
) -> DestinationRecord:  # fmt: skip
    """A new secret; the one before it signs as well for ``hold_hours`` more, so that receivers can change over."""
    await _known(installation, name)

    def renewed() -> str | None:
        return setting_up.renew(
            installation.outbox, name, data.secret, now=installation.clock(), held=data.hold_hours * _HOUR
        )

    made = await installation.answering(renewed)
    await access.record(request.user, "destination.secret", name)
    return await _shown(installation, await _known(installation, name), made)


@delete("/v1/destinations/{name:str}", opt={NEEDS: "admin"}, status_code=204)
async def remove_destination(
    request: Request[Principal, Any, Any], name: FromPath[str], access: Door, installation: Here
) -> None:
    """Takes a destination away, with its secrets and what is known of its messages."""
    await _known(installation, name)
    await installation.answering(setting_up.remove, installation.outbox, name)
    await access.record(request.user, "destination.remove", name)


@post("/v1/destinations/{name:str}/test", opt={NEEDS: "admin"}, status_code=200)
async def test_destination(
    request: Request[Principal, Any, Any], name: FromPath[str], access: Door, installation: Here
) -> Tried:
    """Sends a message of the type ``io.prellbock.test`` at once and says what the receiver answered."""
    destination = await _known(installation, name)
    message = test_message(f"test_{secrets.token_hex(8)}", source_of(installation.outbox), installation.clock())
    answer = await try_destination(installation.outbox, destination, message)
    await access.record(request.user, "destination.test", name, taken=answer.is_taken)
    return Tried(answer.is_taken, answer.code, answer.text, round(answer.seconds, 3))


@get("/v1/destinations/{name:str}/deliveries", opt={NEEDS: "admin"})
async def list_deliveries(
    name: FromPath[str], installation: Here, outcome: FromQuery[Outcomes | None] = None, before: Before = None,
    limit: Limit = 100,
) -> DeliveryPage:  # fmt: skip
    """What became of messages: those that wait or were given up, and for seven days those that were taken."""
    await _known(installation, name)

    def found() -> list[DeliveryRecord]:
        rows = installation.outbox.deliveries(name, state=outcome, before=before, most=limit + 1)
        return [delivery_record(each) for each in rows]

    items = await installation.answering(found)
    return DeliveryPage(items[:limit], items[limit - 1].seq if len(items) > limit else None)


@get("/v1/destinations/{name:str}/deliveries/{seq:int}", opt={NEEDS: "admin"})
async def read_delivery(name: FromPath[str], seq: FromPath[int], installation: Here) -> ShownDelivery:
    """One message, with the headers and the body that are sent."""
    destination = await _known(installation, name)

    def found() -> ShownDelivery | None:
        rows = installation.outbox.deliveries(name, before=seq + 1, most=1)
        if not rows or rows[0].seq != seq:
            return None
        decisions = installation.outbox.outgoing_of([seq])
        if not decisions:
            return ShownDelivery(delivery_record(rows[0]), None, None, None)
        message = message_of(decisions[0], source_of(installation.outbox))
        headers = headers_now(installation.outbox, destination, message, installation.clock())
        return ShownDelivery(delivery_record(rows[0]), message.id, headers, msgspec.Raw(message.body))

    if (shown := await installation.answering(found)) is None:
        raise ProblemError(404, "nothing is known of this message: it was not sent, or taken more than seven days ago")
    return shown


@post("/v1/destinations/{name:str}/replay", opt={NEEDS: "admin"}, status_code=200)
async def replay_destination(
    request: Request[Principal, Any, Any], name: FromPath[str], data: JSONBody[Again], access: Door, installation: Here
) -> dict[str, int]:
    """Sends again; a message keeps its id. ``messages`` is how many, or how many decisions lie after ``since``."""
    await _known(installation, name)

    def again() -> int:
        return setting_up.replay(installation.outbox, name, seqs=data.seqs, since=data.since, now=installation.clock())

    count = await installation.answering(again)
    await access.record(request.user, "destination.replay", name, messages=count)
    return {"messages": count}


async def _known(installation: Here, name: str) -> Destination:
    destination = await installation.answering(installation.outbox.destination, name)
    if destination is None:
        raise ProblemError(404, "there is no destination of this name; GET /v1/destinations lists them")
    return destination


async def _shown(installation: Here, destination: Destination, secret: str | None = None) -> DestinationRecord:
    newest = await installation.answering(installation.outbox.cursor)
    return destination_record(destination, newest, secret)
