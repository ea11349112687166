"""Sendmail 5 and 8 (https://www.proofpoint.com/us/products/email-protection/open-source-email-solution).

Version 8 lists addresses with ``(reason: 550 ...)`` and adds a transcript: ``>>>`` is what Sendmail said, ``<<<`` what
the remote server answered, a line that names the recipient is Sendmail's own conclusion. Version 5 has the transcript
alone.
"""

import re
from collections.abc import Sequence
from typing import ClassVar

from prellbock.events import Action
from prellbock.sources.mail.address_text import address_in, canonical_or_none
from prellbock.sources.mail.dialects.contract import Finding
from prellbock.sources.mail.dialects.listing import is_delay
from prellbock.sources.mail.notice import Notice
from prellbock.sources.mail.replies import cause, innermost
from prellbock.sources.mail.signs import signs_of

_SIGNATURE = re.compile(r"-{3} (?:Transcript of session follows|The following addresses had)[^\n]{0,60}---", re.I)
_LISTED = re.compile(r"--- ?The following addresses had [^\n]{0,60}---[-]{0,40}", re.IGNORECASE)
_TRANSCRIPT = re.compile(r"--- ?Transcript of (?:the )?session follows ?-{3,40}", re.IGNORECASE)
_TALKING = re.compile(r"(?:\.\.\. )?while talking to ([^\s:]{2,255}?)\.?:", re.IGNORECASE)
_CONCLUSION = re.compile(
    r"(?:[45]\d\d[ -])?(?:\d\.\d{1,3}\.\d{1,3} )?<?([^\s<>@]{1,255}@[^\s<>@]{1,255}?)>?\.\.\. ?(.*)"
)
_BESIDE = re.compile(r"<[^<>]{3,320}>[ \t]{1,20}\((.*)\)")
"""McAfee's gateways use the heading and tell the reason beside the address."""


class Answer:
    """What the transcript tells of one recipient."""

    def __init__(self) -> None:
        self.remote: list[str] = []
        self.own: list[str] = []
        self.mx: str | None = None


class Sendmail:
    """Joins the list of addresses with the transcript of the session."""

    name: ClassVar[str] = "sendmail"
    signs: ClassVar[tuple[str, ...]] = signs_of(_SIGNATURE.pattern)

    def read(self, notice: Notice) -> Sequence[Finding]:
        text = notice.text
        if not _SIGNATURE.search(text):
            return []
        told = _transcript(_after(text, _TRANSCRIPT))
        listed = _listed(_after(text, _LISTED))
        action: Action = "delayed" if is_delay(notice) or "transient non-fatal" in text else "failed"
        found: list[Finding] = []
        for recipient in [*(listed or [name for name in told if name])] or [""]:
            reason = listed.get(recipient, "")
            answer = told.get(recipient) or told.get("") or Answer()
            found.append(
                Finding(
                    recipient=recipient or None,
                    text=_best(reason, answer),
                    mx=answer.mx,
                    action=action,
                    status=cause(" ".join(answer.own)).status,
                )
            )
        return found


def _after(text: str, begin: re.Pattern[str]) -> str:
    """The section under a heading, up to the next line that is a heading."""
    match = begin.search(text)
    if match is None:
        return ""
    lines: list[str] = []
    for line in text[match.end() :].split("\n"):
        plain = line.strip()
        if lines and plain.startswith("---") and plain.endswith("---"):
            break
        lines.append(line)
    return "\n".join(lines)


def _listed(text: str) -> dict[str, str]:
    """Address to reason. ``(expanded from: ...)`` lines are passed over."""
    found: dict[str, str] = {}
    recipient = ""
    for line in text.split("\n"):
        plain = line.strip()
        if line[:1] not in {" ", "\t"} and plain:
            recipient = (canonical_or_none(plain.strip("<>")) or address_in(plain) or "") if "@" in plain else ""
            if recipient:
                beside = _BESIDE.fullmatch(plain)
                found.setdefault(recipient, beside[1] if beside is not None else "")
        elif recipient and not plain.startswith("(expanded from:"):
            if plain.startswith("(reason:"):
                plain = plain[8:].strip()
            found[recipient] = f"{found[recipient]} {plain}".strip()
    return {name: reason.removesuffix(")") if reason.count("(") < reason.count(")") else reason
            for name, reason in found.items()}  # fmt: skip


def _transcript(text: str) -> dict[str, Answer]:
    """Recipient to answers; the answers that name no recipient stand under an empty one."""
    told: dict[str, Answer] = {}
    pending: list[str] = []
    everything = Answer()
    mx: str | None = None
    output: list[str] = []
    for line in text.split("\n"):
        plain = line.strip()
        if match := _TALKING.search(plain):
            mx, pending = match[1].lower().strip("[]"), []
            everything.mx = mx
        elif plain.startswith(">>>"):
            if not plain.startswith(">>> QUIT"):
                pending = []
        elif plain.startswith("<<<"):
            said = plain[3:].strip()
            if not said.startswith(("503", "250", "354", "220")):
                pending.append(said)
                everything.remote.append(said)
        elif match := _CONCLUSION.match(plain):
            recipient = canonical_or_none(match[1]) or ""
            answer = told.setdefault(recipient, Answer())
            answer.remote += pending
            answer.own += [plain, *output]
            answer.mx = mx
            pending, output = [], []
        elif plain and not plain.startswith(("...", "While")):
            everything.own.append(plain)
            output.append(plain)
    told.setdefault("", everything)
    return told


def _best(reason: str, answer: Answer) -> str:
    """The remote server's words, in full where the list gives only their first line."""
    remote = _last_reply(answer.remote)
    begin = innermost(reason)
    if begin is not None and begin.code is not None and not (remote and _same_begin(reason, answer.remote)):
        return reason
    if begin is not None and remote:
        return _last_reply([line for line in answer.remote if line[:3] == str(begin.code)]) or reason
    if remote or not answer.own:
        return remote or reason
    own = " ".join(answer.own)
    return own if innermost(own) is not None or not reason else reason


def _same_begin(reason: str, lines: list[str]) -> bool:
    return any(reason.split()[:4] == line.split()[:4] for line in lines)


def _last_reply(lines: list[str]) -> str:
    """The last reply of several, its continuation lines joined."""
    if not lines:
        return ""
    at = len(lines) - 1
    while at > 0 and lines[at - 1][:3] == lines[at][:3] and lines[at - 1][3:4] == "-":
        at -= 1
    return " ".join(lines[at:])
