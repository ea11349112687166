"""Order, repetition and cutting do not matter for the end: two stores are fed the same events in different ways.

One is fed in the order of time and one event at a time; the other gets them late, twice, in lumps, as a back-fill, with
housekeeping and other policies in between. In the end both say the same of everybody.
"""

import msgspec
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test
from test_store import DAY, NOW, T0, MakeStore, classifier, make_store, subjects  # noqa: F401

from prellbock.classify.classifier import Classifier
from prellbock.events import DeliveryEvent
from prellbock.history.policy import preset_text, presets
from prellbock.pipeline import prepare
from prellbock.sources.batch import digest_of
from prellbock.store.contract import Part, Store

RECIPIENTS = ("a@example.com", "b@example.com")
ANSWERS = {
    "dead": ("550 5.1.1 User unknown", "5.1.1"),
    "inactive": ("550 5.2.1 The email account is disabled", "5.2.1"),
    "full": ("552 5.2.2 Mailbox full", "5.2.2"),
    "put off": ("452 4.2.2 Mailbox full", "4.2.2"),
    "network": ("421 4.4.2 Connection timed out", "4.4.2"),
    "blocked": ("550 5.7.1 blocked", "5.7.1"),
}


class Ways(RuleBasedStateMachine):
    """Events happen; the tangled store learns of them when and how it likes."""

    make: MakeStore
    judge: Classifier

    @initialize(policy=st.sampled_from(presets()))
    def begin(self, policy: str) -> None:
        self.policy = policy
        self.straight, self.tangled = self.make(), self.make()
        for store in (self.straight, self.tangled):
            store.use_policy(preset_text(policy), NOW, "test")
        self.events: list[DeliveryEvent] = []
        self.late: list[DeliveryEvent] = []
        self.parts = 0

    def _happens(self, event: DeliveryEvent) -> None:
        self.events.append(event)
        self.late.append(event)

    @rule(
        who=st.sampled_from(RECIPIENTS),
        what=st.sampled_from(sorted(ANSWERS)),
        day=st.integers(0, 900),
        hour=st.integers(0, 23),
        own=st.booleans(),
        stream=st.sampled_from([None, "newsletter", "order"]),
    )
    def fails(self, who: str, what: str, day: int, hour: int, own: bool, stream: str | None) -> None:
        number = len(self.events)
        response, status = ANSWERS[what]
        self._happens(DeliveryEvent(
            id=f"e{number}", time=T0 + day * DAY + hour * 3600, recipient=who, response=response, status=status,
            outcome="deferred" if what == "put off" else "bounced", stream=stream,
            message_id=f"own{number}" if own else "shared", sender="news@shop.example",
        ))  # fmt: skip

    @rule(
        who=st.sampled_from(RECIPIENTS),
        day=st.integers(0, 880),
        days=st.integers(3, 40),
        what=st.sampled_from(["dead", "full"]),
    )
    def fails_day_after_day(self, who: str, day: int, days: int, what: str) -> None:
        for offset in range(days):
            self.fails(who, what, day + offset, offset % 24, True, "newsletter")

    @rule(who=st.sampled_from(RECIPIENTS), day=st.integers(0, 900), hour=st.integers(0, 23))
    def arrives(self, who: str, day: int, hour: int) -> None:
        number = len(self.events)
        self._happens(
            DeliveryEvent(id=f"e{number}", time=T0 + day * DAY + hour * 3600, recipient=who, outcome="delivered",
                          message_id=f"own{number}")
        )  # fmt: skip

    @rule(who=st.sampled_from(RECIPIENTS), day=st.integers(0, 900), later=st.floats(0.01, 5))
    def is_accepted_and_bounces_later(self, who: str, day: int, later: float) -> None:
        """The acceptance clears nothing, whichever of the two is learned of first."""
        number = len(self.events)
        time = T0 + day * DAY
        self._happens(
            DeliveryEvent(id=f"e{number}", time=time, recipient=who, outcome="delivered", message_id=f"m{number}")
        )
        response, status = ANSWERS["dead"]
        self._happens(
            DeliveryEvent(id=f"e{number + 1}", time=round(time + later * DAY, 3), recipient=who, outcome="bounced",
                          message_id=f"m{number}", response=response, status=status)
        )  # fmt: skip

    @rule(
        who=st.sampled_from(RECIPIENTS),
        day=st.integers(0, 900),
        what=st.sampled_from(["complaint", "unsubscribe", "consent"]),
        stream=st.sampled_from([None, "newsletter", "blog"]),
    )
    def says(self, who: str, day: int, what: str, stream: str | None) -> None:
        number = len(self.events)
        self._happens(
            DeliveryEvent(id=f"e{number}", time=T0 + day * DAY, recipient=who, outcome=what, stream=stream)  # type: ignore[arg-type]
        )

    @precondition(lambda self: self.late)
    @rule(data=st.data(), announce=st.booleans())
    def some_of_it_comes_in(self, data: st.DataObject, announce: bool) -> None:
        order = data.draw(st.permutations(range(len(self.late))), label="order")
        count = data.draw(st.integers(1, len(self.late)), label="count")
        chosen = [self.late[index] for index in order[:count]]
        self._bring(self.tangled, [*chosen, *chosen[:2]], announce=announce)
        self.late = [self.late[index] for index in sorted(order[count:])]

    @precondition(lambda self: self.late)
    @rule(data=st.data())
    def it_comes_in_as_batches_at_once(self, data: st.DataObject) -> None:
        order = data.draw(st.permutations(range(len(self.late))), label="order")
        ends = sorted(data.draw(st.lists(st.integers(0, len(order)), max_size=3), label="ends"))
        events = [self.late[index] for index in order]
        batches = [events[begin:end] for begin, end in zip([0, *ends], [*ends, len(events)], strict=True)]
        self.parts += 1
        self.tangled.ingest_together(
            [
                Part(prepare(batch, self.tangled.identity), digest_of(f"{self.parts}.{at}".encode()), "test")
                for at, batch in enumerate([*batches, batches[0]])
            ],
            now=NOW,
        )
        self.late = []

    @precondition(lambda self: self.events)
    @rule(data=st.data())
    def some_of_it_comes_in_again(self, data: st.DataObject) -> None:
        known = [event for event in self.events if event not in self.late]
        if known:
            self._bring(self.tangled, data.draw(st.lists(st.sampled_from(known), max_size=5), label="again"))

    @rule()
    def keeps_house(self) -> None:
        self.tangled.maintain(NOW)

    @rule(policy=st.sampled_from(presets()))
    def tries_another_policy(self, policy: str) -> None:
        self.tangled.use_policy(preset_text(policy), NOW, "test")
        self.tangled.use_policy(preset_text(self.policy), NOW, "test")

    def _bring(self, store: Store, events: list[DeliveryEvent], *, announce: bool = True) -> None:
        self.parts += 1
        store.ingest(
            prepare(events, store.identity), digest=digest_of(f"{self.parts}".encode()), source="test",
            classifier=self.judge, now=NOW, announce=announce,
        )  # fmt: skip

    def teardown(self) -> None:
        if not getattr(self, "events", None):
            return
        if self.late:
            self._bring(self.tangled, self.late)
        for event in sorted(self.events, key=lambda event: event.time or 0.0):
            self._bring(self.straight, [event])
        # Who ingests several batches at once settles at their end.
        self.tangled.settle(NOW)
        self.tangled.announce(NOW)
        assert told(self.tangled) == told(self.straight)
        assert listed(self.tangled) == listed(self.straight)
        # Of a long history the feed was told the hour while it was known; the list says what the history still says.
        assert fed(self.tangled) == fed(self.straight) == sorted(map(without_times, listed(self.straight)))


