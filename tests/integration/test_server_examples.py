"""The examples of the OpenAPI document: none is missing, and each is what its route takes and answers."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args, get_origin

import msgspec
import pytest
from litestar import Litestar, Response
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute
from test_server_audit import application

from prellbock.api.examples import JSON, described, examples

FRAMEWORK = "/v1/schema"
WRITTEN_BY_HAND = {"changes", "check", "news", "ready"}
"""Their answers have no struct; `test_server_changes.py`, `_check.py`, `_overview.py` and `_start.py` look at them."""
NO_JSON = {"classify", "take_webhook_head", "take_webhook_options", "take_webhook_post", "sign_out"}
"""They answer with lines, or usually with nothing, whatever the document calls it."""


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Litestar]:
    with application(tmp_path) as made:
        yield made


def handlers(app: Litestar) -> dict[str, HTTPRouteHandler]:
    return {
        handler.handler_name: handler
        for route in app.routes
        if isinstance(route, HTTPRoute)
        for handler in route.route_handlers
    }


def operations(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for path, methods in document["paths"].items():
        if not path.startswith(FRAMEWORK):
            yield from methods.values()


def test_no_body_is_without_an_example(app: Litestar) -> None:
    document = described(app, app.openapi_schema.to_schema())
    known = set()
    for operation in operations(document):
        name = operation["operationId"]
        known.add(name)
        if name in NO_JSON:
            continue
        answers = [told for code, told in operation["responses"].items() if code.startswith("2")]
        for body in [operation.get("requestBody", {}), *answers]:
            content = body.get("content", {}).get(JSON)
            assert content is None or "example" in content, f"{name}: write an example into api/examples.json"
    assert {*examples()} <= known
    assert len(known) > 80


def test_each_is_what_its_route_takes_and_answers(app: Litestar) -> None:
    known = handlers(app)
    checked = 0
    for name, example in examples().items():
        fields = known[name].parsed_fn_signature
        if bytes(example.request) and "data" in fields.parameters:
            msgspec.json.decode(example.request, type=fields.parameters["data"].annotation)
            checked += 1
        if bytes(example.answer) and name not in WRITTEN_BY_HAND:
            kind = fields.return_type.annotation
            msgspec.json.decode(example.answer, type=get_args(kind)[0] if get_origin(kind) is Response else kind)
            checked += 1
    assert checked > 100


def test_changes_name_the_header_of_repeats(app: Litestar) -> None:
    document = described(app, described(app, app.openapi_schema.to_schema()))

    def names(path: str, method: str) -> list[str]:
        return [each["name"] for each in document["paths"][path][method].get("parameters", [])]

    assert names("/v1/recipients/note", "post").count("Idempotency-Key") == 1
    assert names("/v1/drafts/{identity}", "delete").count("Idempotency-Key") == 1
    assert "Idempotency-Key" not in names("/v1/check", "post")
