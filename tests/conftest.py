"""Settings of all tests, and the processes that some of them start."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from processes import Command, Server

import prellbock

MAIL_READER = Path(prellbock.__file__).parent / "sources" / "mail"


def pytest_sessionstart() -> None:
    """No test of what stood in the sources yesterday."""
    if os.environ.get("PRELLBOCK_PURE"):
        return
    for compiled in MAIL_READER.rglob("*.so"):
        source = compiled.with_name(compiled.name.partition(".")[0] + ".py")
        if not source.exists() or source.stat().st_mtime > compiled.stat().st_mtime:
            pytest.exit(f"{compiled} is older than its source: run `make install`, or set PRELLBOCK_PURE=1", 4)


# Other work on the machine must not fail a test: no property is about time.
settings.register_profile("prellbock", deadline=None)
settings.load_profile("prellbock")


@pytest.fixture
def command(tmp_path: Path) -> Command:
    return Command(tmp_path / "data")


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., Server]]:
    """Starts servers; those that still run at the end are stopped."""
    started: list[Server] = []

    def start(*words: str, data: Path | None = None) -> Server:
        started.append(Server(data or tmp_path / "data", *words))
        return started[-1]

    yield start
    for server in started:
        server.stop()


@pytest.fixture
def server(serve: Callable[..., Server]) -> Server:
    return serve()
