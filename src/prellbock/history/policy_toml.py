"""How is a history policy written down? In ``[[rule]]`` tables of a TOML file; every mistake is reported with its line.

A rule::

    [[rule]]
    name = "dead"
    category = ["unknown_recipient", "unknown_domain"]
    permanent = true
    steps = [
      { name = "dead-once", then = "paused", pause_days = 7 },
      { name = "dead-twice", days = 2, hours_apart = 24, then = "suppressed" },
    ]
"""

from collections.abc import Callable, Iterator
from typing import cast, get_args

from prellbock.history.cells import TOUCHING, TRANSPORT, stream_name
from prellbock.history.failures import DAYS_KEPT
from prellbock.history.model import Action, HistoryRule, Policy, Step
from prellbock.rules import fields
from prellbock.rules.fields import FieldError
from prellbock.rules.lines import LineFinder
from prellbock.rules.model import Place, Problem, RuleError
from prellbock.taxonomy import FAULT_OF

LEAST_DOMAIN_DAYS = 5
LEAST_DOMAIN_SPAN = 30
"""A domain may be paused only for failures on so many days, over so many days."""


def read_text(file: str, content: str) -> Policy:
    """A policy from TOML; ``file`` names it in messages. Raises `RuleError` with everything that is wrong."""
    lines = LineFinder(content)
    problems: list[Problem] = []
    document = fields.document(file, content, lines, problems)
    if document is None:
        raise RuleError(problems)
    top: dict[str, object] = {}
    for field, value in document.items():
        if field == "rule":
            continue
        try:
            top[field] = fields.read_field(field, value, _TOP)
        except FieldError as wrong:
            problems.append(Problem(Place(file, lines.key(field)), None, field, str(wrong)))
    if "name" not in document:
        problems.append(Problem(Place(file, 1), None, "name", "is missing; write name = ... at the top"))
    rules: list[HistoryRule] = []
    numbers: list[int] = []
    for number, table in enumerate(fields.rule_tables(file, document, lines, problems)):
        values = fields.read_rule(
            file, lines, number, table, readers=_RULE, required=("name", "category"), problems=problems
        )
        if values is not None:
            rules.append(HistoryRule(**values))  # type: ignore[arg-type]
            numbers.append(number)
    for index, number in enumerate(numbers):
        for field, found in _forbidden(rules, index):
            at = Place(file, lines.field(number, field, found.value))
            problems.append(Problem(at, rules[index].name, field, str(found)))
    if problems:
        raise RuleError(problems)
    return Policy(rules=tuple(rules), **top)  # type: ignore[arg-type]


def _forbidden(rules: list[HistoryRule], index: int) -> Iterator[tuple[str, FieldError]]:
    """What must not be, though every field is well-formed: field by field."""
    rule = rules[index]
    if any(rule.name == other.name for other in rules[:index]):
        yield "name", FieldError("another rule has this name; every rule needs its own")
    allowed, whose = (TRANSPORT, "a domain") if rule.history == "domain" else (TOUCHING, "a recipient")
    for category in rule.category:
        if category not in allowed:
            fault = FAULT_OF[category]
            yield "category", FieldError(
                f"{category} is the fault of {_WHOSE[fault]} and must never change the status of {whose}; "
                f"take it out (allowed here: {', '.join(allowed)})", category,
            )  # fmt: skip
    names = {step.name for other in rules[:index] for step in other.steps}
    for step in rule.steps:
        if step.name in names:
            yield (
                "steps",
                FieldError(f"step {step.name!r}: another step has this name; every step needs its own", step.name),
            )
        names.add(step.name)
        if wrong := _wrong_with(step, rules, index):
            yield "steps", FieldError(f"step {step.name!r}: {wrong}", step.name)
    if rule.repeat_last and not (rule.steps and rule.steps[-1].after_pause and rule.steps[-1].then == "paused"):
        yield "repeat_last", FieldError('needs a last step with after_pause = true and then = "paused"')


_WHOSE = {"sender": "the sender", "message": "the message", "transport": "the network", "none": "nobody",
          "recipient": "the recipient", "domain": "the recipient's domain"}  # fmt: skip


