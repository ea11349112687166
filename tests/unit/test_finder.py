"""Every place of every text is found, and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prellbock.rules.finder import Finder

LETTERS = "ab cü"
TEXTS = st.lists(
    st.text(LETTERS, min_size=1, max_size=3) | st.text(LETTERS, min_size=4, max_size=40), max_size=30, unique=True
)


def found(texts: list[str], data: bytes) -> list[tuple[int, int]]:
    places, numbers = Finder("\n".join(texts)).find(data)
    return sorted(zip(places.tolist(), numbers.tolist(), strict=True))


def looked_up_one_by_one(texts: list[str], data: bytes) -> list[tuple[int, int]]:
    return sorted(
        (place, number)
        for number, text in enumerate(texts)
        for place in range(len(data))
        if data.startswith(text.encode(), place)
    )


@given(TEXTS, st.data())
def test_the_same_as_looking_for_each_at_every_place(texts: list[str], draw: st.DataObject) -> None:
    parts = st.text(LETTERS + "\n", max_size=12) | st.sampled_from(texts or ["a"])
    data = "".join(draw.draw(st.lists(parts, max_size=12))).encode()
    assert found(texts, data) == looked_up_one_by_one(texts, data)


@pytest.mark.parametrize("length", [1, 2, 3, 4, 7, 8, 9, 15, 16, 17, 24, 300])
def test_texts_of_every_length_at_the_ends_and_cut_off(length: int) -> None:
    text = "".join(chr(ord("a") + at % 26) for at in range(length))
    assert found([text], text.encode()) == [(0, 0)]
    assert found([text], f"-{text}".encode()) == [(1, 0)]
    assert found([text], text[:-1].encode()) == []
    assert found([text], text[:-1].encode() + b"\n") == []


def test_many_texts_that_share_what_they_begin_with() -> None:
    texts = [f"recipient address rejected: {number:05}" for number in range(3000)]
    data = "\n".join(texts[::7]).encode()
    assert [number for _, number in found(texts, data)] == list(range(0, 3000, 7))
