"""Why is a change of rules proposed? A code and its values, which every language can say; English is said here."""

from typing import Literal

import msgspec

Code = Literal["alive_again", "labels_differ", "gap_finds", "takes_all", "found_alike", "idle"]

_ENGLISH: dict[Code, str] = {
    "alive_again": (
        "of {cases} recipients mailed again after it had called them dead {alive} were alive "
        "(more than {least:.0%} with 97.5 % certainty)"
    ),
    "labels_differ": "{said} of {labels} labelled texts that it decides are {category}",
    "gap_finds": "with a gap for “{word}” it also finds {responses} stored responses that no rule decides",
    "takes_all": "{winner} takes all {responses} responses that it matches, and calls them {category}",
    "found_alike": "one pattern finds what {first} and {second} find, both {category}",
    "idle": (
        "decided {responses} responses in all, none in the last {days} days; {others} would say the same of its "
        "examples and of what its patterns can match"
    ),
}


class Why(msgspec.Struct, frozen=True):
    """``values`` are names of rules and categories, words, counts, and shares from 0 to 1, by what they are."""

    code: Code
    values: dict[str, str | int | float]

    @property
    def sentence(self) -> str:
        """In English."""
        return _ENGLISH[self.code].format_map(self.values)
