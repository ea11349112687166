"""The state machine as a picture: Mermaid text for the documentation, for one policy or for what all have in common."""

from prellbock.history.cells import TOUCHING
from prellbock.history.model import HistoryRule, Policy, Step
from prellbock.history.statuses import BESIDE, STATES, TRANSITIONS


def general() -> str:
    """Every status and what leads from one to the other, whatever the policy."""
    lines = ["stateDiagram-v2", "    [*] --> deliverable"]
    lines += [f"    {each.before} --> {each.after}: {each.english}" for each in TRANSITIONS]
    return "\n".join(lines)


def of_policy(policy: Policy) -> str:
    """The steps of a policy as transitions of a recipient."""
    lines = ["stateDiagram-v2", "    [*] --> deliverable"]
    counted = {category for rule in policy.rules for category in rule.category}
    rest = [category for category in TOUCHING if category not in counted]
    if rest:
        lines.append(f"    deliverable --> watched: {', '.join(rest)}")
    for rule in policy.rules:
        lines += _of_rule(rule)
    if any(step.then == "paused" and rule.probe for rule in policy.rules for step in rule.steps):
        lines.append("    paused --> probing: the pause ends")
        lines.append("    probing --> deliverable: the probe is delivered")
    lines.append("    watched --> deliverable: a delivery")
    return "\n".join(dict.fromkeys(lines))


def _of_rule(rule: HistoryRule) -> list[str]:
    before = "deliverable" if rule.steps and _at_once(rule.steps[0]) else "watched"
    whose = "the whole domain, " if rule.history == "domain" else ""
    lines = [] if before == "deliverable" else [f"    deliverable --> watched: {whose}{rule.name}"]
    for step in rule.steps:
        after = "watched" if step.then in ("watched", "recategorised") else step.then
        if step.after_pause and before == "paused" and rule.probe:
            before = "probing"
        lines.append(f"    {before} --> {after}: {whose}{step.name} ({in_words(step)})")
        before = after
    if rule.repeat_last and rule.steps:
        lines.append(f"    {'probing' if rule.probe else before} --> {before}: {whose}{rule.steps[-1].name} again")
    return lines


def _at_once(step: Step) -> bool:
    return step.days == 1 and not step.over_days and step.then != "recategorised"


def in_words(step: Step) -> str:
    """What a step asks for and does, such as ``5 days within 30, paused 30 days``."""
    said = f"{step.days} days" if step.days > 1 else "1 failure"
    if step.hours_apart:
        said += f" {step.hours_apart:g} h apart"
    if step.within_days is not None:
        said += f" within {step.within_days:g}"
    if step.over_days:
        said += f" over {step.over_days:g}"
    if step.then == "paused":
        said += f", paused {step.pause_days:g} days"
    if step.becomes is not None:
        said += f", counts as {step.becomes}"
    return said


def page(policy: Policy) -> str:
    """The reference page of the statuses, with the diagram of a policy."""
    rows = "\n".join(
        f"| `{state.name}` | {'yes' if state.mailed else 'no'} | {state.english} | {state.german} |" for state in STATES
    )
    beside = " and ".join(f"`{name}`" for name in BESIDE)
    return f"""# Statuses

<!-- Made by `prellbock policy diagram --page`; change src/prellbock/history/statuses.py instead. -->

| status | marketing mail | in English | auf Deutsch |
|---|---|---|---|
{rows}

{beside} stand beside the others and hold for a stream or a stream group. `probing` is given by interfaces as
`watched`, with a rule that ends in `/probe`.

## What leads from one to the other

```mermaid
{general()}
```

## The policy `{policy.name}`

{policy.description}

```mermaid
{of_policy(policy)}
```
"""
