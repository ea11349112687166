"""A real browser before a really started server: how the end-to-end tests and the screenshots get theirs."""

import json
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, Route, expect, sync_playwright

ADMIN, PASSWORD = "ada", "a long enough password"
PAGES = (
    *("dashboard", "responses", "templates", "rules", "policies", "recipients", "incidents"),
    *("reports", f"reports?month={datetime.now(UTC):%Y-%m}", "reports?panel=link", "reports?panel=mail"),
    *("integrations", "integrations?section=tokens", "integrations?section=doors"),
    *("integrations?section=destinations", "integrations?section=exports", "integrations?section=syncs"),
    *("proposals", "proposals?section=queue", "proposals?section=thresholds", "proposals?section=drift"),
    "proposals?section=model",
    *("settings", "settings?section=streams", "settings?section=alarms", "settings?section=audit", "help"),
    *("settings?section=sign-on", "settings?section=providers", "settings?section=policies"),
    *("settings?section=retention", "settings?section=cost"),
)
"""Every page, with the parts that stand in its address."""
_ARGUMENTS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's Chromium. Without it the tests fail in CI and skip themselves elsewhere."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        if os.environ.get("CI"):
            pytest.fail("chromium is missing: run scripts/install-debian-packages", pytrace=False)
        pytest.skip("service chromium is missing: run scripts/install-debian-packages")
    as_root = ("--no-sandbox",) if os.getuid() == 0 else ()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, headless=True, args=[*_ARGUMENTS, *as_root])
        yield browser
        browser.close()


def first_link(said: str) -> str:
    """The path of the one-time link in what a server said when it started."""
    found = re.search(r"open http://\S+?(/setup\?key=\S+)", said)
    assert found is not None, said
    return found[1]


def become_admin(address: str, said: str) -> None:
    """The first admin, by the link that the server has printed."""
    key = first_link(said).partition("=")[2]
    answer = httpx.post(f"{address}/v1/invitation", json={"key": key, "name": ADMIN, "password": PASSWORD}, timeout=60)
    assert answer.status_code in (200, 201, 204), answer.text


def sign_in(page: Page, address: str, name: str = ADMIN, password: str = PASSWORD) -> None:
    """Through the page, as a person does who knows the tour."""
    page.add_init_script("localStorage.getItem('tour') || localStorage.setItem('tour', 'done')")
    page.goto(f"{address}/sign-in")
    page.locator("input[name=name]").fill(name)
    page.locator("input[name=password]").fill(password)
    page.locator("button[type=submit], form button").first.click()
    page.wait_for_url("**/dashboard**")


def settled(page: Page) -> None:
    """Nothing is loading any more, and charts are drawn."""
    page.wait_for_load_state("load")
    # What is asked for next is known only from the first answers: twice in a row nothing is waited for.
    for _ in range(2):
        page.wait_for_timeout(150)
        expect(page.locator("pb-frame[data-busy], pb-state [role=status]")).to_have_count(0, timeout=60_000)


FULL = "the database is full; free some room"


def answer_with_errors(route: Route) -> None:
    """A server that fails at everything, and says why; who is signed in stays so."""
    if "/v1/session" in route.request.url:
        route.continue_()
        return
    problem = {"status": 500, "title": "Internal Server Error", "detail": FULL}
    route.fulfill(status=500, content_type="application/problem+json", body=json.dumps(problem))


def gui_is_built() -> bool:
    """Whether `make gui` has run."""
    return (Path(__file__).parents[1] / "src" / "prellbock" / "gui" / "index.html").is_file()
