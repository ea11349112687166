"""A browser, and a server whose store holds a simulated month; both shared by all tests of a worker."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from browsing import become_admin, chromium, gui_is_built, sign_in
from playwright.sync_api import Browser, Page
from processes import Command, Server


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture(scope="session")
def month(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Server]:
    """A server on the demo's month, with its first admin."""
    assert gui_is_built(), "run `make gui`"
    data: Path = tmp_path_factory.mktemp("month") / "data"
    Command(data).run("demo", "--responses", "30000")
    server = Server(data)
    become_admin(server.address, server.said)
    yield server
    server.stop()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A fresh window; what scripts throw fails the test."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB", timezone_id="UTC")
    found = context.new_page()
    thrown: list[str] = []
    found.on("pageerror", lambda error: thrown.append(str(error)))
    yield found
    context.close()
    assert not thrown


@pytest.fixture
def signed_in(page: Page, month: Server) -> Page:
    """A window in which the admin is signed in."""
    sign_in(page, month.address)
    return page
