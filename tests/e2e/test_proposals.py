"""Proposals in the browser: read with their evidence, accepted into a draft and taken back, rejected with a reason."""

import time
from collections.abc import Callable

import pytest
from browsing import become_admin, settled, sign_in
from playwright.sync_api import Page, expect
from processes import Server, dead, event, ndjson

expect.set_options(timeout=20_000)
WORDS = "553 5.7.1 Sensitive words detected"
DAY = 86_400


@pytest.fixture
def proposed(page: Page, serve: Callable[..., Server]) -> Server:
    """A server with replies that no rule knows, and people who are dead."""
    server = serve()
    become_admin(server.address, server.said)
    lines = [
        event(f"u{n}@example.com", f"2026-01-0{n}T08:00:00Z", response=f"{WORDS} {word}", message_id=f"u{n}")
        for n, word in enumerate(["today", "here", "again"], 1)
    ]
    gone = "".join(dead(f"gone{n}@example.com") for n in range(40))
    server.client.post("/v1/events", content=ndjson(*lines) + gone).raise_for_status()
    page.add_init_script("localStorage.setItem('language', 'en')")
    sign_in(page, server.address)
    return server


def test_one_is_changed_accepted_and_taken_back(page: Page, proposed: Server) -> None:
    page.goto(f"{proposed.address}/proposals")
    settled(page)
    rows = page.locator("pb-proposal-list tr[data-row]")
    count = rows.count()
    rows.first.focus()
    page.keyboard.press("Enter")
    sheet = page.locator("pb-sheet")
    expect(sheet.get_by_role("heading", name="Replayed on what is stored")).to_be_visible()
    expect(sheet).to_contain_text("ensitive words detected")
    sheet.locator("summary").click()
    sheet.get_by_label("Name").fill("sensitive-words")
    sheet.get_by_label("Category").select_option("reputation")
    sheet.get_by_role("button", name="Accept into a draft").click()
    expect(page.get_by_text("sensitive-words stands in a draft")).to_be_visible()
    [draft] = proposed.client.get("/v1/drafts", params={"subject": "rules"}).json()
    expect(sheet.get_by_role("link", name="Open the draft")).to_have_attribute(
        "href", f"/rules?draft={draft['id']}&rule=sensitive-words"
    )
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Taken back; it is open again.")).to_be_visible()
    expect(rows).to_have_count(count)


def test_one_is_rejected_with_a_reason(page: Page, proposed: Server) -> None:
    page.goto(f"{proposed.address}/proposals")
    settled(page)
    page.locator("pb-proposal-list tr[data-row]").first.click()
    sheet = page.locator("pb-sheet")
    sheet.get_by_label("Why not?").fill("too wide")
    sheet.get_by_role("button", name="Reject").click()
    expect(sheet).to_contain_text("Rejected by ada")
    page.get_by_role("button", name="Rejected").click()
    expect(page.locator("pb-proposal-list tr[data-row]")).to_have_count(1)
    [kept] = proposed.client.get("/v1/proposals", params={"status": "rejected"}).json()["items"]
    assert kept["reason"] == "too wide"


def test_the_queue_thresholds_and_the_card(page: Page, proposed: Server) -> None:
    page.goto(f"{proposed.address}/proposals?section=thresholds")
    settled(page)
    expect(page.locator("pb-thresholds")).to_contain_text("Unknown recipient")
    expect(page.locator("pb-thresholds pb-chart svg[baseProfile]")).to_be_visible()
    page.goto(f"{proposed.address}/proposals?section=model")
    settled(page)
    card = proposed.client.get("/v1/learning/model").json()
    expect(page.locator("pb-model-card")).to_contain_text(card["version"])
    page.goto(f"{proposed.address}/proposals?section=queue")
    settled(page)
    page.locator("pb-labelling-queue tr[data-row]").first.click()
    page.wait_for_url("**/templates?template=**")
    expect(page.locator("pb-sheet")).to_contain_text("ensitive words detected")


def test_a_provider_that_changes_its_words_drifts(page: Page, serve: Callable[..., Server]) -> None:
    server = serve()
    become_admin(server.address, server.said)
    now = time.time()
    lines = [
        event(f"u{day}x{n}@example.com", now - day * DAY - n, mx="mx1.gmx.net", message_id=f"{day}x{n}",
              response="552 quite another wording" if day < 6 else "452 4.2.2 mailbox is over quota")
        for day in range(40) for n in range(40)
    ]  # fmt: skip
    server.client.post("/v1/events", content=ndjson(*lines)).raise_for_status()
    page.add_init_script("localStorage.setItem('language', 'en')")
    sign_in(page, server.address)
    page.goto(f"{server.address}/proposals?section=drift")
    row = page.locator("pb-drift tr[data-row]", has_text="New wording of gmx")
    expect(row).to_contain_text("drifts", timeout=60_000)
    row.focus()
    page.keyboard.press("Enter")
    sheet = page.locator("pb-sheet")
    expect(sheet).to_contain_text("552 quite another wording")
    sheet.get_by_text("Look at it").first.click()
    page.wait_for_url("**/templates?**search=552**")
    expect(page.locator("main [data-row]").first).to_contain_text("quite another wording")


def test_every_kind_says_what_changes(page: Page, serve: Callable[..., Server]) -> None:
    """Of a store whose shipped rules have been idle for 100 days some can go."""
    server = serve()
    become_admin(server.address, server.said)
    lines = [event(f"u{n}@example.com", 1_760_000_000 + n * DAY, response="552 5.2.2 Mailbox full") for n in (0, 100)]
    server.client.post("/v1/events", content=ndjson(*lines)).raise_for_status()
    page.add_init_script("localStorage.setItem('language', 'en')")
    sign_in(page, server.address)
    page.goto(f"{server.address}/proposals")
    settled(page)
    page.locator("pb-proposal-list tr[data-row]", has_text="retire").first.click()
    sheet = page.locator("pb-sheet")
    expect(sheet).to_contain_text("Nothing stored needs this rule any more")
    expect(sheet).to_contain_text("is taken out")
