"""The quick way to the winner (what the literals leave possible, tried in the order of rank) and the slow way (every
pattern on every text) must agree."""

import random
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prellbock.classify.classifier import Classifier, context_of
from prellbock.classify.masking import mask
from prellbock.classify.matcher import Context, Matcher
from prellbock.events import DeliveryEvent
from prellbock.rules.compile import compile_rules
from prellbock.rules.literals import literals_of
from prellbock.rules.model import Rule, RuleSet
from prellbock.rules.pattern import read
from prellbock.rules.tokens import tokens_of

DEFAULT = Classifier.default()
EXAMPLES = sorted({mask(example.text) for rule in DEFAULT.ruleset.rules for example in rule.examples})
WORDS = sorted({word for text in EXAMPLES for word in text.split()})


def agree(matcher: Matcher, texts: Sequence[str], contexts: Sequence[Context]) -> None:
    quick = matcher.winners(texts, contexts)
    for text, context, winner, found in zip(texts, contexts, quick, matcher.found(texts), strict=True):
        slow = next(iter(matcher.candidates(found, context)), None)
        assert winner == slow, (text, context)


def contexts_of(texts: Sequence[str]) -> list[Context]:
    return [context_of(DeliveryEvent(response=text, mx="mx.example.net")) for text in texts]


def test_both_ways_agree_on_all_examples() -> None:
    agree(DEFAULT.matcher, EXAMPLES, contexts_of(EXAMPLES))


def test_both_ways_agree_on_texts_put_together_from_the_words_of_examples() -> None:
    chance = random.Random(1)
    texts = []
    for _ in range(2000):
        one, other = chance.choice(EXAMPLES), chance.choice(EXAMPLES)
        words = one.split()[: chance.randrange(12)] + chance.choices(WORDS, k=2) + other.split()[chance.randrange(6) :]
        texts.append(" ".join(words))
    agree(DEFAULT.matcher, texts, contexts_of(texts))


ALPHABET = "abc "
ITEMS = st.sampled_from(
    ["a", "b", "c", " ", ".", "[ab]", "[^c]", "(a|bc)", "(ab|b.c|ca)", "(a|b)(c|)", "^", "$", r"\b"]
)
REPEATS = st.sampled_from(["", "", "", "?", "*", "+", "{2}", "{1,2}", "{0,2}"])
PATTERNS = st.lists(st.tuples(ITEMS, REPEATS), min_size=2, max_size=6).map(
    lambda parts: "".join(item + (repeat if item not in {"^", "$", r"\b"} else "") for item, repeat in parts)
)


@given(st.lists(st.lists(PATTERNS, min_size=1, max_size=3), min_size=1, max_size=3), st.lists(PATTERNS, max_size=2))
def test_both_ways_agree_for_any_patterns(match: list[list[str]], unless: list[str]) -> None:
    rules = tuple(
        Rule(name=f"r{number}", category="policy", match=tuple(f"a{one}b" for one in some), unless=tuple(unless))
        for number, some in enumerate(match)
    )
    try:
        matcher = Matcher(compile_rules(RuleSet(rules)))
    except ValueError:
        return
    chance = random.Random(2)
    texts = ["".join(chance.choices(ALPHABET, k=chance.randrange(1, 12))) for _ in range(60)]
    agree(matcher, texts, [Context()] * len(texts))


@pytest.mark.parametrize(
    ("pattern", "fragments", "whole"),
    [
        ("user unknown", [{"user unknown"}], True),
        ("(user|mailbox) (is )?full", [{"user full", "user is full", "mailbox full", "mailbox is full"}], True),
        (r"\bfull\b", [{"full"}], False),
        ("user[^:]*(full|gone)", [{"user"}, {"full", "gone"}], False),
        (r"4\.[12]\.1", [{"4.1.1", "4.2.1"}], True),
        ("(mail )?.{0,9}", [], False),
        ("a(b.*c|d+)e", [{"a"}, {"b", "d"}, {"c", "d"}, {"e"}], False),
        ("[^x]+", [], False),
        ("ü?ber", [{"ber", "über"}], True),
    ],
)
def test_the_literals_of_a_pattern(pattern: str, fragments: list[set[str]], whole: bool) -> None:
    read(pattern)
    literals = literals_of(tokens_of(pattern))
    assert [set(fragment) for fragment in literals.fragments] == fragments
    assert literals.whole is whole
