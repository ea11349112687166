"""``/v1/recipients``: what is known of one, and what people do: suppress, release, note."""

from typing import Annotated, Any

import msgspec
from litestar import Request, get, post
from litestar.params import FromPath, JSONBody, QueryParameter

from prellbock.addresses import AddressError, canonical, canonical_domain
from prellbock.api.auth.access import Principal
from prellbock.api.auth.door import Door
from prellbock.api.auth.scopes import NEEDS
from prellbock.api.installation import Here, Installation
from prellbock.api.problems import ProblemError
from prellbock.api.repeats import once
from prellbock.history.actions import Kind
from prellbock.history.languages import LANGUAGES
from prellbock.sources.record import RecordError, asked
from prellbock.telling import chance_of, story_record
from prellbock.times import rfc3339

MOST = 1000
"""Addresses of one request."""
MOST_REASON = 2000
"""Characters."""

Moment = Annotated[str | None, QueryParameter(description="Tell it as it was then.")]
Words = Annotated[str, QueryParameter(description="The language of the explanation.")]


class Wanted(msgspec.Struct, forbid_unknown_fields=True):
    """What is to be done to whom, and why."""

    addresses: Annotated[list[str], msgspec.Meta(min_length=1, max_length=MOST)]
    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=MOST_REASON)]
    scope: Annotated[str, msgspec.Meta(max_length=200)] = ""
    """Of a release: lift the complaint and unsubscribe of this stream (or ``marketing``) instead."""


class Done(msgspec.Struct, frozen=True):
    """What became of one."""

    address: str | None
    hash: str
    before: str
    status: str
    until: str | None
    scope: str


class Refused(msgspec.Struct, frozen=True):
    """A text that names nobody, and why."""

    address: str
    what: str


class Acts(msgspec.Struct, frozen=True):
    """What was done; ``bad`` was left out."""

    items: list[Done]
    bad: list[Refused]


@get("/v1/recipients/{address:str}", opt={NEEDS: "read"})
async def recipient(
    installation: Here, address: FromPath[str], as_of: Moment = None, language: Words = "en"
) -> dict[str, object]:
    """The story of one address, as ``prellbock recipient`` prints it: status, explanation, evidence, history."""
    if language not in LANGUAGES:
        raise ProblemError(400, f"language: {', '.join(sorted(LANGUAGES))} are known")
    try:
        name, moment = canonical(address), asked(as_of) if as_of is not None else None
    except AddressError as error:
        raise ProblemError(400, f"this is no address: {error}") from None
    except RecordError as error:
        raise ProblemError(400, f"as_of: {error}") from None
    return await installation.answering(_story, installation, name, moment, language)


def _story(installation: Installation, name: str, moment: float | None, language: str) -> dict[str, object]:
    store, now = installation.lists, moment if moment is not None else installation.clock()
    story = store.story(name, installation.policy, as_of=moment)
    return story_record(story, now, LANGUAGES[language], chance_of(store, story, now))


@post("/v1/recipients/suppress", opt={NEEDS: "edit"}, status_code=200)
async def suppress(
    request: Request[Principal, Any, Any], installation: Here, access: Door, data: JSONBody[Wanted]
) -> Acts:
    """Withholds all mail until somebody releases them, or they give a new consent."""
    return await _acted("suppress", request, installation, access, data)


@post("/v1/recipients/release", opt={NEEDS: "edit"}, status_code=200)
async def release(
    request: Request[Principal, Any, Any], installation: Here, access: Door, data: JSONBody[Wanted]
) -> Acts:
    """Holds nothing against them that is known up to now. ``@example.com`` is a domain."""
    return await _acted("release", request, installation, access, data)


@post("/v1/recipients/note", opt={NEEDS: "edit"}, status_code=200)
async def note(request: Request[Principal, Any, Any], installation: Here, access: Door, data: JSONBody[Wanted]) -> Acts:
    """Writes ``reason`` into their stories. It decides nothing."""
    return await _acted("note", request, installation, access, data)


async def _acted(
    kind: Kind, request: Request[Principal, Any, Any], installation: Installation, access: Door, wanted: Wanted
) -> Acts:
    reason = " ".join(wanted.reason.split())
    if not reason:
        raise ProblemError(400, "reason: say why; it is kept and told")
    if wanted.scope and kind != "release":
        raise ProblemError(400, "scope: only a release has one")
    names, bad = sorted_out(wanted.addresses, domains=kind != "suppress")
    now = installation.clock()
    done = await installation.answering(
        installation.store.act,
        names,
        kind=kind,
        scope=wanted.scope,
        actor=request.user.actor,
        reason=reason,
        policy=installation.policy,
        now=now,
        once=once(request),
    )
    for acted in done:
        await access.record(request.user, f"recipient.{kind}", acted.hash, scope=wanted.scope)
    items = [
        Done(acted.address, acted.hash, acted.before.at(now).status, acted.after.at(now).status,
             rfc3339(acted.after.until), acted.after.scope)
        for acted in done
    ]  # fmt: skip
    return Acts(items, bad)


def sorted_out(texts: list[str], *, domains: bool) -> tuple[list[str], list[Refused]]:
    """Canonical addresses (and ``@domain``), each once; and what is none."""
    names: dict[str, None] = {}
    bad: list[Refused] = []
    for text in texts:
        try:
            is_domain = domains and text.startswith("@")
            names[f"@{canonical_domain(text[1:])}" if is_domain else canonical(text)] = None
        except AddressError as error:
            bad.append(Refused(text[:320], str(error)))
    return list(names), bad
