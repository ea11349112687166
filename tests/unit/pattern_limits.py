"""Runs every compiled pattern of the mail reader over texts made to make it crawl; ``python pattern_limits.py``.

Each pattern may use a few seconds of the processor for all its texts together; the one that uses more ends the
process, and its name is the last line that was printed.
"""

import importlib
import pkgutil
import re
import resource
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import prellbock.sources.mail
from prellbock.sources.mail.dialects.listing import Listing
from prellbock.sources.mail.dialects.phrase import Phrase
from prellbock.sources.mail.signs import signs_of
from prellbock.sources.mail.wording import Words

SECONDS = 6
LINE = 4000
"""No line of a notice is longer (`notice.MAX_LINE_CHARS`)."""
LINES = 4
ANCHORED = {
    "return_path.": 320,
    "headers._LINE": 20_000,
    "autoreply._UNSUBSCRIBE_LOCAL": 64,
    "automatic._SYSTEM_LOCAL": 64,
}
"""Patterns that are only matched from the beginning of a text, and how long that text is at most."""
PIECES = (Path(__file__).parents[1] / "data" / "fuzz" / "pieces.txt").read_text(encoding="utf-8").split("\n")


def patterns() -> Iterator[tuple[str, re.Pattern[Any]]]:
    """Module and name of each pattern, those within tuples, dictionaries and dialects included."""
    package = prellbock.sources.mail
    for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        module = importlib.import_module(found.name)
        for name, value in vars(module).items():
            yield from _within(f"{found.name}.{name}", value, 0)


def _within(name: str, value: object, depth: int) -> Iterator[tuple[str, re.Pattern[Any]]]:
    if isinstance(value, re.Pattern):
        yield name, value
    elif isinstance(value, tuple | list) and depth < 4:
        for number, one in enumerate(value):
            yield from _within(f"{name}[{number}]", one, depth + 1)
    elif isinstance(value, dict) and depth < 2 and not name.endswith("__builtins__"):
        for key, one in value.items():
            yield from _within(f"{name}[{key}]", one, depth + 1)
    elif type(value).__module__.startswith("prellbock.sources.mail") and depth < 4:
        # A dialect, or a list of words: some of its patterns are compiled when first needed.
        if isinstance(value, Listing | Phrase | Words):
            yield from _within(f"{name}.patterns", value.patterns(), depth + 1)
        for key, one in vars(value).items() if hasattr(value, "__dict__") else ():
            yield from _within(f"{name}.{key}", one, depth + 1)


def texts(pattern: re.Pattern[Any]) -> Iterator[str]:
    """The pieces, and the pattern's own words, again and again; on many lines, and each on a line of its own."""
    source = pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode("latin-1")
    for piece in dict.fromkeys([*PIECES, *signs_of(source)]):
        if piece:
            line = (piece * (LINE // len(piece) + 1))[:LINE]
            yield f"{line}\n" * LINES
            yield f"{piece}\n" * (LINE * LINES // 4 // (len(piece) + 1))


def main() -> None:
    count = 0
    for name, pattern in {p: (n, p) for n, p in patterns()}.values():
        print(name, flush=True)
        used = resource.getrusage(resource.RUSAGE_SELF)
        limit = int(used.ru_utime + used.ru_stime) + SECONDS
        resource.setrlimit(resource.RLIMIT_CPU, (limit, resource.RLIM_INFINITY))
        longest = next((size for begin, size in ANCHORED.items() if begin in name), 0)
        for text in texts(pattern):
            fitting: Any = text.encode() if isinstance(pattern.pattern, bytes) else text
            if longest:
                pattern.fullmatch(fitting[:longest])
                continue
            for _ in pattern.finditer(fitting):
                pass
            pattern.fullmatch(fitting[:LINE])
        count += 1
    print(count)


if __name__ == "__main__":
    signal.signal(signal.SIGXCPU, signal.SIG_DFL)
    main()
