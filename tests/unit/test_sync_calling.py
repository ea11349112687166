"""Where the API of a provider may be: on the internet, unless private networks are allowed."""

import socket
from collections.abc import Iterator

import pytest

from prellbock.syncing.calling import Calling, SyncError


@pytest.fixture
def listening(monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    """What ``api.example`` leads to; nothing that is written in the URL tells that it is private."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.setblocking(False)
        found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", listening.getsockname())]
        monkeypatch.setattr("socket.getaddrinfo", lambda *_, **__: found)
        yield listening


def ask(listening: socket.socket) -> None:
    base = f"https://api.example:{listening.getsockname()[1]}"
    with Calling(base, {}, key="a key", private=False) as call, pytest.raises(SyncError, match="not on the internet"):
        call.get("/lists")


def test_a_name_that_leads_to_a_private_address_is_not_reached(listening: socket.socket) -> None:
    ask(listening)
    with pytest.raises(BlockingIOError):
        listening.accept()


def test_the_last_check_is_of_the_address_that_is_connected_to(
    listening: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name may lead elsewhere by the time it is connected to: nothing is said there, not even a greeting of TLS."""
    monkeypatch.setattr("prellbock.syncing.calling.check_reached", lambda url: None)
    ask(listening)
    connection, _ = listening.accept()
    with connection:
        connection.settimeout(10)
        assert connection.recv(1) == b""


def test_private_ones_are_reached_where_that_is_allowed(listening: socket.socket) -> None:
    base = f"https://api.example:{listening.getsockname()[1]}"
    listening.close()
    with (
        Calling(base, {}, key="a key", private=True, wait=lambda seconds: None) as call,
        pytest.raises(SyncError, match="cannot"),
    ):
        call.get("/lists")


def test_a_proxy_of_the_operator_may_stand_in_the_own_network(
    listening: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", f"http://proxy.example:{listening.getsockname()[1]}")
    listening.close()
    with (
        Calling("https://api.example", {}, key="a key", private=False, wait=lambda seconds: None) as call,
        pytest.raises(SyncError, match="cannot"),
    ):
        call.get("/lists")
