"""What the functions say reaches the log: Lambda drops what is below the level of the stack."""

import json
from datetime import datetime
from typing import Any

import pytest
from cloud import Cloud, Context
from stack import resources

from prellbock.functions.aws import ingest

LEVELS = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"]


def kept(line: str, least: str) -> bool:
    """Whether Lambda hands a line to CloudWatch, by its page on log-level filtering.

    https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html
    """
    said: dict[str, Any] = json.loads(line)
    level = str(said.get("level", "")).upper()
    try:
        known = datetime.fromisoformat(said["timestamp"]).tzinfo is not None and level in LEVELS
    except (KeyError, ValueError):
        known = False
    return LEVELS.index(level if known else "INFO") >= LEVELS.index(least)


def test_what_went_wrong_is_kept_and_what_went_well_is_not(capsys: pytest.CaptureFixture[str]) -> None:
    cloud = Cloud()
    good = cloud.put("good.ndjson", b'{"time":1800000000,"recipient":"u@example.com","outcome":"delivered"}\n')
    wrong = cloud.put("wrong.ndjson", b"nothing\n")
    poison = {"messageId": "x", "body": "no JSON"}
    ingest.handle({"Records": [good, wrong, poison]}, Context(), cloud.wire())
    (least,) = {
        each["Properties"]["LoggingConfig"]["ApplicationLogLevel"]
        for each in resources("AWS::Lambda::Function").values()
    }
    lines = [line for line in capsys.readouterr().out.splitlines() if line.startswith("{")]
    events = [json.loads(line)["event"] for line in lines if kept(line, least)]
    assert sorted(events) == ["bad", "poison"]
    assert "ingested" in {json.loads(line)["event"] for line in lines}
