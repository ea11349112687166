"""The way of a rule in a real browser: from a text that nobody knows to a verdict and back; recipients released."""

import re
from collections.abc import Callable

import pytest
from browsing import ADMIN, PASSWORD, become_admin, settled, sign_in
from playwright.sync_api import Browser, FilePayload, Page, expect
from processes import Server, dead, event, ndjson

expect.set_options(timeout=20_000)

UNKNOWN = "571 Hausregel 77 greift fuer diesen Kreis"
RULE = "hausregel-greift-fuer-diesen"
GONE = "gone@example.com"


@pytest.fixture
def busy(serve: Callable[..., Server]) -> Server:
    """A server that has seen an answer nobody knows, and somebody who is gone."""
    server = serve()
    become_admin(server.address, server.said)
    events = ndjson(
        *(
            event(f"a{number}@nord.example", f"2026-11-2{number}T08:00:00Z", response=UNKNOWN, message_id=f"m{number}")
            for number in range(1, 4)
        )
    )
    server.client.post("/v1/events", content=events + dead(GONE, "2026-11-10", "2026-11-14")).raise_for_status()
    return server


def opened(browser: Browser, server: Server, name: str = ADMIN, password: str = PASSWORD) -> Page:
    """A page of its own for one person, in English."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB")
    page = context.new_page()
    page.add_init_script("localStorage.setItem('language', 'en')")
    sign_in(page, server.address, name, password)
    return page


def colleague(server: Server, name: str = "ben") -> None:
    """A second publisher, who has used his link."""
    made = server.client.post("/v1/users", json={"name": name, "role": "publisher"}).raise_for_status().json()
    key = made["link"].partition("=")[2]
    body = {"key": key, "name": name, "password": PASSWORD}
    server.client.post("/v1/invitation", json=body).raise_for_status()


def test_a_rule_from_draft_to_publication_and_back(browser: Browser, busy: Server) -> None:
    colleague(busy)
    busy.client.put("/v1/review", json={"four_eyes": True}).raise_for_status()
    ada = opened(browser, busy)

    # An unclassified template stands first in the queue, and becomes the beginning of a rule.
    ada.goto(f"{busy.address}/templates")
    settled(ada)
    ada.locator("tr[data-row]").first.click()
    ada.get_by_role("button", name="Make a rule").click()
    ada.wait_for_url("**/rules**")
    settled(ada)
    cause = ada.locator("pb-rule-editor select").first
    expect(ada.locator("pb-rule-editor h2")).to_have_text(RULE)
    cause.select_option("policy")
    # Before it is saved, its example is a tick, and the stored responses that it finds are marked.
    expect(ada.locator("pb-rule-editor .examples li:not(.failed)")).to_have_count(1)
    expect(ada.locator("pb-rule-editor .hit mark").first).to_contain_text("hausregel", ignore_case=True)
    ada.get_by_role("button", name="Save in the draft").click()
    expect(ada.get_by_text("Saved in the draft.")).to_be_visible()

    # Replay says exactly what would change; the button repeats the number.
    ada.get_by_role("button", name="Replay", exact=True).click()
    expect(ada.locator("pb-effect")).to_contain_text("3 of")
    publish = ada.locator("pb-draft-bar button.danger")
    expect(publish).to_have_text("Publish (3 verdicts change)")
    expect(publish).to_be_disabled()
    ada.get_by_role("button", name="Ask for review").click()
    expect(ada.locator("pb-draft-bar .state")).to_contain_text("in review")

    # A second person approves, the first one publishes.
    ben = opened(browser, busy, "ben")
    ben.goto(ada.url)
    settled(ben)
    ben.get_by_role("button", name="Approve").click()
    expect(ben.locator("pb-draft-bar .state")).to_contain_text("reviewed by ben")
    ada.reload()
    settled(ada)
    ada.locator("pb-draft-bar button.danger").click()
    expect(ada.get_by_text("Version 1 is in force.")).to_be_visible()
    verdict = busy.client.post("/v1/classify", content=UNKNOWN).json()
    assert (verdict["category"], verdict["rule"]) == ("policy", RULE)

    # And back, by the toast.
    ada.get_by_role("button", name="Undo").click()
    expect(ada.get_by_text("Version 2 is in force")).to_be_visible()
    assert busy.client.post("/v1/classify", content=UNKNOWN).json()["category"] == "unclassified"
    ada.get_by_role("button", name="Versions").click()
    expect(ada.locator("pb-versions li.now")).to_contain_text("2")


def test_a_recipient_is_found_released_and_suppressed_again(browser: Browser, busy: Server) -> None:
    page = opened(browser, busy)
    page.keyboard.press("/")
    page.keyboard.type(GONE)
    page.keyboard.press("Enter")
    page.wait_for_url("**/recipients**")
    settled(page)
    expect(page.locator("pb-story .sentence")).to_contain_text("Suppressed since")
    page.locator("pb-story").get_by_role("button", name="Release").click()
    page.locator("pb-story input[name=reason]").fill("called us")
    page.locator("pb-story form button").first.click()
    expect(page.get_by_text(f"{GONE} is released.")).to_be_visible()
    assert busy.client.post("/v1/check", json={"addresses": [GONE]}).json()["answers"][0]["may_mail"]
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("pb-story .beside > .row").first).to_contain_text("suppressed")
    assert not busy.client.post("/v1/check", json={"addresses": [GONE]}).json()["answers"][0]["may_mail"]


def test_many_are_released_after_a_preview(browser: Browser, busy: Server) -> None:
    page = opened(browser, busy)
    page.goto(f"{busy.address}/recipients")
    settled(page)
    page.get_by_role("button", name="Release many").click()
    expect(page.locator("pb-bulk .total")).to_contain_text("1")
    page.locator("pb-bulk input").fill("an outage")
    page.locator("pb-bulk button.danger").click()
    expect(page.get_by_text("1 recipients are released.")).to_be_visible()
    expect(page.locator("tr[data-row]")).to_have_count(0)


def test_a_policy_is_tried_before_it_is_published(browser: Browser, busy: Server) -> None:
    page = opened(browser, busy)
    page.goto(f"{busy.address}/policies?policy=suppress-at-first")
    settled(page)
    page.get_by_role("button", name="Begin a draft from it").click()
    page.wait_for_url("**draft=**")
    settled(page)
    page.get_by_role("button", name="Replay", exact=True).click()
    expect(page.locator("pb-effect h3").first).to_contain_text("recipients touched")
    page.locator("pb-draft-bar button.danger").click()
    expect(page.get_by_text("is in force.").first).to_be_visible()
    in_force = [each["name"] for each in busy.client.get("/v1/policies").json() if each["in_force"]]
    assert in_force == ["suppress-at-first"]


def test_rules_come_into_a_draft_by_a_file(browser: Browser, busy: Server) -> None:
    rule = f"""[[rule]]
