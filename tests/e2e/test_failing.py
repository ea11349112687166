"""A server that fails: every page says so and what to do, and goes on once it answers again."""

import pytest
from browsing import PAGES, answer_with_errors, settled, sign_in
from playwright.sync_api import Page, Route, expect
from processes import Server

STATIC = {"help"}
"""Pages that ask the server for nothing."""


@pytest.mark.parametrize("way", ["says why", "is gone"])
def test_every_page_says_so_and_recovers(page: Page, month: Server, way: str) -> None:
    page.add_init_script("localStorage.setItem('language', 'en')")
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    sign_in(page, month.address)
    settled(page)

    def fail(route: Route) -> None:
        if way == "is gone" and "/v1/session" not in route.request.url:
            route.abort()
        else:
            answer_with_errors(route)

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
