"""Who gets in: the token, route by route."""

import os
import pty
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from processes import Server


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("access") / "data")
    yield server
    server.stop()


def test_what_is_not_there_is_a_problem_document(shared: Server) -> None:
    for method, path, status in (("GET", "/nothing", 404), ("DELETE", "/v1/check", 405), ("GET", "/v1/events", 405)):
        answer = shared.client.request(method, path)
        assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
        assert "docs/reference/http.md" in answer.json()["detail"]


def test_a_terminal_is_shown_the_token_once(tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "prellbock", "serve", "--data", str(tmp_path / "data"), "--port", "0"]
    with subprocess.Popen(command, stderr=theirs) as process:
        os.close(theirs)
        shown = ""
        while "events.ndjson" not in shown:
            shown += os.read(ours, 4096).decode()
        process.terminate()
        token = (tmp_path / "data" / "token").read_text().strip()
        assert f"the token, shown only now and kept in {tmp_path / 'data' / 'token'}: {token}" in shown
    os.close(ours)


def test_token_is_made_once_and_kept_secret(tmp_path: Path, serve: Callable[..., Server]) -> None:
    first = serve()
    token = first.token
    assert stat.S_IMODE((first.data / "token").stat().st_mode) == 0o600
    assert len(token) == 43
    # What is no terminal may be kept as a log.
    assert token not in first.said
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


def test_only_who_wants_a_page_gets_one(server: Server) -> None:
    page = server.client.get("/recipients", headers={"Accept": "text/html"})
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    other = server.client.get("/recipients", headers={"Accept": "application/json"})
    assert (other.status_code, other.headers["content-type"]) == (404, "application/problem+json")
