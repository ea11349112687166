"""From an empty store to the first own data in three steps, put away and brought back, with the roles respected."""

import re
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from browsing import PASSWORD, become_admin, settled, sign_in
from playwright.sync_api import Page, expect
from processes import Server

expect.set_options(timeout=20_000)
LINES = (
    b'{"time":"2026-01-05T08:00:00Z","recipient":"u@example.com","response":"550 5.1.1 User unknown"}\n'
    b'{"time":"yesterday","recipient":"v@example.com"}\n'
)


@pytest.fixture
def empty(page: Page, serve: Callable[..., Server]) -> Server:
    server = serve()
    become_admin(server.address, server.said)
    page.add_init_script("localStorage.setItem('language', 'en')")
    sign_in(page, server.address)
    settled(page)
    return server


def test_a_file_is_uploaded_and_its_first_responses_are_seen(page: Page, empty: Server, tmp_path: Path) -> None:
    steps = page.locator("pb-begin")
    steps.get_by_role("button", name="Upload a file").click()
    file = tmp_path / "bounces.ndjson"
    file.write_bytes(LINES)
    steps.locator("input[type=file]").set_input_files(file)
    expect(steps.get_by_role("row", name=re.compile("bounces.ndjson 1 0 1"))).to_be_visible()
    expect(steps.get_by_text("time: 'yesterday' is neither")).to_be_visible()
    page.reload()
    settled(page)
    expect(steps.get_by_role("heading", name="Connect")).to_be_visible()
    steps.get_by_role("button", name="Next").click()
    expect(steps.get_by_role("row", name=re.compile("Unknown recipient 550 5.1.1 User unknown"))).to_be_visible()
    expect(steps.get_by_text("What could not be read of bounces.ndjson")).to_be_visible()
    steps.get_by_role("button", name="To the dashboard").click()
    expect(page.locator("pb-tiles .tile").first).to_be_visible()
    expect(steps).to_have_count(0)


def test_what_comes_in_by_another_way_appears_live(page: Page, empty: Server) -> None:
    steps = page.locator("pb-begin")
    steps.get_by_role("button", name="Your own system").click()
    steps.get_by_role("button", name="Make a token").click()
    token = steps.get_by_label("The token, shown only now", exact=True).inner_text()
    expect(steps.get_by_label("A test event, to be sent from a terminal", exact=True)).to_contain_text(token)
    steps.get_by_role("button", name="Next").click()
    expect(steps.get_by_text("Waiting for the first event.")).to_be_visible()
    expect(steps.get_by_text("live", exact=True)).to_be_visible()
    key = {"Authorization": f"Bearer {token}"}
    httpx.post(f"{empty.address}/v1/events", content=LINES, headers=key).raise_for_status()
    expect(steps.get_by_role("cell", name="Unknown recipient")).to_be_visible()


def test_a_provider_is_set_up_and_a_mailbox_described(page: Page, empty: Server) -> None:
    steps = page.locator("pb-begin")
    steps.get_by_role("button", name="A sending provider").click()
    steps.locator("pb-sources select").select_option("postmark")
    steps.get_by_role("button", name="Set up a webhook").click()
    expect(steps.get_by_label("Give the provider this address:", exact=True)).to_contain_text("/v1/webhooks/postmark/")
    steps.get_by_role("button", name="Back").click()
    steps.get_by_role("button", name="A mailbox").click()
    steps.get_by_label("IMAP server").fill('imap.shop.example"')
    expect(steps.get_by_label("prellbock.toml", exact=True)).to_contain_text('host = "imap.shop.example\\""')


def test_they_are_put_away_and_brought_back_by_the_help(page: Page, empty: Server) -> None:
    steps = page.locator("pb-begin")
    steps.get_by_role("button", name="Not now").click()
    expect(page.get_by_role("heading", name="No events yet")).to_be_visible()
    page.reload()
    settled(page)
    expect(steps).to_have_count(0)
    empty.client.post("/v1/events", content=LINES).raise_for_status()
    page.goto(f"{empty.address}/help")
    page.get_by_role("button", name="First steps again").click()
    expect(steps.get_by_role("heading", name="Where bounces come from")).to_be_visible()


def test_each_role_sees_what_it_may_do(page: Page, empty: Server) -> None:
    for role, may in (("viewer", []), ("editor", ["Upload a file"])):
        link = empty.client.post("/v1/users", json={"name": role, "role": role}).json()["link"]
        body = {"key": link.partition("key=")[2], "name": role, "password": PASSWORD}
        httpx.post(f"{empty.address}/v1/invitation", json=body).raise_for_status()
        page.context.clear_cookies()
        sign_in(page, empty.address, role)
        settled(page)
        ways = page.locator("pb-begin .way")
        expect(ways).to_have_count(5)
        enabled = page.locator("pb-begin .way:not([disabled]) strong")
        assert enabled.all_inner_texts() == may
        expect(page.get_by_role("button", name="Load demo data here")).to_have_count(0)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_serious_findings_of_axe(page: Page, empty: Server, theme: str) -> None:
    page.add_init_script(f"localStorage.setItem('theme', '{theme}')")
    page.reload()
    settled(page)
    found: dict[str, list[str]] = {}

    def look(name: str) -> None:
        settled(page)
        violations = Axe().run(page).response["violations"]
        found[name] = [f"{each['id']} {each['nodes'][0]['html'][:120]}" for each in violations
                       if each["impact"] in ("serious", "critical")]  # fmt: skip

    look("ways")
    for number in range(5):
        page.locator("pb-begin .way").nth(number).click()
        look(f"way {number}")
        page.get_by_role("button", name="Next").click()
        look("arrived")
        page.locator("pb-begin .steps button").first.click()
        settled(page)
    assert {name: each for name, each in found.items() if each} == {}
