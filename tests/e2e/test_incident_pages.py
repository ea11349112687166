"""Outages are judged again in the browser, campaigns let go on, limits of alarms changed; each shows what it does."""

import time
from collections.abc import Callable

import pytest
from browsing import become_admin, settled, sign_in
from playwright.sync_api import Page, expect
from processes import Server, event, ndjson

from prellbock.times import rfc3339

MX = "gmail-smtp-in.l.google.com"
PEOPLE = 30


@pytest.fixture
def outage(page: Page, serve: Callable[..., Server]) -> Server:
    """Thirty people got mail every day until all of it was refused, half an hour long, three hours ago."""
    server = serve()
    begin = time.time() // 600 * 600 - 3 * 3600
    lines = []
    for day in range(10, -1, -1):
        for number in range(PEOPLE):
            moment = rfc3339(begin - day * 86400 + number * 60) or ""
            about = {"message_id": f"d{day}n{number}@shop.example", "mx": MX}
            lines.append(event(f"u{number}@gmail.com", moment, *(["delivered"] if day else []), **about))
    assert server.client.post("/v1/events", content=ndjson(*lines)).json()["bad"] == 0
    become_admin(server.address, server.said)
    page.add_init_script("localStorage.setItem('language', 'en')")
    sign_in(page, server.address)
    return server


def statuses(server: Server) -> set[str]:
    addresses = [f"u{number}@gmail.com" for number in range(PEOPLE)]
    return {line["status"] for line in server.client.post("/v1/check", json={"addresses": addresses}).json()["answers"]}


def test_an_outage_is_judged_again_and_taken_back(page: Page, outage: Server) -> None:
    page.goto(f"{outage.address}/incidents")
    settled(page)
    page.locator("main [data-row]").first.click()
    held = page.locator("pb-held")
    expect(held).to_contain_text("Were the failures real, the status of 30 of 30 recipients would change.")
    expect(held.locator("details tbody tr")).to_have_count(20)
    held.get_by_role("button", name="More").click()
    expect(held.locator("details tbody tr")).to_have_count(PEOPLE)
    expect(held.locator("details tbody tr").first).to_contain_text("paused")

    page.locator("pb-sheet .ask .field .input").fill("they closed the accounts")
    page.get_by_role("button", name="The failures are real").click()
    expect(held).to_contain_text("Were it an outage, the status of 30 of 30 recipients would change.")
    assert statuses(outage) == {"paused"}
    page.locator("pb-sheet .ask .field .input").fill("they did not")
    page.get_by_role("button", name="Take the judgement back").click()
    expect(held).to_contain_text("Were the failures real")
    assert statuses(outage) == {"deliverable"}
    expect(page.locator("pb-sheet .undone")).to_contain_text("they closed the accounts")


def test_alarms_stand_and_a_stopped_campaign_goes_on(page: Page, outage: Server) -> None:
    begin = time.time() - 3600
    lines = [
        event(f"v{n}@big.example", rfc3339(begin + n) or "", message_id=f"s{n}@shop.example", campaign="spring",
              response="554 5.7.1 blocked by our policy")
        for n in range(400)
    ]  # fmt: skip
    assert outage.client.post("/v1/events", content=ndjson(*lines)).json()["bad"] == 0

    def kinds() -> set[str]:
        return {each["kind"] for each in outage.client.get("/v1/alarms", params={"standing": True}).json()["items"]}

    deadline = time.monotonic() + 60
    while not {"incident", "stop"} <= kinds() and time.monotonic() < deadline:
        page.wait_for_timeout(200)
    page.goto(f"{outage.address}/incidents")
    settled(page)
    expect(page.locator("pb-alarms")).to_contain_text("A campaign should stop")
    expect(page.locator("pb-alarms")).to_contain_text("A provider refuses people who are known to be alive")
    row = page.locator("pb-stops tbody tr", has_text="spring").first
    row.locator("input[name=reason]").fill("delisted")
    row.get_by_role("button", name="Let it go on").click()
    expect(page.get_by_text("spring may go on.")).to_be_visible()
    expect(page.locator("pb-stops")).to_contain_text("let go on by ada")

    deadline = time.monotonic() + 60
    while "stop" in kinds() and time.monotonic() < deadline:
        page.wait_for_timeout(200)
    page.reload()
    settled(page)
    expect(page.locator("pb-alarms")).not_to_contain_text("A campaign should stop")
    page.get_by_label("also what is over").check()
    expect(page.locator("pb-alarms")).to_contain_text("A campaign should stop")


def test_limits_are_changed_with_undo_and_given_back(page: Page, outage: Server) -> None:
    def limit() -> tuple[float, bool]:
        items = outage.client.get("/v1/alarms/limits").json()["items"]
        return next((each["value"], each["changed"]) for each in items if each["name"] == "alarms.hard_bounce_share")

    page.goto(f"{outage.address}/settings?section=alarms")
    settled(page)
    field, save = page.locator("[name='alarms.hard_bounce_share']"), page.get_by_role("button", name="Save limits")
    expect(field).to_have_value("1")
    expect(save).to_be_disabled()
    field.fill("0.8")
    save.click()
    expect(page.get_by_text("One limit changed.")).to_be_visible()
    assert limit() == (0.008, True)
    page.get_by_role("button", name="Undo").click()
    expect(field).to_have_value("1")
    assert limit() == (0.01, False)
    field.fill("0.5")
    save.click()
    expect(page.locator("pb-alarm-limits .tag")).to_have_text("changed here")
    field.fill("")
    save.click()
    expect(page.locator("pb-alarm-limits .tag")).to_have_count(0)
    assert limit() == (0.01, False)
