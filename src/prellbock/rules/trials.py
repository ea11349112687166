"""Does this pattern match that text? For the few patterns whose literals do not settle it.

Each has a small Hyperscan database of its own, compiled when it is first asked for and kept on disk. So the first start
does not wait for patterns that are never needed, and one changed rule does not compile the others anew.

A compiled database is bound to the library's version and the processor, so the file's name holds both and the
patterns' content; it is never shipped.
"""

import contextlib
import os
import platform
from bisect import bisect_left
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from hashlib import blake2b
from itertools import accumulate
from pathlib import Path

import hyperscan
from hyperscan._version import __version__ as _hyperscan_version

from prellbock.rules.cached import keep, load

_FORMAT = "2"
"""Changes when the same expression is compiled in another way."""


def compile_some(expressions: Sequence[str], *, offsets: bool = False) -> hyperscan.Database:
    """One database of expressions numbered from 0, never cached, for lines of a text; ``offsets``: matches know where
    they begin. Raises `hyperscan.error`."""
    database = hyperscan.Database()
    database.compile(
        expressions=[text.encode() for text in expressions],
        ids=list(range(len(expressions))),
        flags=hyperscan.HS_FLAG_MULTILINE | (hyperscan.HS_FLAG_SOM_LEFTMOST if offsets else 0),
    )
    return database


class Trials:
    """Answers for numbered expressions whether one matches. For one thread at a time."""

    def __init__(self, expressions: Sequence[str], cache_dir: Path | None) -> None:
        self._expressions = expressions
        self._cache_dir = cache_dir
        self._databases: list[hyperscan.Database | None] = [None] * len(expressions)
        self._ends: list[int] = []
        found = self._ends.append
        self._on_match = lambda number, begin, end, flags, context: found(end)

    def matches(self, number: int, line: bytes) -> bool:
        """Is the expression found in a normalised line?"""
        return self.answers(number, [line])[0]

    def answers(self, number: int, lines: Sequence[bytes]) -> list[bool]:
        """Per normalised line, is the expression found in it? One call for many costs little more than one for one."""
        database = self._databases[number]
        if database is None:
            database = self._databases[number] = self._made(number)
        found = self._ends
        if len(lines) == 1:
            database.scan(lines[0], self._on_match)
            answers = [bool(found)]
            found.clear()
            return answers
        database.scan(b"\n".join(lines), self._on_match)
        answers = [False] * len(lines)
        if found:
            ends = list(accumulate([len(line) + 1 for line in lines]))
            for end in found:
                answers[bisect_left(ends, end)] = True
            found.clear()
        return answers

    def make_all(self, numbers: Sequence[int]) -> list[tuple[int, str]]:
        """Compiles these expressions, on all cores; the numbers of those that Hyperscan refuses, and its reason."""

        def make(number: int) -> tuple[int, str] | None:
            try:
                self._databases[number] = self._databases[number] or self._made(number)
            except hyperscan.error as error:
                return number, str(error)
            return None

        with ThreadPoolExecutor(os.cpu_count()) as pool:
            return [refused for refused in pool.map(make, numbers) if refused]

    def _made(self, number: int) -> hyperscan.Database:
        file = cache_file((self._expressions[number],), self._cache_dir) if self._cache_dir else None
        content = load(file) if file else None
        database = _loaded(content) if content else None
        if database is None:
            database = compile_some((self._expressions[number],))
            if file:
                keep(file, hyperscan.dumpb(database))
        return database


def _loaded(content: bytes) -> hyperscan.Database | None:
    """A database from its dump; None if this library or processor cannot use it."""
    try:
        database = hyperscan.loadb(content, hyperscan.HS_MODE_BLOCK)
        database.scratch = hyperscan.Scratch(database)
    except hyperscan.error:
        return None
    return database


def cache_file(content: Sequence[str], cache_dir: Path) -> Path:
    """Where what is compiled of these texts is kept."""
    key = blake2b("\0".join((_FORMAT, _hyperscan_version, _processor(), *content)).encode(), digest_size=16)
    return cache_dir / f"rules-{key.hexdigest()}.hsdb"


@cache
def _processor() -> str:
    """What a database depends on: the architecture and the vector instructions of this processor."""
    flags = ""
    with contextlib.suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith(("flags", "Features")):
                flags = line
                break
    return f"{platform.machine()} {platform.processor()} {flags}"
