"""A server that fails: every page says so and what to do, and goes on once it answers again."""

import json

import pytest
from browsing import PAGES, settled, sign_in
from playwright.sync_api import Page, Route, expect
from processes import Server

STATIC = {"help"}
"""Pages that ask the server for nothing."""
DETAIL = "the database is full; free some room"


@pytest.mark.parametrize("way", ["says why", "is gone"])
def test_every_page_says_so_and_recovers(page: Page, month: Server, way: str) -> None:
    page.add_init_script("localStorage.setItem('language', 'en')")
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    sign_in(page, month.address)
    settled(page)

    def fail(route: Route) -> None:
        if "/v1/session" in route.request.url:
            route.continue_()
        elif way == "is gone":
            route.abort()
        else:
            problem = {"status": 500, "title": "Internal Server Error", "detail": DETAIL}
            route.fulfill(status=500, content_type="application/problem+json", body=json.dumps(problem))

    for name in PAGES:
        if name in STATIC:
            continue
        page.route("**/v1/**", fail)
        page.goto(f"{month.address}/{name}")
        alert = page.locator("main").get_by_role("alert").first
        expect(alert).to_contain_text("free some room" if way == "says why" else "does not answer", ignore_case=True)
        page.unroute("**/v1/**")
        while page.locator("main").get_by_role("alert").count():
            # A sheet may cover what stands behind it.
            page.locator("main").get_by_role("button", name="Try again").first.dispatch_event("click")
            settled(page)
        assert wrong == [], name