def _wrong_with(step: Step, rules: list[HistoryRule], index: int) -> str | None:
    """What is wrong with one step of the rule of that index."""
    rule = rules[index]
    if (step.then == "paused") != (step.pause_days > 0):
        return 'pause_days and then = "paused" belong together'
    if (step.then == "recategorised") != (step.becomes is not None):
        return 'becomes and then = "recategorised" belong together'
    if rule.history == "domain":
        if step.then in ("suppressed", "recategorised"):
            return "a domain can be paused, and never suppressed for failures in transport"
        if step.then == "paused" and (step.days < LEAST_DOMAIN_DAYS or step.over_days < LEAST_DOMAIN_SPAN):
            return (
                f"a domain is paused for failures on at least {LEAST_DOMAIN_DAYS} days over at least "
                f"{LEAST_DOMAIN_SPAN} days: write days = {LEAST_DOMAIN_DAYS}, over_days = {LEAST_DOMAIN_SPAN} or more"
            )
    if step.becomes is not None:
        if step.becomes not in TOUCHING:
            return f"{step.becomes} is no fault of a recipient; allowed are {', '.join(TOUCHING)}"
        fitting = [
            n for n, other in enumerate(rules)
            if step.becomes in other.category and other.permanent is not False and not (other.stream or other.provider)
        ]  # fmt: skip
        if not fitting or fitting[0] <= index:
            return f"the rule that counts {step.becomes} must stand after this one"
    longest = max(step.over_days, step.within_days or 0, (step.days - 1) * step.hours_apart / 24, step.days)
    if longest > DAYS_KEPT:
        return f"looks back further than the {DAYS_KEPT} days that are remembered"
    if step.hours_apart > 24 and step.hours_apart % 24:
        return "hours_apart beyond 24 must be whole days (48, 72 ...)"
    if step.within_days is not None and step.within_days <= max(step.over_days, step.days - 1):
        return "within_days is too short for the other conditions: this can never happen"
    return None


def _number(least: float, most: float, *, whole: bool = False) -> Callable[[object], object]:
    kind = "a whole number" if whole else "a number"

    def read(value: object) -> object:
        right = isinstance(value, int if whole else int | float) and not isinstance(value, bool)
        if not right or not least <= cast(float, value) <= most:
            raise FieldError(f"must be {kind} from {least:g} to {most:g}, not {value!r}")
        return value if whole else float(cast(float, value))

    return read


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise FieldError(f"must be true or false, not {value!r}")
    return value


def _history(value: object) -> str:
    if value not in ("recipient", "domain"):
        raise FieldError(f"must be recipient or domain, not {value!r}")
    return str(value)


def _categories(value: object) -> tuple[str, ...]:
    found: list[str] = []
    for word in fields.texts(value):
        if word in ("recipient", "domain", "transport"):
            found += [category for category, fault in FAULT_OF.items() if fault == word]
        else:
            found.append(fields.category(word))
    if not found:
        raise FieldError("must hold at least one category")
    return tuple(found)


def _streams(value: object) -> tuple[str, ...]:
    return tuple(stream_name(stream) for stream in fields.texts(value))


def _steps(value: object) -> tuple[Step, ...]:
    if not isinstance(value, list):
        raise FieldError('must be a list of steps such as { name = "...", days = 2, then = "suppressed" }')
    return tuple(_step(item) for item in value)


def _step(item: object) -> Step:
    if not isinstance(item, dict):
        raise FieldError(f"a step is written {{ name = ..., then = ... }}, not {item!r}", item)
    name = item.get("name")
    shown = f"step {name!r}: " if isinstance(name, str) else ""
    values: dict[str, object] = {}
    for field in ("name", "then"):
        if field not in item:
            raise FieldError(f"{shown}a step needs {field} = ...", name)
    for field, value in item.items():
        try:
            values[field] = fields.read_field(field, value, _STEP)
        except FieldError as wrong:
            raise FieldError(f"{shown}{field}: {wrong}", name) from wrong
    return Step(**values)  # type: ignore[arg-type]


def _then(value: object) -> str:
    if value not in get_args(Action):
        raise FieldError(f"must be one of {', '.join(get_args(Action))}, not {value!r}")
    return str(value)


_TOP: fields.Readers = {
    "name": fields.name,
    "description": fields.text,
    "source": fields.text,
    "marketing_streams": _streams,
    "critical_streams": _streams,
    "probe_hours": _number(1, 24 * 30),
    "requested_hours": _number(1, 24 * 30),
}
_RULE: fields.Readers = {
    "name": fields.name,
    "history": _history,
    "category": _categories,
    "permanent": _flag,
    "stream": _streams,
    "provider": fields.providers,
    "permanent_counts": _number(1, 100, whole=True),
    "expires_days": _number(1, DAYS_KEPT, whole=True),
    "steps": _steps,
    "repeat_last": _flag,
    "probe": _flag,
    "source": fields.text,
}
_STEP: fields.Readers = {
    "name": fields.name,
    "days": _number(1, DAYS_KEPT, whole=True),
    "hours_apart": _number(0, 24 * DAYS_KEPT),
    "within_days": _number(1, DAYS_KEPT, whole=True),
    "over_days": _number(0, DAYS_KEPT, whole=True),
    "after_pause": _flag,
    "then": _then,
    "pause_days": _number(1, 3660, whole=True),
    "becomes": fields.category,
}
