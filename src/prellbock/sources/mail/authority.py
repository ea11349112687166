"""Which of the several replies and codes of a report counts?

The outer report hides the inner cause: the innermost reply beats Diagnostic-Code, which beats Status, and ``x.0.0``
counts only where nothing better exists.
"""

from prellbock.sources.mail.dialects.contract import Finding
from prellbock.sources.mail.dsn import Block
from prellbock.sources.mail.replies import Reply, cause, innermost, is_vague


def chosen(diagnostic: str, told: str) -> tuple[Reply, str]:
    """The reply to go by and the text it was found in."""
    machine = innermost(diagnostic) if diagnostic else None
    if machine is not None and machine.code is not None and not is_expiry(machine) and machine.text[3:4] != "-":
        return machine, diagnostic
    human = innermost(told) if told else None
    if machine is not None and human is not None and is_expiry(machine) and not is_expiry(human):
        return human, told
    if machine is not None and machine.code is not None:
        if human is not None and human.code == machine.code and _is_completed_by(machine.text, human.text):
            return human, told
        return machine, diagnostic
    if human is not None:
        return human, told
    if diagnostic:
        return cause(diagnostic), diagnostic
    return cause(told), told


def better_status(
    status: str | None, reply: Reply, diagnostic: str, block: Block | None, finding: Finding | None
) -> str | None:
    """The first status that says more than the one of the reply, from the most to the least authoritative place."""
    for other in (
        status_of(diagnostic, reply.code),
        block.status if block is not None else None,
        finding.status if finding is not None else None,
        status_of(finding.text, reply.code) if finding is not None else None,
    ):
        if is_vague(status) and other is not None and (status is None or not is_vague(other)):
            status = other
    return status


def status_of(text: str, code: int | None) -> str | None:
    """The enhanced status of the innermost reply of a text, or of the text itself."""
    found = cause(text).status if text else None
    return found if found is None or code is None or int(found[0]) == code // 100 else None


def is_expiry(reply: Reply) -> bool:
    """Did the reporter itself give up (RFC 3463 X.4.7)? Then an answer of the remote server tells more."""
    return reply.status is not None and reply.status.endswith(".4.7")


def _is_completed_by(short: str, full: str) -> bool:
    """Is the Diagnostic-Code (Sendmail gives its first line only) the beginning of what the notice tells in full?"""
    return (
        short[3:4] == "-" and len(full) > len(short) and full.replace(" ", "").startswith(short.replace(" ", "")[:60])
    )
