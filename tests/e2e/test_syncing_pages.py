"""Syncs in the browser: one is set up, tells what it would do before it does it, runs, fails with why, and goes."""

from collections.abc import Callable, Iterator

import pytest
from browsing import become_admin, settled, sign_in
from playwright.sync_api import Page, expect
from processes import Server
from sync_accounts import DEAD, KEYS, Account

expect.set_options(timeout=20_000)


@pytest.fixture
def account() -> Iterator[Account]:
    made = Account("postmark")
    yield made
    made.close()


@pytest.fixture
def own(page: Page, serve: Callable[..., Server]) -> Server:
    """A server of this test alone with one suppression, its syncs open."""
    server = serve()
    become_admin(server.address, server.said)
    body = {"addresses": ["kim@example.com"], "reason": "asked by phone"}
    server.client.post("/v1/recipients/suppress", json=body).raise_for_status()
    page.add_init_script("localStorage.setItem('language', 'en')")
    sign_in(page, server.address)
    page.goto(f"{server.address}/integrations?section=syncs")
    settled(page)
    return server


def set_up(page: Page, account: Account, key: str = KEYS["postmark"]) -> None:
    form = page.locator("pb-syncs form").first
    form.get_by_label("Provider").select_option("postmark")
    form.get_by_label("Name", exact=True).fill("newsletter")
    form.get_by_label("Message stream").fill("outbound")
    form.get_by_label("Key").fill(key)
    form.get_by_label("URL of the API").fill(account.url)
    form.get_by_label("The URL may lead into the own network").check()
    form.get_by_role("button", name="Set up a sync").click()


def test_what_it_would_do_is_told_before_it_is_done(page: Page, own: Server, account: Account) -> None:
    account.put(DEAD["postmark"], "gone@example.com")
    expect(page.get_by_text("No sync yet.")).to_be_visible()
    set_up(page, account)
    sheet = page.locator("pb-sheet")
    sheet.get_by_role("button", name="What would it do?").click()
    changes = sheet.locator("pb-sync-changes")
    expect(changes).to_contain_text("gone@example.com")
    expect(changes).to_contain_text("Nothing has been changed on either side.")
    assert account.writes == 0
    assert account.withheld == {"gone@example.com"}
    sheet.get_by_role("button", name="Run now").click()
    expect(sheet.locator("pb-sync-runs tbody tr")).to_contain_text("done")
    expect(page.locator("pb-syncs > section tr[data-row]")).to_contain_text("done")
    assert "gone@example.com" in own.client.get("/v1/suppressions").text
    sheet.get_by_role("button", name="What would it do?").click()
    expect(changes).to_contain_text("Both lists are alike.")


def test_one_that_fails_says_why_and_goes(page: Page, own: Server, account: Account) -> None:
    set_up(page, account, key="wrong")
    sheet = page.locator("pb-sheet")
    sheet.get_by_role("button", name="What would it do?").click()
    expect(page.locator(".toast.problem")).to_be_visible()
    sheet.get_by_role("button", name="Run now").click()
    expect(sheet.get_by_role("alert")).not_to_be_empty()
    row = page.locator("pb-syncs > section tr[data-row]")
    expect(row).to_contain_text("failed")
    sheet.get_by_role("button", name="Remove").click()
    expect(row).to_have_count(0)
    with page.expect_response(lambda answer: answer.request.method == "DELETE"):
        page.get_by_role("status").get_by_role("button", name="Close").last.click()
    expect(page.get_by_text("No sync yet.")).to_be_visible()
    assert own.client.get("/v1/syncs").json() == []
