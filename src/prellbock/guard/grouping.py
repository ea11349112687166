"""Counting in cells: of some hundred thousand numbers few are different, and these lie close together."""

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]
_SPARE = 1 << 16
"""Cells that may be looked through for nothing."""


def grouped(values: Numbers) -> tuple[Numbers, Numbers]:
    """The different values in order, and of each value which of them it is.

    As `numpy.unique` does with ``return_inverse``, without sorting where the values lie close together.
    """
    if not len(values):
        return values, values
    least = int(values.min())
    span = int(values.max()) - least + 1
    if span > 4 * len(values) + _SPARE:
        found, which = np.unique(values, return_inverse=True)
        return found, which.astype(np.int64)
    at = values - least
    is_there = np.zeros(span, dtype=np.bool_)
    is_there[at] = True
    places = np.cumsum(is_there) - 1
    return np.flatnonzero(is_there) + least, places[at]


def counted(values: Numbers) -> tuple[list[int], list[int]]:
    """The different values in order, and how often each occurs."""
    found, which = grouped(values)
    return found.tolist(), np.bincount(which, minlength=len(found)).tolist()
