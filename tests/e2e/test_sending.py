"""Where decisions go, in the browser: a webhook is set up, tried, fails, is sent to again, paused and removed."""

import time
from collections.abc import Callable, Iterator

import pytest
from browsing import become_admin, settled, sign_in
from playwright.sync_api import Page, expect
from processes import DEADLINE_SECONDS, Server
from receiving import Receiver

expect.set_options(timeout=20_000)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    yield receiver
    receiver.close()


@pytest.fixture
def own(page: Page, serve: Callable[..., Server]) -> Server:
    """A server of this test alone, its destinations open."""
    server = serve()
    become_admin(server.address, server.said)
    page.add_init_script("localStorage.setItem('language', 'en')")
    sign_in(page, server.address)
    page.goto(f"{server.address}/integrations?section=destinations")
    settled(page)
    return server


def set_up(page: Page, url: str) -> None:
    form = page.locator("pb-destinations form").first
    form.get_by_label("Name", exact=True).fill("crm")
    form.get_by_label("URL that is posted to").fill(url)
    form.get_by_label("It may lead into the own network").check()
    form.get_by_role("button", name="Add a destination").click()


def until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + DEADLINE_SECONDS
    while not holds():
        assert time.monotonic() < end, "it did not become so"
        time.sleep(0.02)


def suppress(server: Server, address: str) -> None:
    body = {"addresses": [address], "reason": "asked by phone"}
    server.client.post("/v1/recipients/suppress", json=body).raise_for_status()


def test_a_webhook_is_set_up_and_tried(page: Page, own: Server, receiver: Receiver) -> None:
    expect(page.get_by_text("No destination yet.")).to_be_visible()
    set_up(page, f"{receiver.url}/hook")
    sheet = page.locator("pb-sheet")
    expect(sheet.locator(".made code")).to_contain_text("whsec_")
    sheet.get_by_role("button", name="Send a test").click()
    expect(page.get_by_text("The test was taken (204")).to_be_visible()
    assert receiver.taken[-1][1]["type"] == "io.prellbock.test"
    # The secret is told once.
    page.reload()
    settled(page)
    expect(sheet).to_be_visible()
    expect(sheet.locator(".made")).to_have_count(0)

    suppress(own, "kim@example.com")
    sheet.get_by_role("button", name="Refresh").click()
    row = sheet.locator("pb-deliveries tr[data-row]").first
    expect(row).to_contain_text("Taken")
    row.focus()
    page.keyboard.press("Enter")
    expect(sheet.locator("pre")).to_contain_text("kim@example.com")
    before = len(receiver.taken)
    sheet.get_by_role("button", name="Send again").click()
    expect(page.get_by_text("1 sent again")).to_be_visible()
    until(lambda: len(receiver.taken) == before + 1)
    assert receiver.taken[-1] == receiver.taken[-2]


def test_what_was_given_up_is_sent_again(page: Page, own: Server, receiver: Receiver) -> None:
    receiver.behave = lambda path, body: 410 if body["type"].endswith("suppressed") else 204
    set_up(page, f"{receiver.url}/hook")
    sheet = page.locator("pb-sheet")
    expect(sheet).to_be_visible()
    suppress(own, "kim@example.com")
    row = page.locator("pb-destinations > section tr[data-row]")
    expect(row).to_contain_text("switched off")
    receiver.behave = lambda path, body: 204
    sheet.get_by_role("button", name="Resume").click()
    expect(row).to_contain_text("sending")
    expect(sheet.locator("pb-deliveries tr[data-row]").first).to_contain_text("Taken")
    assert receiver.taken[-1][1]["data"]["address"] == "kim@example.com"


