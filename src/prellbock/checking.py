"""May these addresses be mailed? Look-up, judgement and probes in one function, the same for every shell."""

from collections.abc import Sequence

import msgspec

from prellbock.addresses import AddressError, canonical, domain_of
from prellbock.history.check import Answer, Intent, answer, waiting
from prellbock.history.policy import Policy
from prellbock.store.contract import Store
from prellbock.times import rfc3339


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked about every address of a list."""

    stream: str | None = None
    """The kind of mail; None means marketing."""
    intent: Intent | None = None
    campaign: str = ""
    """Who asks: a probe is granted to one campaign at a time."""
    as_of: float | None = None
    """Judge as if it were then (Unix seconds); takes no probes."""


def check(
    addresses: Sequence[str], question: Question, *, lookups: Store, leases: Store, policy: Policy, clock: float
) -> list[Answer]:
    """Judges canonical addresses, in order, at ``clock`` (Unix seconds).

    ``lookups`` is read, ``leases`` is written to, and only where a probe is at stake; they may be the same store.
    """
    now = question.as_of if question.as_of is not None else clock
    answers = [
        answer(personal, marks, domain, policy=policy, now=now, stream=question.stream, intent=question.intent)
        for personal, marks, domain in lookups.standings(addresses, policy, as_of=question.as_of)
    ]
    if question.as_of is None:
        # A mail just requested is a probe once a day, whoever asks; other probes are a campaign's own.
        _lease(leases, addresses, answers, now, question)
    return answers


def _lease(store: Store, addresses: Sequence[str], answers: list[Answer], now: float, question: Question) -> None:
    """Takes the probes among the answers; whoever asks while another's probe is under way has to wait."""
    wanted = {
        f"@{domain_of(address)}" if said.of_domain else address: said.lease
        for address, said in zip(addresses, answers, strict=True)
        if said.lease
    }
    if not wanted:
        return
    held = store.lease(wanted, now, "" if question.intent else question.campaign, probes=question.intent is None)
    given: set[str] = set()
    for index, (address, said) in enumerate(zip(addresses, answers, strict=True)):
        name = f"@{domain_of(address)}" if said.of_domain else address
        if said.lease and (name in held or name in given):
            answers[index] = waiting(held.get(name, now + said.lease), said.status)
        elif said.lease:
            given.add(name)


def line(address: str, said: Answer) -> dict[str, object]:
    """The answer as every interface gives it."""
    return {
        "address": address,
        "may_mail": said.may_mail,
        "status": said.status,
        "until": rfc3339(said.until),
        "reason": said.reason,
    }


def bad_line(text: str, why: str) -> dict[str, object]:
    """The answer about a text that is no address: it cannot be mailed, and has no status."""
    return {"address": text, "may_mail": False, "status": None, "until": None, "reason": f"not an address: {why}"}


def sorted_out(texts: Sequence[str]) -> tuple[list[str], dict[int, str]]:
    """The canonical addresses among the texts, in order; and, by index of the text, why the others are none."""
    addresses: list[str] = []
    bad: dict[int, str] = {}
    for index, text in enumerate(texts):
        try:
            addresses.append(canonical(text))
        except AddressError as error:
            bad[index] = str(error)
    return addresses, bad
