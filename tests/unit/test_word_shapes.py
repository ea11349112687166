import json
import random
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from prellbock.classify.masking import mask, mask_many
from prellbock.classify.mojibake import repaired
from prellbock.classify.variable_parts import masked_word
from prellbock.classify.word_shapes import quickly_masked
from prellbock.rules.toml import read_default

CORPUS = Path(__file__).parents[3] / "shared" / "corpus" / "responses.jsonl"
_PIECES = """
u@example.com abuse@example.com 192.0.2.1 [192.0.2.1] :25 mx1.example.net zen.spamhaus.org 550- 554- prvs= SRS0= to=<
RCPT TO:< ad: face : :: ::1 2001:db8:: 12:30 2024-05-06 5.1.1 550-5.1.1 912265b1f54f x12si123wrb.23 http:// https://
?ip= {ip} {host} ( ) < > [ ] , ; ' " . ... - _ # + / ~ $ % ! & * = | @ \x00 \u0663 ² Ü
"""
PIECES = _PIECES.split()
WORDS = (
    st.lists(st.sampled_from(PIECES), min_size=1, max_size=6).map("".join)
    | st.text("a1fF5@.:-<>[]=/_{}", min_size=1, max_size=20)
    | st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)
)


def agrees(word: str) -> bool:
    quick = quickly_masked(word)
    return (quick is None or quick == masked_word(word)) and mask_many([word]) == [mask(word)]


@given(WORDS.filter(lambda word: word.split() == [word]))
@example("550-u@example.com")
@example("prvs=u@example.com")
@example("ad:face:")
@example("2024-05-06.example.com")
@example("@[192.0.2.1]")
@example("<555-1a@example.com>")
def test_the_short_cut_changes_nothing(word: str) -> None:
    assert agrees(word)
    assert mask(word) == " ".join(map(masked_word, repaired(word).split()))


def test_the_short_cut_changes_nothing_in_mutated_responses() -> None:
    chance = random.Random(3)
    texts = [each.text for rule in read_default().rules for each in rule.examples]
    if CORPUS.exists():
        texts += [json.loads(line)["text"] for line in CORPUS.read_text(encoding="utf-8").splitlines()]
    for text in list(texts) * 10:
        at = chance.randrange(len(text) + 1)
        texts.append(text[:at] + chance.choice(PIECES) + text[at + chance.randrange(3) :])
    words = {word for text in texts for word in text.split()}
    assert [word for word in words if not agrees(word)] == []
    assert sum(quickly_masked(word) is not None for word in words) > len(words) / 3


@pytest.mark.parametrize(
    ("word", "template"),
    [
        ("to=<u@example.com>,", "to=<{address}>,"),
        ("<postmaster@example.com>:", "<postmaster@example.com>:"),
        ("mx1.example.net[192.0.2.1]:25:", "{host}[{ip}]:25:"),
        ("554-mx1.example.net", "554-{host}"),
        ("IP=192.0.2.1", "IP={ip}"),
        ("(x12si1234567wrb.23)", "({id})"),
        ("<https://example.com/a?ip=192.0.2.1>.", "<https://example.com/a?ip={ip}>."),
    ],
)
def test_the_words_met_most_take_the_short_cut(word: str, template: str) -> None:
    assert quickly_masked(word) == template == masked_word(word)


@given(
    st.lists(st.lists(WORDS, max_size=5).map(" ".join) | st.sampled_from(["", " ", "\0", " \0 ", "x\0"]), max_size=8)
)
@example(["", "a"])
@example(["a", "\0", "b"])
@example(["\0", ""])
@example(["a " * 3000, "b"])
@example(["wait 3600 seconds", "id 123456"])
def test_many_texts_have_the_templates_of_each(texts: list[str]) -> None:
    assert mask_many(texts) == list(map(mask, texts))
