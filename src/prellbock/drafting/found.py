"""Where do the patterns of a rule match in stored templates? For highlighting, one rule at a time."""

from collections.abc import Sequence

import hyperscan
import msgspec

from prellbock.classify.normalise import normalise
from prellbock.rules.model import Rule
from prellbock.rules.pattern import read
from prellbock.rules.trials import compile_some


class Span(msgspec.Struct, frozen=True):
    """A match: from ``begin`` to ``end`` (characters of the normalised text, the end excluded), of which pattern."""

    begin: int
    end: int
    pattern: str
    unless: bool = False
    """Found by an exception of the rule, which then does not apply."""


class Expressions:
    """The patterns of one rule, with the places of their matches."""

    def __init__(self, rule: Rule) -> None:
        """Raises `PatternError`, `hyperscan.error`."""
        self._sources = [*((source, False) for source in rule.match), *((source, True) for source in rule.unless)]
        self._database = compile_some([read(source).expression for source, _ in self._sources], offsets=True)

    def spans(self, text: str) -> list[Span]:
        """All matches in a normalised text, in their order; of those that begin together the longest."""
        longest: dict[tuple[int, int], int] = {}
        octets = text.encode()

        def on_match(number: int, begin: int, end: int, flags: int, context: object) -> None:
            longest[number, begin] = max(end, longest.get((number, begin), 0))

        self._database.scan(octets, on_match)
        found = [
            Span(len(octets[:begin].decode(errors="replace")), len(octets[:end].decode(errors="replace")),
                 *self._sources[number])
            for (number, begin), end in longest.items()
        ]  # fmt: skip
        return sorted(found, key=lambda span: (span.begin, -span.end))

    def matching(self, templates: Sequence[str]) -> list[int]:
        """The indices of the templates in which a pattern of ``match`` is found, the exceptions aside."""
        return [
            index
            for index, template in enumerate(templates)
            if any(not span.unless for span in self.spans(normalise(template)))
        ]


CannotCompileError = hyperscan.error
