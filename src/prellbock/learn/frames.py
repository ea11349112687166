"""How do phrases look in the world? With a code before them, as somebody's words quoted by somebody else."""

from random import Random
from typing import NamedTuple

from prellbock.rules.model import Rule

Codes = tuple[int | None, str | None]

_BEFORE = (
    "", "", "", "", "host {host}[{ip}] said: ", "smtp; ", "<{address}>: ", "{address} ", "Remote host said: ",
    "<{address}>... ",
)  # fmt: skip
_BEHIND = (
    "", "", "", "", "", " (in reply to RCPT TO command)", " (in reply to end of DATA command)", " {address}",
    " [{host}]", " - {id}", "; see {url}", " for {address}", ".",
)  # fmt: skip
_OWN = 0.75
"""Share of phrases with codes seen with the same category; the others show that codes lie."""
_BARE = 0.2
"""Share of phrases without a code."""


class Seen(NamedTuple):
    """Codes of labelled replies: by category, and all."""

    by_category: dict[str, list[Codes]]
    all: list[Codes]


def framed(phrase: str, rule: Rule, seen: Seen, chance: Random) -> str:
    """The phrase as a reply that the rule's scope allows."""
    own = seen.by_category.get(rule.category) or seen.all
    codes = chance.choice(own if chance.random() < _OWN else seen.all)
    if rule.code:
        codes = _allowed(chance.choice(rule.code), codes, chance)
    elif chance.random() < _BARE:
        codes = (None, None)
    said = " ".join(str(code) for code in codes if code is not None)
    before, behind = chance.choice(_BEFORE), chance.choice(_BEHIND)
    if said and chance.random() < 0.5:
        return f"{said} {before}{phrase}{behind}"
    return f"{before}{said}{' ' if said else ''}{phrase}{behind}"


def _allowed(wanted: str, codes: Codes, chance: Random) -> Codes:
    """Codes that fit what a rule demands, such as ``5xx`` or ``4.2.x``."""
    reply, status = codes
    if "." in wanted:
        head = chance.choice("45") if wanted.startswith("x") else wanted[0]
        return int(f"{head}50"), head + wanted[1:].replace("x", chance.choice("01"))
    head = wanted[0] if wanted[0] != "x" else chance.choice("45")
    if reply is None or str(reply)[0] != head or "x" not in wanted:
        reply = int(head + wanted[1:].replace("x", "5", 1).replace("x", "0"))
    return reply, None if status is None else head + status[1:]
