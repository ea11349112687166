"""A rule as it comes over HTTP: fields and values, each mistake named with its field and the column in a pattern."""

from collections.abc import Mapping

import msgspec

from prellbock.rules.fields import FieldError, read_field
from prellbock.rules.model import Rule
from prellbock.rules.tokens import PatternError
from prellbock.rules.toml import READERS, REQUIRED


class Mistake(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is wrong with a field. ``value`` is the part of it that is wrong, ``column`` (from 1) where in a pattern."""

    field: str
    text: str
    value: str | None = None
    column: int | None = None


def read_record(record: Mapping[str, object]) -> tuple[Rule | None, list[Mistake]]:
    """The rule that a record describes, or everything that is wrong with it."""
    mistakes = [Mistake(field, f"is missing; write {field}") for field in REQUIRED if field not in record]
    values: dict[str, object] = {}
    for field, value in record.items():
        try:
            values[field] = read_field(field, value, READERS)
        except FieldError as wrong:
            cause = wrong.__cause__
            part = wrong.value if isinstance(wrong.value, str) else None
            column = cause.column if isinstance(cause, PatternError) else None
            mistakes.append(Mistake(field, str(wrong), part, column))
    return (None, mistakes) if mistakes else (Rule(**values), [])  # type: ignore[arg-type]
