"""Times on the command line: RFC 3339 or Unix seconds."""

from typing import Any

import click

from prellbock.sources.record import RecordError, asked


class Time(click.ParamType[float]):
    """An option that takes a time and gives Unix seconds UTC."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        if isinstance(value, float):
            return value
        try:
            return asked(str(value))
        except RecordError as error:
            self.fail(str(error), param, ctx)
