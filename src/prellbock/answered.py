"""What every interface says about a list: one line for each text that was asked about.

Most of a list is answered alike, so what follows the address is put into JSON once for each answer, not once for each
address.
"""

from collections.abc import Sequence
from operator import add

import msgspec

from prellbock.history.check import Answer
from prellbock.times import rfc3339

_encode = msgspec.json.encode
_encode_lines = msgspec.json.Encoder().encode_lines
_BEGIN = '{"address":'
"""How the JSON of every line begins: `Line` has its address first."""


class Line(msgspec.Struct, frozen=True, gc=False):
    """The answer as every interface gives it. ``status`` is None for a text that names nobody."""

    address: str
    may_mail: bool
    status: str | None
    until: str | None
    reason: str


class Answered(msgspec.Struct, frozen=True):
    """The answers about a list. ``bad``: by their place in the list the texts that name nobody."""

    names: Sequence[str]
    """The others, in order, with their answers."""
    answers: Sequence[Answer]
    bad: dict[int, Line]

    def json(self) -> list[str]:
        """The lines in order, each a JSON object of the fields of `Line`."""
        # Encoded together: a line feed cannot stand in a JSON text, so it parts them again.
        names = _encode_lines(self.names).decode().split("\n")[:-1]
        distinct = {id(said): said for said in self.answers}
        rests = {key: _rest(said) for key, said in distinct.items()}
        # By identity: `self.answers` keeps them alive, and to hash or compare them would cost more than to join a line.
        good = map(add, names, map(rests.__getitem__, map(id, self.answers)))
        lines = [_BEGIN + line for line in good]
        if not self.bad:
            return lines
        rest = iter(lines)
        return [
            _encode(self.bad[index]).decode() if index in self.bad else next(rest)
            for index in range(len(lines) + len(self.bad))
        ]


def _rest(said: Answer) -> str:
    until = None if said.until is None else rfc3339(said.until)
    line = _encode(Line("", said.may_mail, said.status, until, said.reason)).decode()
    return line.removeprefix(f'{_BEGIN}""')
