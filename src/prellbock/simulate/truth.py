"""How it really was: the states of every recipient on the time axis, to judge verdicts and decisions by."""

from collections.abc import Iterator

from prellbock.simulate.clock import Clock
from prellbock.simulate.world import OPEN, State, World


def lines(world: World) -> Iterator[bytes]:
    """NDJSON lines ``{"recipient", "state", "from", "until"}``, ordered in time; ``until`` may be null.

    A state holds from its begin on and no longer at its end. Dead covers closed mailboxes and dead domains alike.
    """
    clock = Clock(world.start_second)

    def line(address: str, state: State, since: int, until: int) -> bytes:
        end = "null" if until >= OPEN else f'"{clock.text(until * 1000)}"'
        return (
            f'{{"recipient":"{address}","state":"{state.name.lower()}",'
            f'"from":"{clock.text(since * 1000)}","until":{end}}}\n'
        ).encode()

    fates = zip(world.state.tolist(), world.since.tolist(), world.until.tolist(), strict=True)
    for recipient, (state, since, until) in enumerate(fates):
        address = world.address(recipient)
        if state == State.ALIVE:
            yield line(address, State.ALIVE, 0, OPEN)
            continue
        if since > 0:
            yield line(address, State.ALIVE, 0, since)
        yield line(address, State(state), since, until)
        if until < OPEN:
            yield line(address, State.ALIVE, until, OPEN)
