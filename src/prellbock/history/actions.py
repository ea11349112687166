"""What people do to a recipient: suppress, release, note, undo and redo decisions. Who, when and why is always kept.

The rules that make this independent of the order in which events come in:

- A release at time T holds everything up to T against nobody: failures, imports, a suppression by hand. Reports of
  earlier failures that come in later change nothing; later failures count anew. For a scope (``marketing``, a stream)
  it lifts the complaint and the unsubscribe there instead, and only those.
- A suppression by hand holds until a later release or consent. Deliveries and opens do not lift it.
- Undoing makes the reports void that a decision rested on, by message: the same message reported again, by whatever
  source and whenever, stays void; another message is new evidence. Redoing makes them count again.
"""

from collections.abc import Callable, Iterable
from typing import Literal

import msgspec

from prellbock.history.marks import Mark, Void
from prellbock.history.recipient import State

KEPT_WHEN_ERASED = "kept as a bare hash when the address was erased"
"""The usual reason beside what outlasts the erasure of a person."""

Kind = Literal["suppress", "release", "note", "undo", "redo"]

Target = tuple[int, float, int]
"""Key of the message of a failure (of a mark: of its event), when it was reported, sender and stream (0: unknown)."""


class Action(msgspec.Struct, frozen=True, kw_only=True):
    """One thing a person did to one recipient. ``time`` is Unix seconds UTC."""

    kind: Kind
    key: int
    time: float
    actor: str
    """Who."""
    reason: str
    scope: str = ""
    """Of a release: the stream or stream group; empty for everything but complaints and unsubscribes."""
    operation: int | None = None
    """Of undo and redo: which one, over all its recipients."""
    targets: tuple[Target, ...] = ()
    """Of undo and redo: what is void, or counts again."""


def apply(state: State, action: Action) -> None:
    """Puts an action into a state. Undo and redo take effect on what is learned after them."""
    if action.kind == "suppress":
        state.add_by_hand(Mark(action.time, action.key, action.actor))
    elif action.kind == "release":
        state.add_mark(state.releases, action.scope, Mark(action.time, action.key, action.actor))
    else:
        for target, time, origin in action.targets:
            done = (action.time, 0.0) if action.kind == "undo" else (0.0, action.time)
            state.add_void(Void(target, time, origin, *done))


def apply_all(state: State, actions: Iterable[Action], remember_events: Callable[[State], None]) -> None:
    """Puts actions into a state: undoing and redoing first, then what ``remember_events`` adds, then the others."""
    later = []
    for action in actions:
        if action.targets:
            apply(state, action)
        else:
            later.append(action)
    remember_events(state)
    for action in later:
        apply(state, action)


def time_of(state: State, now: float) -> float:
    """When an action of now takes place: after everything known of the recipient, in milliseconds."""
    return max(int(now * 1000), int(state.newest * 1000) + 1) / 1000
