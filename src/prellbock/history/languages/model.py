"""What a language has to say."""

from collections.abc import Callable

import msgspec


class Language(msgspec.Struct, frozen=True):
    """Sentences and headings by name, and how dates and numbers of things are said."""

    sentences: dict[str, str]
    headings: dict[str, str]
    statuses: dict[str, str]
    """The names of the statuses for people; machines always read the English ones."""
    date: Callable[[float], str]
    """Unix seconds UTC → a date."""
    count: Callable[[int, str], str]
    """A number of ``message``, ``day`` or ``pause``."""
    share: Callable[[float], str]
    """0 to 1 → per cent."""
    meaning: Callable[[str | None], str]
    """What a category means, as the end of a sentence that begins with "because"."""
    scope: Callable[[str], str]
    """A scope as it stands before "mail"."""
