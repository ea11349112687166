"""What the presets are worth, measured: how many living each suppresses and how many dead it finds.

`prellbock bench decisions --report` measures it, in a simulated world whose truth is known, and writes the file.
"""

from importlib import resources

import msgspec

FILE = "figures.json"
TARGETS = {"suppressed_per_10000": 1.0, "withheld_per_1000": 1.0, "found": 0.99}
"""At most so many living recipients suppressed per 10,000 and recipient-days withheld per 1,000; at least that share of
the dead found."""


class Worth(msgspec.Struct, frozen=True):
    """The figures of one preset."""

    policy: str
    suppressed_per_10000: float
    """Recipients suppressed and alive at the same time, of 10,000 living."""
    suppressed_wrongly_per_10000: float
    """Of these the ones who were alive when it was decided; the others came back later."""
    withheld_per_1000: float
    """Of 1,000 days of living recipients those on which one was paused or suppressed."""
    found: float
    """Share (0 to 1) of the dead who were paused or suppressed by their third failed mail."""
    mails_to_dead: int
    """Messages that failed because nobody was there."""


class World(msgspec.Struct, frozen=True):
    """In what world that was measured."""

    recipients: int
    days: int
    events: int
    policies: tuple[Worth, ...]


def worth() -> World:
    """The figures that are shipped."""
    return msgspec.json.decode((resources.files("prellbock.history") / "presets" / FILE).read_bytes(), type=World)
