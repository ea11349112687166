"""What stands there, whether anything comes in or not: read from infra/template.yaml, which is packaged."""

import re
from importlib.resources import files
from typing import Any

import msgspec
import yaml

_SECONDS = {"minute": 60, "minutes": 60, "hour": 3600, "hours": 3600, "day": 86400, "days": 86400}


class Function(msgspec.Struct, frozen=True):
    """One cloud function."""

    memory: int
    """MB; one processor is 1,769."""
    timeout: int
    """Seconds."""
    disk: int
    """MB of the temporary disk."""
    handler: str = ""
    """Module and function."""


class Stack(msgspec.Struct, frozen=True):
    """The parts of the stack that cost something, or on which costs depend."""

    functions: dict[str, Function]
    schedules: dict[str, float]
    """Task → how often an hour."""
    alarms: int
    secrets: int
    budgets: int
    queues: int
    pollers: int
    """Gatherers of the ingest queue: how many batches come together side by side."""
    batch: int
    """Most messages of a batch."""
    defaults: dict[str, Any]
    """Parameters with their defaults."""
    stream_window: float
    """Seconds for which changes are gathered before they are told."""
    is_backed_up: bool


class _Reader(yaml.SafeLoader):  # type: ignore[misc]  # yaml has no types
    """Reads `!Ref X` as {"Ref": "X"}, and so on."""


def _tagged(loader: _Reader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    if isinstance(node, yaml.ScalarNode):
        value: Any = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        assert isinstance(node, yaml.MappingNode)
        value = loader.construct_mapping(node, deep=True)
    return {suffix: value}


_Reader.add_multi_constructor("!", _tagged)


def load() -> Stack:
    """The stack as the template describes it."""
    return read(files(__package__).joinpath("template.yaml").read_text("utf-8"))


def read(text: str) -> Stack:
    """The stack that a template describes."""
    template = yaml.load(text, Loader=_Reader)  # noqa: S506 -- a safe loader
    resources = template["Resources"]
    defaults = {name: each.get("Default") for name, each in template["Parameters"].items()}

    def of(kind: str) -> dict[str, Any]:
        # What hangs on a condition is not there by default.
        return {
            name: each["Properties"]
            for name, each in resources.items()
            if each["Type"] == kind and "Condition" not in each
        }

    functions = of("AWS::Serverless::Function")
    events = {name: each for function in functions.values() for name, each in function.get("Events", {}).items()}
    queues = [each["Properties"] for each in events.values() if each["Type"] == "SQS"]
    streams = [each["Properties"] for each in events.values() if each["Type"] == "DynamoDB"]
    return Stack(
        functions={
            name.lower(): Function(
                memory=each["MemorySize"],
                timeout=each["Timeout"],
                disk=each.get("EphemeralStorage", {}).get("Size", 512),
                handler=each["Handler"],
            )
            for name, each in functions.items()
        },
        schedules={
            str(msgspec.json.decode(each["Properties"]["Input"], type=dict[str, str])["task"]): _an_hour(
                each["Properties"]["ScheduleExpression"]
            )
            for each in events.values()
            # With a condition on it, it is off by default.
            if each["Type"] == "ScheduleV2" and "State" not in each["Properties"]
        },
        alarms=len(of("AWS::CloudWatch::Alarm")),
        secrets=len(of("AWS::SecretsManager::Secret")),
        budgets=len(of("AWS::Budgets::Budget")),
        queues=len(queues),
        pollers=queues[0].get("ScalingConfig", {}).get("MaximumConcurrency", 5),
        batch=queues[0]["BatchSize"],
        defaults=defaults,
        stream_window=streams[0].get("MaximumBatchingWindowInSeconds", 0),
        is_backed_up=any(
            each.get("PointInTimeRecoverySpecification", {}).get("PointInTimeRecoveryEnabled")
            for each in of("AWS::DynamoDB::Table").values()
        ),
    )


def _an_hour(expression: str) -> float:
    """How often an hour a schedule is due; those by the calendar are daily ones."""
    if found := re.fullmatch(r"rate\((\d+) (\w+)\)", expression):
        return 3600 / (int(found[1]) * _SECONDS[found[2]])
    if re.fullmatch(r"cron\(\d+ \d+ \* \* \? \*\)", expression):
        return 1 / 24
    raise ValueError(f"a schedule that nobody can count: {expression}")
