"""Settings of all tests, and the processes that some of them start."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings
from processes import Command, Server

import prellbock

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

MAIL_READER = Path(prellbock.__file__).parent / "sources" / "mail"


def pytest_sessionstart() -> None:
    """No test of what stood in the sources yesterday."""
    if os.environ.get("PRELLBOCK_PURE"):
        return
    for compiled in MAIL_READER.rglob("*.so"):
        source = compiled.with_name(compiled.name.partition(".")[0] + ".py")
        if not source.exists() or source.stat().st_mtime > compiled.stat().st_mtime:
            pytest.exit(f"{compiled} is older than its source: run `make install`, or set PRELLBOCK_PURE=1", 4)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The properties of the store's contract run on the embedded store, on that of the cloud only at length."""
    for item in items:
        is_property = getattr(getattr(item, "obj", None), "is_hypothesis_test", False)
        if "[dynamodb" in item.name and (is_property or "every_way_leads" in item.name):
            item.add_marker(pytest.mark.long)


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


# --- the browser; what it needs is imported only where it is used


@pytest.fixture(scope="module")
def browser() -> "Iterator[Browser]":
    """For one module: as long as it runs, its event loop is that of the thread, and others could not run theirs."""
    from browsing import chromium

    with chromium() as found:
        yield found


@pytest.fixture(scope="session")
def month(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server on the demo's month, with its first admin."""
    from browsing import become_admin, gui_is_built

    assert gui_is_built(), "run `make gui`"
    data = tmp_path_factory.mktemp("month") / "data"
    Command(data).run("demo", "--responses", "30000")
    server = Server(data)
    become_admin(server.address, server.said)
    yield server
    server.stop()


@pytest.fixture
def page(browser: "Browser") -> "Iterator[Page]":
    """A fresh window; what scripts throw fails the test."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB", timezone_id="UTC")
    found = context.new_page()
    thrown: list[str] = []
    found.on("pageerror", lambda error: thrown.append(str(error)))
    yield found
    context.close()
    assert not thrown


@pytest.fixture
def signed_in(page: "Page", month: Server) -> "Page":
    """A window in which the admin is signed in."""
    from browsing import sign_in

    sign_in(page, month.address)
    return page
