"""Two lists that are kept alike: a model of both, whatever happens in between."""

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from prellbock.syncing.merging import Can, Known, Ours, Theirs, decide

SHOWS = Can(writes=dict.fromkeys(("suppressed", "complained", "unsubscribed"), "list"),
            keeps=frozenset({("list", "complained")}))  # fmt: skip
LISTS = Can(writes={"suppressed": "bounces", "complained": "complaints", "unsubscribed": "unsubscribes"})
HIDES = Can(writes=dict.fromkeys(("suppressed", "complained", "unsubscribed"), "hidden"), shows_written=False)
OF_LIST = {"bounces": "suppressed", "complaints": "complained", "unsubscribes": "unsubscribed"}


class World(msgspec.Struct):
    """One address at both sides; ``own``: whether what stands here rests on failures seen here."""

    can: Can
    there: dict[str, Theirs] = {}
    known: list[Known] = []
    here: set[str] = set()
    own: bool = False
    released: float = 0.0
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
            if move.direction == "in":
                self.here.clear()
                self.released = self.clock
            elif move.action == "remove":
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

    def _decided(self, *, taken: bool):  # type: ignore[no-untyped-def]
        ours = Ours(frozenset(self.here), not self.own) if self.here else None
        return decide([*self.there.values()], self.known, ours, self.released, self.can, taken=taken)


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
        world.own = True
    elif what == "complains here":
        world.here.add("complained")
    elif what == "released here":
        world.here.clear()
        world.own = False
        world.released = world.clock


SIDES = {"shows": (SHOWS, ["list"]), "lists": (LISTS, [*OF_LIST]), "hides": (HIDES, ["bounces", "unsubscribes"])}


@st.composite
def histories(draw: st.DrawFn) -> tuple[World, list[str]]:
    can, lists = SIDES[draw(st.sampled_from([*SIDES]))]
    events = [*(f"there {name}" for name in lists), "gone there", "fails here", "complains here", "released here"]
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
    withheld_there = bool(world.there)
    world.sync()
    again = world.sync()
    assert again == 0, "the second run finds nothing to do"
    # Nobody who was withheld is mailed but for a release here, or a removal of what came from there.
    if "complained" in before:
        assert world.here, "a complaint never goes because of the other side"
    if world.here and world.can.shows_written:
        assert world.there, "who is withheld here is withheld there"
    left = {each.list for each in world.known if each.side == "left"}
    kept = {name for name, each in world.there.items() if (name, each.status) in world.can.keeps}
    if not world.here and withheld_there:
        assert {*world.there} <= left | kept, "who may be mailed here stands there only where it was left, or must stay"


def moves(world: World) -> list[tuple[str, str, str, bool]]:
    found = world._decided(taken=True).moves
    return [(each.direction, each.action, each.reason, each.conflict) for each in found]


def test_what_changed_on_one_side_is_done_on_the_other() -> None:
    world = World(LISTS)
    happen(world, "there bounces")
    assert world.sync() == 1
    assert world.here == {"suppressed"}
    happen(world, "gone there")
    assert moves(world) == [("in", "remove", "removed_there", False)]
    world.sync()
    assert world.here == set()
    happen(world, "complains here")
    assert moves(world) == [("out", "add", "new_here", False)]
    world.sync()
    assert [*world.there] == ["complaints"]
    happen(world, "released here")
    assert moves(world) == [("out", "remove", "released_here", False)]


def test_withholding_wins() -> None:
    """Removed there, although it fails here: it is put back."""
    world = World(LISTS)
    happen(world, "there bounces")
    world.sync()
    happen(world, "fails here")
    happen(world, "gone there")
    assert moves(world) == [("out", "add", "put_back", True)]


def test_a_later_release_here_wins_over_an_older_entry_there() -> None:
    world = World(LISTS)
    happen(world, "there bounces")
    happen(world, "released here")
    assert moves(world) == [("out", "remove", "released_later_here", True)]


def test_an_entry_after_the_release_is_news() -> None:
    world = World(LISTS)
    happen(world, "released here")
    happen(world, "there bounces")
    assert [(each.direction, each.action) for each in world._decided(taken=False).moves] == [("in", "add")]


def test_what_nobody_can_remove_is_said() -> None:
    world = World(SHOWS, there={"list": Theirs("list", "complained", 1000.0)})
    world.sync()
    happen(world, "released here")
    (move,) = world._decided(taken=True).moves
    assert (move.reason, move.possible) == ("cannot_be_removed", False)
