"""A memory that cannot grow without end."""

from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class BoundedCache(dict[K, V], Generic[K, V]):
    """A dict that computes what it does not hold (`make`), and forgets everything when it is full.

    Forgetting everything is rare and cheap here: what is common is back after a few misses, and a hit costs no more
    than in a plain dict.
    """

    def __init__(self, limit: int) -> None:
        super().__init__()
        self._limit = limit

    def make(self, key: K) -> V:
        raise NotImplementedError

    def __missing__(self, key: K) -> V:
        if len(self) >= self._limit:
            self.clear()
        value = self[key] = self.make(key)
        return value
