"""What the OpenAPI document says beside what follows from the code: examples of bodies, and the header of `repeats`.

The examples stand in ``examples.json``, by the name of the operation: ``request``, ``answer``. They come from a server
with a few events; secrets are left out, long lists cut.
"""

from functools import cache
from importlib import resources
from typing import Any

import msgspec
from litestar import Litestar, Request
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.routes import HTTPRoute

from prellbock.api.repeats import HEADER, takes_a_key

JSON = "application/json"
_KEY_PARAMETER = {
    "name": HEADER,
    "in": "header",
    "required": False,
    "description": "A key of the client's choice for this change: sent again, it is not made again.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 257},
}


class Example(msgspec.Struct, forbid_unknown_fields=True):
    """The bodies of one operation; a body that is not JSON has none."""

    request: msgspec.Raw = msgspec.Raw()
    answer: msgspec.Raw = msgspec.Raw()


@cache
def examples() -> dict[str, Example]:
    """All of them, by operation."""
    text = (resources.files("prellbock.api") / "examples.json").read_bytes()
    return msgspec.json.decode(text, type=dict[str, Example])


class Described(JsonRenderPlugin):
    """The document with examples."""

    def render(self, request: Request[Any, Any, Any], openapi_schema: dict[str, Any]) -> bytes:
        """JSON."""
        return super().render(request, described(request.app, openapi_schema))


def described(app: Litestar, document: dict[str, Any]) -> dict[str, Any]:
    """Puts them into a document of this application, which it changes and returns."""
    with_key = {
        (method.lower(), route.path_format)
        for route in app.routes
        if isinstance(route, HTTPRoute)
        for method, (handler, _) in route.route_handler_map.items()
        if takes_a_key(handler, method)
    }
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if (method, path) in with_key:
                kept = [each for each in operation.get("parameters", []) if each.get("name") != HEADER]
                operation["parameters"] = [*kept, _KEY_PARAMETER]
            if example := examples().get(operation["operationId"]):
                _show(operation, example)
    return document


def _show(operation: dict[str, Any], example: Example) -> None:
    if request := bytes(example.request):
        # A body that the handler reads by itself is not in the document yet.
        body = operation.setdefault("requestBody", {"content": {JSON: {"schema": {"type": "object"}}}})
        body["content"][JSON]["example"] = msgspec.json.decode(request)
    if answer := bytes(example.answer):
        for code, told in operation["responses"].items():
            content = told.get("content", {}).get(JSON)
            if code.startswith("2") and content is not None:
                if content.get("schema") == {"type": "string"}:
                    # What a handler has written itself; the framework takes octets for a text.
                    content["schema"] = {"type": "object"}
                content["example"] = msgspec.json.decode(answer)
