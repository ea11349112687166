"""When does a code decide although a rule matched? Where the rule knows less than the code.

- A rule of *last resort* (priority -50 or less, `Rule.is_last_resort`) is a single telling word. It decides where
  nothing else does: any other rule comes before it (`matcher.Rank`), and so does a code that means something certain.
  But a code that calls the recipient dead does not come before a word that names a blocklist, a failed
  authentication, spam, a rate or the like: codes lie about exactly that, and a living recipient would be lost.
- A rule that only says "given up after retrying" yields to a code that names a cause.

Where no rule matched the text model is asked (`model`), and it comes before the codes where it is sure: it has
read the text, and knows the codes too. But it never withholds mail where the codes blame nobody who could be withheld;
and a code that calls the recipient dead does not decide where the model reads something else: of 111 labelled replies
that no rule was allowed to know, whose code said so and where the model saw another cause, 103 came from living
recipients and 8 from dead ones.
"""

from prellbock.classify.codes import CodeMeaning, by_code
from prellbock.classify.matcher import Context
from prellbock.classify.model import Answer
from prellbock.classify.stage import can_be_meant
from prellbock.events import Stage, Verdict
from prellbock.rules.model import Rule
from prellbock.taxonomy import DEAD, FAULT_OF

CERTAIN = 0.5
"""The least confidence (0 to 1) of a code that comes before a rule of last resort."""
TELLING = -54
"""The least priority of a rule of last resort that comes before a code which calls the recipient dead."""

DOUBT = 0.4
"""Confidence in another cause from which the model overrules a code that calls the recipient dead."""
_WITHHELD = ("recipient", "domain")
"""Faults that can withhold mail from somebody."""


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


def model_decides(answer: Answer, verdict: Verdict, stage: Stage | None, *, beside_rules: bool) -> bool:
    """Whether the model's answer becomes the verdict. ``verdict`` is that of the codes, or unclassified.

    ``beside_rules``: rules have had their say, and know the words for the dead well. What they leave are odd texts, and
    of these the model calls nobody dead whom the code does not call so, too.
    """
    if not answer.decides or not can_be_meant(answer.category, stage):
        return False
    if beside_rules and answer.category in DEAD and verdict.category not in DEAD:
        return False
    withholds = FAULT_OF[answer.category] in _WITHHELD
    return not (withholds and verdict.decided_by == "code" and verdict.fault not in _WITHHELD)


def model_forbids(answer: Answer, verdict: Verdict) -> bool:
    """Whether a code calls dead whom the text, by the model, shows alive: it must see something, not just nothing."""
    if verdict.decided_by != "code" or verdict.category not in DEAD:
        return False
    return answer.worded and answer.category not in {*DEAD, "unclassified"} and answer.confidence >= DOUBT


def _by_code(context: Context) -> CodeMeaning | None:
    """What the codes mean at that stage: what is refused for good behind MAIL FROM is the sender."""
    code = by_code(context.smtp_code, context.status)
    if code is not None and can_be_meant(code.category, context.stage):
        return code
    if context.stage == "mail" and (code is not None or (context.smtp_code or 0) >= 500):
        return CodeMeaning(code.code if code else str(context.smtp_code), "sender_rejected", 0.4)
    return None
