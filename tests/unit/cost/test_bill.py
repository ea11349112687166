"""From a small counted run to the bill: what the handlers did decides, and the figures that were asked for hold."""

import re
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner

from prellbock.cli.cost import cost
from prellbock.cost import page, scaling, stack
from prellbock.cost.bill import Bill, bill, cheapest
from prellbock.cost.kept import Asked, Run, RunError, kept, read_or_count
from prellbock.cost.measure import Measured, measure
from prellbock.cost.mix import Mix
from prellbock.cost.prices import load
from prellbock.cost.traffic import Traffic

STACK, PRICES = stack.load(), load()
SCALING = Path(__file__).resolve().parents[3] / "docs" / "explanation" / "scaling.md"
RUNS = SCALING.parent / "scaling-runs"
RENEW = "run scripts/scaling-page"


def _measured(mix: Mix) -> Measured:
    return measure(mix, list(STACK.schedules), small=400, large=2_000)


@pytest.fixture(scope="module")
def measured() -> Measured:
    return measure(Mix(), list(STACK.schedules), small=4_000, large=20_000)


@pytest.fixture(scope="module")
def shipped() -> Measured:
    """The stack as it is deployed without parameters."""
    return measure(
        Mix(), list(STACK.schedules), small=4_000, large=20_000, histories=STACK.defaults["Histories"]
    )  # fmt: skip


def _best(traffic: Traffic, measured: Measured) -> Bill:
    return cheapest(bill(traffic, measured, STACK, PRICES, capacity=way) for way in ("on-demand", "provisioned"))


def test_the_functions_were_really_asked(measured: Measured) -> None:
    # Of a hundred events five fail, and 1.9 clear an open history: each of those is written, and little else.
    assert 0.06 < measured.items_written < 0.085
    assert measured.ingest.per["dynamodb_write_units"] >= measured.items_written * 0.99
    assert measured.ingest.per["dynamodb_read_units"] == pytest.approx(0.069, abs=0.01)
    assert 0.005 < measured.decisions < 0.07


def test_more_open_histories_cost_more_and_fewer_failures_less() -> None:
    base, many, few = (_measured(mix) for mix in (Mix(), Mix(open=0.2), Mix(delivered=0.99)))
    # 18 % more of 95 deliveries.
    assert many.items_written - base.items_written == pytest.approx(0.171, abs=0.02)
    assert few.items_written < base.items_written - 0.03


@pytest.mark.parametrize(("hours", "a_day", "a_month"), [(1, None, 9.0), (24, 6.0, None)])
def test_five_million_an_hour_cost_single_digit_euros(
    measured: Measured, hours: float, a_day: float | None, a_month: float | None
) -> None:
    found = _best(Traffic(hours=hours), measured)
    assert a_day is None or found.per_day <= a_day
    assert a_month is None or found.per_month <= a_month
    assert found.decision_seconds_p95 <= 300


@pytest.mark.parametrize(("hours", "a_day", "a_month"), [(1, None, 9.0), (24, 6.0, None)])
def test_as_it_is_deployed_without_parameters_it_does_too(
    shipped: Measured, hours: float, a_day: float | None, a_month: float | None
) -> None:
    found = bill(Traffic(hours=hours, window=STACK.defaults["BatchWindow"]), shipped, STACK, PRICES,
                 capacity=STACK.defaults["Capacity"])  # fmt: skip
    assert a_day is None or found.per_day <= a_day
    assert a_month is None or found.per_month <= a_month
    assert found.decision_seconds_p95 <= 300


def test_in_objects_no_recipient_costs_a_request_but_all_are_moved(shipped: Measured, measured: Measured) -> None:
    assert shipped.items_written < measured.items_written / 50
    few, many = (
        bill(Traffic(histories=histories), shipped, STACK, PRICES, capacity="on-demand") for histories in (1e4, 5e6)
    )
    assert many.of("per event") > few.of("per event")
    assert [line.unit for line in many.lines if line.what == "folding"]


def test_the_sums_are_those_of_the_lines(measured: Measured) -> None:
    found = _best(Traffic(), measured)
    assert found.per_month == pytest.approx(found.of("per event") + found.of("idle"))
    assert found.per_day * 30.4 == pytest.approx(found.per_month)
    assert {line.group for line in found.lines} == {"per event", "idle", "optional"}


def test_idle_costs_do_not_depend_on_traffic(measured: Measured) -> None:
    quiet, loud = (bill(Traffic(per_hour=rate), measured, STACK, PRICES, capacity="on-demand") for rate in (1e4, 1e8))
    assert quiet.of("idle") == pytest.approx(loud.of("idle"))
    assert quiet.of("per event") < loud.of("per event")


def test_a_longer_window_is_cheaper_and_later(measured: Measured) -> None:
    short, long = (bill(Traffic(window=window), measured, STACK, PRICES, capacity="on-demand") for window in (10, 200))
    assert long.per_month < short.per_month
    assert long.decision_seconds_p95 > short.decision_seconds_p95


