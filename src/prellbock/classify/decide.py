"""Which of the matching rules, or which code, decides? The best rule, except where it knows hardly anything.

- A rule of *last resort* (priority -50 or less) is a single telling word. It decides where nothing else does: a rule
  that says "given up after retrying" comes before it, and so does a code that means something certain.
- A rule that only says "given up" yields to a code that names a cause.
"""

from collections.abc import Sequence

from prellbock.classify.codes import CodeMeaning, by_code
from prellbock.classify.matcher import Context
from prellbock.rules.model import Rule

LAST_RESORT = -50
"""The greatest priority of a rule of last resort."""

CERTAIN = 0.5
"""The least confidence (0 to 1) of a code that comes before a rule of last resort."""


def decide(rules: Sequence[Rule], order: Sequence[int], context: Context) -> tuple[int | None, CodeMeaning | None]:
    """The index of the deciding rule, or the deciding code; both None where nobody knows.

    ``order`` holds the rules that apply, the best first (`Matcher.candidates`).
    """
    if not order:
        return None, by_code(context.smtp_code, context.status)
    best = order[0]
    if rules[best].priority <= LAST_RESORT:
        best = next((index for index in order if rules[index].category == "expired"), best)
    rule = rules[best]
    if rule.category == "expired":
        code = by_code(context.smtp_code, context.status)
        return (None, code) if code is not None and code.category != "expired" else (best, None)
    if rule.priority <= LAST_RESORT:
        code = by_code(context.smtp_code, context.status)
        return (None, code) if code is not None and code.confidence >= CERTAIN else (best, None)
    return best, None
