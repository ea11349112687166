"""``<bounce-category-patterns>`` of a PowerMTA configuration as rules: lines of ``/pattern/ category``.

Form: the PowerMTA user guide; the first line that matches decides, upper and lower case are the same.
"""

import re

from prellbock.rules.imported import ForeignRule, Refusal, adapted
from prellbock.rules.tokens import PatternError

CATEGORY_OF: dict[str, str] = {
    "bad-mailbox": "unknown_recipient",
    "inactive-mailbox": "inactive_recipient",
    "quota-issues": "mailbox_full",
    "bad-domain": "unknown_domain",
    "no-answer-from-host": "network",
    "bad-connection": "network",
    "routing-errors": "system_error",
    "bad-configuration": "system_error",
    "message-expired": "expired",
    "relaying-issues": "relay_denied",
    "invalid-sender": "sender_rejected",
    "spam-related": "reputation",
    "content-related": "spam_content",
    "virus-related": "virus",
    "policy-related": "policy",
    "protocol-errors": "protocol_error",
    "other": "unclassified",
    "success": "delivered",
}
"""PowerMTA's bounce category: our category."""

_BEGIN = re.compile(r"\s*<bounce-category-patterns>", re.IGNORECASE)
_END = re.compile(r"\s*</bounce-category-patterns>", re.IGNORECASE)
_RULE = re.compile(r"\s*/((?:[^/\\]|\\.)*)/([a-z]*)\s+([\w-]+)\s*(?:#.*)?$")


def read_powermta(text: str, more: dict[str, str]) -> tuple[list[ForeignRule], list[Refusal]]:
    """The patterns of a configuration in their order, and what was refused.

    Without a <bounce-category-patterns> section the whole text is read as one. ``more``: categories of own classes.
    """
    rules: list[ForeignRule] = []
    refused: list[Refusal] = []
    lines = text.split("\n")
    inside = not any(map(_BEGIN.match, lines))
    for number, line in enumerate(lines, 1):
        if _BEGIN.match(line) or _END.match(line):
            inside = _BEGIN.match(line) is not None
        elif inside and line.strip() and not line.lstrip().startswith("#"):
            found = _RULE.match(line)
            if found is None:
                refused.append(Refusal(number, line.strip(), "is not /pattern/ category"))
                continue
            rule = _rule(number, found[1], found[2], found[3], more)
            if isinstance(rule, ForeignRule):
                rules.append(rule)
            else:
                refused.append(rule)
    return rules, refused


def _rule(line: int, pattern: str, flags: str, name: str, more: dict[str, str]) -> ForeignRule | Refusal:
    category = more.get(name) or CATEGORY_OF.get(name)
    if category is None:
        return Refusal(line, pattern, f"there is no category for {name}; say which: --map {name}=CATEGORY")
    if not pattern:
        return Refusal(line, pattern, "the catch-all needs no rule; texts that no rule matches stay unclassified")
    if flags.strip("i"):
        return Refusal(line, pattern, f"the flags {flags} are not possible; leave them out (case never counts)")
    try:
        own, code = adapted(pattern)
    except PatternError as error:
        return Refusal(line, pattern, str(error))
    return ForeignRule(line, name, category, own, code)
