"""Which outcomes are their own verdict? A delivery or a complaint needs no reading of its text."""

from prellbock.classify.codes import is_permanent
from prellbock.events import DeliveryEvent, Verdict
from prellbock.providers import provider_of
from prellbock.taxonomy import FAULT_OF

_CATEGORY = {
    "delivered": "delivered",
    "complaint": "complaint",
    "unsubscribe": "unsubscribe",
    "auto_reply": "auto_reply",
    "challenge_response": "challenge_response",
    "feedback": "unclassified",
    "open": "unclassified",
    "click": "unclassified",
    "consent": "unclassified",
}

# Feedback-Type of RFC 5965 section 7.3, RFC 6430 (not-spam) and RFC 6591 (auth-failure). What revokes a complaint
# must not be taken for one, and what alarms the sender is never the recipient's doing.
_FEEDBACK = {
    "auth-failure": "authentication_failed",
    "virus": "virus",
    "opt-out": "unsubscribe",
    "opt-out-list": "unsubscribe",
    "not-spam": "unclassified",
}


def verdict_of_outcome(event: DeliveryEvent) -> Verdict | None:
    """The verdict that the outcome itself gives; None for those whose reply must be read."""
    outcome = event.outcome
    if outcome == "imported":
        # A server's answer is read; another system's own word for it (with ``meta.category``) is not one.
        is_answer = event.response and not (event.meta or {}).get("category")
        return None if is_answer else _as_imported(event)
    category = _CATEGORY.get(outcome) if outcome else None
    if category is None:
        return None
    rule = f"outcome:{outcome}"
    if outcome in {"complaint", "feedback"} and (kind := (event.feedback_type or "").lower()) in _FEEDBACK:
        category, rule = _FEEDBACK[kind], f"{rule}:{kind}"
    permanent = is_permanent(event.smtp_code, event.status)
    provider = provider_of(event.mx, event.recipient)
    return Verdict(category, FAULT_OF[category], permanent, "code", rule, 1.0, provider=provider)


def _as_imported(event: DeliveryEvent) -> Verdict:
    """What another system's list says by its own words, where it quotes no reply: ``meta.category``."""
    said = (event.meta or {}).get("category")
    category = said if isinstance(said, str) and said in FAULT_OF else "suppressed"
    rule = f"outcome:imported:{category}" if category == said else "outcome:imported"
    return Verdict(category, FAULT_OF[category], None, "code", rule, 1.0, provider=provider_of(None, event.recipient))
