"""May these addresses be mailed? Look-up, judgement and probes in one function, the same for every shell.

Who asks may name people by address or, keeping the addresses to himself, by their keyed hash (`prellbock.identity`).
Of a long list nearly everybody has no history: they are sorted out first, all at once.
"""

import base64
import binascii
from collections.abc import Sequence

import msgspec
import numpy as np

from prellbock.addresses import AddressError, canonical, canonical_domain
from prellbock.answered import Answered, Line
from prellbock.history.check import Answer, Intent, answer, waiting
from prellbock.history.judge import Standing
from prellbock.history.policy import Policy
from prellbock.identity import HASH_OCTETS, Identity
from prellbock.store.contract import Store

NOTHING = Answer(True, "deliverable", None, "nothing is held against it")
"""The answer about somebody without a history."""


_NO_HISTORY = Standing()


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked about every address of a list."""

    stream: str | None = None
    """The kind of mail; None means marketing."""
    intent: Intent | None = None
    campaign: str = ""
    """Who asks: a probe is granted to one campaign at a time."""
    as_of: float | None = None
    """Judge as if it were then (Unix seconds); takes no probes."""


class Subjects(msgspec.Struct, frozen=True):
    """Who is asked about: their hashes (16 octets each, one after the other), and their domains where known."""

    hashes: bytes
    domains: list[str | None]

    def hash_of(self, index: int) -> bytes:
        """The hash of one of them."""
        return self.hashes[index * HASH_OCTETS : (index + 1) * HASH_OCTETS]


def of_addresses(addresses: Sequence[str], identity: Identity) -> Subjects:
    """Canonical addresses as subjects."""
    return Subjects(identity.of_addresses(addresses), [address.rpartition("@")[2] for address in addresses])


def check(
    subjects: Subjects, question: Question, *, lookups: Store, leases: Store, policy: Policy, clock: float
) -> list[Answer]:
    """Judges subjects, in order, at ``clock`` (Unix seconds). Equal answers may be one object.

    ``lookups`` is read, ``leases`` is written to, and only where a probe is at stake; they may be the same store.
    """
    now = question.as_of if question.as_of is not None else clock

    def judged(personal: Standing, marks: Sequence[Standing], domain: Standing) -> Answer:
        return answer(personal, marks, domain, policy=policy, now=now, stream=question.stream, intent=question.intent)

    some: Sequence[int] = range(len(subjects.domains))
    answers = [NOTHING] * len(subjects.domains)
    if question.as_of is None:
        some = np.flatnonzero(lookups.noted(subjects.hashes)).tolist()
        if of_domains := _domains_in_trouble(subjects, lookups, policy, now):
            said = {domain: judged(_NO_HISTORY, (), standing) for domain, standing in of_domains.items()}
            answers = [said.get(domain, NOTHING) for domain in subjects.domains]
    asked = [(subjects.hash_of(index), subjects.domains[index]) for index in some]
    for index, standings in zip(some, lookups.standings_of(asked, policy, as_of=question.as_of), strict=True):
        answers[index] = judged(*standings)
    if question.as_of is None:
        # A mail just requested is a probe once a day, whoever asks; other probes are a campaign's own.
        _lease(leases, subjects, answers, now, question)
    return answers


def _domains_in_trouble(subjects: Subjects, lookups: Store, policy: Policy, now: float) -> dict[str | None, Standing]:
    """Of the domains those that are not deliverable, with their standings."""
    domains = [*dict.fromkeys(domain for domain in subjects.domains if domain is not None)]
    hashes = [*map(lookups.identity.of_domain, domains)]
    of_domains = lookups.noted(b"".join(hashes))
    asked = [(hashes[index], domains[index]) for index in np.flatnonzero(of_domains)]
    return {
        domain: standing
        for (_, domain), (_, _, standing) in zip(asked, lookups.standings_of(asked, policy), strict=True)
        if standing.at(now).status != NOTHING.status
    }


def _lease(store: Store, subjects: Subjects, answers: list[Answer], now: float, question: Question) -> None:
    """Takes the probes among the answers; whoever asks while another's probe is under way has to wait."""
    probing = [index for index, said in enumerate(answers) if said.lease]
    if not probing:
        return
    # A domain's probe is wanted by all of its recipients, so its hash and the answer to those who wait are made once.
    of_domain = {
        domain: store.identity.of_domain(domain or "")
        for domain in {subjects.domains[index] for index in probing if answers[index].of_domain}
    }
    digests = [
        of_domain[subjects.domains[index]] if answers[index].of_domain else subjects.hash_of(index) for index in probing
    ]
    wanted = {digest: answers[index].lease for index, digest in zip(probing, digests, strict=True)}
    held = store.lease(wanted, now, "" if question.intent else question.campaign, probes=question.intent is None)
    given: set[bytes] = set()
    turned_away: dict[tuple[bytes, str], Answer] = {}
    for index, digest in zip(probing, digests, strict=True):
        said = answers[index]
        if digest in held or digest in given:
            place = (digest, said.status)
            if place not in turned_away:
                turned_away[place] = waiting(held.get(digest, now + said.lease), said.status)
            answers[index] = turned_away[place]
        else:
            given.add(digest)


