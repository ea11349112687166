"""Where does chance come from, so that a seed gives the same bytes on every machine?

Each number is a function of (seed, purpose, index): SplitMix64 in counter mode (Steele, Lea, Flood: "Fast splittable
pseudorandom number generators", OOPSLA 2014). Integers only, so neither the version of numpy nor the processor
matters, and nothing depends on how the work is cut into portions.
"""

from collections.abc import Sequence
from hashlib import blake2b
from itertools import accumulate

import numpy as np
import numpy.typing as npt

U64 = npt.NDArray[np.uint64]
I64 = npt.NDArray[np.int64]
F64 = npt.NDArray[np.float64]

_MASK = (1 << 64) - 1
_GOLDEN = 0x9E3779B97F4A7C15
_A = 0xBF58476D1CE4E5B9
_B = 0x94D049BB133111EB


def mix(value: int) -> int:
    """The SplitMix64 finaliser: a bijection on 64 bits that scatters neighbours."""
    value = ((value ^ (value >> 30)) * _A) & _MASK
    value = ((value ^ (value >> 27)) * _B) & _MASK
    return value ^ (value >> 31)


class Dice:
    """Random numbers for one purpose, addressed by index (0 to 2**64 - 1); different indices never collide."""

    def __init__(self, seed: int, purpose: str) -> None:
        self._key = int.from_bytes(blake2b(f"{seed}/{purpose}".encode(), digest_size=8).digest(), "little")

    def at(self, index: int) -> int:
        """64 random bits."""
        return mix((self._key + (index + 1) * _GOLDEN) & _MASK)

    def unit_at(self, index: int) -> float:
        """A number from 0 to below 1."""
        return (self.at(index) >> 11) * 2.0**-53

    def bits(self, indices: I64) -> U64:
        """64 random bits for each index."""
        value = (indices.astype(np.uint64) + np.uint64(1)) * np.uint64(_GOLDEN) + np.uint64(self._key)
        value = (value ^ (value >> np.uint64(30))) * np.uint64(_A)
        value = (value ^ (value >> np.uint64(27))) * np.uint64(_B)
        return value ^ (value >> np.uint64(31))

    def units(self, indices: I64) -> F64:
        """A number from 0 to below 1 for each index."""
        return (self.bits(indices) >> np.uint64(11)).astype(np.float64) * 2.0**-53


def shares(weights: Sequence[float]) -> F64:
    """Upper bounds of consecutive shares of 0 to 1, for `numpy.searchsorted` or `bisect` with a unit number."""
    total = sum(weights)
    return np.array([bound / total for bound in accumulate(weights)], dtype=np.float64)
