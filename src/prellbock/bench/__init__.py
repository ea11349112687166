"""Measurements of this machine, each figure beside a yardstick timed in the same run.

A workload is a function without arguments that returns figures by name:
{name: {"value", "unit", "ratio"?, "of"?, "target"?, "note"?}}.
"""

from collections.abc import Callable
from importlib import import_module
from typing import NotRequired, TypedDict


class Figure(TypedDict):
    """``ratio`` is the value divided by that of the yardstick named ``of``, and ``target`` what it should reach.

    ``note`` says what a reader must know to compare the figure.
    """

    value: float
    unit: str
    ratio: NotRequired[float]
    of: NotRequired[str]
    target: NotRequired[float]
    note: NotRequired[str]


Figures = dict[str, Figure]
Workload = Callable[..., Figures]

WORKLOADS: dict[str, str] = {
    "classify": "prellbock.bench.classify:run",
    "parse": "prellbock.bench.parse:run",
    "ingest": "prellbock.bench.ingest:run",
    "functions": "prellbock.bench.functions:run",
    "doors": "prellbock.bench.doors:run",
    "api": "prellbock.bench.api:run",
    "decisions": "prellbock.bench.decisions:run",
    "shield": "prellbock.bench.shield:run",
    "ingest-long": "prellbock.bench.ingest:run_long",
    "gui": "prellbock.bench.gui:run",
    "replay": "prellbock.bench.replay:run",
    "snapshot": "prellbock.bench.snapshot:run",
    "learn": "prellbock.bench.learn:run",
    "publish": "prellbock.bench.publish:run",
}
"""Name of a workload: module and function, imported only when it runs."""

LONG = frozenset({"api", "functions", "decisions", "shield", "ingest-long", "learn", "gui", "replay", "publish"})
"""Workloads that run only when they are named."""


def workload(name: str) -> Workload:
    """The function of a workload. Raises KeyError for a name that is not in `WORKLOADS`."""
    module, _, function = WORKLOADS[name].partition(":")
    found: Workload = getattr(import_module(module), function)
    return found