name = "house-rule"
category = "policy"
match = ['hausregel \\d+ greift']
examples = ["{UNKNOWN}"]
source = "seen in stored responses"
"""
    page = opened(browser, busy)
    page.goto(f"{busy.address}/rules")
    settled(page)
    page.get_by_role("button", name="New draft").click()
    page.locator("#draft-title").fill("house rules")
    page.get_by_role("button", name="Begin").click()
    page.wait_for_url("**draft=**")
    settled(page)
    file = FilePayload(name="rules.toml", mimeType="application/toml", buffer=rule.encode())
    page.locator("pb-draft-bar input[type=file]").set_input_files(file)
    expect(page.get_by_text("1 rules are in the draft.")).to_be_visible()
    expect(page.locator("pb-draft-bar .state")).to_contain_text("1 change")
    expect(page.locator("pb-rules li[data-row]").filter(has_text="house-rule")).to_have_count(1)


def test_an_exact_count_shows_how_far_it_is_and_is_cancelled(browser: Browser, busy: Server) -> None:
    many = ndjson(*(event(f"p{n}@example.com", "2026-01-05T08:00:00Z", message_id=f"p{n}") for n in range(100_000)))
    busy.client.post("/v1/events", content=many).raise_for_status()
    page = opened(browser, busy)
    page.goto(f"{busy.address}/policies?policy=suppress-at-first")
    settled(page)
    page.get_by_role("button", name="Begin a draft from it").click()
    page.wait_for_url("**draft=**")
    effect = page.locator("pb-effect")
    effect.get_by_role("button", name="Replay on stored history").click()
    expect(effect.get_by_role("progressbar")).to_be_visible()
    told = effect.get_by_role("status").filter(has_text=re.compile(r"Counted exactly: [\d,]+ of 100,00\d recipients"))
    expect(told).to_be_visible()
    effect.get_by_role("button", name="Cancel").click()
    expect(effect).to_contain_text("The exact count was cancelled.")
    expect(effect.get_by_role("progressbar")).to_have_count(0)
    # And again, to its end.
    effect.get_by_role("button", name="Replay on stored history").click()
    expect(told).to_be_visible()
    expect(effect.get_by_role("progressbar")).to_have_count(0, timeout=60_000)
    expect(effect).not_to_contain_text("Estimated")
