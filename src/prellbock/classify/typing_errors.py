"""Was a domain mistyped? ``gmial.con`` is two slips from ``gmail.com`` and from nothing else.

A hint needs all of: the domain has at least six characters and is not itself in the table of mailbox domains; one
domain of the table is nearer than every other; it is one slip away, or two where the domain has nine characters or
more; it begins with the same letter, or the first two are swapped. A slip is one letter too many, missing or wrong, or
two neighbours swapped. Only verdicts `unknown_domain` are hinted: a domain that answers mail was not mistyped.
"""

from functools import cache

from prellbock.providers import MAILBOX_DOMAINS

SHORT = 6
"""Characters; shorter domains are near to too many others."""

LONG = 9
"""From this length (characters) on two slips are forgiven, below only one."""


def did_you_mean(domain: str) -> str | None:
    """The mailbox domain that was probably meant; None where that is not clear. Takes a lower-case A-label domain."""
    known = _known()
    if domain in known or len(domain) < SHORT or "." not in domain:
        return None
    most = 2 if len(domain) >= LONG else 1
    near = [
        (slips, candidate)
        for candidate in known
        if abs(len(candidate) - len(domain)) <= most
        and _begins_alike(domain, candidate)
        and (slips := distance(domain, candidate, most)) <= most
    ]
    if not near:
        return None
    least = min(slips for slips, _ in near)
    best = [candidate for slips, candidate in near if slips == least]
    return best[0] if len(best) == 1 else None


@cache
def _known() -> frozenset[str]:
    return frozenset(domain for domains in MAILBOX_DOMAINS.values() for domain in domains)


def _begins_alike(one: str, other: str) -> bool:
    return one[0] == other[0] or (one[:2] == other[1::-1])


def distance(one: str, other: str, most: int) -> int:
    """How many slips lie between two words (optimal string alignment); more than ``most`` is said as ``most + 1``."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for at, letter in enumerate(one, 1):
        older, before, row = before, row, [at]
        for to, wanted in enumerate(other, 1):
            cost = min(before[to] + 1, row[to - 1] + 1, before[to - 1] + (letter != wanted))
            if older and to > 1 and letter == other[to - 2] and one[at - 2] == wanted:
                cost = min(cost, older[to - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return min(row[-1], most + 1)
