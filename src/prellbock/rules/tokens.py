"""What is a pattern made of? Characters, classes, anchors, groups, alternatives, repetitions; and what cannot be.

Constructs that Hyperscan does not have are refused here with their name and what to write instead, and classes that
would match a line feed are rewritten, because many texts are scanned at once, one a line (a match must never run over
two of them).
"""

import re
from typing import NamedTuple


class PatternError(ValueError):
    """A pattern cannot be used; ``column`` counts from 1."""

    def __init__(self, column: int, text: str) -> None:
        super().__init__(f"column {column}: {text}")
        self.column = column


class Token(NamedTuple):
    """A piece of a pattern. ``kind``: literal, class, anchor, open, close, or, repeat."""

    kind: str
    text: str
    column: int


_LOOK = "look-around is not possible; put the other text into `unless`, or into the pattern itself"
_GROUPS = {
    "(?=": _LOOK,
    "(?!": _LOOK,
    "(?<=": _LOOK,
    "(?<!": _LOOK,
    "(?>": "atomic groups are not possible and not needed (matching never backtracks); write (?:...)",
    "(?P=": "back-references are not possible; write the repeated part out",
    "(?P>": "calls of sub-patterns are not possible; write the part out",
    "(?&": "calls of sub-patterns are not possible; write the part out",
    "(?(": "conditions are not possible; write two patterns",
    "(?#": "comments inside patterns are not possible; use a TOML comment",
    "(?|": "branch resets are not possible; write (?:...)",
    "(*": "verbs are not possible; leave it out",
}
_ESCAPES = {
    "K": r"\K is not possible; leave it out, only whether a text matches counts",
    "G": r"\G is not possible; leave it out",
    "C": r"\C is not possible; write a dot",
    "X": r"\X is not possible; write a dot",
    "R": "line breaks never occur, the text is one line; write a blank",
    "N": "write a dot",
    "Q": r"\Q...\E is not possible; escape each character that has a meaning",
    "E": r"\Q...\E is not possible; escape each character that has a meaning",
    "p": "write the letters out as a class, e.g. [a-zäöü]",
    "P": "write the letters out as a class, e.g. [^a-zäöü]",
    "g": "back-references are not possible; write the repeated part out",
    "k": "back-references are not possible; write the repeated part out",
}
_CLASSES = {"d": "0-9", "w": "a-z0-9_", "s": " ", "h": " "}
_ANCHORS = {"b": r"\b", "B": r"\B", "A": "^", "Z": "$", "z": "$"}
_BEYOND_ASCII = re.compile(r"([^\x00-\x7f])(?:-([^\x00-\x7f]))?")
_REPEAT = re.compile(r"[?*+]|\{\d*,?\d*\}")
_HEX = re.compile(r"x(?:([0-9a-f]{2})|\{([0-9a-f]{1,6})\})")
_SPECIAL = frozenset("\\^$.[]|()?*+{}-")


def tokens_of(source: str) -> list[Token]:
    tokens: list[Token] = []
    depth: list[int] = []
    at = 0
    while at < len(source):
        column, char = at + 1, source[at]
        if char == "\\":
            token, at = _escape(source, at)
        elif char == "[":
            token, at = _class(source, at)
        elif char == "(":
            token, at = _group(source, at)
            depth.append(column)
        elif char == ")":
            if not depth:
                raise PatternError(column, "this ) closes nothing; write \\) for the character itself")
            depth.pop()
            token, at = Token("close", ")", column), at + 1
        elif char == "|":
            token, at = Token("or", "|", column), at + 1
        elif char in "^$":
            token, at = Token("anchor", char, column), at + 1
        elif char == ".":
            token, at = Token("class", ".", column), at + 1
        elif found := _REPEAT.match(source, at):
            token, at = _repeat(source, found, tokens, column)
        elif char != char.lower():
            raise PatternError(
                column, f"{char!r} is upper case, but texts are scanned in lower case; write {char.lower()!r}"
            )
        elif char < " ":
            raise PatternError(column, "control characters never occur; write a blank")
        else:
            token, at = Token("literal", char if char not in "{}]" else f"\\{char}", column), at + 1
        tokens.append(token)
    if depth:
        raise PatternError(depth[-1], "this ( is never closed; write \\( for the character itself")
    return tokens


def _escape(source: str, at: int) -> tuple[Token, int]:
    column = at + 1
    if column >= len(source):
        raise PatternError(column, "a single backslash at the end; write \\\\ for the character itself")
    char = source[column]
    if char in _CLASSES:
        return Token("class", f"[{_CLASSES[char]}]", column), at + 2
    if char.lower() in _CLASSES:
        return Token("class", f"[^{_CLASSES[char.lower()]}\\n]", column), at + 2
    if char in _ANCHORS:
        return Token("anchor", _ANCHORS[char], column), at + 2
    if char == "x" and (found := _HEX.match(source, column)):
        return Token("literal", _literal(chr(int(found[1] or found[2], 16)), column), column), found.end()
    if char in "123456789":
        raise PatternError(column, "back-references are not possible; write the repeated part out")
    if char in _ESCAPES:
        raise PatternError(column, _ESCAPES[char])
    if char.isalnum():
        raise PatternError(column, f"\\{char} has no meaning here; the text is one line of printable characters")
    return Token("literal", _literal(char, column), column), at + 2


