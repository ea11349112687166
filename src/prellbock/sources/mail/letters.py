"""Small and capital letters: patterns that do not mind them, without the price of `re.IGNORECASE`.

A pattern in lower case looks at a text in lower case of the same length: a place found in the one is the same place
in the other.
"""

import re

_TOKEN = re.compile(r"\\.|\(\?P<\w+>|.", re.DOTALL)


def in_lower_case(text: str) -> str:
    """Lower case, and not a character more or less."""
    lowered = text.lower()
    if len(lowered) != len(text):
        lowered = "".join([small if len(small := char.lower()) == 1 else char for char in text])
    return lowered


def caseless(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """The pattern for texts in lower case."""
    tokens = (match[0] for match in _TOKEN.finditer(pattern))
    return re.compile("".join(t if t.startswith(("\\", "(?P<")) else t.lower() for t in tokens), flags)
