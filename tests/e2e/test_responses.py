"""Searching responses, narrowing them down, and reading one."""

import re

from browsing import PASSWORD, settled, sign_in
from playwright.sync_api import Page, expect
from processes import Server

MONTH = "/responses?range=30d"


def test_facets_narrow_the_list_down(signed_in: Page, month: Server) -> None:
    signed_in.goto(f"{month.address}{MONTH}")
    settled(signed_in)
    facets = signed_in.locator("pb-response-facets")
    facets.get_by_role("button", name=re.compile("^Unknown recipient")).click()
    expect(signed_in).to_have_url(re.compile("category=unknown_recipient"))
    settled(signed_in)
    assert set(signed_in.locator("tbody td.cause").all_inner_texts()) == {"Unknown recipient"}
    signed_in.get_by_role("button", name="Remove Cause").click()
    expect(signed_in).not_to_have_url(re.compile("category="))


def test_a_text_is_found_and_marked(signed_in: Page, month: Server) -> None:
    signed_in.goto(f"{month.address}{MONTH}")
    signed_in.locator("main input[type=search]").fill("user unknown")
    signed_in.keyboard.press("Enter")
    expect(signed_in).to_have_url(re.compile("q=user(%20|\\+)unknown"))
    settled(signed_in)
    expect(signed_in.locator("tbody tr[data-row] mark").first).to_have_text(re.compile("user unknown", re.I))


def test_one_response_is_read_with_the_keyboard(signed_in: Page, month: Server) -> None:
    signed_in.goto(f"{month.address}{MONTH}&decided_by=rule")
    settled(signed_in)
    rows = signed_in.locator("tbody tr[data-row]")
    rows.first.focus()
    signed_in.keyboard.press("ArrowDown")
    expect(rows.nth(1)).to_be_focused()
    signed_in.keyboard.press("Enter")
    sheet = signed_in.locator("pb-sheet")
    expect(sheet.locator(".sentence")).not_to_be_empty()
    expect(sheet.locator("mark").first).to_be_visible()
    expect(sheet).to_contain_text("What to do")
    signed_in.keyboard.press("Escape")
    expect(sheet).to_have_count(0)
    expect(rows.nth(1)).to_be_focused()


def test_more_are_shown_below(signed_in: Page, month: Server) -> None:
    signed_in.goto(f"{month.address}{MONTH}")
    settled(signed_in)
    rows = signed_in.locator("tbody tr[data-row]")
    expect(rows).to_have_count(100)
    signed_in.get_by_role("button", name="Show more").click()
    expect(rows).to_have_count(200)


def test_viewers_read_responses_masked(page: Page, month: Server) -> None:
    made = month.client.post("/v1/users", json={"name": "vera", "role": "viewer"}).json()
    key = made["link"].partition("key=")[2]
    month.client.post("/v1/invitation", json={"key": key, "name": "vera", "password": PASSWORD}).raise_for_status()
    sign_in(page, month.address, "vera")
    page.goto(f"{month.address}{MONTH}&category=unknown_recipient")
    settled(page)
    page.locator("tbody tr[data-row]").first.click()
    expect(page.locator("pb-sheet")).to_contain_text("Viewers see responses masked")
