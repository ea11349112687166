"""What the fields of a history rule do, each by a policy of its own."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prellbock.history.check import answer
from prellbock.history.failures import DAY, Failure
from prellbock.history.judge import Standing, scoped, standing
from prellbock.history.marks import Mark
from prellbock.history.policy import Policy
from prellbock.history.policy_toml import read_text
from prellbock.history.recipient import State

T0 = 1_767_600_000.0


def policy(rules: str, top: str = "") -> Policy:
    return read_text("test.toml", f'name = "test"\n{top}\n{rules}')


def rule(steps: str, more: str = "", category: str = "recipient", name: str = "r") -> str:
    return f'[[rule]]\nname = "{name}"\ncategory = "{category}"\nsteps = [{steps}]\n{more}\n'


def failing(
    *days: float,
    category: str = "mailbox_full",
    permanent: bool = True,
    provider: str | None = None,
    stream: str | None = None,
) -> State:
    state = State()
    for number, day in enumerate(days):
        state.add_failure(
            Failure(
                time=T0 + day * DAY,
                event=number,
                message=number * 2,
                category=category,
                permanent=permanent,
                provider=provider,
                stream=stream,
            )
        )
    return state


def judged(state: State, rules: str) -> tuple[str, str | None]:
    found = standing(state, policy(rules))
    return found.status, found.rule


@pytest.mark.parametrize(
    ("conditions", "just_not", "just"),
    [
        ("days = 3", (0, 1), (0, 1, 2)),
        ("days = 3, hours_apart = 48", (0, 1, 3.9), (0, 1, 4)),
        ("days = 2, over_days = 14", (0, 13.9), (0, 14)),
        ("days = 3, within_days = 10", (0, 5, 10), (0, 5, 9)),
        ("days = 3, within_days = 10", (0, 9, 18, 27), (0, 9, 18, 19, 20)),
    ],
)
def test_conditions_of_a_step(conditions: str, just_not: tuple[float, ...], just: tuple[float, ...]) -> None:
    rules = rule(f'{{ name = "s", {conditions}, then = "suppressed" }}')
    assert judged(failing(*just_not), rules) == ("watched", "failing")
    assert judged(failing(*just), rules) == ("suppressed", "s")


def test_a_permanent_failure_may_count_for_several_days() -> None:
    rules = rule('{ name = "s", days = 4, then = "suppressed" }', "permanent_counts = 2")
    assert judged(failing(0, 1, 2, permanent=False), rules)[0] == "watched"
    assert judged(failing(0, 1, permanent=True), rules)[0] == "suppressed"
    mixed = failing(0, permanent=True)
    for number, day in ((10, 1), (11, 2)):
        mixed.add_failure(Failure(time=T0 + day * DAY, event=number, message=number * 2, category="mailbox_full"))
    assert judged(mixed, rules)[0] == "suppressed"


def test_failures_are_forgotten_after_quiet_days() -> None:
    rules = rule('{ name = "s", days = 3, then = "suppressed" }', "expires_days = 7")
    assert judged(failing(0, 6, 12), rules)[0] == "suppressed"
    assert judged(failing(0, 6, 14), rules)[0] == "watched"
    found = standing(failing(0, 6), policy(rules))
    assert (found.expires, found.at(T0 + 13.5 * DAY).status) == (T0 // DAY * DAY + 14 * DAY, "watched")
    assert found.at(T0 + 14 * DAY) == Standing()


def test_what_counts_as_another_category_goes_on_by_its_rule() -> None:
    rules = rule('{ name = "tired", days = 3, then = "recategorised", becomes = "inactive_recipient" }',
                 category="mailbox_full", name="full") + rule(
        '{ name = "dead-once", then = "paused", pause_days = 7 },'
        '{ name = "dead-twice", days = 2, then = "suppressed" }',
        category="inactive_recipient", name="dead",
    )  # fmt: skip
    assert judged(failing(0, 1), rules) == ("watched", "failing")
    found = standing(failing(0, 1, 2), policy(rules))
    assert (found.status, found.rule, found.category) == ("paused", "dead-once", "inactive_recipient")
    assert judged(failing(0, 1, 2, 3), rules) == ("suppressed", "dead-twice")


def test_a_pause_without_probe_just_ends() -> None:
    rules = rule('{ name = "s", then = "paused", pause_days = 1 }', "probe = false")
    found = standing(failing(0), policy(rules)).at(T0 + 2 * DAY)
    assert (found.status, found.rule) == ("watched", "s/ended")
    said = answer(found, [], Standing(), policy=policy(rules), now=T0 + 2 * DAY, stream="newsletter")
    assert (said.may_mail, said.lease) == (True, 0)


def test_a_probe_waits_as_long_as_the_policy_says() -> None:
    given_policy = policy(rule('{ name = "s", then = "paused", pause_days = 1 }'), "probe_hours = 12")
    found = standing(failing(0), given_policy)
    said = answer(found, [], Standing(), policy=given_policy, now=T0 + 2 * DAY, stream="newsletter")
    assert said.lease == 12 * 3600


def test_an_exception_for_a_provider_and_a_stream() -> None:
    rules = rule('{ name = "soft", then = "watched" }', 'provider = "google"\nstream = "newsletter"') + rule(
        '{ name = "hard", then = "suppressed" }', name="rest"
    )
    assert judged(failing(0, provider="google", stream="newsletter"), rules) == ("watched", "soft")
    assert judged(failing(0, provider="google", stream="order"), rules) == ("suppressed", "hard")
    assert judged(failing(0, provider="yahoo", stream="newsletter"), rules) == ("suppressed", "hard")


def test_what_no_rule_counts_is_only_watched() -> None:
    assert judged(failing(*range(100), category="unknown_domain"), rule('{ name = "s", then = "suppressed" }')) == (
        "watched", "failing",
    )  # fmt: skip


def test_streams_of_the_policy_make_the_scope() -> None:
    own = policy("", 'marketing_streams = ["News Letter", "sale"]\ncritical_streams = ["tickets"]')
    state = State()
    for stream in ("sale", "tickets", "blog"):
        state.add_mark(state.complaints, stream, Mark(T0, 1))
    assert [mark.scope for mark in scoped(state, own)] == ["blog", "marketing"]
    assert own.scope_of("news_letter") == own.scope_of(None) == "marketing"
    assert own.is_critical("Tickets")


@given(st.lists(st.integers(0, 400), unique=True, min_size=1, max_size=60), st.integers(1, 5), st.integers(0, 40))
def test_days_are_counted_as_they_stand(days: list[int], wanted: int, over: int) -> None:
    """Against a count that looks at every run of days; failures more than a year before the last are forgotten."""
    days = sorted(day for day in days if day > max(days) - 366)
    rules = rule(f'{{ name = "s", days = {wanted}, over_days = {over}, then = "suppressed" }}')
    reached = [
        last for n, last in enumerate(days) if n + 1 >= wanted and last - days[0] >= over
    ]  # fmt: skip
    found = standing(failing(*days), policy(rules))
    assert found.status == ("suppressed" if reached else "watched")
    assert found.since == T0 + (reached[0] if reached else days[0]) * DAY
    assert found.begin == T0 + days[0] * DAY


@given(
    st.lists(st.integers(0, 365), unique=True, min_size=1, max_size=300),
    st.integers(2, 6),
    st.sampled_from([1, 3, 7, 30]),
)
def test_pauses_that_follow_each_other_are_taken_one_by_one(days: list[int], wanted: int, pause: int) -> None:
    """Against the way without the shortcut for days in a row, which a condition that is always true bars."""
    step = f'{{ name = "s", days = {wanted}, after_pause = true, then = "paused", pause_days = {pause} '
    short, long = (policy(rule(f"{step}{more}}}", "repeat_last = true")) for more in ("", ", over_days = 1"))
    for state in (failing(*sorted(days)), failing(*range(300))):
        assert standing(state, short) == standing(state, long)
