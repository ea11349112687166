"""``POST /v1/check``: may these addresses be mailed? One answer for each, in order."""

from typing import Annotated, Any, Literal

import msgspec
from litestar import Request, Response, post
from litestar.params import FromQuery, QueryParameter

from prellbock import checking
from prellbock.api.auth.scopes import NEEDS
from prellbock.api.installation import Here, Installation
from prellbock.api.problems import NDJSON, ProblemError
from prellbock.sources.record import RecordError, asked

_PART = 20_000
"""Addresses that are looked up together, so that long lists let short ones pass. The histories of their domains are
read once for each part."""


class _Asked(msgspec.Struct, forbid_unknown_fields=True):
    """The JSON body: addresses, or their hashes and the name of the key that made them."""

    addresses: list[str] | None = None
    hashes: list[str] | None = None
    key: str | None = None
    stream: str | None = None
    intent: Literal["requested"] | None = None
    campaign: str = ""
    as_of: float | str | None = None


_decoder = msgspec.json.Decoder(_Asked)
Intent = Annotated[
    Literal["requested"] | None, QueryParameter(description="The recipient has just asked for this mail.")
]

Key = Annotated[str | None, QueryParameter(description="The lines are hashes, made with the key of this name.")]


@post("/v1/check", opt={NEEDS: "check"}, status_code=200, request_max_body_size=None)
async def check(
    request: Request[Any, Any, Any],
    installation: Here,
    stream: FromQuery[str | None] = None,
    intent: Intent = None,
    campaign: FromQuery[str] = "",
    as_of: FromQuery[str | None] = None,
    key: Key = None,
) -> Response[bytes]:
    """JSON ``{"addresses": [...], "stream"?, "intent"?, "campaign"?, "as_of"?}`` gives ``{"answers": [...]}``.

    Any other body is addresses, one a line, with the rest as query parameters, and gives NDJSON. An answer is
    ``address, may_mail, status, until, reason``; of a text that is no address ``status`` is null. Instead of addresses
    ``hashes`` (in lines: with ``key``) can be given, see `GET /v1/key`.
    """
    body = await _whole(request, installation.settings.most_check_body)
    is_json = request.content_type[0] == "application/json"
    if is_json:
        wanted = _decoded(body)
        # What the body leaves open may stand in the query.
        wanted.stream, wanted.intent = wanted.stream or stream, wanted.intent or intent
        wanted.campaign = wanted.campaign or campaign
        wanted.as_of = wanted.as_of if wanted.as_of is not None else as_of
        wanted.key = wanted.key or key
    else:
        texts = _lines(body)
        wanted = _Asked(None if key else texts, texts if key else None, key, stream, intent, campaign, as_of)
    texts = _checked(wanted, installation)
    lines: list[str] = []
    question = _question(wanted)
    for begin in range(0, len(texts), _PART):
        part = texts[begin : begin + _PART]
        lines += await installation.answering(_answer, installation, part, question, hashed=wanted.hashes is not None)
    return await installation.answering(_written, lines, is_json=is_json)


def _written(lines: list[str], *, is_json: bool) -> Response[bytes]:
    if is_json:
        return Response(f'{{"answers":[{",".join(lines)}]}}'.encode(), media_type="application/json")
    # The last line ends, too.
    return Response("\n".join([*lines, ""]).encode(), media_type=NDJSON)


async def _whole(request: Request[Any, Any, Any], most: int) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > most:
            raise ProblemError(413, f"the body is longer than {most:,} octets: ask in several requests")
    return bytes(body)


def _checked(wanted: _Asked, installation: Installation) -> list[str]:
    """The addresses or hashes that are asked about; what cannot be answered at all is refused."""
    texts = wanted.addresses if wanted.hashes is None else wanted.hashes
    if texts is None or (wanted.addresses is not None and wanted.hashes is not None):
        raise ProblemError(400, "send either addresses or hashes")
    most = installation.settings.most_addresses
    if len(texts) > most:
        raise ProblemError(413, f"{len(texts):,} addresses are more than {most:,}: ask in several requests")
    ours = installation.lookups.identity.key_id
    if wanted.hashes is not None and wanted.key != ours:
        raise ProblemError(
            409 if wanted.key else 400,
            f"the hashes must be made with the key {ours}, and name it as `key`; GET /v1/key tells how",
            key=ours,
        )
    return texts


def _answer(installation: Installation, texts: list[str], question: checking.Question, *, hashed: bool) -> list[str]:
    answered = (checking.lines_of_hashes if hashed else checking.lines)(
        texts,
        question,
        lookups=installation.lookups,
        leases=installation.store,
        policy=installation.policy,
        clock=installation.clock(),
    )
    return answered.json()


def _decoded(body: bytes) -> _Asked:
    try:
        return _decoder.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise ProblemError(
            400, f'the body must be JSON such as {{"addresses": ["u@example.com"], "stream": "newsletter"}}: {error}'
        ) from None


def _lines(body: bytes) -> list[str]:
    try:
        return [text for line in body.decode().split("\n") if (text := line.strip())]
    except UnicodeDecodeError as error:
        raise ProblemError(400, f"the body is not UTF-8 (octet {error.start}); send one address a line") from None


def _question(wanted: _Asked) -> checking.Question:
    try:
        as_of = asked(str(wanted.as_of)) if wanted.as_of is not None else None
    except RecordError as error:
        raise ProblemError(400, f"as_of: {error}") from None
    return checking.Question(stream=wanted.stream, intent=wanted.intent, campaign=wanted.campaign, as_of=as_of)
