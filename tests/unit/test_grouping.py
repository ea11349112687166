"""Numbers that lie close together and far apart are grouped as numpy does it."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from prellbock.guard.grouping import counted, grouped


@given(
    st.one_of(
        st.lists(st.integers(-20, 20)),
        st.lists(st.integers(-(2**40), 2**40)),
        st.lists(st.integers(4 * 10**9, 4 * 10**9 + 3)),
    )
)
def test_they_are_grouped_and_counted(values: list[int]) -> None:
    numbers = np.array(values, dtype=np.int64)
    found, which = grouped(numbers)
    assert found.tolist() == sorted(set(values))
    assert found[which].tolist() == values
    assert counted(numbers) == (sorted(set(values)), [values.count(each) for each in sorted(set(values))])
