"""Two lists that are kept alike: a model of both, whatever happens in between."""

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from prellbock.syncing.merging import Can, Decided, Known, Released, Theirs, decide

SHOWS = Can(writes=dict.fromkeys(("suppressed", "complained", "unsubscribed"), "list"),
            keeps=frozenset({("list", "complained")}))  # fmt: skip
LISTS = Can(writes={"suppressed": "bounces", "complained": "complaints", "unsubscribed": "unsubscribes"})
HIDES = Can(writes=dict.fromkeys(("suppressed", "complained", "unsubscribed"), "hidden"), shows_written=False)
OF_LIST = {"bounces": "suppressed", "complaints": "complained", "unsubscribes": "unsubscribed"}


class World(msgspec.Struct):
    """One address at both sides."""

    can: Can
    there: dict[str, Theirs] = {}
    known: list[Known] = []
    here: set[str] = set()
    released: Released = Released()
    clock: float = 1000.0

    def sync(self, *, killed_after: int = 99) -> int:
        """A run; how much it moved. ``killed_after``: so many moves are made, and the last one is not noted."""
        decided = self._decided(taken=False)
        moved = 0
        for move in decided.moves:
            if (move.direction, move.action) == ("in", "add"):
                if moved >= killed_after:
                    return moved
                moved += 1
                self._take(move.status)
        decided = self._decided(taken=True)
        if [move for move in decided.moves if move.direction == "in" and move.action == "add"]:
            raise AssertionError("what was brought in is new again")
        for move in decided.moves:
            if not move.possible:
                continue
            if moved >= killed_after:
                return moved
            moved += 1
            assert move.direction == "out", "nobody is released here because of a list"
            if move.action == "remove":
                self.there.pop(move.list, None)
            else:
                self.known = [Known(move.list, 0.0, "sending")]
                if self.can.shows_written:
                    status = OF_LIST.get(move.list, "suppressed")
                    self.there[move.list] = Theirs(move.list, status, self.clock)
            if moved >= killed_after:
                return moved
        self.known = list(decided.known)
        return moved

    def _take(self, status: str) -> None:
        self.here.add(status)

    def _decided(self, *, taken: bool) -> Decided:
        return decide([*self.there.values()], self.known, self.here, self.released, self.can, taken=taken)


def happen(world: World, what: str) -> None:
    """Something at one side."""
    world.clock += 100
    if what.startswith("there "):
        name = what.removeprefix("there ")
        for each in [*world.there]:
            if each == name:
                return
        status = OF_LIST.get(name, "suppressed")
        world.there[name] = Theirs(name, status, world.clock)
    elif what == "gone there":
        world.there = {name: each for name, each in world.there.items() if each.status == "complained"}
    elif what == "fails here":
        world.here.add("suppressed")
    elif what == "complains here":
        world.here.add("complained")
    elif what == "released here":
        world.here.discard("suppressed")
        world.released = Released(world.clock, world.released.scope)
    elif what == "scope released here":
        world.here &= {"suppressed"}
        world.released = Released(world.released.failures, world.clock)


SIDES = {"shows": (SHOWS, ["list"]), "lists": (LISTS, [*OF_LIST]), "hides": (HIDES, ["bounces", "unsubscribes"])}


@st.composite
def histories(draw: st.DrawFn) -> tuple[World, list[str]]:
    can, lists = SIDES[draw(st.sampled_from([*SIDES]))]
    events = [*(f"there {name}" for name in lists), "gone there", "fails here", "complains here", "released here",
              "scope released here"]  # fmt: skip
    steps = [*events, "sync", *(f"killed {count}" for count in range(3))]
    return World(can), draw(st.lists(st.sampled_from(steps), max_size=14))


@settings(max_examples=600, deadline=None)
@given(histories())
def test_two_runs_without_news_are_one_and_both_agree(history: tuple[World, list[str]]) -> None:
    world, steps = history
    for step in steps:
        if step == "sync":
            world.sync()
        elif step.startswith("killed "):
            world.sync(killed_after=int(step.removeprefix("killed ")))
        else:
            happen(world, step)
    world.clock += 100
    before = {*world.here}
    world.sync()
    again = world.sync()
    assert again == 0, "the second run finds nothing to do"
    assert before <= world.here, "nobody is released here because of a list"
    if world.here and world.can.shows_written:
        assert world.there, "who is withheld here is withheld there"
    for name, entry in world.there.items():
        left = any(each.list == name and each.side == "left" for each in world.known)
        is_answered = world.released.of(entry.status) > entry.since and not world.here
        assert not is_answered or left or (name, entry.status) in world.can.keeps, "a later release takes it off there"


def test_a_plain_release_leaves_a_complaint_there() -> None:
    world = World(LISTS)
    happen(world, "there complaints")
    happen(world, "released here")
    world.sync()
    assert (world.here, [*world.there]) == ({"complained"}, ["complaints"])
    happen(world, "scope released here")
    world.sync()
    assert (world.here, [*world.there]) == (set(), [])


def test_a_complaint_over_an_entry_of_ours_is_news() -> None:
    world = World(SHOWS)
    happen(world, "fails here")
    world.sync()
    world.there["list"] = Theirs("list", "complained", world.clock + 50)
    world.sync()
    assert world.here == {"suppressed", "complained"}


def test_what_was_not_read_is_news_when_reading_begins() -> None:
    entry = Theirs("bounces", "suppressed", 1000.0)
    decided = decide([entry], [], set(), Released(), LISTS, taken=True, reads=False)
    assert (decided.moves, decided.known) == ((), ())
    (move,) = decide([entry], list(decided.known), set(), Released(), LISTS, taken=False).moves
    assert (move.direction, move.action) == ("in", "add")


def moves(world: World) -> list[tuple[str, str, str, bool]]:
    found = world._decided(taken=True).moves
    return [(each.direction, each.action, each.reason, each.conflict) for each in found]


def test_what_changed_on_one_side_is_done_on_the_other() -> None:
    world = World(LISTS)
    happen(world, "there bounces")
    assert world.sync() == 1
    assert world.here == {"suppressed"}
    happen(world, "gone there")
    assert moves(world) == [("out", "add", "put_back", True)]
    world.sync()
    happen(world, "released here")
    assert moves(world) == [("out", "remove", "released_here", False)]
    world.sync()
    happen(world, "complains here")
    assert moves(world) == [("out", "add", "new_here", False)]


def test_a_later_release_here_wins_over_an_older_entry_there() -> None:
    world = World(LISTS)
    happen(world, "there bounces")
    happen(world, "released here")
    assert moves(world) == [("out", "remove", "released_here", True)]


def test_an_entry_after_the_release_is_news() -> None:
    world = World(LISTS)
    happen(world, "released here")
    happen(world, "there bounces")
    assert [(each.direction, each.action) for each in world._decided(taken=False).moves] == [("in", "add")]


def test_what_nobody_can_remove_is_said() -> None:
    world = World(SHOWS, there={"list": Theirs("list", "complained", 1000.0)})
    world.sync()
    happen(world, "scope released here")
    (move,) = world._decided(taken=True).moves
    assert (move.reason, move.possible) == ("cannot_be_removed", False)
