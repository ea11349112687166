"""Bounce classification files of KumoMTA as rules: ``[rules]``, a class, and the patterns that mean it.

Form: docs.kumomta.com/userguide/configuration/bounce; classes: docs.kumomta.com/rustapi, PreDefinedBounceClass.
"""

import json
import tomllib

from prellbock.rules.imported import ForeignRule, Refusal, adapted
from prellbock.rules.tokens import PatternError

CATEGORY_OF: dict[str, str] = {
    "InvalidRecipient": "unknown_recipient",
    "InactiveMailbox": "inactive_recipient",
    "BadDomain": "unknown_domain",
    "DNSFailure": "network",
    "SpamBlock": "reputation",
    "SpamContent": "spam_content",
    "SpamRelated": "spam_content",
    "ContentRelated": "spam_content",
    "ProhibitedAttachment": "policy",
    "VirusRelated": "virus",
    "RelayDenied": "relay_denied",
    "RelayingIssues": "relay_denied",
    "AutoReply": "auto_reply",
    "Unsubscribe": "unsubscribe",
    "ChallengeResponse": "challenge_response",
    "TransientFailure": "system_error",
    "BadConfiguration": "system_error",
    "RoutingErrors": "system_error",
    "BadConnection": "network",
    "NoAnswerFromHost": "network",
    "InvalidSender": "sender_rejected",
    "MessageExpired": "expired",
    "PolicyRelated": "policy",
    "ProtocolErrors": "protocol_error",
    "QuotaIssues": "mailbox_full",
    "AuthenticationFailed": "authentication_failed",
    "TooManyRecipients": "rate_limited",
    "Uncategorized": "unclassified",
}
"""KumoMTA's class: our category. `Subscribe` has none."""


def read_kumomta(text: str, more: dict[str, str]) -> tuple[list[ForeignRule], list[Refusal]]:
    """The patterns of a file in their order, and what was refused. ``more``: categories of the user's own classes.

    Raises `tomllib.TOMLDecodeError`.
    """
    classes = tomllib.loads(text).get("rules")
    if not isinstance(classes, dict):
        return [], [Refusal(1, "", "there is no [rules] table; this is not a classification file of KumoMTA")]
    rules: list[ForeignRule] = []
    refused: list[Refusal] = []
    lines = text.split("\n")
    at = 0
    for name, patterns in classes.items():
        category = more.get(name) or CATEGORY_OF.get(name)
        at = _line(lines, at, f"{name}")
        if category is None:
            advice = f"there is no category for the class {name}; say which: --map {name}=CATEGORY"
            refused.append(Refusal(at + 1, "", advice))
            continue
        if not isinstance(patterns, list):
            refused.append(Refusal(at + 1, "", f"{name} must be a list of patterns in quotes"))
            continue
        for pattern in patterns:
            if not isinstance(pattern, str):
                refused.append(Refusal(at + 1, str(pattern), "must be a pattern in quotes"))
                continue
            line = _line(lines, at, pattern, json.dumps(pattern, ensure_ascii=False)[1:-1])
            try:
                own, code = adapted(pattern)
            except PatternError as error:
                refused.append(Refusal(line + 1, pattern, str(error)))
            else:
                rules.append(ForeignRule(line + 1, name, category, own, code))
    return rules, refused


def _line(lines: list[str], start: int, *texts: str) -> int:
    """The first line from ``start`` on (counted from 0) that holds one of the texts; ``start`` where none does."""
    return next((at for at in range(start, len(lines)) if any(text in lines[at] for text in texts)), start)
