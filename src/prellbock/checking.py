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
from prellbock.history.check import Answer, Intent, answer, waiting
from prellbock.history.policy import Policy
from prellbock.identity import HASH_OCTETS, Identity
from prellbock.store.contract import Store
from prellbock.times import rfc3339

NOTHING = Answer(True, "deliverable", None, "nothing is held against it")
"""The answer about somebody without a history."""


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


class Line(msgspec.Struct, frozen=True, gc=False):
    """The answer as every interface gives it. ``status`` is None for a text that names nobody."""

    address: str
    may_mail: bool
    status: str | None
    until: str | None
    reason: str


def of_addresses(addresses: Sequence[str], identity: Identity) -> Subjects:
    """Canonical addresses as subjects."""
    return Subjects(identity.of_addresses(addresses), [address.rpartition("@")[2] for address in addresses])


def check(
    subjects: Subjects, question: Question, *, lookups: Store, leases: Store, policy: Policy, clock: float
) -> list[Answer]:
    """Judges subjects, in order, at ``clock`` (Unix seconds).

    ``lookups`` is read, ``leases`` is written to, and only where a probe is at stake; they may be the same store.
    """
    now = question.as_of if question.as_of is not None else clock
    answers = [NOTHING] * len(subjects.domains)
    some = _with_history(subjects, lookups, policy, now) if question.as_of is None else range(len(answers))
    asked = [(subjects.hash_of(index), subjects.domains[index]) for index in some]
    for index, (personal, marks, domain) in zip(
        some, lookups.standings_of(asked, policy, as_of=question.as_of), strict=True
    ):
        answers[index] = answer(
            personal, marks, domain, policy=policy, now=now, stream=question.stream, intent=question.intent
        )
    if question.as_of is None:
        # A mail just requested is a probe once a day, whoever asks; other probes are a campaign's own.
        _lease(leases, subjects, answers, now, question)
    return answers


def _with_history(subjects: Subjects, lookups: Store, policy: Policy, now: float) -> Sequence[int]:
    """The indices of those of whom anything is remembered, or whose domain is not deliverable."""
    domains = [*dict.fromkeys(domain for domain in subjects.domains if domain is not None)]
    hashes = [*map(lookups.identity.of_domain, domains)]
    noted = lookups.noted(subjects.hashes)
    of_domains = lookups.noted(b"".join(hashes))
    asked = [(hashes[index], domains[index]) for index in np.flatnonzero(of_domains)]
    in_trouble = {
        domain
        for (_, domain), (_, _, standing) in zip(asked, lookups.standings_of(asked, policy), strict=True)
        if standing.at(now).status != NOTHING.status
    }
    if in_trouble:
        noted = noted | np.fromiter((domain in in_trouble for domain in subjects.domains), np.bool_, len(noted))
    found: list[int] = np.flatnonzero(noted).tolist()
    return found


def _lease(store: Store, subjects: Subjects, answers: list[Answer], now: float, question: Question) -> None:
    """Takes the probes among the answers; whoever asks while another's probe is under way has to wait."""
    probes = {
        index: store.identity.of_domain(subjects.domains[index] or "") if said.of_domain else subjects.hash_of(index)
        for index, said in enumerate(answers)
        if said.lease
    }
    if not probes:
        return
    wanted = {digest: answers[index].lease for index, digest in probes.items()}
    held = store.lease(wanted, now, "" if question.intent else question.campaign, probes=question.intent is None)
    given: set[bytes] = set()
    for index, digest in probes.items():
        said = answers[index]
        if digest in held or digest in given:
            answers[index] = waiting(held.get(digest, now + said.lease), said.status)
        else:
            given.add(digest)


def lines(
    texts: Sequence[str | bytes], question: Question, *, lookups: Store, leases: Store, policy: Policy, clock: float
) -> list[Line]:
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
    return _merged(addresses, answers, bad)


def lines_of_hashes(
    texts: Sequence[str], question: Question, *, lookups: Store, leases: Store, policy: Policy, clock: float
) -> list[Line]:
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
    return _merged(names, answers, bad)


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


def _merged(names: Sequence[str], answers: Sequence[Answer], bad: dict[int, Line]) -> list[Line]:
    good = (
        Line(name, said.may_mail, said.status, None if said.until is None else rfc3339(said.until), said.reason)
        for name, said in zip(names, answers, strict=True)
    )
    if not bad:
        return list(good)
    return [bad[index] if index in bad else next(good) for index in range(len(names) + len(bad))]
