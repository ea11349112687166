"""``POST /v1/classify``: the cause and the fault of responses; with ``explain`` also why."""

from typing import Annotated, Any

import msgspec
from litestar import Request, Response, post
from litestar.params import QueryParameter

from prellbock.api.auth.scopes import NEEDS
from prellbock.api.installation import Here, Installation
from prellbock.api.problems import NDJSON, ProblemError
from prellbock.classify.input_lines import BadLineError, decode
from prellbock.classify.output_lines import FIELDS, Renderer
from prellbock.classify.phrasebook import LANGUAGES
from prellbock.events import DeliveryEvent

MOST = 10_000
"""Responses of one request."""
MOST_EXPLAINED = 100
_MOST_OCTETS = 8 << 20

Explain = Annotated[bool, QueryParameter(description="Also say why: every rule that matched, and what to do.")]
Words = Annotated[str, QueryParameter(description="Of the sentences for people.")]


@post("/v1/classify", opt={NEEDS: "read"}, status_code=200, request_max_body_size=_MOST_OCTETS)
async def classify(
    request: Request[Any, Any, Any], installation: Here, explain: Explain = False, language: Words = "en"
) -> Response[bytes]:
    """Lines as ``prellbock classify`` reads them (a response, or an object with ``response``, ``mx`` ...), NDJSON back.

    Blank lines are skipped. A line that cannot be used refuses all of them, and is named.
    """
    if language not in LANGUAGES:
        raise ProblemError(400, f"language: {', '.join(LANGUAGES)} are known")
    events = _events(await request.body())
    most = MOST_EXPLAINED if explain else MOST
    if len(events) > most:
        raise ProblemError(413, f"{len(events):,} responses are more than {most:,}: ask in several requests")
    lines = await installation.answering(_lines, installation, events, explain, language)
    return Response(lines, media_type=NDJSON)


def _lines(installation: Installation, events: list[DeliveryEvent], explain: bool, language: str) -> bytes:
    words = next(each for each in LANGUAGES if each == language)
    return Renderer(installation.classifier, FIELDS, None, explain, words).lines(events) if events else b""


def _events(body: bytes) -> list[DeliveryEvent]:
    events: list[DeliveryEvent] = []
    for number, line in enumerate(body.split(b"\n"), 1):
        try:
            if (event := decode(line)) is not None:
                events.append(event)
        except (BadLineError, msgspec.MsgspecError) as error:
            raise ProblemError(400, f"line {number}: {error}", line=number) from None
    return events
