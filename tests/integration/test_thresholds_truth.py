"""Recommended thresholds against the simulated truth: who would be suppressed, and does he live?"""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest
from processes import Command

from prellbock.classify.classifier import Classifier
from prellbock.events import DeliveryEvent
from prellbock.history.outcomes import Bounce, Sign
from prellbock.learn.survival import State, recommend, states
from prellbock.rules.cached import default_cache_dir
from prellbock.sources.record import asked
from prellbock.taxonomy import DEAD

History = tuple[list[Bounce], list[Sign]]


class World:
    """Histories by recipient, as their bounces were judged, and when each was dead."""

    def __init__(self, command: Command, truth: Path) -> None:
        words = ["--responses", "60000", "--recipients", "3000", "--days", "90", "--seed", "8", "--delivered", "0.85"]
        events = [
            json.loads(line) for line in command.run("simulate", *words, "--truth", str(truth)).stdout.splitlines()
        ]
        failed = [each for each in events if each.get("outcome") != "delivered"]
        read = [DeliveryEvent(response=each.get("response"), mx=each.get("mx"), recipient=each["recipient"],
                              status=each.get("status"), smtp_code=each.get("smtp_code"), stage=each.get("stage"))
                for each in failed]  # fmt: skip
        verdicts = Classifier.default(default_cache_dir()).classify_many(read, templates=False)
        self.histories: dict[str, History] = defaultdict(lambda: ([], []))
        for each, said in zip(failed, verdicts, strict=True):
            if each.get("outcome") == "bounced":
                self.histories[each["recipient"]][0].append(
                    Bounce(asked(each["time"]), hash(each["message_id"]), said.category, bool(said.permanent),
                           said.decided_by, said.rule or "", said.provider or "")
                )  # fmt: skip
        for each in events:
            if each.get("outcome") == "delivered" and each["recipient"] in self.histories:
                self.histories[each["recipient"]][1].append((asked(each["time"]), hash(each["message_id"])))
        for bounces, signs in self.histories.values():
            bounces.sort(key=lambda each: each.time)
            signs.sort()
        self.dead: dict[str, float] = {}
        for line in truth.read_text().splitlines():
            told = json.loads(line)
            if told["state"] in ("dead", "moved") and told["until"] is None:
                self.dead[told["recipient"]] = asked(told["from"])

    def suppressed(self, state: State) -> Iterable[tuple[str, float]]:
        """Who comes to that state, and when: at the bounce with which it is first reached."""
        for recipient, (bounces, signs) in self.histories.items():
            for count in range(1, len(bounces) + 1):
                if bounces[count - 1].category != state.name:
                    continue
                at = bounces[count - 1].time
                until = [sign for sign in signs if sign[0] <= at]
                if any((each.by, each.name, each.failures, each.days) ==
                       (state.by, state.name, state.failures, state.days)
                       for each in states([(bounces[:count], until)])):  # fmt: skip
                    yield recipient, at
                    break


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    folder = tmp_path_factory.mktemp("truth")
    return World(Command(folder / "data"), folder / "truth.ndjson")


def by_category(found: Sequence[State], name: str) -> dict[tuple[int, int], State]:
    return {(each.failures, each.days): each for each in found if (each.by, each.name) == ("category", name)}


@pytest.mark.parametrize("target", [0.05, 0.1])
def test_what_is_recommended_hurts_as_few_of_the_living_as_is_told(world: World, target: float) -> None:
    """Early states, too (``current`` and a lax target), whose recipients are not all dead."""
    found = recommend(states(world.histories.values()), target)
    named = [each for each in found if each.by == "category" and each.name in DEAD and each.recommended]
    assert named
    for state in {state for each in named for state in (each.recommended, each.current) if state is not None}:
        reached = dict(world.suppressed(state))
        assert len(reached) == state.recipients
        living = {each for each, at in reached.items() if not world.dead.get(each, at + 1) <= at}
        assert abs(len(living) - state.false_suppressions) <= 3
        assert len(living) <= state.alive_at_most * state.recipients
        later = {each: sum(bounce.time > at for bounce in world.histories[each][0]) for each, at in reached.items()}
        saved = sum(count for each, count in later.items() if each not in living)
        assert saved <= state.saved_sends <= saved + sum(later[each] for each in living)


def test_sooner_states_hurt_more(world: World) -> None:
    """The estimate tells early suppression from late: a full mailbox that failed once mostly comes back."""
    full = by_category(states(world.histories.values()), "mailbox_full")
    reached = dict(world.suppressed(full[1, 0]))
    living = [each for each, at in reached.items() if not world.dead.get(each, at + 1) <= at]
    assert full[1, 0].alive > 0.5
    assert abs(full[1, 0].alive - len(living) / len(reached)) < 0.25
