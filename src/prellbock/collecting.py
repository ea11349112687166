"""The garbage collector pauses a process for tens of milliseconds to look through what stays for good. It need not."""

import gc

BATCHES = 250_000
"""For `settled` where batches are worked on, which make many objects and no cycles: some batches' worth."""


def settled(collect_after: int | None = None) -> None:
    """Takes what has been made so far (modules, routes) for lasting: the collector looks at new objects alone.

    To be called once a process has started. ``collect_after`` is the number of new objects after which it looks.
    """
    gc.collect()
    gc.freeze()
    if collect_after is not None:
        gc.set_threshold(collect_after)