def told(store: Store) -> list[object]:
    """The standings without evidence: event keys differ from installation to installation."""
    return [
        [msgspec.structs.replace(each, evidence=()) for each in (personal, *marks, domain)]
        for personal, marks, domain in store.standings_of(subjects(store, *RECIPIENTS), store.policy)
    ]


def listed(store: Store) -> list[tuple[object, ...]]:
    """Everything that ever withheld mail and has not been cleared, ended pauses included."""
    return sorted(_shown(line) for line in store.withheld(0.0, store.policy))


def fed(store: Store) -> list[tuple[object, ...]]:
    """What a reader of the change feed believes at its end."""
    latest = {(line.address, line.scope): line for line in store.changes(0)}
    withheld = (line for line in latest.values() if line.status not in ("deliverable", "watched"))
    return sorted(without_times(_shown(line)) for line in withheld)


def without_times(line: tuple[object, ...]) -> tuple[object, ...]:
    return (*line[:3], *line[5:])


def _shown(line: object) -> tuple[object, ...]:
    fields = ("address", "status", "scope", "since", "until", "category", "rule")
    return tuple(str(getattr(line, field)) for field in fields)


@pytest.mark.parametrize("examples", [30, pytest.param(1000, marks=pytest.mark.long)])
def test_every_way_leads_to_the_same_end(make_store: MakeStore, classifier: Classifier, examples: int) -> None:  # noqa: F811
    class Here(Ways):
        make, judge = staticmethod(make_store), classifier

    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=examples, stateful_step_count=20, deadline=None, suppress_health_check=[*HealthCheck]
        ),
    )
