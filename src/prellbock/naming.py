"""Names that people give to what they set up (sources, destinations, exports): which are taken, and how it is told.

Names stand in addresses, on command lines and in names of files.
"""

import re

_NAME = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?")


def wrong_name(name: str, example: str, *, dots: bool = True) -> str | None:
    """What is wrong with a name, for people; None: nothing. ``dots``: whether there may be some."""
    if _NAME.fullmatch(name) and (dots or "." not in name):
        return None
    signs = "digits, - _ and ." if dots else "digits, - and _"
    return f"name: lower-case letters, {signs} are allowed, 1 to 64 of them, such as {example}"


def missing(what: str, name: str) -> str:
    """Says that there is no source (destination ...) of this name."""
    return f"there is no {what} {name[:64]!r}; `prellbock {what}s list` shows those there are"


def taken(what: str, name: str) -> str:
    """Says that there is one of this name already."""
    return (
        f"there is {'an' if what[0] in 'aeiou' else 'a'} {what} {name} already: choose another name, or remove that one"
    )
