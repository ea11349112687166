"""The reference page of the statuses is made from the tables, and the judge knows no other way."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from prellbock.history import diagram
from prellbock.history.cells import TOUCHING
from prellbock.history.failures import DAY, Failure
from prellbock.history.judge import standing
from prellbock.history.lint import lint
from prellbock.history.policy import DEFAULT, preset, presets
from prellbock.history.policy_toml import read_text
from prellbock.history.recipient import State
from prellbock.history.statuses import STATES, TRANSITIONS

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "statuses.md"
T0 = 1_767_600_000.0


def test_the_committed_page_is_what_is_made() -> None:
    assert PAGE.read_text(encoding="utf-8") == diagram.page(DEFAULT), (
        "run: prellbock policy diagram default --page > docs/reference/statuses.md"
    )


def test_every_transition_is_between_states_that_there_are() -> None:
    names = {state.name for state in STATES}
    assert {name for each in TRANSITIONS for name in (each.before, each.after)} == names
    for state in STATES:
        assert state.english.endswith(".") and state.german.endswith(".")


@given(
    st.sampled_from(presets()),
    st.lists(st.tuples(st.integers(1, 240), st.sampled_from([*TOUCHING, "delivered"]), st.booleans()), max_size=30),
)
def test_in_the_order_of_time_only_named_transitions_happen(name: str, steps: list[tuple[int, str, bool]]) -> None:
    policy, state = preset(name), State()
    allowed = {(each.before, each.after) for each in TRANSITIONS}
    # A first failure may be enough for a step; the way through `watched` takes no time then.
    allowed |= {("deliverable", "paused"), ("deliverable", "suppressed"), ("watched", "watched")}
    allowed |= {("probing", "watched"), ("suppressed", "suppressed"), ("probing", "probing"), ("paused", "paused")}
    now, before = T0, "deliverable"
    for number, (hours, what, permanent) in enumerate(steps):
        now += hours * 3600
        ended = _shown(state, policy, now)
        if ended != before:
            assert (before, ended) in allowed or ended == "deliverable"
        if what == "delivered":
            state.add_delivery(now)
        else:
            state.add_failure(Failure(time=now, event=number, message=number * 2, category=what, permanent=permanent))
        after = _shown(state, policy, now)
        assert ended == after or (ended, after) in allowed
        before = after


def _shown(state: State, policy: object, now: float) -> str:
    from prellbock.history.model import Policy

    assert isinstance(policy, Policy)
    found = standing(state, policy).at(now)
    return "probing" if (found.rule or "").endswith("/probe") else found.status


def test_every_preset_can_be_drawn() -> None:
    for name in presets():
        text = diagram.of_policy(preset(name))
        for rule in preset(name).rules:
            assert all(step.name in text for step in rule.steps)


def test_the_default_policy_has_no_findings() -> None:
    assert lint(DEFAULT) == []


def test_what_does_nothing_is_found() -> None:
    found = lint(
        read_text(
            "m.toml",
            """name = "m"
[[rule]]
name = "all"
category = ["recipient", "domain"]
steps = [{ name = "at-once", then = "suppressed" }, { name = "never", days = 2, then = "paused", pause_days = 1 }]
[[rule]]
name = "late"
category = "mailbox_full"
""",
        )
    )
    assert [(finding.kind, finding.rule, finding.step) for finding in found] == [
        ("dead_rule", "late", None),
        ("dead_step", "all", "never"),
        ("at_first", "all", "at-once"),
    ]


def test_days_of_a_pause_and_of_expiry() -> None:
    policy, state = preset("discourse"), State()
    for day in (0, 1):
        state.add_failure(
            Failure(time=T0 + day * DAY, event=day, message=day * 2, category="unknown_recipient", permanent=True)
        )
    found = standing(state, policy)
    assert (found.status, found.until) == ("paused", T0 + 31 * DAY)
    assert found.at(T0 + 32 * DAY).status == "watched"
    assert found.at(T0 + 62 * DAY).status == "deliverable"
