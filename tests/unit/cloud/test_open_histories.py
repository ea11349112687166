"""A delivery costs no read unless its recipient has an open history: of nobody who has one that is forgotten."""

import json
from typing import Any, Literal

import pytest
from cloud import NOW, Cloud, Context

from prellbock.functions.aws import ingest, schedule


@pytest.mark.parametrize("histories", ["items", "objects"])
@pytest.mark.parametrize("is_maintained", [False, True])
def test_a_delivery_clears_a_failure_that_the_last_filter_does_not_know(
    histories: Literal["items", "objects"], is_maintained: bool
) -> None:
    cloud = Cloud(histories)

    def withheld_after(name: str, **event: Any) -> list[str]:
        event = {"id": name, "recipient": "u@example.net", **event}
        ingest.handle({"Records": [cloud.put(name, json.dumps(event).encode())]}, Context(), cloud.wire())
        store = cloud.wire().store
        return [each.status for each in store.withheld(NOW, store.policy)]

    assert withheld_after("failed", time=NOW - 2e5, response="550 5.1.1 User unknown", outcome="bounced") == ["paused"]
    if is_maintained:
        schedule.handle({"task": "maintain"}, None, cloud.wire())
    assert withheld_after("delivered", time=NOW - 1e5, outcome="delivered") == []
