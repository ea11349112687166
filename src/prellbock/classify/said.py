"""What does the sending provider (or server) itself call the failure? Its word decides where nothing else does.

Sources note it in ``meta``: ``said_by``, ``said`` (the word), ``said_category`` (what the word means by the crosswalk
of the source) and ``said_permanent`` (whether the answering server has refused for good, told without a reply).
"""

from prellbock.events import DeliveryEvent, Verdict
from prellbock.taxonomy import FAULT_OF

CONFIDENCE = 0.5


def with_word(event: DeliveryEvent, verdict: Verdict) -> Verdict:
    """The verdict, completed by what was said where the text and the codes leave something open."""
    meta = event.meta
    if meta is None or not isinstance(by := meta.get("said_by"), str):
        return verdict
    permanent, told = verdict.permanent, meta.get("said_permanent")
    if permanent is None and isinstance(told, bool):
        permanent = told
    category = meta.get("said_category")
    if verdict.category == "unclassified" and isinstance(category, str) and category in FAULT_OF:
        rule = f"{by}:{meta.get('said')}"
        return Verdict(
            category, FAULT_OF[category], permanent, "code", rule, CONFIDENCE, verdict.template, verdict.provider
        )
    if permanent == verdict.permanent:
        return verdict
    return Verdict(
        verdict.category,
        verdict.fault,
        permanent,
        verdict.decided_by,
        verdict.rule,
        verdict.confidence,
        verdict.template,
        verdict.provider,
    )
