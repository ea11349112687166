"""The server against its own OpenAPI document: made-up requests break nothing, and refusals are problem documents."""

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from processes import Server
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok

EXAMPLES = 12
"""Made-up requests of each route."""


@pytest.fixture
def described(server: Server) -> schemathesis.BaseSchema:
    return schemathesis.openapi.from_url(f"{server.address}/v1/schema/openapi.json", headers=server.key)


def test_made_up_requests(described: schemathesis.BaseSchema, server: Server) -> None:
    asked = 0
    # The framework's own not-found page stands beside the document.
    for found in described.exclude(path_regex="^/v1/schema").get_all_operations():
        assert isinstance(found, Ok)
        operation = found.ok()

        @given(case=operation.as_strategy())
        @settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck), deadline=None, database=None)
        def ask(case: Any) -> None:
            if case.path == "/v1/changes":
                # A long poll would take its time.
                case.query = {**(case.query or {}), "wait": 0}
            answer = case.call(headers=server.key)
            case.validate_response(answer, checks=[not_a_server_error])
            if answer.status_code >= 400:
                assert answer.headers["content-type"] == ["application/problem+json"]
                assert answer.json()["detail"]

        ask()
        asked += 1
    assert asked > 20
    assert "Traceback" not in server.said
