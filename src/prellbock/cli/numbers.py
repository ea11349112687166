"""Ranges of numbers for options."""

import math
from typing import Any

import click


class Within(click.FloatRange):
    """A range of numbers; `nan`, which compares with nothing, and `inf` are none."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        found: float = super().convert(value, param, ctx)
        if not math.isfinite(found):
            self.fail(f"{value!r} is no number", param, ctx)
        return found
