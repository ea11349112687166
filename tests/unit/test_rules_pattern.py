import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prellbock.rules.pattern import read
from prellbock.rules.tokens import PatternError
from prellbock.rules.trials import compile_some


@pytest.mark.parametrize(
    ("pattern", "column", "words"),
    [
        ("a(?=b)", 2, "look-around"),
        ("(?<!b)a", 1, "look-around"),
        (r"(a)\1", 4, "back-references"),
        ("(?P<a>b)(?P=a)", 9, "back-references"),
        ("(?>ab)", 1, "atomic"),
        ("ab++", 3, "possessive"),
        (r"a\Kb", 2, r"\K"),
        (r"a\R", 2, "one line"),
        (r"\p{l}a", 1, "class"),
        ("(?i)a", 1, "lower case already"),
        ("(?#x)a", 1, "comments"),
        ("ab[[:alpha:]]", 4, "named classes"),
        ("abC", 3, "upper case"),
        ("[A-Z]x", 2, "upper case"),
        (r"a\nb", 2, "one line"),
        ("(ab", 1, "never closed"),
        ("ab)", 3, "closes nothing"),
        ("[ab", 1, "never closed"),
        ("*a", 1, "could repeat"),
        ("a\\", 2, "backslash"),
        (".*", 1, "every text"),
    ],
)
def test_what_hyperscan_cannot_do_is_named_with_column_and_advice(pattern: str, column: int, words: str) -> None:
    with pytest.raises(PatternError, match=re.escape(words)) as caught:
        read(pattern)
    assert caught.value.column == column


@pytest.mark.parametrize(
    ("pattern", "expression"),
    [
        (r"a\s+b", "a[ ]+b"),
        (r"a\Wb", r"a[^a-z0-9_\n]b"),
        (r"[^>]x", r"[^>\n]x"),
        (r"a[\W_]b", r"a(?:[^a-z0-9_\n]|[_])b"),
        (r"\Aab\Z", "^ab$"),
        ("a user.*", "a user"),
        ("a user .+", "a user ."),
        (".*a user", "a user"),
        ("a{,3}b", "b"),
        ("xa{,3}b", "xa{0,3}b"),
        ("ab*?c", "ab*c"),
        ("überfüllt?x", "überfüllt?x"),
        ("grü?n", "gr(?:ü)?n"),
        ("gr[uü]n", "gr(?:[u]|ü)n"),
        ("x[а-в]y", "x(?:а|б|в)y"),
        ("(?P<a>b|c)d", "(?:b|c)d"),
    ],
)
def test_patterns_are_rewritten_for_scanning_many_lines(pattern: str, expression: str) -> None:
    assert read(pattern).expression == expression


@pytest.mark.parametrize(
    ("pattern", "length"), [("user unknown", 12), ("a (?:b|cdef)", 4), (r"a\.b", 3), ("ab?c", 1), (r"\d{3}abc", 3)]
)
def test_the_longest_literal(pattern: str, length: int) -> None:
    assert read(pattern).literal_length == length


def found(pattern: str, text: bytes) -> bool:
    hits: list[int] = []
    compile_some([read(pattern).expression]).scan(text, lambda number, *_: hits.append(number))
    return bool(hits)


_ASCII_ATOMS = ["a", "b", " ", r"\d", r"\w", r"\s", r"\S", r"\W", r"\D", ".", "[^a]", "[ab]", r"[\W_]"]
_LETTER_ATOMS = ["a", " ", "ü", "[ab]", "[äü]", "[à-ýz]", "(?:ä|b)"]


def patterns(atoms: list[str]) -> st.SearchStrategy[str]:
    repeats = st.sampled_from(["", "", "?", "*", "+", "{1,2}"])
    parts = st.lists(st.tuples(st.sampled_from(atoms), repeats), min_size=1, max_size=4)
    return parts.map(lambda found: "x" + "".join(atom + repeat for atom, repeat in found) + "y")


@given(patterns(_ASCII_ATOMS), st.text("abxy1 _-", max_size=12))
def test_a_rewritten_pattern_finds_what_the_pattern_finds(pattern: str, text: str) -> None:
    assert found(pattern, text.encode()) == bool(re.search(pattern, text))


@given(patterns(_LETTER_ATOMS), st.text("abxyäüé ", max_size=12))
def test_letters_beyond_ascii_are_whole_letters(pattern: str, text: str) -> None:
    assert found(pattern, text.encode()) == bool(re.search(pattern, text))


@given(patterns(_ASCII_ATOMS), st.text("abxy1 _-", max_size=8), st.text("abxy1 _-", max_size=8))
def test_no_match_runs_over_a_line_end(pattern: str, one: str, other: str) -> None:
    both = f"{one}\n{other}".encode()
    assert found(pattern, both) == (found(pattern, one.encode() or b" ") or found(pattern, other.encode() or b" "))
