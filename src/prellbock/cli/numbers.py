"""Ranges of numbers for options."""

import math
from typing import Any

import click


class Within(click.FloatRange):
    """A range of numbers; `nan`, which compares with nothing, and `inf` are none."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        # Before the range, of which "inf is not in it" would be said.
        if not math.isfinite(click.FLOAT.convert(value, param, ctx)):
            self.fail(f"{value!r} is no number", param, ctx)
        found: float = super().convert(value, param, ctx)
        return found