def test_the_stack_says_what_stands_there_anyway(measured: Measured) -> None:
    found = bill(Traffic(), measured, STACK, PRICES, capacity="on-demand")
    counts = {(line.what, line.unit): line.count for line in found.lines}
    assert counts["alarms", "alarm_months"] == STACK.alarms > 0
    assert counts["secrets", "secret_months"] == STACK.secrets == 2
    assert counts["schedule: settle", "scheduler_invocations"] == pytest.approx(12 * 24 * 30.4)


def test_the_table_fits_80_columns(measured: Measured) -> None:
    found = bill(Traffic(hours=24), measured, STACK, PRICES, capacity="provisioned")
    steps = scaling.simulate(measured, STACK, PRICES, Traffic())
    for text in (page.bill(found, found, measured, PRICES), page.steps(steps)):
        assert [line for line in text.splitlines() if len(line) > 80] == []


def test_to_a_billion_an_hour_every_limit_met_has_a_remedy(measured: Measured) -> None:
    steps = scaling.simulate(measured, STACK, PRICES, Traffic())
    assert [step.per_hour for step in steps] == list(scaling.STEPS)
    assert steps[0].installations == 1
    assert all(step.remedy for step in steps if step.first_limit)
    assert steps[-1].first_limit
    assert [step.euros_per_day for step in steps] == sorted(step.euros_per_day for step in steps)


BLOCK = re.compile(r"<!-- prellbock (cost[^>]*?) -->\n```\n(.*?)```", re.DOTALL)


@pytest.mark.parametrize(("words", "shown"), BLOCK.findall(SCALING.read_text("utf-8")))
def test_the_page_says_what_the_command_says(words: str, shown: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the runs that `scripts/scaling-page` has kept: how many seconds a run takes depends on the machine."""
    assert "--run" in words
    monkeypatch.chdir(SCALING.parent)
    told = CliRunner().invoke(cost, words.split()[1:])
    assert told.stdout.strip("\n") == shown.strip("\n"), RENEW


@pytest.mark.parametrize("name", ["objects", "items"])
def test_a_kept_run_counts_what_is_counted_now(name: str, shipped: Measured, measured: Measured) -> None:
    """But for the seconds; of a larger run, so they differ by a little."""
    run, now = kept(RUNS / f"{name}.json").measured, {"objects": shipped, "items": measured}[name]
    assert set(run.ingest.per) == set(now.ingest.per), RENEW
    for unit, count in run.ingest.per.items():
        assert now.ingest.per[unit] == pytest.approx(count, rel=0.2, abs=1e-3), (unit, RENEW)
    assert now.decisions == pytest.approx(run.decisions, rel=0.2), RENEW
    assert now.items_written == pytest.approx(run.items_written, rel=0.2, abs=1e-3), RENEW


def test_a_run_of_something_else_is_refused(tmp_path: Path, shipped: Measured) -> None:
    file = tmp_path / "run.json"
    asked = Asked(Mix(), "objects", 10_000, tuple(STACK.schedules))
    file.write_bytes(msgspec.json.encode(Run(asked, shipped)))
    assert read_or_count(file, asked) == shipped
    with pytest.raises(RunError, match="other mix"):
        read_or_count(file, msgspec.structs.replace(asked, mix=Mix(open=0.1)))
    file.write_text("{}")
    with pytest.raises(RunError, match="holds no counted run"):
        read_or_count(file, asked)


@pytest.mark.parametrize("words", [["--per-hour", "nan"], ["--per-hour", "inf"], ["--hours", "nan"], ["--open", "nan"]])
def test_what_is_no_number_is_refused(words: list[str]) -> None:
    told = CliRunner().invoke(cost, words)
    assert told.exit_code == 2
    assert words[0] in told.output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--per-hour", "2000000001"], "1000<=x<=2000000000"),
        (["--per-hour", "999"], "1000<=x<=2000000000"),
        (["--histories", "1e11"], "0<=x<=10000000000"),
    ],
)
def test_what_nobody_could_send_is_refused_with_the_range(words: list[str], said: str) -> None:
    told = CliRunner().invoke(cost, words)
    assert told.exit_code == 2
    assert said in told.output


def test_the_whole_range_that_is_simulated_can_be_asked(measured: Measured, tmp_path: Path) -> None:
    file = tmp_path / "run"
    for per_hour in (scaling.STEPS[0], scaling.STEPS[-1]):
        asked = Asked(Mix(per_hour=per_hour), "objects", 10_000, tuple(stack.load().schedules))
        file.write_bytes(msgspec.json.encode(Run(asked, measured)))
        words = ["--per-hour", str(per_hour), "--run", str(file), "--kept", "objects", "--json"]
        told = CliRunner().invoke(cost, words)
        assert told.exit_code == 0, told.output


def test_a_measured_run_can_be_kept_and_read_again(measured: Measured) -> None:
    assert msgspec.json.decode(msgspec.json.encode(measured), type=Measured) == measured
