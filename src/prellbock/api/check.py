"""``POST /v1/check``: may these addresses be mailed? One answer for each, in order."""

from typing import Annotated, Any, Literal

import msgspec
from litestar import Request, Response, post
from litestar.params import FromQuery, QueryParameter

from prellbock import checking
from prellbock.api.installation import Here, Installation
from prellbock.api.problems import NDJSON, ProblemError
from prellbock.api.settings import Settings
from prellbock.sources.record import RecordError, asked

_PART = 5000
"""Addresses that are looked up together, so that long lists let short ones pass."""


class _Asked(msgspec.Struct, forbid_unknown_fields=True):
    """The JSON body."""

    addresses: list[str]
    stream: str | None = None
    intent: Literal["requested"] | None = None
    campaign: str = ""
    as_of: float | str | None = None


_decoder = msgspec.json.Decoder(_Asked)
Intent = Annotated[
    Literal["requested"] | None, QueryParameter(description="The recipient has just asked for this mail.")
]


@post("/v1/check", status_code=200, request_max_body_size=Settings().most_check_body)
async def check(
    request: Request[Any, Any, Any],
    installation: Here,
    stream: FromQuery[str | None] = None,
    intent: Intent = None,
    campaign: FromQuery[str] = "",
    as_of: FromQuery[str | None] = None,
) -> Response[bytes]:
    """JSON ``{"addresses": [...], "stream"?, "intent"?, "campaign"?, "as_of"?}`` gives ``{"answers": [...]}``.

    Any other body is addresses, one a line, with the rest as query parameters, and gives NDJSON. An answer is
    ``address, may_mail, status, until, reason``; of a text that is no address ``status`` is null.
    """
    body = await request.body()
    is_json = request.content_type[0] == "application/json"
    if is_json:
        wanted = _decoded(body)
        # What the body leaves open may stand in the query.
        wanted.stream, wanted.intent = wanted.stream or stream, wanted.intent or intent
        wanted.campaign = wanted.campaign or campaign
        wanted.as_of = wanted.as_of if wanted.as_of is not None else as_of
    else:
        wanted = _Asked(_lines(body), stream, intent, campaign, as_of)
    most = installation.settings.most_addresses
    if len(wanted.addresses) > most:
        raise ProblemError(413, f"{len(wanted.addresses):,} addresses are more than {most:,}: ask in several requests")
    lines: list[dict[str, object]] = []
    question = _question(wanted)
    for begin in range(0, len(wanted.addresses), _PART):
        part = wanted.addresses[begin : begin + _PART]
        lines += await installation.answering(_answer, installation, part, question)
    if is_json:
        return Response(msgspec.json.encode({"answers": lines}), media_type="application/json")
    encode = msgspec.json.encode
    return Response(b"".join(encode(line) + b"\n" for line in lines), media_type=NDJSON)


def _answer(installation: Installation, texts: list[str], question: checking.Question) -> list[dict[str, object]]:
    addresses, bad = checking.sorted_out(texts)
    answers = checking.check(
        addresses,
        question,
        lookups=installation.lookups,
        leases=installation.store,
        policy=installation.policy,
        clock=installation.clock(),
    )
    good = iter([checking.line(address, said) for address, said in zip(addresses, answers, strict=True)])
    return [
        checking.bad_line(text[:320], bad[index]) if index in bad else next(good) for index, text in enumerate(texts)
    ]


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
