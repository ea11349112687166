"""Which SMTP command was answered? Reports say it in words: ``(in reply to RCPT TO command)``, ``end of data``."""

import re
from functools import lru_cache

from prellbock.events import Stage
from prellbock.sources.mail.letters import caseless

MAX_CHARS = 4000
"""No more of a text is looked at."""

_EOD = caseless(
    r"end\s+of\s+data|end-of-data|(?:final|after)\s+DATA|TEXT command|\(state 1[78]\)|after sending (?:the )?message"
    r"|\[END_?OF_?(?:DATA|MESSAGE)\]|after \(?pipelined\)? sending data block|sending data block"
)
_EOD_WORDS = ("data", "text command", "(state", "sending", "[end")
_STAGES: tuple[tuple[Stage, str, re.Pattern[str]], ...] = (
    ("rcpt", "rcpt", re.compile(r"\bRCPT[ _]?TO\b|\bRCPT (?:TO )?command")),
    ("rcpt", "", re.compile(r"does not like recipient|\(state 14\)")),
    ("mail", "mail", re.compile(r"\bMAIL[ _]?FROM\b|\bMAIL (?:FROM )?command")),
    ("mail", "", re.compile(r"sender was rejected|\(state 13\)")),
    ("data", "data", re.compile(r"\bDATA (?:command|reply)|after DATA\b|reply to DATA")),
    ("data", "", re.compile(r"failed after I sent the message")),
    ("helo", "lo", re.compile(r"\b(?:EHLO|HELO|LHLO)\b")),
    ("helo", "", re.compile(r"my name was rejected|\(state (?:9|1[01])\)")),
    (
        "connect",
        "",
        re.compile(
            r"initial (?:connection|greeting)|greeting (?:failed|pause)|while connecting"
            r"|connect to |refused to talk to me"
        ),
    ),
)
"""Stage, a word without which the pattern cannot be found, and the pattern."""
_COMMAND_WORDS = (
    *("RCPT", "MAIL", "EHLO", "HELO", "LHLO", "(state", "does not like recipient", "sender was rejected"),
    *("failed after I sent", "my name was rejected", "initial ", "greeting ", "connect", "refused to talk to me"),
)
"""One of these, or of ``_EOD_WORDS`` whatever its letters, stands wherever a stage is found."""
_COMMAND_FOLLOWS = (
    *("in reply to", "after", "following", "for", "in response to", "reply to", "did not like our"),
    *("from remote mail server after", "(state", "["),
)
_PHRASES: tuple[tuple[str, str], ...] = (
    *((begin, re.escape(begin) + r"[^\n:]{0,60}") for begin in _COMMAND_FOLLOWS),
    ("does not like recipient", "does not like recipient"),
    ("sender was rejected", "sender was rejected"),
    ("my name was rejected", "my name was rejected"),
    ("initial ", "initial (?:connection|greeting)"),
    ("failed after I sent the message", "failed after I sent the message"),
    ("connect to ", "connect to "),
    ("refused to talk to me", "refused to talk to me"),
)
"""How the words begin that tell which command was answered, and what belongs to them."""

STAGE_WORDS = (
    *("rcpt to", "rcpt_to", "rcptto", "rcpt command", "mail from", "mail_from", "mail command", "of data", "of-data"),
    *("final data", "after data", "data command", "data reply", "to data", "data block", "text command", "(state "),
    *("sending message", "sending the message", "[end", "does not like recipient", "sender was rejected"),
    *("failed after i sent", "my name was rejected", "initial connection", "initial greeting", "greeting failed"),
    *("greeting pause", "while connecting", "connect to ", "refused to talk to me", "courierd", "courier mail server"),
    *(f"{before} {hello}" for before in ("to", "after", "our", "sending") for hello in ("helo", "ehlo", "lhlo")),
)
"""Words without one of which `stage_in` finds nothing."""

_SAME_MAIL = 32
"""Answers kept: one mail asks about the same few texts again and again."""


@lru_cache(maxsize=_SAME_MAIL)
def stage_in(text: str) -> Stage | None:
    """The SMTP command that a report says was answered, where the report says it."""
    line = " ".join(text[:MAX_CHARS].split())
    if not _may_name_command(line):
        return None
    begins = tuple([begin for begin, _ in _PHRASES if begin in line])
    if not begins:
        return None
    phrases = _phrases_beginning(begins).findall(line)
    return _stage_named(" | ".join(phrases)) if phrases else None


@lru_cache(maxsize=128)
def _phrases_beginning(begins: tuple[str, ...]) -> re.Pattern[str]:
    """The phrases that begin with some of `_PHRASES`: the fewer there are, the faster the text is searched."""
    return re.compile("|".join([phrase for begin, phrase in _PHRASES if begin in begins]))


def _may_name_command(line: str) -> bool:
    """Is any word there without which no command is named? Much cheaper than the patterns."""
    if any(word in line for word in _COMMAND_WORDS):
        return True
    lowered = line.lower()
    return any(word in lowered for word in _EOD_WORDS)


def _stage_named(phrases: str) -> Stage | None:
    lowered = phrases.lower()
    if any(word in lowered for word in _EOD_WORDS) and _EOD.search(lowered):
        return "eod"
    return next((stage for stage, word, pattern in _STAGES if word in lowered and pattern.search(phrases)), None)