def test_it_is_paused_changed_and_removed_with_undo(page: Page, own: Server, receiver: Receiver) -> None:
    set_up(page, f"{receiver.url}/hook")
    sheet = page.locator("pb-sheet")
    sheet.get_by_role("button", name="Pause").click()
    row = page.locator("pb-destinations > section tr[data-row]")
    expect(row).to_contain_text("paused")
    page.get_by_role("button", name="Undo").click()
    expect(row).to_contain_text("sending")
    sheet.locator("summary").click()
    sheet.get_by_label("suppressed").check()
    sheet.get_by_label("Streams, with commas").fill("newsletter, shop")
    sheet.get_by_role("button", name="Save").click()
    expect(page.get_by_text("crm is changed.")).to_be_visible()
    [kept] = own.client.get("/v1/destinations").json()
    assert kept["wanted"] == {"statuses": ["suppressed"], "streams": ["newsletter", "shop"]}

    sheet.get_by_role("button", name="New secret").click()
    expect(sheet.locator(".made code")).to_contain_text("whsec_")
    sheet.get_by_role("button", name="Remove").click()
    expect(sheet).to_have_count(0)
    expect(row).to_have_count(0)
    page.get_by_role("button", name="Undo").last.click()
    expect(row).to_have_count(1)
    row.click()
    sheet.get_by_role("button", name="Remove").click()
    with page.expect_response(lambda answer: answer.request.method == "DELETE"):
        page.get_by_role("status").get_by_role("button", name="Close").last.click()
    expect(page.get_by_text("No destination yet.")).to_be_visible()
    assert own.client.get("/v1/destinations").json() == []


def test_a_wrong_setting_is_told(page: Page, own: Server) -> None:
    form = page.locator("pb-destinations form").first
    form.get_by_label("Name", exact=True).fill("crm")
    form.get_by_label("URL that is posted to").fill("http://10.0.0.1/hook")
    form.get_by_role("button", name="Add a destination").click()
    expect(page.locator(".toast.problem")).to_contain_text("url")
    assert own.client.get("/v1/destinations").json() == []


def test_what_is_held_back_is_told(page: Page, own: Server, receiver: Receiver) -> None:
    receiver.behave = lambda path, body: 500
    set_up(page, f"{receiver.url}/hook")
    sheet = page.locator("pb-sheet")
    sheet.locator("summary").click()
    sheet.get_by_label("Leave out what is older").fill("14")
    sheet.get_by_role("button", name="Save").click()
    expect(sheet).to_contain_text("What is older than 14 days is left out.")
    addresses = [f"u{n}@example.com" for n in range(510)]
    body = {"addresses": addresses, "reason": "asked by phone"}
    own.client.post("/v1/recipients/suppress", json=body).raise_for_status()
    until(lambda: own.client.get("/v1/destinations").json()[0]["failing_since"] is not None)
    sheet.get_by_role("button", name="Refresh").click()
    expect(sheet).to_contain_text("nothing is lost")
    expect(page.locator("pb-destinations > section tr[data-row]")).to_contain_text("failing")
    assert own.client.get("/v1/destinations").json()[0]["oldest"] is not None


def test_a_queue_gets_a_new_secret(page: Page, own: Server) -> None:
    body = {"kind": "redis", "name": "queue", "settings": {}, "secret": "redis://127.0.0.1:1/0"}
    own.client.post("/v1/destinations", json=body).raise_for_status()
    page.goto(f"{own.address}/integrations?section=destinations&destination=queue")
    sheet = page.locator("pb-sheet")
    details = sheet.locator("details", has_text="Set the new secret")
    details.locator("summary").click()
    details.get_by_label("Secret").fill("http://nowhere")
    details.get_by_role("button", name="Set the new secret").click()
    expect(page.locator(".toast.problem")).to_contain_text("redis://")
    details.get_by_label("Secret").fill("redis://user:other@127.0.0.1:1/0")
    details.get_by_role("button", name="Set the new secret").click()
    expect(page.get_by_text("queue has a new secret.")).to_be_visible()
    assert len(own.client.get("/v1/destinations").json()[0]["secrets"]) == 2
