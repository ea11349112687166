"""Which phrases does a text hold? Runs of one to four words between which stands one blank and nothing else."""

import re

LONGEST = 4
"""Words of a phrase."""
SHORTEST = 3
"""Letters of a phrase."""
_WORD = re.compile(r"[^\W_]+")
_DIGIT = re.compile(r"\d")
_MASK = "qzx7k"
"""Stands in every placeholder of a normalised text."""


def phrases_of(text: str) -> set[str]:
    """As they stand in a normalised text; without codes, digits and what was masked."""
    words = [(match.start(), match.end()) for match in _WORD.finditer(text)]
    found = set()
    for start in range(len(words)):
        for end in range(start, min(start + LONGEST, len(words))):
            if end > start and text[words[end - 1][1] : words[end][0]] != " ":
                break
            phrase = text[words[start][0] : words[end][1]]
            if _DIGIT.search(phrase) or _MASK in phrase:
                break
            if len(phrase) >= SHORTEST:
                found.add(phrase)
    return found
