"""Lines that are put together from pieces are the JSON of `Line`."""

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from prellbock.answered import Answered, Line
from prellbock.history.check import Answer
from prellbock.times import rfc3339

# What JSON encodes: any text but lone surrogates.
TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
ANSWERS = st.builds(
    Answer, st.booleans(), st.sampled_from(["deliverable", "paused"]), st.none() | st.floats(0, 4e9), TEXTS
)


@given(st.lists(st.tuples(TEXTS, ANSWERS)), st.sets(st.integers(0, 20)))
def test_lines_are_the_json_of_their_fields(asked: list[tuple[str, Answer]], places: set[int]) -> None:
    bad = {index: Line('"\n', False, None, None, "not an address") for index in places if index < len(asked)}
    expected = [
        Line(name, said.may_mail, said.status, None if said.until is None else rfc3339(said.until), said.reason)
        for name, said in asked
    ]
    for index in sorted(bad):
        expected[index] = bad[index]
    good = [pair for index, pair in enumerate(asked) if index not in bad]
    answered = Answered([name for name, _ in good], [said for _, said in good], bad)
    assert answered.json() == [msgspec.json.encode(line).decode() for line in expected]


def test_one_answer_for_many_and_nobody_at_all() -> None:
    said = Answer(True, "deliverable", None, "nothing")
    many = Answered(["a\nb", 'c"d'], [said, said], {}).json()
    assert [msgspec.json.decode(line, type=Line).address for line in many] == ["a\nb", 'c"d']
    assert Answered([], [], {}).json() == []
    assert Answered([], [], {0: Line("x", False, None, None, "no")}).json() == [
        '{"address":"x","may_mail":false,"status":null,"until":null,"reason":"no"}'
    ]