def lines(
    texts: Sequence[str | bytes], question: Question, *, lookups: Store, leases: Store, policy: Policy, clock: float
) -> Answered:
    """One line for each text (octets are UTF-8) that should be an address, in order; see `check`."""
    bad: dict[int, Line] = {}
    addresses: list[str] = []
    for index, text in enumerate(texts):
        try:
            addresses.append(canonical(text if isinstance(text, str) else text.decode()))
        except (AddressError, UnicodeDecodeError) as error:
            shown = text if isinstance(text, str) else text.decode("utf-8", "replace")
            why = "it is not UTF-8" if isinstance(error, UnicodeDecodeError) else error
            bad[index] = Line(shown[:320], False, None, None, f"not an address: {why}")
    subjects = of_addresses(addresses, lookups.identity)
    answers = check(subjects, question, lookups=lookups, leases=leases, policy=policy, clock=clock)
    return Answered(addresses, answers, bad)


def lines_of_hashes(
    texts: Sequence[str], question: Question, *, lookups: Store, leases: Store, policy: Policy, clock: float
) -> Answered:
    """One line for each text that should be a hash, or ``HASH@domain``, in order; see `check`.

    A hash is hexadecimal or base64 (either alphabet). Where the domain is told its history counts, too.
    """
    bad: dict[int, Line] = {}
    names: list[str] = []
    hashes: list[bytes] = []
    domains: list[str | None] = []
    for index, text in enumerate(texts):
        encoded, at, domain = text.strip().partition("@")
        try:
            digest = _decoded(encoded)
            domains.append(canonical_domain(domain) if at else None)
        except (ValueError, AddressError) as error:
            bad[index] = Line(text[:320], False, None, None, f"not a hash: {error}")
        else:
            hashes.append(digest)
            names.append(text)
    subjects = Subjects(b"".join(hashes), domains)
    answers = check(subjects, question, lookups=lookups, leases=leases, policy=policy, clock=clock)
    return Answered(names, answers, bad)


def _decoded(encoded: str) -> bytes:
    """The octets of a hash. Raises ValueError."""
    if len(encoded) == 2 * HASH_OCTETS:
        return bytes.fromhex(encoded)
    try:
        digest = base64.b64decode(encoded.rstrip("=") + "==", altchars=b"-_" if set(encoded) & {"-", "_"} else None,
                                  validate=True)  # fmt: skip
    except binascii.Error:
        digest = b""
    if len(digest) != HASH_OCTETS:
        raise ValueError(f"{HASH_OCTETS} octets are wanted, as {2 * HASH_OCTETS} hexadecimal digits or as base64")
    return digest
