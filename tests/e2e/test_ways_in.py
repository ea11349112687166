"""How events come in, in the browser: webhooks with what they brought, doors with what fails, what was set apart."""

from collections.abc import Callable
from pathlib import Path

import httpx
from browsing import become_admin, settled, sign_in
from playwright.sync_api import Page, expect
from processes import Server

from prellbock.store.apart import Apart
from prellbock.store.sqlite import SqliteStore

expect.set_options(timeout=20_000)


def test_a_webhook_tells_what_it_brought_and_what_was_set_apart(page: Page, serve: Callable[..., Server]) -> None:
    server = serve()
    become_admin(server.address, server.said)
    made = server.client.post("/v1/sources", json={"provider": "sparkpost", "name": "shop"}).json()
    fields = {"type": "bounce", "event_id": "7", "timestamp": "1767600000", "rcpt_to": "kim@example.com",
              "raw_reason": "550 5.1.1 no such user", "bounce_class": "10"}  # fmt: skip
    items = [{"msys": {"message_event": each}} for each in (fields, {**fields, "timestamp": "never"})]
    httpx.post(server.address + made["path"], json=items, auth=("sparkpost", made["secret"])).raise_for_status()
    page.add_init_script("localStorage.setItem('language', 'en')")
    sign_in(page, server.address)
    page.goto(f"{server.address}/integrations")
    settled(page)
    cells = page.locator("pb-sources tbody td")
    expect(cells.nth(3)).to_have_text("1")
    cells.nth(4).get_by_role("link").click()
    row = page.locator("pb-apart tr[data-row]")
    expect(row).to_contain_text("webhook:sparkpost/shop")
    row.focus()
    page.keyboard.press("Enter")
    expect(page.locator("pb-apart pre")).to_contain_text("never")


def test_doors_tell_why_they_fail_and_what_they_set_apart(
    page: Page, serve: Callable[..., Server], tmp_path: Path
) -> None:
    config, data = tmp_path / "doors.toml", tmp_path / "with-doors"
    config.write_text(
        '[doors.bounces]\nkind = "imap"\nhost = "127.0.0.1"\nport = 1\nsecurity = "none"\nuser = "ada"\n'
        'password = "a password"\n'
    )
    config.chmod(0o600)
    with SqliteStore(data, create=True) as store:
        store.set_apart([Apart(door="imap:bounces", place="INBOX 7", why="no mail", recorded=1e9, content=b"\xff?")])
    server = serve("--config", str(config), data=data)
    become_admin(server.address, server.said)
    page.add_init_script("localStorage.setItem('language', 'en')")
    sign_in(page, server.address)
    page.goto(f"{server.address}/integrations?section=doors")
    door = page.locator("pb-doors tbody tr").first
    expect(door).to_contain_text("failing")
    expect(door.locator(".problem")).not_to_be_empty()
    page.locator("pb-apart tr[data-row]").click()
    page.get_by_role("button", name="It is dealt with").click()
    expect(page.get_by_text("Nothing is set apart")).to_be_visible()
    assert server.client.get("/v1/sources/apart").json() == []
