"""Users, tokens and webhooks are managed in the browser; what was done stands in the audit log."""

import time
from collections.abc import Callable

import httpx
import pytest
from browsing import PASSWORD, become_admin, settled, sign_in
from playwright.sync_api import Browser, Page, expect
from processes import Server, event, ndjson


@pytest.fixture
def own(page: Page, serve: Callable[..., Server]) -> Server:
    """A server of this test alone, signed in to."""
    server = serve()
    become_admin(server.address, server.said)
    page.add_init_script("localStorage.setItem('language', 'en')")
    sign_in(page, server.address)
    return server


def test_a_user_is_invited_signs_in_and_is_locked_out(browser: Browser, page: Page, own: Server) -> None:
    page.goto(f"{own.address}/settings")
    settled(page)
    page.locator("pb-users input[name=name]").fill("vera")
    page.locator("pb-users select[name=role]").select_option("editor")
    page.get_by_role("button", name="Add a user").click()
    link = page.locator("pb-users .made code").inner_text()
    guest = browser.new_context(locale="en-GB").new_page()
    guest.goto(link)
    guest.locator("input[name=password]").fill(PASSWORD)
    guest.locator("form button").click()
    guest.wait_for_url("**/dashboard**")
    guest.goto(f"{own.address}/integrations")
    settled(guest)
    expect(guest.locator("main")).to_contain_text("Only an admin")
    expect(guest.locator("main form")).to_have_count(0)
    page.get_by_role("button", name="Lock out").click()
    expect(page.get_by_text("vera is locked out.")).to_be_visible()
    refused = httpx.post(f"{own.address}/v1/session", json={"name": "vera", "password": PASSWORD})
    assert refused.status_code == 401
    page.goto(f"{own.address}/settings?section=audit")
    settled(page)
    expect(page.locator("pb-audit")).to_contain_text("User: made")


def test_a_token_is_made_used_and_revoked(page: Page, own: Server) -> None:
    page.goto(f"{own.address}/integrations?section=tokens")
    settled(page)
    page.locator("pb-tokens input[name=name]").fill("shop")
    page.locator("pb-tokens input[value=check]").check()
    page.get_by_role("button", name="Make a token").click()
    token = page.locator("pb-tokens .made code").first.inner_text()
    headers = {"Authorization": f"Bearer {token}"}
    body = {"addresses": ["u@example.com"]}
    assert httpx.post(f"{own.address}/v1/check", json=body, headers=headers).status_code == 200
    page.get_by_role("button", name="Revoke", exact=True).click()
    expect(page.get_by_text("shop is revoked")).to_be_visible()
    assert httpx.post(f"{own.address}/v1/check", json=body, headers=headers).status_code == 401


def test_a_webhook_is_set_up_in_steps(page: Page, own: Server) -> None:
    page.goto(f"{own.address}/integrations")
    settled(page)
    page.locator("pb-sources select").select_option("postmark")
    page.get_by_role("button", name="Set up a webhook").click()
    steps = page.locator("pb-sources .made")
    expect(steps.locator("code").first).to_have_text(f"{own.address}/v1/webhooks/postmark/main")
    expect(page.locator("pb-sources tbody tr")).to_contain_text("none yet")


def test_how_long_is_kept_what(page: Page, own: Server) -> None:
    page.goto(f"{own.address}/settings?section=retention")
    settled(page)
    field = page.get_by_label("Kept: Responses as they came")
    field.fill("90")
    page.get_by_label("Kept: Webhooks as they came").fill("14")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Housekeeping follows within the hour.")).to_be_visible()
    items = {each["name"]: each["days"] for each in own.client.get("/v1/retention").json()["items"]}
    assert (items["responses"], items["raws"], items["ledger"]) == (90, 14, None)
    with page.expect_response(lambda answer: answer.request.method == "PUT"):
        page.get_by_role("button", name="Undo").click()
    expect(field).to_have_value("")
    page.get_by_label("Kept: Webhooks as they came").fill("5000")
    page.get_by_role("button", name="Save").click()
    # The browser itself refuses it.
    assert {each["name"]: each["days"] for each in own.client.get("/v1/retention").json()["items"]}["raws"] == 30


def test_providers_cost_sign_on_and_the_policy(page: Page, own: Server) -> None:
    domains = ("gmx.de", "gmx.de", "shop.example")
    lines = [event(f"u{n}@{domain}", time.time(), message_id=f"m{n}") for n, domain in enumerate(domains)]
    own.client.post("/v1/events", content=ndjson(*lines)).raise_for_status()
    page.goto(f"{own.address}/settings?section=providers")
    settled(page)
    rows = page.locator("pb-providers tr[data-row]")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("gmx")
    expect(page.locator("pb-providers")).to_contain_text("shop.example")
    page.get_by_label("Name, host or domain").fill("outlook.de")
    expect(rows).to_contain_text("microsoft")
    rows.first.click()
    expect(page.locator("pb-sheet")).to_contain_text("outlook.de")
    page.goto(f"{own.address}/settings?section=cost")
    settled(page)
    expect(page.locator("pb-costs")).to_contain_text("What dominates")
    expect(page.locator("pb-costs pb-chart svg[baseProfile]")).to_be_visible()
    page.goto(f"{own.address}/settings?section=sign-on")
    settled(page)
    expect(page.locator("pb-sign-on")).to_contain_text("Single sign-on is not configured.")
    expect(page.locator("pb-sign-on code").first).to_have_text(f"{own.address}/v1/session/oidc/callback")
    page.goto(f"{own.address}/settings?section=policies")
    settled(page)
    expect(page.locator("pb-policy-in-force .facts")).to_contain_text("History rules")
