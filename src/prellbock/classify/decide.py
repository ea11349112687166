"""When does a code decide although a rule matched? Where the rule knows less than the code.

- A rule of *last resort* (priority -50 or less, `Rule.is_last_resort`) is a single telling word. It decides where
  nothing else does: any other rule comes before it (`matcher.Rank`), and so does a code that means something certain.
  But a code that calls the recipient dead does not come before a word that names a blocklist, a failed
  authentication, spam, a rate or the like: codes lie about exactly that, and a living recipient would be lost.
- A rule that only says "given up after retrying" yields to a code that names a cause.
"""

from prellbock.classify.codes import CodeMeaning, by_code
from prellbock.classify.matcher import Context
from prellbock.classify.stage import can_be_meant
from prellbock.rules.model import Rule
from prellbock.taxonomy import DEAD

CERTAIN = 0.5
"""The least confidence (0 to 1) of a code that comes before a rule of last resort."""
TELLING = -54
"""The least priority of a rule of last resort that comes before a code which calls the recipient dead."""


def deciding_code(rule: Rule | None, context: Context) -> CodeMeaning | None:
    """The code that decides instead of the best rule (None where no rule applies); None where the rule decides."""
    if rule is not None and rule.category != "expired" and not rule.is_last_resort:
        return None
    code = _by_code(context)
    if code is None or rule is None:
        return code
    if rule.category == "expired":
        return code if code.category != "expired" else None
    if code.category in DEAD and rule.priority >= TELLING:
        return None
    return code if code.confidence >= CERTAIN else None


def _by_code(context: Context) -> CodeMeaning | None:
    """What the codes mean at that stage: what is refused for good behind MAIL FROM is the sender."""
    code = by_code(context.smtp_code, context.status)
    if code is not None and can_be_meant(code.category, context.stage):
        return code
    if context.stage == "mail" and (code is not None or (context.smtp_code or 0) >= 500):
        return CodeMeaning(code.code if code else str(context.smtp_code), "sender_rejected", 0.4)
    return None
