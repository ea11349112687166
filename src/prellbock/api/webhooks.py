"""``POST /v1/webhooks/{provider}/{name}``: what a provider has to tell, verified by the secret of the source.

No token: the signature (or the shared secret) is the proof. Whatever keeps us from storing it is answered with 5xx, so
that the provider sends it again; the same request twice changes nothing.
"""

from collections.abc import AsyncIterator, Mapping
from typing import Any

import orjson
from litestar import Request, Response, route
from litestar.di import NamedDependency
from litestar.params import FromPath, SkipValidation

from prellbock.api.auth.access import Principal
from prellbock.api.auth.door import Door
from prellbock.api.auth.scopes import OPEN
from prellbock.api.installation import Installation
from prellbock.api.logs import log
from prellbock.api.outside import Certificates, Fetch, OutsideError
from prellbock.api.problems import ProblemError
from prellbock.api.worker.frames import Hook, Outcome, Task
from prellbock.api.worker.parent import Body
from prellbock.sources.webhooks.call import Answer, Call, RefusedError, Trust, UnreadableError
from prellbock.sources.webhooks.order import PROVIDERS
from prellbock.sources.webhooks.provider import Provider
from prellbock.store.apart import MOST_OCTETS as MOST_APART
from prellbock.store.apart import Apart
from prellbock.store.sources import Source
from prellbock.store.sqlite.sources import name_of_batches

MOST_OCTETS = 32 << 20
"""Of one request. The largest batches are SparkPost's and SendGrid's, of some megabytes."""
_PASSED_ON = ("content-type", "svix-id", "webhook-id")
"""Headers that say something about the events."""
_PROVIDER = Principal("webhook", "operator", frozenset())


class Hooks:
    """What all requests of providers share."""

    def __init__(self, fetch: Fetch) -> None:
        self.fetch = fetch
        self.certificates = Certificates(fetch)


Shared = NamedDependency[SkipValidation[Hooks]]


@route(
    "/v1/webhooks/{provider:str}/{name:str}",
    http_method=["POST", "OPTIONS", "HEAD"],
    opt={OPEN: True},
    status_code=200,
    request_max_body_size=MOST_OCTETS,
)
async def take_webhook(
    request: Request[Any, Any, Any], provider: FromPath[str], name: FromPath[str], access: Door, hooks: Shared
) -> Response[Mapping[str, object] | None]:
    """Events of a provider; the counts as ``POST /v1/events`` gives them, or what a handshake asks for.

    ``OPTIONS`` is the handshake of CloudEvents, for who knows the secret. ``HEAD`` is always fine: Mandrill looks
    whether there is something before it makes the key.
    """
    if request.method == "HEAD":
        return Response(None)
    installation = access.installation
    known, source = await _source(installation, provider, name)
    call = Call(
        body=await request.body() or b"[]" if request.method == "OPTIONS" else await request.body(),
        headers=_headers(request),
        query=dict(request.query_params),
        received=installation.clock(),
    )
    try:
        await _verify(installation, hooks, known, source, call)
        answer = known.answer(call)
    except UnreadableError as error:
        raise ProblemError(400, str(error)) from None
    if answer is not None:
        return Response(await _answer(answer, source, access, hooks), headers=dict(answer.headers))
    if request.method == "OPTIONS":
        raise ProblemError(400, f"{provider} knows no such handshake")
    outcome = await _judged(installation, source, call)
    if (failure := outcome.failure) is not None:
        raise ProblemError(failure.status, failure.what, **outcome.counts)
    if bad := outcome.counts.get("bad", 0):
        installation.bad_lines += bad
        for each in outcome.bad_lines:
            log.warning("webhook", source=source.name, object=each.line, problem="an object could not be used")
        # Whoever has sent it takes it for delivered: what cannot be used must be kept before that is said.
        await installation.answering(installation.store.set_apart, _apart(known, source, call, outcome))
    return Response(dict(outcome.counts))


def _headers(request: Request[Any, Any, Any]) -> dict[str, str]:
    return {name.lower(): value for name, value in request.headers.items()}


async def _source(installation: Installation, provider: str, name: str) -> tuple[Provider, Source]:
    source = await installation.answering(installation.lookups.source, name)
    if source is None or source.provider != provider or provider not in PROVIDERS:
        raise ProblemError(404, "there is no such source; an admin adds one with `prellbock sources add`")
    return PROVIDERS[provider], source


async def _verify(installation: Installation, hooks: Hooks, provider: Provider, source: Source, call: Call) -> None:
    """Refuses what is not proved; what cannot be checked now is to be sent again."""
    try:
        certificate = None
        if address := provider.certificate(call):
            certificate = await hooks.certificates.get(address)
        kept = await installation.answering(installation.lookups.secrets_of, source.name, call.received)
        trust = Trust(
            secrets=tuple(secret.decode() for secret in kept), options=source.options, certificate=certificate
        )
        provider.verify(call, trust)
    except RefusedError as error:
        log.warning("webhook", source=source.name, problem=f"refused: {error}")
        raise ProblemError(401, str(error)) from None
    except OutsideError as error:
        log.error("webhook", source=source.name, problem=str(error))
        raise ProblemError(503, f"the certificate of the signature cannot be had now: {error}") from None


async def _answer(answer: Answer, source: Source, access: Door, hooks: Hooks) -> dict[str, object]:
    installation = access.installation
    if answer.expected and not (source.awaits is not None and installation.clock() < source.awaits):
        raise ProblemError(
            403,
            f"no subscription is expected for {source.name}: if you made it, an admin allows it with "
            f"`prellbock sources set {source.name} --await-confirmation`, and you ask for the confirmation again",
        )
    if answer.fetch is not None:
        try:
            await hooks.fetch(answer.fetch)
        except OutsideError as error:
            raise ProblemError(503, f"the subscription cannot be confirmed now: {error}") from None
        await installation.answering(installation.store.change_source, source.name, source.options, None)
        await access.record(_PROVIDER, "source.confirm", source.name)
    return dict(answer.body or {})


def _apart(provider: Provider, source: Source, call: Call, outcome: Outcome) -> list[Apart]:
    """The objects that could not be used, or the whole request where there are more of them than are named."""
    door = name_of_batches(provider.name, source.name)
    if outcome.counts.get("bad", 0) > len(outcome.bad_lines):
        contents = [(0, f"{outcome.counts['bad']} objects could not be used", call.body)]
    else:
        items = [orjson.dumps(item) for item in provider.items(call)]
        contents = [(each.line, each.what, items[each.line - 1]) for each in outcome.bad_lines]
    return [
        Apart(
            door=door, place=f"#{number}" if number else "the whole request", why=why, recorded=call.received,
            content=content if len(content) <= MOST_APART else None,
        )
        for number, why, content in contents
    ]  # fmt: skip


async def _judged(installation: Installation, source: Source, call: Call) -> Outcome:
    settings = installation.settings
    hook = Hook(
        source.provider,
        name_of_batches(source.provider, source.name),
        dict(source.options),
        {name: call.headers[name] for name in _PASSED_ON if name in call.headers},
    )
    task = Task("webhook", False, MOST_OCTETS, settings.most_bad_lines, installation.clock(), hook=hook)
    body = Body(_pieces(call.body), most=MOST_OCTETS)
    installation.lasting.add(body)
    try:
        return await body.send(await installation.answering(installation.worker.connect), task)
    finally:
        installation.lasting.discard(body)


async def _pieces(body: bytes) -> AsyncIterator[bytes]:
    yield body
