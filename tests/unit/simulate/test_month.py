"""The month of demos: it ends with its hour, has an outage, and some of its answers are known to no rule."""

from datetime import UTC, datetime, timedelta

import orjson

from prellbock.simulate import month

NOW = datetime(2026, 1, 14, 15, 40, tzinfo=UTC)


def test_it_ends_with_the_hour_and_tells_the_same_each_time() -> None:
    start = month.begin_of(NOW)
    events = [orjson.loads(line) for some in month.lines(20_000, start) for line in some]
    times = [datetime.fromisoformat(event["time"]) for event in events]
    assert start <= min(times)
    assert NOW.replace(minute=0) - timedelta(hours=2) < max(times) < NOW.replace(minute=0)
    assert 19_000 < len(events) <= 20_000 + 8
    assert len({event["id"] for event in events}) == len(events)
    assert [orjson.loads(line) for some in month.lines(20_000, start) for line in some] == events


def test_it_has_an_outage_and_answers_that_no_rule_knows() -> None:
    events = [orjson.loads(line) for some in month.lines(50_000, month.begin_of(NOW)) for line in some]
    unknown = [event for event in events if "Hausregel" in event.get("response", "")]
    assert len({event["recipient"] for event in unknown}) > 5
    # The latest Tuesday that lies at least a week before the end.
    morning = [
        event for event in events if event["time"].startswith("2026-01-06T10") and "t-online" in event.get("mx", "")
    ]
    dead = [event for event in morning if event.get("outcome") == "bounced"]
    assert len(dead) > 0.8 * len(morning) > 0