def _literal(char: str, column: int) -> str:
    if char < " " or char != char.lower():
        raise PatternError(column, f"{char!r} never occurs; texts are scanned as one line in lower case")
    return f"\\{char}" if char in _SPECIAL else char


def _class(source: str, start: int) -> tuple[Token, int]:
    """A class, rewritten so that it cannot match a line feed: ``[^>]`` is ``[^>\\n]``."""
    column, at = start + 1, start + 1
    negated = source.startswith("^", at)
    at += negated
    inside, outside, first = "", [], True
    while True:
        if at >= len(source):
            raise PatternError(column, "this [ is never closed; write \\[ for the character itself")
        char = source[at]
        if char == "]" and not first:
            break
        first = False
        if source.startswith(("[:", "[.", "[="), at):
            raise PatternError(at + 1, "named classes are not possible; write the characters out, e.g. [a-z0-9]")
        if char == "\\":
            letter = source[at + 1 : at + 2]
            if letter in _CLASSES:
                inside += _CLASSES[letter]
                at += 2
                continue
            if letter and letter.lower() in _CLASSES:
                if negated:
                    raise PatternError(
                        at + 1, f"\\{letter} inside [^...] is not possible; write \\{letter.lower()} in [...]"
                    )
                outside.append(_CLASSES[letter.lower()])
                at += 2
                continue
            token, at = _escape(source, at)
            if token.kind != "literal":
                raise PatternError(token.column, f"{token.text} has no meaning inside [...]")
            inside += token.text
            continue
        if char != char.lower():
            raise PatternError(
                at + 1, f"{char!r} is upper case, but texts are scanned in lower case; write {char.lower()!r}"
            )
        inside += f"\\{char}" if char in "[]^" else char
        at += 1
    if negated:
        if not inside.isascii():
            raise PatternError(column, "letters beyond ASCII do not go inside [^...]; name what may stand there")
        return Token("class", f"[^{inside}\\n]", column), at + 1
    inside, further = _split_ascii(inside, column)
    parts = [f"[^{letters}\\n]" for letters in outside] + ([f"[{inside}]"] if inside else []) + further
    return Token("class", parts[0] if len(parts) == 1 else f"(?:{'|'.join(parts)})", column), at + 1


def _split_ascii(inside: str, column: int) -> tuple[str, list[str]]:
    """The ASCII part of a class, and each other character by itself; ranges such as ``а-я`` are written out."""
    further: list[str] = []

    def write_out(found: re.Match[str]) -> str:
        first, last = ord(found[1]), ord(found[2] or found[1])
        if last < first or last - first > 500:
            raise PatternError(column, f"the range {found[0]} is too large; name the letters")
        further.extend(chr(code) for code in range(first, last + 1))
        return ""

    return _BEYOND_ASCII.sub(write_out, inside), further


def _group(source: str, at: int) -> tuple[Token, int]:
    column = at + 1
    for opening, advice in _GROUPS.items():
        if source.startswith(opening, at):
            raise PatternError(column, advice)
    if source.startswith("(?:", at):
        return Token("open", "(?:", column), at + 3
    if found := re.compile(r"\(\?P?<\w+>").match(source, at):
        return Token("open", "(?:", column), found.end()
    if source.startswith("(?", at):
        raise PatternError(column, "options and calls inside patterns are not possible; texts are lower case already")
    return Token("open", "(?:", column), at + 1


def _repeat(source: str, found: re.Match[str], before: list[Token], column: int) -> tuple[Token, int]:
    text, at = found[0], found.end()
    if text[0] == "{" and not any(char.isdigit() for char in text):
        return Token("literal", "".join(f"\\{char}" if char in "{}" else char for char in text), column), at
    if not before or before[-1].kind in {"open", "or", "anchor", "repeat"}:
        raise PatternError(
            column, f"there is nothing that {text} could repeat; write \\{text[0]} for the character itself"
        )
    if source.startswith("+", at):
        raise PatternError(column, f"possessive {text}+ is not possible and not needed; write {text}")
    if source.startswith("?", at):
        at += 1
    return Token("repeat", text.replace("{,", "{0,"), column), at


def most_of(repeat: str) -> int:
    """How often the item is written out; an open end is a loop."""
    if repeat[0] != "{":
        return 1
    fewest, _, most = repeat[1:-1].partition(",")
    return max(int(most or fewest or 0), 1)


def fewest_of(repeat: str) -> int:
    if repeat in {"?", "*"}:
        return 0
    return 1 if repeat == "+" else int(repeat[1:-1].partition(",")[0] or 0)
