"""Which pattern finds the texts of a family and no others? The words that they share, in order, with gaps between."""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

from prellbock.classify.normalise import normalise
from prellbock.classify.placeholders import SAMPLES
from prellbock.rules.pattern import read
from prellbock.rules.tokens import PatternError

GAP = ".*"
"""What may stand between two shared pieces."""
SHORTEST = 8
"""Letters that a pattern must hold literally; shorter ones find too much."""
_MOST_LETTERS = 160
_SPECIAL = re.compile(r"([\\^$.\[\]|()?*+{}-])")
_CODE = re.compile(r"(?<![\w.])(?:[245][0-5]\d|[245]\.\d{1,3}\.\d{1,3})(?![\w.])")
_WORD = r"[^\W_][^\W_'\u2019-]*"
_RUN = re.compile(rf"(?<![\w'-]){_WORD}(?: {_WORD})*")
_LETTER = re.compile(r"[^\W\d_]")


def skeleton(templates: Sequence[str]) -> str | None:
    """A pattern that every template matches; None where they share too little to be told from others."""
    texts = [normalise(template) for template in templates]
    shared = _pieces(texts[0])
    for text in texts[1:]:
        shared = _shared(shared, _pieces(text))
    pattern = GAP.join(" ".join(map(escaped, piece)) for piece in _cut(shared))
    if len(_LETTER.findall(pattern)) < SHORTEST:
        return None
    try:
        read(pattern)
    except PatternError:
        return None
    return pattern if all(re.search(pattern, text) for text in texts) else None


def _pieces(text: str) -> list[list[str]]:
    """Runs of words with nothing but a blank between them; codes, masks and signs end a run."""
    for sample in SAMPLES.values():
        text = text.replace(sample, "\0")
    return [run.split(" ") for run in _RUN.findall(_CODE.sub("\0", text))]


def _shared(one: list[list[str]], other: list[list[str]]) -> list[list[str]]:
    """What stands in both, in the same order."""
    flat = [[word for piece in pieces for word in [*piece, ""]] for pieces in (one, other)]
    found: list[list[str]] = []
    for block in SequenceMatcher(None, flat[0], flat[1], autojunk=False).get_matching_blocks():
        piece: list[str] = []
        for word in [*flat[0][block.a : block.a + block.size], ""]:
            if word:
                piece.append(word)
            elif piece:
                found.append(piece)
                piece = []
    return found


def _cut(pieces: list[list[str]]) -> list[list[str]]:
    """Pieces up to the greatest length of a pattern; single short words at both ends say nothing."""
    while pieces and len("".join(pieces[0])) < 4:
        pieces = pieces[1:]
    while pieces and len("".join(pieces[-1])) < 4:
        pieces = pieces[:-1]
    kept: list[list[str]] = []
    letters = 0
    for piece in pieces:
        letters += len(" ".join(piece))
        if kept and letters > _MOST_LETTERS:
            break
        kept.append(piece[:20])
    return kept


def escaped(words: str) -> str:
    """Words as a pattern that finds them and nothing else."""
    return _SPECIAL.sub(r"\\\1", words)
