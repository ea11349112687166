"""Which regular expressions may a rule use? What Hyperscan can run in linear time on one line of lower-case text.

Besides the expression itself, a pattern tells how specific it is (its longest literal), and which plain texts every
match must hold.
"""

from dataclasses import dataclass
from functools import lru_cache

from prellbock.rules.literals import Literals, literals_of
from prellbock.rules.tokens import PatternError, Token, fewest_of, most_of, tokens_of

MOST_REPEATS = 1000
"""Greatest number in ``{1,n}``; beyond ten thousands Hyperscan refuses, and long before it compiles for seconds."""
MOST_ITEMS = 5000
"""Characters and classes of a pattern whose repetitions are written out."""


@dataclass(frozen=True)
class Pattern:
    """A pattern that was accepted."""

    source: str
    expression: str
    """What is given to Hyperscan: matches the same lines, and never a line feed."""
    literal_length: int
    """Characters in the longest run that every match of that branch holds literally."""
    literals: Literals


@lru_cache(maxsize=16_384)
def read(source: str) -> Pattern:
    """Accepts a pattern or raises `PatternError`."""
    written = tokens_of(source)
    _refuse_large(written)
    tokens = _without_idle_ends(_whole_characters(written))
    expression = "".join(token.text for token in tokens)
    if not expression:
        raise PatternError(1, "the pattern matches every text; say what must stand there")
    return Pattern(source, expression, _longest_literal(tokens), literals_of(tokens))


def _whole_characters(tokens: list[Token]) -> list[Token]:
    """Groups a character beyond ASCII that is repeated. Texts are scanned as bytes of UTF-8, because Hyperscan's mode
    for characters takes seven times as long to compile; so such a character is several items of the pattern."""
    return [
        token._replace(text=f"(?:{token.text})")
        if token.kind == "literal" and not token.text.isascii() and follower is not None and follower.kind == "repeat"
        else token
        for token, follower in zip(tokens, [*tokens[1:], None], strict=True)
    ]


def _refuse_large(tokens: list[Token]) -> None:
    """Hyperscan writes repetitions out, one within another multiplied, and would refuse without saying which."""
    sizes, last = [0], 0
    for token in tokens:
        if token.kind == "open":
            sizes.append(0)
            continue
        if token.kind == "repeat":
            times = most_of(token.text)
            if times > MOST_REPEATS:
                raise PatternError(
                    token.column, f"{token.text} repeats more than {MOST_REPEATS:,} times; write * or +, or fewer"
                )
            more = last * (times - 1)
        else:
            more = last = sizes.pop() if token.kind == "close" else int(token.kind in {"literal", "class"})
        sizes[-1] += more
        if sizes[-1] > MOST_ITEMS:
            raise PatternError(
                token.column,
                f"with {token.text} written out the pattern has more than {MOST_ITEMS:,} characters; "
                "write * or +, or repeat less often",
            )


def _without_idle_ends(tokens: list[Token]) -> list[Token]:
    """Cuts ``.*`` and the like at both ends: only whether a text matches counts, and each end would be reported."""
    if any(token.kind == "or" for token in tokens):
        return tokens
    while len(tokens) > 1 and tokens[-1].kind == "repeat" and tokens[-2].kind in {"class", "literal"}:
        fewest = fewest_of(tokens[-1].text)
        item = tokens[-2]
        tokens = tokens[:-2] if fewest == 0 else [*tokens[:-2], *([item] * fewest if fewest < 20 else tokens[-2:])]
        if fewest >= 20:
            break
    while len(tokens) > 1 and tokens[1].kind == "repeat" and fewest_of(tokens[1].text) == 0:
        if tokens[0].kind not in {"class", "literal"}:
            break
        tokens = tokens[2:]
    return tokens


def _longest_literal(tokens: list[Token]) -> int:
    longest = run = 0
    for token, follower in zip(tokens, [*tokens[1:], None], strict=True):
        if token.kind == "literal":
            if follower is not None and follower.kind == "repeat":
                longest, run = max(longest, run + (fewest_of(follower.text) > 0)), 0
            else:
                run += 1
        elif token.kind != "anchor":
            longest, run = max(longest, run), 0
    return max(longest, run)
