"""Who gets in: the token, route by route."""

import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from litestar.handlers import HTTPRouteHandler
from processes import Server

from prellbock.api.app import RESOURCES

ROUTES = [
    *(
        (method, path)
        for handler in RESOURCES
        if isinstance(handler, HTTPRouteHandler)
        for method in sorted(handler.http_methods)
        for path in sorted(handler.paths)
    ),
    ("GET", "/v1/schema/openapi.json"),
]
OPEN = {("GET", "/health"), ("HEAD", "/health")}


def test_every_resource_is_in_the_table() -> None:
    # HEAD stands beside GET of /health: probes of load balancers use it.
    assert len(ROUTES) == len(RESOURCES) + 1


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("access") / "data")
    yield server
    server.stop()


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_token_opens_and_nothing_else_does(shared: Server, method: str, path: str) -> None:
    right = shared.token
    for given in (
        None,
        "",
        "Bearer",
        "Bearer wrong",
        f"Bearer {right[:-1]}",
        f"Bearer {right}x",
        f"Basic {right}",
        right,
    ):
        headers = {} if given is None else {"Authorization": given}
        answer = httpx.request(method, shared.address + path, headers=headers)
        if (method, path) in OPEN:
            assert answer.status_code == 200
        else:
            assert answer.status_code == 401
            assert answer.headers["content-type"] == "application/problem+json"
            assert answer.headers["www-authenticate"].startswith("Bearer")
            assert "Authorization: Bearer" in answer.json()["detail"]
            assert right not in answer.text
    assert shared.client.request(method, path).status_code == 200


def test_what_is_not_there_is_a_problem_document(shared: Server) -> None:
    for method, path, status in (("GET", "/nothing", 404), ("DELETE", "/v1/check", 405), ("GET", "/v1/events", 405)):
        answer = shared.client.request(method, path)
        assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
        assert "docs/reference/http.md" in answer.json()["detail"]


def test_token_is_made_once_kept_secret_and_shown_once(tmp_path: Path, serve: Callable[..., Server]) -> None:
    first = serve()
    token = first.token
    assert stat.S_IMODE((first.data / "token").stat().st_mode) == 0o600
    assert len(token) == 43
    assert token in first.said
    assert first.stop() == 0
    second = serve()
    assert second.token == token
    assert token not in second.said
    assert str(second.data / "token") in second.said
    assert second.client.get("/metrics").status_code == 200


@pytest.mark.parametrize("mode", [0o644, 0o640])
def test_a_token_that_others_can_read_is_refused(tmp_path: Path, serve: Callable[..., Server], mode: int) -> None:
    first = serve()
    first.stop()
    (first.data / "token").chmod(mode)
    with pytest.raises(AssertionError, match="chmod 600"):
        serve()
