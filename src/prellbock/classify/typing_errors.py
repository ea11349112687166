"""Was a domain mistyped? ``gmial.con`` is two slips from ``gmail.com`` and from nothing else.

A hint needs all of: the domain has at least six characters and is known neither as a provider's nor as somebody's; one
of the largest mailbox domains is nearer than every other; it is one slip away, or two where the domain has nine
characters or more, and in a short name two swapped letters only; it begins with the same letter, or the first two are
swapped; both end alike, or the ending is none that exists (``con``). Or the domain is the name of one large domain
alone with such an ending (``web.con``). A slip is one letter too many, missing or wrong, or two neighbours swapped.
Only verdicts `unknown_domain` are hinted, for a domain that answers mail was not mistyped; and every domain below an
ending that none exists for: whatever the reply says, no server of that domain said it.
"""

from functools import cache

from prellbock.providers import MAILBOX_DOMAINS

SHORT = 6
"""Characters; shorter domains are near to too many others."""

LONG = 9
"""From this length (characters) on two slips are forgiven, below only one."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


LARGEST = _words(
    "gmail.com googlemail.com hotmail.com hotmail.de hotmail.fr hotmail.co.uk outlook.com outlook.de live.com "
    "yahoo.com yahoo.de yahoo.fr yahoo.co.uk aol.com icloud.com gmx.de gmx.net gmx.at gmx.ch web.de t-online.de "
    "freenet.de arcor.de orange.fr wanadoo.fr laposte.net libero.it bluewin.ch comcast.net"
)
"""The only domains that are suggested; most mistyped addresses were meant for one of them."""

_OF_SOMEBODY = _words(
    "email.com gail.com fmail.com cmail.com hmail.com imail.com xmail.com zmail.com gmale.com maile.com kahoo.com "
    "wahoo.com cloud.com clouds.com grange.fr t-offline.de libera.it liberty.it"
)
"""Domains of others that look like slips; no list of all of them exists, so this one grows with what is seen."""

_NO_ENDING = _words("con cmo ocm vom xom cim cpm comm coom ccom cok vcom de1 ed dde dee ddee nte nett ent")
"""Endings that nobody registers below (IANA root zone database): slips of ``com``, ``de`` and ``net``."""

_SHORT_NAME = 4
"""Letters; a wrong letter in so short a name (``weg.de``) makes another domain, two that are swapped do not."""


def did_you_mean(domain: str) -> str | None:
    """The mailbox domain that was probably meant; None where that is not clear. Takes a lower-case A-label domain."""
    name, _, ending = domain.partition(".")
    if domain in _known() or domain in _OF_SOMEBODY or len(domain) < SHORT or not ending:
        return None
    most = 2 if len(domain) >= LONG else 1
    near = [
        (slips, candidate)
        for candidate in sorted(LARGEST)
        if abs(len(candidate) - len(domain)) <= most
        and (ending in _NO_ENDING or candidate.endswith(f".{ending}"))
        and _begins_alike(domain, candidate)
        and (candidate.index(".") > _SHORT_NAME or ending in _NO_ENDING or sorted(domain) == sorted(candidate))
        and (slips := distance(domain, candidate, most)) <= most
    ]
    if not near and ending in _NO_ENDING:
        near = [(0, candidate) for candidate in sorted(LARGEST) if candidate.startswith(f"{name}.")]
    least = min((slips for slips, _ in near), default=0)
    best = [candidate for slips, candidate in near if slips == least]
    return best[0] if len(best) == 1 else None


@cache
def _known() -> frozenset[str]:
    return frozenset(domain for domains in MAILBOX_DOMAINS.values() for domain in domains)


def has_no_ending(domain: str) -> bool:
    """Whether the domain stands below an ending that nobody registers below, such as ``con``."""
    return domain.rpartition(".")[2] in _NO_ENDING


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
